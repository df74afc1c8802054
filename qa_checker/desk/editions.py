"""Editions: rulebooks as supervisors published them: who, when, and the text of every file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import defer

from .audit import Action, note
from .database import Desk
from .tables import Edition


@dataclass(frozen=True)
class Published:
    """One edition; the fingerprint is that of its default rulebook, as the results judged by it carry it."""

    number: int
    fingerprint: str
    published_by: str
    published_at: datetime
    note: str


class PublishedMeanwhile(Exception):
    """Somebody else published an edition that the author has not seen. Nothing was stored."""

    def __init__(self, newest: Published) -> None:
        self.newest = newest
        super().__init__(f"{newest.published_by} 刚刚发布了第 {newest.number} 版，您还没有看过，所以没有发布。")


def publish(desk: Desk, files: Mapping[str, str], fingerprint: str, *, by: str, note_: str, seen: int) -> Published:
    """Publish an edition, knowing the editions up to number `seen` (0: none). Raises PublishedMeanwhile.

    `files` are the texts of all its files by their path below the lexicons folder.
    """
    try:
        with desk.writing() as session:
            last = session.scalar(select(func.max(Edition.number))) or 0
            if last == seen:
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
    except IntegrityError:  # PostgreSQL lets both begin; the number tells who was first
        pass
    raise PublishedMeanwhile(editions(desk)[0])


def editions(desk: Desk) -> tuple[Published, ...]:
    """Every edition, the newest first."""
    chosen = select(Edition).options(defer(Edition.files)).order_by(Edition.number.desc())
    with desk.reading() as session:
        return tuple(_published(row) for row in session.scalars(chosen))


def texts_of(desk: Desk, number: int) -> Mapping[str, str]:
    """The texts of an edition's files by their path. Raises LookupError where there is no such edition."""
    with desk.reading() as session:
        files = session.scalar(select(Edition.files).where(Edition.number == number))
    if files is None:
        raise LookupError(number)
    return files


def _published(row: Edition) -> Published:
    return Published(row.number, row.fingerprint, row.published_by, row.published_at, row.note)
