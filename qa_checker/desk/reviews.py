"""Reviews: what people decided about findings, added one after another and never rewritten."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..archive.query import SessionKey
from ..cards import Quote
from .audit import Action, note
from .database import Desk
from .findings import Finding, Source
from .tables import Comment, OfFinding, OfSession, Review, SignOff

_MOST_KEYS = 400  # in one query: SQLite takes 32,766 values, PostgreSQL's planner likes far fewer


class Ruling(StrEnum):
    """What stands of a finding. OPEN takes a decision back."""

    CONFIRMED = "confirmed"
    OVERTURNED = "overturned"
    OPEN = "open"


@dataclass(frozen=True)
class Result:
    """The version of a session's result that somebody looks at: its run in the archive, its rulebook's fingerprint."""

    session: SessionKey
    run: str
    rulebook: str


@dataclass(frozen=True)
class Decision:
    """A ruling on a finding, as it was judged then; `number` counts the rulings on this finding from 1.

    `since`: from when on the ruling has been the same, whoever repeated it later.
    """

    result: Result
    finding: Finding
    ruling: Ruling
    reviewer: str
    note: str
    at: datetime
    number: int
    since: datetime


@dataclass(frozen=True)
class Remark:
    """A comment about a session."""

    author: str
    text: str
    at: datetime


class DecidedMeanwhile(Exception):
    """Somebody else decided first; `decision` is what stands. Nothing was stored."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__(f"{decision.reviewer} decided first")


def decide(
    desk: Desk, result: Result, finding: Finding, ruling: Ruling, by: str, *, seen: int, why: str = ""
) -> Decision:
    """Rule on a finding, knowing the rulings up to number `seen` (0: none).

    The first decision stands until somebody who has seen it decides anew. The same decision sent twice is stored once.
    Raises DecidedMeanwhile when there is a ruling that the reviewer has not seen.
    """
    try:
        with desk.writing() as session:
            return _added(session, desk.now(), result, finding, ruling, by, seen, why)
    except IntegrityError:  # another process took the number between our look and our write: now we see its ruling
        with desk.writing() as session:
            return _added(session, desk.now(), result, finding, ruling, by, seen, why)


def _added(
    session: Session,
    at: datetime,
    result: Result,
    finding: Finding,
    ruling: Ruling,
    by: str,
    seen: int,
    why: str,
) -> Decision:
    last = last_ruling(session, result.session, finding.key)
    if last and (last.reviewer, last.ruling, last.note) == (by, ruling, why):
        return last
    number = last.number if last else 0
    if last and number != seen:
        raise DecidedMeanwhile(last)
    row = Review(number=number + 1, ruling=ruling, reviewer=by, note=why, at=at, **columns_of(result, finding))
    session.add(row)
    note(session, at, by, Action.REVIEWED, result.session, rule=finding.rule, ruling=ruling, number=number + 1)
    session.flush()
    return _decision(row)


def last_ruling(session: Session, of: SessionKey, finding: str) -> Decision | None:
    """The ruling that stands, within a transaction."""
    rows = select(Review).filter_by(batch=of.batch, session_id=of.session_id, finding=finding)
    row = session.scalar(rows.order_by(Review.number.desc()).limit(1))
    return _decision(row) if row else None


def standing(desk: Desk, sessions: Iterable[SessionKey]) -> dict[SessionKey, tuple[Decision, ...]]:
    """The ruling that stands on each finding of these sessions, in the order they were first ruled on."""
    found: dict[SessionKey, dict[str, Decision]] = {}
    with desk.reading() as session:
        for mine in of_sessions(Review, sessions):
            for row in session.scalars(select(Review).where(mine).order_by(Review.id)):
                decision = _decision(row)
                mine_so_far = found.setdefault(decision.result.session, {})
                before = mine_so_far.get(row.finding)
                unbroken = before is not None and before.ruling is decision.ruling
                mine_so_far[row.finding] = replace(decision, since=before.since) if before and unbroken else decision
    return {key: tuple(decisions.values()) for key, decisions in found.items()}


def history(desk: Desk, of: SessionKey, finding: str) -> tuple[Decision, ...]:
    """Every ruling on a finding, the first first."""
    rows = select(Review).filter_by(batch=of.batch, session_id=of.session_id, finding=finding)
    with desk.reading() as session:
        return tuple(_decision(row) for row in session.scalars(rows.order_by(Review.number)))


