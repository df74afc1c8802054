"""The audit log: who read, decided, appealed, published or exported what; nobody can take anything back from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..archive.query import SessionKey
from .database import Desk
from .tables import AuditEntry


class Action(StrEnum):
    """What the log speaks of."""

    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    LOCKED = "locked"
    SIGNED_OUT = "signed-out"
    ACCOUNT_CHANGED = "account-changed"
    READ = "read"
    REVIEWED = "reviewed"
    SIGNED_OFF = "signed-off"
    COMMENTED = "commented"
    APPEALED = "appealed"
    APPEAL_DECIDED = "appeal-decided"
    SAMPLED = "sampled"
    ASSIGNED = "assigned"
    PUBLISHED = "published"
    EXPORTED = "exported"


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    at: datetime
    actor: str
    action: str
    session: SessionKey | None
    detail: dict[str, Any]


def note(
    session: Session, at: datetime, actor: str, action: Action, about: SessionKey | None = None, **detail: Any
) -> None:
    """Add a line within a transaction: what was done and that it was done are stored together or not at all."""
    batch, session_id = (about.batch, about.session_id) if about else (None, None)
    session.add(AuditEntry(at=at, actor=actor, action=action, batch=batch, session_id=session_id, detail=detail))


def record(desk: Desk, actor: str, action: Action, about: SessionKey | None = None, **detail: Any) -> None:
    """Add a line of its own."""
    with desk.writing() as session:
        note(session, desk.now(), actor, action, about, **detail)


def entries(
    desk: Desk, *, actor: str = "", actions: Sequence[Action] = (), skip: int = 0, limit: int = 50
) -> tuple[int, list[Entry]]:
    """How many lines there are, and some of them, the newest first."""
    chosen = select(AuditEntry)
    if actor:
        chosen = chosen.where(AuditEntry.actor == actor)
    if actions:
        chosen = chosen.where(AuditEntry.action.in_(actions))
    with desk.reading() as session:
        total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
        rows = session.scalars(chosen.order_by(AuditEntry.id.desc()).offset(skip).limit(limit))
        return total, [_entry(row) for row in rows]


def _entry(row: AuditEntry) -> Entry:
    about = SessionKey(row.batch, row.session_id) if row.batch and row.session_id else None
    return Entry(row.at, row.actor, row.action, about, row.detail)
