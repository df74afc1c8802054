"""Drafts: what somebody was writing when the page was reloaded or the visit ended, kept until it is sent."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from .database import Desk
from .tables import Draft

KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Unsent:
    """A draft; its content is whatever JSON its place wants."""

    content: Any
    at: datetime


def place_of(kind: str, *about: object) -> str:
    """The name of the place where something is written; also fit for the key of a widget."""
    digest = hashlib.sha256(repr(about).encode()).hexdigest()[:24]
    return f"draft-{kind}-{digest}"


def keep_draft(desk: Desk, author: str, place: str, content: Any) -> None:
    """Keep what was written so far, in place of what was kept before; nothing written is nothing kept."""
    try:
        _put(desk, author, place, content)
    except IntegrityError:  # the same author's other tab was quicker to begin
        _put(desk, author, place, content)


def _put(desk: Desk, author: str, place: str, content: Any) -> None:
    with desk.writing() as session:
        session.execute(delete(Draft).where(Draft.at < desk.now() - KEPT_FOR))
        if content:
            session.merge(Draft(author=author, place=place, content=content, at=desk.now()))
        else:
            session.execute(delete(Draft).filter_by(author=author, place=place))


def draft(desk: Desk, author: str, place: str) -> Unsent | None:
    """What this author was writing there."""
    with desk.reading() as session:
        row = session.get(Draft, (author, place))
        return Unsent(row.content, row.at) if row and row.at >= desk.now() - KEPT_FOR else None


def drop_draft(desk: Desk, author: str, place: str) -> None:
    """It was sent, or is not wanted any more."""
    with desk.writing() as session:
        session.execute(delete(Draft).filter_by(author=author, place=place))
