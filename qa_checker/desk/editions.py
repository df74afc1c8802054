"""Editions: rulebooks as supervisors published them: who, when, and the text of every file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from .audit import Action, note
from .database import Desk
from .tables import Edition


@dataclass(frozen=True)
class Published:
    """One edition; `files` are its texts by their path below the lexicons folder."""

    number: int
    fingerprint: str
    published_by: str
    published_at: datetime
    note: str
    files: Mapping[str, str]


class PublishedMeanwhile(Exception):
    """Somebody else published an edition that the author has not seen. Nothing was stored."""


def publish(desk: Desk, files: Mapping[str, str], fingerprint: str, *, by: str, note_: str, seen: int) -> Published:
    """Publish an edition, knowing the editions up to number `seen` (0: none). Raises PublishedMeanwhile."""
    try:
        with desk.writing() as session:
            last = session.scalar(select(func.max(Edition.number))) or 0
            if last != seen:
                raise PublishedMeanwhile
            row = Edition(
                number=last + 1,
                fingerprint=fingerprint,
                published_by=by,
                published_at=desk.now(),
                note=note_,
                files=dict(files),
            )
            session.add(row)
            note(session, desk.now(), by, Action.PUBLISHED, edition=last + 1, fingerprint=fingerprint)
            session.flush()
            return _published(row)
    except IntegrityError:
        raise PublishedMeanwhile from None


def editions(desk: Desk) -> tuple[Published, ...]:
    """Every edition, the newest first."""
    with desk.reading() as session:
        return tuple(_published(row) for row in session.scalars(select(Edition).order_by(Edition.number.desc())))


def _published(row: Edition) -> Published:
    return Published(row.number, row.fingerprint, row.published_by, row.published_at, row.note, row.files)
