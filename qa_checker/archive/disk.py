"""What the archive asks of the disk: a lock, writes that survive a power cut, errors a person can act on."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from qa_checker.archive.manifest import ArchiveError

WRITING = ".writing"
"""The folder in an archive for everything unfinished: nobody reads it, the holder of the lock clears it."""

ESCAPED = "backslashreplace"
"""File names that are not UTF-8 reach Python as lone surrogates; escaped like this they are valid JSON."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class ArchiveBusy(Exception):
    """Another run holds the archive; the message is plain Chinese."""


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold the archive for one writer; raises ArchiveBusy at once where another does. The killed let go."""
    lock = FileLock(root / ".lock", blocking=False)
    with explained(root):
        root.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout as busy:
            raise ArchiveBusy(f"另一个任务正在写入归档目录 {root}，请等它结束后再运行。") from busy
    try:
        yield
    finally:
        lock.release()


@contextmanager
def explained(root: Path) -> Iterator[None]:
    """Turn the system's errors into an ArchiveError that says what happened, where, and what helps."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            what, remedy = "磁盘空间不足或超出了配额", "请清理磁盘，或换一个归档目录"
        elif error.errno in _FORBIDDEN:
            what, remedy = "没有写入权限", "请检查目录权限，或换一个归档目录"
        else:
            what, remedy = os.strerror(error.errno or errno.EIO), "请检查该目录和磁盘"
        raise ArchiveError(
            f"写不进归档目录 {root}：{what}。{remedy}，然后重新运行；已发布的结果没有受影响。"
        ) from error


def write_durably(path: Path, text: str, root: Path) -> None:
    """Put a whole JSON file in place of the old one, or leave the old one: never half of either."""
    unfinished = root / WRITING / f"{path.name}.tmp"
    unfinished.write_text(text, encoding="utf-8", errors=ESCAPED, newline="\n")
    flush_file(unfinished)
    path.parent.mkdir(exist_ok=True)
    os.replace(unfinished, path)
    flush_folder(path.parent)


def flush_file(path: Path) -> None:
    """Wait until the content of a file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if os.name == "nt":  # Windows can't open a folder, and keeps its names in a journal
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
