"""Which files an export consists of, and their bytes."""

from __future__ import annotations

import errno
import glob
import gzip
import hashlib
import os
import zlib
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from qa_checker.exports.files.scratch import IN_MEMORY, Bytes, Scratch, as_file
from qa_checker.exports.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LARGEST_FILE = 4 << 30
"""Bytes of the largest file that is read, unpacked."""

STEEPEST, HARMLESS = 200, 64 << 20
"""Chats shrink to a tenth or so; what shrinks to less than 1 / STEEPEST and unpacks to more than HARMLESS is a bomb."""

READABLE = (".csv", ".tsv", ".txt", ".log", ".jsonl", ".ndjson", ".json", ".xlsx", ".xls", ".parquet", ".zip")
PIPED = "qa-checker-stdin-"
"""How the name of a folder begins in which standard input lies as a file."""

_IGNORED = (".py", ".yaml", ".yml", ".md")
_CHUNK = 1 << 24
_WHY = {
    errno.EACCES: "没有读取权限",
    errno.EPERM: "没有读取权限",
    errno.ENOENT: "它不见了",
    errno.ENAMETOOLONG: "名字太长",
    errno.EIO: "磁盘读取出错",
}


def find_files(paths: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """Give the files in the order named, a folder's and a pattern's sorted by name, and a warning for each skipped."""
    files: list[Path] = []
    warnings: list[str] = []
    for path in chain.from_iterable(map(_matching, paths)):
        if path.is_dir():
            inside, skipped = _in_folder(path)
            files.extend(inside)
            warnings.extend(skipped)
        elif path.is_file():
            files.append(path)
        elif path.exists():
            raise Refused("not_found", str(path), "不是普通文件（管道、设备等）", "请存成文件，或用 - 从标准输入读")
        else:
            raise Refused("not_found", str(path), "找不到这个文件或文件夹", "请检查路径")
    return files, warnings


def _matching(path: Path) -> list[Path]:
    """Give what a pattern like `exports/2026-*.csv` stands for, where no shell has done so."""
    try:
        if path.exists() or not glob.has_magic(str(path)):
            return [path]
    except OSError as problem:  # a name that is too long, say
        raise _unopened(str(path)[:100], problem) from None
    found = sorted(map(Path, glob.glob(str(path))))
    if not found:
        raise Refused("not_found", str(path), "没有文件符合这个写法", "请检查路径")
    return found


def _in_folder(folder: Path) -> tuple[list[Path], list[str]]:
    files, warnings = [], []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")) or path.suffix.lower() in _IGNORED:
            continue  # ~$ is what Excel leaves beside an open workbook
        if path.is_dir():
            warnings.append(f"{called(path)}：没有读子文件夹，需要时请单独指定")
        elif not path.is_file():
            warnings.append(f"{called(path)}：不是普通文件（管道、断了的链接等），已跳过")
        elif suffix_of(path) in READABLE:
            files.append(path)
        else:
            warnings.append(f"{called(path)}：不认识的文件类型，已跳过")
    if not files:
        remedy = f"可以读的有 {'、'.join(READABLE)}，也可以是它们的 .gz"
        raise Refused("empty_file", str(folder), "文件夹里没有可以读的文件", remedy)
    return files, warnings


def suffix_of(path: Path) -> str:
    """Give the suffix in small letters, of what is inside for a .gz."""
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix


def called(path: Path) -> Path:
    """Name a file for people: standard input without the folder it was put in, a name that isn't UTF-8 escaped."""
    known = Path(path.name) if path.parent.name.startswith(PIPED) else path
    return Path(str(known).encode(errors="backslashreplace").decode())


def load(path: Path, scratch: Scratch = IN_MEMORY) -> tuple[Bytes, str]:
    """Give a file's bytes as they lie on the disk, and their SHA-256.

    A large file is copied and not mapped where it lies: whoever cuts off a mapped file kills those who read it.
    Raises Refused where it can't be read, or changes meanwhile.
    """
    spool, digest = scratch.spool(), hashlib.sha256()
    for chunk in _chunks(path):
        spool.write(chunk)
        digest.update(chunk)
    return spool.content(), digest.hexdigest()


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file as it lies on the disk."""
    digest = hashlib.sha256()
    for chunk in _chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    name = str(called(path))
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            if before.st_size > LARGEST_FILE:
                raise _too_large(name)
            left = before.st_size  # and no more: somebody may write faster than we read
            while chunk := file.read(min(left, _CHUNK)):
                yield chunk
                left -= len(chunk)
            after = os.fstat(file.fileno())
    except OSError as problem:
        raise _unopened(name, problem) from None
    if left or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise changed(name)


def _unopened(file: str, problem: OSError) -> Refused:
    why = _WHY.get(problem.errno or 0, f"系统错误 {problem.errno}")
    return Refused("not_found", file, f"文件打不开，{why}", "请检查路径、权限和磁盘")


def changed(file: str) -> Refused:
    """Refuse a file that is another by now: nobody could say later what was scored."""
    return Refused("changed", file, "读的时候文件变了，多半还在写入", "请等它写完，再运行同样的命令")


def unpacked(data: Bytes, path: Path, scratch: Scratch = IN_MEMORY) -> Bytes:
    """Unpack a .gz; anything else stays as it is."""
    if data[:2] != b"\x1f\x8b":
        return data
    spool = scratch.spool()
    for chunk in _unpacked_pieces(data, path):
        spool.write(chunk)  # out here: a full disk is no fault of the file's
        if spool.size > LARGEST_FILE:
            raise _too_large(str(path))
        if spool.size > max(HARMLESS, STEEPEST * len(data)):
            raise Refused("too_large", str(path), "压缩文件解开后大得不像聊天记录", "请检查来源")
    return spool.content()


def _unpacked_pieces(data: Bytes, path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(as_file(data)) as packed:
            while chunk := packed.read(_CHUNK):
                yield chunk
    except (OSError, EOFError, zlib.error):
        raise Refused("not_a_table", str(path), "压缩文件不完整或已损坏", "请重新下载") from None


def _too_large(file: str) -> Refused:
    return Refused("too_large", file, f"文件超过 {LARGEST_FILE >> 30} GB", "请按天或按店铺拆成几个文件")
