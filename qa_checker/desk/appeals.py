"""Appeals: an agent objects to one finding with a reason, a supervisor upholds or rejects it with a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..archive.query import SessionKey
from ..clock import SHANGHAI, is_workday, midnight
from .audit import Action, note
from .database import Desk
from .findings import Finding
from .reviews import Result, Ruling, columns_of, finding_of, last_ruling, result_of
from .tables import Appeal, Review

DAYS = 3
"""Working days for an appeal after the decision, and for its answer."""

SHORTEST_REASON = 4


class AppealState(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Appealed:
    """An appeal with everything about it."""

    id: int
    result: Result
    finding: Finding
    reason: str
    filed_by: str
    filed_at: datetime
    state: AppealState
    answer: str
    decided_by: str
    decided_at: datetime | None


class AppealRefused(Exception):
    """The appeal can't be filed or decided; the message says why, in Chinese. Nothing was stored."""


def deadline(since: datetime, days: int = DAYS) -> datetime:
    """The end of the last working day: of Chinese calendars, with their 调休, in Shanghai's time."""
    day = since.astimezone(SHANGHAI).date()
    while days:
        day += timedelta(days=1)
        days -= is_workday(day)
    return midnight(day + timedelta(days=1))


def file_appeal(
    desk: Desk, result: Result, finding: Finding, reason: str, by: str, agent_id: str, days: int = DAYS
) -> Appealed:
    """Object to a finding that is charged to this agent: once, and in time. Raises AppealRefused.

    A finding that nobody decided about yet can be appealed at any time; after a decision there are `days` working days.
    """
    words = reason.strip()
    if finding.agent_id != agent_id:
        raise AppealRefused("只能申诉记在自己名下的结论。")
    if finding.outcome != "fails":
        raise AppealRefused("这一项没有扣分，不需要申诉。")
    if len(words) < SHORTEST_REASON:
        raise AppealRefused("请写明理由：为什么不该扣，最好引用聊天里的原话。")
    try:
        with desk.writing() as session:
            earlier = _appeal(session, result.session, finding.key)
            if earlier is None:
                return _filed(desk, session, result, finding, words, by, days)
    except IntegrityError:  # the other click of a double click
        with desk.reading() as session:
            earlier = _appeal(session, result.session, finding.key)
    assert earlier is not None
    if (earlier.filed_by, earlier.reason) == (by, words):
        return earlier
    raise AppealRefused("这一项已经申诉过了，一项只能申诉一次。")


def _filed(desk: Desk, session: Session, result: Result, finding: Finding, words: str, by: str, days: int) -> Appealed:
    decision = last_ruling(session, result.session, finding.key)
    if decision and decision.ruling is Ruling.OVERTURNED:
        raise AppealRefused("这一项已经被推翻，不扣分，不需要申诉。")
    if decision and decision.ruling is Ruling.CONFIRMED and desk.now() >= deadline(decision.at, days):
        raise AppealRefused(f"已过申诉期限：确认之后 {days} 个工作日内可以申诉。")
    row = Appeal(reason=words, filed_by=by, filed_at=desk.now(), state=AppealState.OPEN, **columns_of(result, finding))
    session.add(row)
    note(session, desk.now(), by, Action.APPEALED, result.session, rule=finding.rule)
    session.flush()
    return _appealed(row)


def decide_appeal(desk: Desk, appeal: int, state: AppealState, answer: str, by: str) -> Appealed:
    """Uphold (the finding is overturned) or reject (it is confirmed) an open appeal. Raises AppealRefused.

    Of two supervisors the first decides; the same decision sent twice is stored once.
    """
    words = answer.strip()
    if len(words) < SHORTEST_REASON:
        raise AppealRefused("请写明理由，客服会看到。")
    for attempt in (1, 2):  # a review of the same finding at the same moment takes the number we wanted
        try:
            with desk.writing() as session:
                return _decided(desk, session, appeal, state, words, by)
        except IntegrityError:
            if attempt == 2:
                raise
    raise AssertionError


def _decided(desk: Desk, session: Session, appeal: int, state: AppealState, words: str, by: str) -> Appealed:
    at = desk.now()
    decided = {"state": state, "answer": words, "decided_by": by, "decided_at": at}
    open_one = update(Appeal).where(Appeal.id == appeal, Appeal.state == AppealState.OPEN).values(**decided)
    changed = session.execute(open_one.returning(Appeal.id)).all()
    row = session.get(Appeal, appeal, populate_existing=True)
    if row is None:
        raise AppealRefused("没有这个申诉。")
    if not changed:
        if (row.state, row.answer, row.decided_by) == (state, words, by):
            return _appealed(row)
        raise AppealRefused(f"{row.decided_by} 已经处理了这个申诉，您的处理没有保存。")
    result, finding = result_of(row), finding_of(row)
    last = last_ruling(session, result.session, finding.key)
    ruling = Ruling.OVERTURNED if state is AppealState.UPHELD else Ruling.CONFIRMED
    number = last.number + 1 if last else 1
    review = Review(number=number, ruling=ruling, reviewer=by, note=words, at=at, **columns_of(result, finding))
    session.add(review)
    note(session, at, by, Action.APPEAL_DECIDED, result.session, rule=finding.rule, state=state)
    session.flush()
    return _appealed(row)


def appeals(
    desk: Desk,
    *,
    state: AppealState | None = None,
    rule: str | None = None,
    agent_id: str | None = None,
    limit: int = 200,
) -> tuple[Appealed, ...]:
    """Appeals, open ones with the oldest first, decided ones with the newest first."""
    rows = select(Appeal)
    rows = rows.where(Appeal.state == state) if state else rows
    rows = rows.where(Appeal.rule == rule) if rule else rows
    rows = rows.where(Appeal.agent_id == agent_id) if agent_id is not None else rows
    order = Appeal.filed_at if state is AppealState.OPEN else Appeal.filed_at.desc()
    with desk.reading() as session:
        return tuple(_appealed(row) for row in session.scalars(rows.order_by(order, Appeal.id).limit(limit)))


def appeals_of(desk: Desk, of: SessionKey) -> dict[str, Appealed]:
    """The appeals in one session by the key of their finding."""
    rows = select(Appeal).filter_by(batch=of.batch, session_id=of.session_id)
    with desk.reading() as session:
        return {row.finding: _appealed(row) for row in session.scalars(rows)}


def _appeal(session: Session, of: SessionKey, finding: str) -> Appealed | None:
    rows = select(Appeal).filter_by(batch=of.batch, session_id=of.session_id, finding=finding)
    row = session.scalar(rows)
    return _appealed(row) if row else None


def _appealed(row: Appeal) -> Appealed:
    return Appealed(
        id=row.id,
        result=result_of(row),
        finding=finding_of(row),
        reason=row.reason,
        filed_by=row.filed_by,
        filed_at=row.filed_at,
        state=AppealState(row.state),
        answer=row.answer or "",
        decided_by=row.decided_by or "",
        decided_at=row.decided_at,
    )
