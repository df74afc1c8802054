"""Puts the newest edition of the rules in force: as files beside the archive, where the next night finds them."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ..archive.disk import explained, flush_folder
from ..rulebook import EDITIONS, IN_FORCE, RulebookError, lexicons
from .database import Desk
from .editions import editions, texts_of


def put_in_force(desk: Desk, archive: Path) -> int:
    """Write the newest edition beside the archive unless it is there; its number, 0 where nothing was published.

    The desk says which edition is the newest; the files follow it, also after a crash between the two or when two
    supervisors published at once. A night that is reading meanwhile keeps its edition: each has a folder of its own.
    Raises ArchiveError where the disk refuses.
    """
    while True:
        newest = next((each.number for each in editions(desk)), 0)
        if newest in (0, number_in_force(archive)):
            return newest
        with explained(archive):
            folder = archive / EDITIONS / str(newest)
            if not (folder / "rules").is_dir():
                write_texts(texts_of(desk, newest), folder)
            _point_to(newest, archive / EDITIONS / IN_FORCE)


def number_in_force(archive: Path) -> int:
    """The edition that a night would use now; 0: the installation's own rules, or one that is not there any more."""
    try:
        folder = lexicons(archive)
    except RulebookError:
        return 0
    return int(folder.name) if folder.parent == archive / EDITIONS and folder.name.isdecimal() else 0


def texts(folder: Path) -> dict[str, str]:
    """The texts of all files of a lexicons folder by their path below it."""
    found = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".txt"))
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8-sig") for path in found}


def write_texts(written: Mapping[str, str], folder: Path) -> None:
    """Write a lexicons folder whole or not at all; one that is there already stays."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        for name, text in written.items():
            path = unfinished / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        unfinished.chmod(0o755)
        try:
            unfinished.rename(folder)
        except OSError:
            if not folder.is_dir():  # else somebody wrote the same edition a moment earlier
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _point_to(number: int, pointer: Path) -> None:
    with tempfile.NamedTemporaryFile("w", dir=pointer.parent, prefix=".", delete=False, encoding="utf-8") as unfinished:
        unfinished.write(f"{number}\n")
        unfinished.flush()
        os.fsync(unfinished.fileno())
    path = Path(unfinished.name)
    path.chmod(0o644)
    path.replace(pointer)
    flush_folder(pointer.parent)