def ruled_sessions(desk: Desk, since: datetime | None = None, until: datetime | None = None) -> tuple[SessionKey, ...]:
    """The sessions with a ruling, or with one between two times (the second excluded)."""
    rows = select(Review.batch, Review.session_id).distinct()
    rows = rows.where(Review.at >= since) if since else rows
    rows = rows.where(Review.at < until) if until else rows
    with desk.reading() as session:
        return tuple(SessionKey(*row) for row in session.execute(rows.order_by(Review.batch, Review.session_id)))


def sign_off(desk: Desk, result: Result, by: str) -> None:
    """Note that a reviewer has looked at this result; again changes nothing."""
    seen = {"batch": result.session.batch, "session_id": result.session.session_id, "run": result.run, "reviewer": by}
    try:
        with desk.writing() as session:
            if session.scalar(select(SignOff.id).filter_by(**seen)) is None:
                session.add(SignOff(at=desk.now(), **seen))
                note(session, desk.now(), by, Action.SIGNED_OFF, result.session, run=result.run)
    except IntegrityError:
        pass  # the same reviewer's other click was quicker


def signed_off(desk: Desk, sessions: Iterable[SessionKey]) -> dict[SessionKey, dict[str, datetime]]:
    """Who has looked at each of these sessions, and when last; sessions that nobody has looked at are left out."""
    found: dict[SessionKey, dict[str, datetime]] = {}
    with desk.reading() as session:
        for mine in of_sessions(SignOff, sessions):
            for row in session.scalars(select(SignOff).where(mine).order_by(SignOff.at)):
                found.setdefault(SessionKey(row.batch, row.session_id), {})[row.reviewer] = row.at
    return found


def comment(desk: Desk, about: SessionKey, text: str, by: str) -> None:
    """Say something about a session; the same words of the same author are said once."""
    words = text.strip()
    said = {
        "batch": about.batch,
        "session_id": about.session_id,
        "author": by,
        "text_digest": hashlib.sha256(words.encode()).hexdigest(),
    }
    try:
        with desk.writing() as session:
            if words and session.scalar(select(Comment.id).filter_by(**said)) is None:
                session.add(Comment(text=words, at=desk.now(), **said))
                note(session, desk.now(), by, Action.COMMENTED, about)
    except IntegrityError:
        pass  # the same author's other click was quicker


def comments(desk: Desk, about: SessionKey) -> Sequence[Remark]:
    """What was said about a session, the first first."""
    rows = select(Comment).filter_by(batch=about.batch, session_id=about.session_id).order_by(Comment.id)
    with desk.reading() as session:
        return [Remark(row.author, row.text, row.at) for row in session.scalars(rows)]


def of_sessions(table: type[OfSession], sessions: Iterable[SessionKey]) -> Iterator[ColumnElement[bool]]:
    """Conditions that choose the rows of these sessions, each for some of them: as many as one query should name."""
    keys = [(key.batch, key.session_id) for key in dict.fromkeys(sessions)]
    for begin in range(0, len(keys), _MOST_KEYS):
        yield tuple_(table.batch, table.session_id).in_(keys[begin : begin + _MOST_KEYS])


def columns_of(result: Result, finding: Finding) -> dict[str, Any]:
    """A finding and the result it stands in, as the columns of `tables.OfFinding`."""
    values = {name: getattr(finding, name) for name in _PLAIN}
    return {
        **values,
        "batch": result.session.batch,
        "session_id": result.session.session_id,
        "run": result.run,
        "rulebook": result.rulebook,
        "finding": finding.key,
        "quotes": [asdict(quote) for quote in finding.quotes],
    }


_PLAIN = ("source", "rule", "outcome", "agent_id", "points", "up_to", "fine", "reward", "red_line")


def result_of(row: OfFinding) -> Result:
    """The result that a stored row speaks of."""
    return Result(SessionKey(row.batch, row.session_id), row.run, row.rulebook)


def finding_of(row: OfFinding) -> Finding:
    """The finding that a stored row speaks of."""
    values = {name: getattr(row, name) for name in _PLAIN} | {"source": Source(row.source)}
    return Finding(key=row.finding, quotes=tuple(Quote(**quote) for quote in row.quotes), **values)


def _decision(row: Review) -> Decision:
    return Decision(
        result_of(row), finding_of(row), Ruling(row.ruling), row.reviewer, row.note, row.at, row.number, row.at
    )
