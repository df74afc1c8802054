"""Nights that published nothing: noted in the archive, so that somebody sees in the morning what went wrong."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError

from ..archive.disk import ESCAPED, ArchiveBusy
from ..archive.manifest import ArchiveError
from ..clock import SHANGHAI
from ..exports import Refused
from .cluster import SparkFailed
from .result import TooManyBadRows
from .workers import WorkersLost

FAILURES = "failures.jsonl"
_EXPLAINED = (Refused, TooManyBadRows, ArchiveError, ArchiveBusy, WorkersLost, SparkFailed)


class Failure(BaseModel):
    """A run that ended without a result: when (wall time in China), over which files, after how long (s), and why."""

    at: datetime
    files: tuple[str, ...]
    seconds: float
    why: str


@contextmanager
def noting_failures(archive: Path, paths: Sequence[Path]) -> Iterator[None]:
    """Note an error that leaves the block in the archive, as far as there is one, and let it go on."""
    started = time.monotonic()
    try:
        yield
    except BaseException as error:
        note(archive, paths, error, time.monotonic() - started)
        raise


def note(archive: Path, paths: Sequence[Path], error: BaseException, seconds: float) -> None:
    """Note why these files were not published, after so many seconds."""
    failure = Failure(
        at=datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0),
        files=tuple(path.name for path in paths),
        seconds=round(seconds, 3),
        why=str(error) if isinstance(error, _EXPLAINED) else _unforeseen(error),
    )
    # A disk that is full, or an archive that never came to be, can't take the note; the error itself is told.
    with suppress(OSError), (archive / FAILURES).open("a", encoding="utf-8", errors=ESCAPED) as notes:
        notes.write(json.dumps(failure.model_dump(mode="json"), ensure_ascii=False) + "\n")


def failures(archive: Path, limit: int = 100) -> tuple[Failure, ...]:
    """The last failed runs, the newest first; a line that was cut off is left out."""
    try:
        lines = (archive / FAILURES).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    found = []
    for line in reversed(lines):
        with suppress(ValidationError):
            found.append(Failure.model_validate_json(line))
        if len(found) == limit:
            break
    return tuple(found)


def _unforeseen(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "被人停止。"
    return f"程序出错（{type(error).__name__}），请把命令行里的报错交给维护者。"
