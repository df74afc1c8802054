"""The ledger: fines and rewards that people confirmed, a view of their decisions that cannot disagree with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ..archive.query import Archive, SessionKey
from ..archive.selection import EVERYTHING, Scope
from .cases import Case, case_of, cases
from .database import Desk
from .reviews import Decision, ruled_sessions, standing
from .terms import terms_of


@dataclass(frozen=True)
class LedgerLine:
    """One confirmed fine or reward, in 元; `past`: the result it was confirmed in is no longer the present one."""

    session: SessionKey
    agent_id: str | None
    rule: str
    fine: float
    reward: float
    confirmed_by: str
    confirmed_at: datetime
    past: bool


def ledger(
    desk: Desk,
    archive: Archive,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    agent_id: str | None = None,
    scope: Scope = EVERYTHING,
) -> tuple[LedgerLine, ...]:
    """What was confirmed between two times (the second excluded), the newest first; of one agent, or of everyone."""
    sessions = ruled_sessions(desk, since, until)
    present = cases(desk, archive, sessions, scope)
    lines = [line for key, (_, case) in present.items() for line in _lines(key, case)]
    if scope is EVERYTHING:
        lines += _of_removed_results(desk, archive, [key for key in sessions if key not in present])
    chosen = (
        line
        for line in lines
        if (agent_id is None or line.agent_id == agent_id)
        and (since is None or line.confirmed_at >= since)
        and (until is None or line.confirmed_at < until)
    )
    return tuple(sorted(chosen, key=lambda line: (line.confirmed_at, line.session.session_id), reverse=True))


def _of_removed_results(desk: Desk, archive: Archive, sessions: list[SessionKey]) -> Iterator[LedgerLine]:
    """An archive may be pruned; what was confirmed from it was confirmed."""
    for key, decisions in standing(desk, sessions).items():
        terms = terms_of(archive.root, decisions[-1].result.rulebook)
        yield from _lines(key, case_of((), decisions, terms))


def _lines(key: SessionKey, case: Case) -> Iterator[LedgerLine]:
    by_finding: dict[str, tuple[Decision, bool]] = {each.finding.key: (each, True) for each in case.past}
    by_finding |= {each.finding.key: (each.decision, False) for each in case.findings if each.decision}
    for charge in case.confirmed.charges:
        decision, past = by_finding[charge.finding.key]
        if charge.fine or charge.reward:
            yield LedgerLine(
                session=key,
                agent_id=charge.finding.agent_id,
                rule=charge.finding.rule,
                fine=charge.fine,
                reward=charge.reward,
                confirmed_by=decision.reviewer,
                confirmed_at=decision.since,
                past=past,
            )
