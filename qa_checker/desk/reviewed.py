"""What review made of the sessions that people looked at: before and after, without reading all the others."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from ..archive.query import Archive, SessionKey
from ..archive.selection import Filter, Scope
from .cases import Case, cases
from .database import Desk
from .reviews import Ruling
from .tables import Review, SignOff


@dataclass(frozen=True)
class Outcome:
    """How a session came out."""

    score: float
    passed: bool
    red_line: bool


@dataclass(frozen=True)
class Reviewed:
    """A session that somebody ruled on or signed off, by the machine and after people's decisions."""

    session: SessionKey
    day: date | None
    shop: str | None
    agent_id: str | None
    agents: tuple[str, ...]
    machine: Outcome
    final: Outcome
    red_line_confirmed: bool

    def is_of(self, scope: Scope, wanted: Filter) -> bool:
        """Whether a visitor may see it and asks for it, by period, shop and agent alone."""
        return (
            (scope.agents is None or bool(set(scope.agents) & set(self.agents)))
            and (wanted.since is None or (self.day is not None and self.day >= wanted.since))
            and (wanted.until is None or (self.day is not None and self.day <= wanted.until))
            and (not wanted.shops or self.shop in wanted.shops)
            and (not wanted.agents or self.agent_id in wanted.agents)
        )


@dataclass(frozen=True)
class Change:
    """What review changed in a set of sessions; counts are of sessions, scores and passes are differences in all."""

    reviewed: int = 0
    score: float = 0
    passed: int = 0
    red_lines_confirmed: int = 0
    red_lines_overturned: int = 0
    red_lines_added: int = 0


def change(reviewed: Iterable[Reviewed]) -> Change:
    """Add up: the mean of a period after review is the machine's mean + `score` / its sessions."""
    each = list(reviewed)
    return Change(
        reviewed=len(each),
        score=sum(one.final.score - one.machine.score for one in each),
        passed=sum(one.final.passed - one.machine.passed for one in each),
        red_lines_confirmed=sum(one.machine.red_line and one.red_line_confirmed for one in each),
        red_lines_overturned=sum(one.machine.red_line and not one.final.red_line for one in each),
        red_lines_added=sum(one.final.red_line and not one.machine.red_line for one in each),
    )


def knows(wanted: Filter) -> bool:
    """Whether a filter asks for nothing but a period, shops and agents."""
    return wanted == Filter(wanted.since, wanted.until, wanted.shops, wanted.agents)


Stamp = tuple[str, int]
"""The run of a session's result and its last ruling: as long as both stay, so does what review made of it."""


class ReviewedSessions:
    """Keeps what was worked out; one ruling more costs one session more. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[SessionKey, tuple[Stamp, Reviewed]] = {}

    def now(self, desk: Desk, archive: Archive) -> tuple[Reviewed, ...]:
        """Every session of the archive that somebody ruled on or signed off."""
        runs = {manifest.batch: manifest.run for manifest in archive.manifests}
        stamps = {key: (runs[key.batch], last) for key, last in _last_rulings(desk).items() if key.batch in runs}
        with self._lock:
            stale = [key for key, stamp in stamps.items() if self._known.get(key, (None,))[0] != stamp]
            for each in _looked_up(desk, archive, stale):
                self._known[each.session] = (stamps[each.session], each)
            return tuple(self._known[key][1] for key in stamps if key in self._known)


def _last_rulings(desk: Desk) -> dict[SessionKey, int]:
    """The sessions that somebody ruled on or signed off, with the number of the last ruling, 0 for none."""
    signed = select(SignOff.batch, SignOff.session_id).distinct()
    ruled = select(Review.batch, Review.session_id, func.max(Review.id)).group_by(Review.batch, Review.session_id)
    with desk.reading() as session:
        found = {SessionKey(*row): 0 for row in session.execute(signed)}
        return found | {SessionKey(batch, name): last for batch, name, last in session.execute(ruled)}


def _looked_up(desk: Desk, archive: Archive, keys: Sequence[SessionKey]) -> list[Reviewed]:
    if not keys:
        return []
    found = cases(desk, archive, keys)
    rows = archive.rows(
        "SELECT batch, session_id, started_at::DATE AS day, shop, agent_id, agents FROM sessions SEMI JOIN"
        " (SELECT unnest(?::VARCHAR[]) AS batch, unnest(?::VARCHAR[]) AS session_id) USING (batch, session_id)",
        ([key.batch for key in keys], [key.session_id for key in keys]),
    )
    about = {SessionKey(row.pop("batch"), row.pop("session_id")): row for row in rows}
    return [_reviewed(key, about[key], case) for key, (_, case) in found.items()]


def _reviewed(key: SessionKey, about: Mapping[str, Any], case: Case) -> Reviewed:
    return Reviewed(
        session=key,
        day=about["day"],
        shop=about["shop"],
        agent_id=about["agent_id"],
        agents=tuple(about["agents"] or ()),
        machine=Outcome(case.machine.score, case.machine.passed, case.machine.red_line),
        final=Outcome(case.final.score, case.final.passed, case.final.red_line),
        red_line_confirmed=any(each.finding.red_line and each.ruling is Ruling.CONFIRMED for each in case.findings),
    )
