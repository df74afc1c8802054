"""Several sessions at once: the machine's verdicts that nobody has ruled on are confirmed, as if one by one."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..archive.query import Archive, SessionKey
from ..archive.selection import Scope
from .appeals import AppealState
from .audit import Action, note
from .cases import Case, cases
from .database import Desk
from .findings import Finding, Source
from .reviews import Decision, Result, Ruling, columns_of, last_ruling, of_sessions
from .tables import Appeal, Review


@dataclass(frozen=True)
class Undecided:
    """What a bulk may confirm of one session, in the result that was shown; `decided` and `appealed` are left alone."""

    result: Result
    findings: tuple[Finding, ...]
    decided: int
    appealed: int


@dataclass(frozen=True)
class Done:
    """What a bulk came to: verdicts confirmed and left alone, and sessions that were scored anew since they were shown.

    What the same reviewer had confirmed before counts as confirmed: a bulk sent twice says the same twice.
    """

    confirmed: int = 0
    decided: int = 0
    appealed: int = 0
    rescored: int = 0


def undecided(desk: Desk, archive: Archive, sessions: Iterable[SessionKey], scope: Scope) -> tuple[Undecided, ...]:
    """The machine's verdicts of these sessions that nobody has ever ruled on: a ruling taken back is somebody's too."""
    keys = list(dict.fromkeys(sessions))
    with desk.reading() as session:
        appealed = _appealed(session, keys)
    return tuple(_of(result, case, appealed) for result, case in cases(desk, archive, keys, scope).values())


def _of(result: Result, case: Case, appealed: frozenset[tuple[SessionKey, str]]) -> Undecided:
    charged = [each for each in case.findings if each.finding.source is Source.MACHINE]
    charged = [each for each in charged if each.finding.outcome != "hint"]
    under_appeal = {each.finding.key for each in charged if (result.session, each.finding.key) in appealed}
    free = [each for each in charged if each.finding.key not in under_appeal]
    return Undecided(
        result=result,
        findings=tuple(each.finding for each in free if each.decision is None),
        decided=sum(each.decision is not None for each in free),
        appealed=len(under_appeal),
    )


def confirm_all(desk: Desk, archive: Archive, shown: Sequence[Undecided], by: str) -> Done:
    """Confirm what was shown, each session in a transaction of its own with one line in the audit log.

    What somebody else ruled on or appealed since stays as it is, and so does a session that was scored anew: nobody has
    seen those verdicts. Interrupted in the middle, the same again confirms the rest.
    """
    runs = {manifest.batch: manifest.run for manifest in archive.manifests}
    total = Done(decided=sum(each.decided for each in shown), appealed=sum(each.appealed for each in shown))
    for each in shown:
        if runs.get(each.result.session.batch) == each.result.run:
            done = _confirm_session(desk, each, by, of_sessions=len(shown))
        else:
            done = Done(rescored=1)
        total = Done(
            total.confirmed + done.confirmed,
            total.decided + done.decided,
            total.appealed + done.appealed,
            total.rescored + done.rescored,
        )
    return total


def _confirm_session(desk: Desk, shown: Undecided, by: str, of_sessions: int) -> Done:
    for _ in shown.findings:
        with suppress(IntegrityError), desk.writing() as session:
            return _confirm(desk, session, shown, by, of_sessions)
        # Another process ruled on one of them between our look and our write: now we see it.
    with desk.writing() as session:
        return _confirm(desk, session, shown, by, of_sessions)


def _confirm(desk: Desk, session: Session, shown: Undecided, by: str, of_sessions: int) -> Done:
    at, of = desk.now(), shown.result.session
    appealed = _appealed(session, [of])
    new = decided = under_appeal = again = 0
    for finding in sorted(shown.findings, key=lambda each: each.key):  # one order for all: no two wait for each other
        last = last_ruling(session, of, finding.key)
        if last is not None:
            mine = _is_same(last, by)
            again, decided = again + mine, decided + (not mine)
        elif (of, finding.key) in appealed:
            under_appeal += 1
        else:
            new += 1
            ruled = {"number": 1, "ruling": Ruling.CONFIRMED, "reviewer": by, "note": "", "at": at, "in_bulk": True}
            session.add(Review(**ruled, **columns_of(shown.result, finding)))
    if new:
        note(session, at, by, Action.REVIEWED, of, ruling=Ruling.CONFIRMED, verdicts=new, bulk_of_sessions=of_sessions)
    return Done(new + again, decided, under_appeal)


def _is_same(last: Decision, by: str) -> bool:
    return (last.reviewer, last.ruling, last.number) == (by, Ruling.CONFIRMED, 1)


def _appealed(session: Session, sessions: Sequence[SessionKey]) -> frozenset[tuple[SessionKey, str]]:
    """The findings of these sessions with an open appeal."""
    found: set[tuple[SessionKey, str]] = set()
    for mine in of_sessions(Appeal, sessions):
        rows = select(Appeal.batch, Appeal.session_id, Appeal.finding).where(mine, Appeal.state == AppealState.OPEN)
        found.update((SessionKey(batch, name), finding) for batch, name, finding in session.execute(rows))
    return frozenset(found)
