"""Samples: sessions drawn for review, stored with seed, population and probabilities, and dealt out to reviewers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ..archive.query import SessionKey
from .audit import Action, note
from .database import Desk
from .tables import Sample, SampledSession


@dataclass(frozen=True)
class Place:
    """One session of a draw; `probability` is how likely it was to be drawn, 0…1."""

    session: SessionKey
    probability: float
    assigned_to: str | None


@dataclass(frozen=True)
class Drawn:
    """A stored draw of `size` out of the `population` sessions that `asked` (an address) chose."""

    id: int
    seed: int
    size: int
    population: int
    asked: str
    drawn_by: str
    at: datetime
    places: tuple[Place, ...]

    @property
    def sessions(self) -> tuple[SessionKey, ...]:
        """What was drawn, in the order of the draw."""
        return tuple(each.session for each in self.places)

    def assigned_to(self, reviewer: str) -> tuple[SessionKey, ...]:
        """This reviewer's part, in the order of the draw."""
        return tuple(each.session for each in self.places if each.assigned_to == reviewer)


def keep_sample(desk: Desk, sessions: Sequence[SessionKey], *, seed: int, population: int, asked: str, by: str) -> int:
    """Store a draw in which every session of the population was as likely; the answer is its number.

    The same draw by the same person is stored once.
    """
    drawn = {"seed": seed, "size": len(sessions), "population": population, "asked": asked, "drawn_by": by}
    with desk.writing() as session:
        for earlier in session.scalars(select(Sample.id).filter_by(**drawn)):
            if _keys(session, earlier) == list(sessions):  # the last seven days are others tomorrow
                return earlier
        row = Sample(at=desk.now(), **drawn)
        session.add(row)
        session.flush()
        session.add_all(
            SampledSession(
                sample_id=row.id,
                place=place,
                batch=key.batch,
                session_id=key.session_id,
                probability=len(sessions) / population,
            )
            for place, key in enumerate(sessions)
        )
        note(session, desk.now(), by, Action.SAMPLED, sample=row.id, size=len(sessions), population=population)
        return row.id


def _keys(session: Session, sample: int) -> list[SessionKey]:
    places = select(SampledSession).filter_by(sample_id=sample).order_by(SampledSession.place)
    return [SessionKey(place.batch, place.session_id) for place in session.scalars(places)]


def deal_out(desk: Desk, sample: int, reviewers: Sequence[str], by: str) -> None:
    """Give each reviewer as many sessions of a sample as the next, turn by turn; whoever had them before has not."""
    places = select(SampledSession).filter_by(sample_id=sample).order_by(SampledSession.place)
    with desk.writing() as session:
        for place in session.scalars(places):
            place.assigned_to = reviewers[place.place % len(reviewers)]
        note(session, desk.now(), by, Action.ASSIGNED, sample=sample, to=list(reviewers))


def assignments(desk: Desk, reviewer: str) -> tuple[Drawn, ...]:
    """The samples of which something was given to this reviewer, the newest first."""
    theirs = select(SampledSession.sample_id).where(SampledSession.assigned_to == reviewer)
    return _drawn(desk, Sample.id.in_(theirs))


def samples(desk: Desk) -> tuple[Drawn, ...]:
    """The stored draws, the newest first."""
    return _drawn(desk)


_MOST = 50


def _drawn(desk: Desk, *conditions: ColumnElement[bool]) -> tuple[Drawn, ...]:
    with desk.reading() as session:
        rows = session.scalars(select(Sample).where(*conditions).order_by(Sample.id.desc()).limit(_MOST)).all()
        found: dict[int, list[Place]] = {row.id: [] for row in rows}
        places = select(SampledSession).where(SampledSession.sample_id.in_(found)).order_by(SampledSession.place)
        for each in session.scalars(places):
            place = Place(SessionKey(each.batch, each.session_id), each.probability, each.assigned_to)
            found[each.sample_id].append(place)
        return tuple(
            Drawn(
                id=row.id,
                seed=row.seed,
                size=row.size,
                population=row.population,
                asked=row.asked,
                drawn_by=row.drawn_by,
                at=row.at,
                places=tuple(found[row.id]),
            )
            for row in rows
        )
