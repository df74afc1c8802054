"""Samples: sessions drawn for review, stored with the seed and the set they were drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..archive.query import SessionKey
from .audit import Action, note
from .database import Desk
from .tables import Sample, SampledSession


@dataclass(frozen=True)
class Drawn:
    """A stored draw: `size` of the `population` sessions that `asked` (an address) chose; every one as likely."""

    id: int
    seed: int
    size: int
    population: int
    asked: str
    drawn_by: str
    assigned_to: str | None
    at: datetime
    sessions: tuple[SessionKey, ...]

    @property
    def inclusion_probability(self) -> float:
        """How likely each session of the set was to be drawn."""
        return self.size / self.population if self.population else 0.0


def keep_sample(
    desk: Desk,
    sessions: Sequence[SessionKey],
    *,
    seed: int,
    population: int,
    asked: str,
    by: str,
    assigned_to: str | None = None,
) -> int:
    """Store a draw; the answer is its number. The same draw by the same person is stored once."""
    drawn = {"seed": seed, "size": len(sessions), "population": population, "asked": asked, "drawn_by": by}
    with desk.writing() as session:
        same = session.scalar(select(Sample.id).filter_by(**drawn, assigned_to=assigned_to).limit(1))
        if same is not None:
            return same
        row = Sample(at=desk.now(), assigned_to=assigned_to, **drawn)
        session.add(row)
        session.flush()
        session.add_all(
            SampledSession(sample_id=row.id, place=place, batch=key.batch, session_id=key.session_id)
            for place, key in enumerate(sessions)
        )
        note(session, desk.now(), by, Action.SAMPLED, sample=row.id, size=len(sessions), population=population)
        return row.id


def samples(desk: Desk, limit: int = 50) -> tuple[Drawn, ...]:
    """The stored draws, the newest first."""
    with desk.reading() as session:
        rows = session.scalars(select(Sample).order_by(Sample.id.desc()).limit(limit)).all()
        found: dict[int, list[SessionKey]] = {row.id: [] for row in rows}
        places = select(SampledSession).where(SampledSession.sample_id.in_(found)).order_by(SampledSession.place)
        for place in session.scalars(places):
            found[place.sample_id].append(SessionKey(place.batch, place.session_id))
        return tuple(
            Drawn(
                id=row.id,
                seed=row.seed,
                size=row.size,
                population=row.population,
                asked=row.asked,
                drawn_by=row.drawn_by,
                assigned_to=row.assigned_to,
                at=row.at,
                sessions=tuple(found[row.id]),
            )
            for row in rows
        )
