"""Zip archives: their members' names and bytes, and refusing those that can't or mustn't be opened."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from qa_checker.exports.files.paths import HARMLESS, STEEPEST
from qa_checker.exports.files.scratch import as_file
from qa_checker.exports.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa_checker.exports.files.scratch import Bytes, Scratch

MOST_UNPACKED = 4 << 30
"""Bytes all members may have together."""

MOST_MEMBERS = 10_000
_CHUNK = 1 << 24
_ENCRYPTED, _IN_UTF8 = 0x1, 0x800
_WORKBOOK = "[Content_Types].xml"


def is_workbook(data: Bytes, file: str) -> bool:
    """Say whether a zip archive is an Excel workbook, by its directory alone."""
    return any(info.filename == _WORKBOOK for info in _directory(data, file).infolist())


def refuse_bombs(data: Bytes, file: str) -> None:
    """Refuse an archive that says it unpacks into too much, before anything is unpacked."""
    infos = _directory(data, file).infolist()
    size = sum(info.file_size for info in infos)
    swelling = sum(info.file_size for info in infos if info.file_size > STEEPEST * info.compress_size)
    if len(infos) > MOST_MEMBERS or size > MOST_UNPACKED or swelling > HARMLESS:
        problem = f"解开后有 {len(infos)} 个文件、{size / (1 << 20):,.0f} MB，大得不像聊天记录"
        raise Refused("too_large", file, problem, "请检查来源；确实要读就先自己解压，再按天或按店铺分开读")


@dataclass(frozen=True)
class Member:
    """A file inside an archive, labelled `archive.zip/its name`."""

    label: Path
    archive: zipfile.ZipFile
    info: zipfile.ZipInfo

    def content(self, scratch: Scratch) -> Bytes:
        """Unpack it. Raises Refused where it has a password, is damaged or larger than it says."""
        return _content(self.archive, self.info, str(self.label), scratch)


def members(data: Bytes, path: Path) -> list[Member]:
    """Give each file that isn't hidden, sorted by name."""
    refuse_bombs(data, str(path))
    archive = _directory(data, str(path))
    found = []
    for info in archive.infolist():
        parts = [part for part in PurePosixPath(_name(info).replace("\\", "/")).parts if part not in ("/", "..")]
        if not info.is_dir() and parts and not any(part.startswith((".", "~$", "__MACOSX")) for part in parts):
            found.append(Member(path.joinpath(*parts), archive, info))
    return sorted(found, key=lambda member: str(member.label))


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: str, scratch: Scratch) -> Bytes:
    if info.flag_bits & _ENCRYPTED:
        raise Refused("encrypted", file, "压缩包设了密码", "请用密码解压后再读")
    spool = scratch.spool()
    for chunk in _pieces(archive, info, file):
        spool.write(chunk)  # out here: a full disk is no fault of the archive's
        if spool.size > info.file_size:
            raise Refused("too_large", file, "解开后比压缩包里写明的还大", "请检查来源")
    return spool.content()


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: str) -> Iterator[bytes]:
    try:
        with archive.open(info) as member:
            while chunk := member.read(_CHUNK):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError):
        problem = "压缩包里的这个文件不完整、已损坏，或用了不认识的压缩方法"
        raise Refused("not_a_table", file, problem, "请重新压缩") from None


def _directory(data: Bytes, file: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(as_file(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        raise Refused("not_a_table", file, "压缩包不完整或已损坏", "请重新下载或重新压缩") from None


def _name(info: zipfile.ZipInfo) -> str:
    """Give a member's name; Windows writes Chinese ones in GB18030 without saying so."""
    if info.flag_bits & _IN_UTF8:
        return info.filename
    try:
        found = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return found.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename
