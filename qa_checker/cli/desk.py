"""Opening the desk's database for a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..desk.database import Desk, DeskError, desk_url
from .asking import stop


@contextmanager
def opened_desk(archive: Path, given: str | None) -> Iterator[Desk]:
    """The desk as given, else the archive's own; the end of the command where it can't be opened."""
    try:
        desk = Desk(desk_url(archive, given))
    except DeskError as error:
        stop(str(error))
    try:
        yield desk
    finally:
        desk.close()
