"""Bytes to text: which encoding a file is in, and which of its lines can't be decoded in it."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from qa_checker.exports.export import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MOST_BAD_LINES = 0.05  # more than this and the encoding was guessed wrongly
_FEW_LINES = 2  # so that one bad line doesn't condemn a file of ten
_HEAD = 4096
_PIECE = 1 << 23
_SAMPLE = 20_000  # lines that show which encoding it is


@dataclass(frozen=True)
class Text:
    """A text file as UTF-8 without a byte order mark; its lines end with LF or CRLF."""

    data: bytes
    encoding: str  # that the file is in
    bad_lines: Mapping[int, bytes] = field(default_factory=dict)  # offset of the line in `data` → its bytes as found

    def raw(self, start: int, end: int) -> bytes:
        """Give the bytes of the file behind `data[start:end]`, without the last line break."""
        if not self.bad_lines:
            return self._as_found(start, end)
        lines = []
        while start < end:
            stop = self.data.find(b"\n", start, end) + 1 or end
            lines.append(self.bad_lines.get(start) or self._as_found(start, stop))
            start = stop
        return b"\n".join(lines)

    def _as_found(self, start: int, end: int) -> bytes:
        piece = self.data[start:end].rstrip(b"\r\n")
        return piece if self.encoding == "utf-8" else piece.decode().encode(self.encoding, "replace")


def decode(data: bytes, file: str, encoding: str | None = None) -> Text:
    """Decode a file; `encoding` decides where given, else: byte order mark, strict UTF-8, GB18030, or refuse.

    A few lines that don't decode are no reason to give up the others: they are named in `Text.bad_lines`.
    """
    bom, marked = next(((mark, name) for mark, name in _BOMS if data.startswith(mark)), (b"", None))
    if encoding is not None:
        name = _known(encoding, file)
        if marked and (name == marked or name == "utf-16"):
            data, name = data[len(bom) :], marked
        return _strict(data, name) or _line_by_line(data, name, file)
    if marked:
        return _strict(data[len(bom) :], marked) or _line_by_line(data[len(bom) :], marked, file)
    if b"\0" in data[:_HEAD].split(b"\n", 1)[0]:
        raise Refused("encoding_unknown", file, "第一行夹着空字节", "如果是 UTF-16 文件，请加 --encoding utf-16-le")
    return _guessed(data, file)


def _known(encoding: str, file: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)
    except LookupError:
        remedy = "常用的有 utf-8、gb18030、utf-16"
        raise Refused("encoding_unknown", file, f"不认识编码“{encoding}”", remedy) from None
    if name in ("gbk", "gb2312"):
        return "gb18030"  # holds both, and what calls itself gb2312 rarely is
    return "utf-8" if name == "utf-8-sig" else name


def _strict(data: bytes, encoding: str) -> Text | None:
    try:
        if encoding == "utf-8":
            _check_utf8(data)
        else:
            data = data.decode(encoding).encode("utf-8", "replace")
    except UnicodeDecodeError:
        return None
    return Text(_with_line_feeds(data), encoding)


def _check_utf8(data: bytes) -> None:
    """Decode piece by piece and keep nothing: decoded whole, a file takes twice its size."""
    view, start = memoryview(data), 0
    while start < len(data):
        end = start + _PIECE
        start += codecs.utf_8_decode(view[start:end], "strict", end >= len(data))[1]


def _with_line_feeds(data: bytes) -> bytes:
    """Give files of the old Mac, whose lines end with CR alone, ordinary line ends."""
    return data.replace(b"\r", b"\n") if b"\n" not in data and b"\r" in data else data


def _guessed(data: bytes, file: str) -> Text:
    """Guess between UTF-8 and GB18030, whole file first; lines that only ASCII is in prove neither."""
    utf8 = _strict(data, "utf-8")
    if utf8:
        return utf8
    lines = data.split(b"\n")
    sample = lines[:: len(lines) // _SAMPLE + 1]
    few = max(_FEW_LINES, _MOST_BAD_LINES * len(sample))
    proof = {name: _count_lines(sample, name) for name in ("utf-8", "gb18030")}
    for name, (good, bad) in proof.items():
        if bad <= few and good > bad:
            return _strict(data, name) or _line_by_line(data, name, file)
    if proof["utf-8"][1] <= _MOST_BAD_LINES * len(sample):
        return _line_by_line(data, "utf-8", file)
    raise _unreadable(file, "UTF-8 和 GB18030 都读不通")


def _count_lines(lines: list[bytes], encoding: str) -> tuple[int, int]:
    """Count the lines beyond ASCII that decode, and those that don't."""
    good = bad = 0
    for line in lines:
        if line.isascii():
            continue
        try:
            line.decode(encoding)
            good += 1
        except UnicodeDecodeError:
            bad += 1
    return good, bad


def _line_by_line(data: bytes, encoding: str, file: str) -> Text:
    """Decode what decodes; the other lines get substitute characters and are remembered as they were."""
    line_feed = "\n".encode(encoding)
    found = _lines_of(data, line_feed)
    bad_lines: dict[int, bytes] = {}
    decoded: list[bytes] = []
    offset = 0
    for line in found:
        try:
            piece = line.decode(encoding).encode("utf-8", "replace")
        except UnicodeDecodeError:
            piece = line.decode(encoding, "replace").replace("\n", "\ufffd").encode("utf-8", "replace")
            bad_lines[offset] = line
        decoded.append(piece)
        offset += len(piece) + 1
    if len(bad_lines) > max(_FEW_LINES, len(found) / 2):
        raise _unreadable(file, f"按 {encoding} 有 {len(bad_lines)} 行读不出来")
    return Text(b"\n".join(decoded), encoding, bad_lines)


def _lines_of(data: bytes, line_feed: bytes) -> list[bytes]:
    width = len(line_feed)
    if width == 1:
        return data.split(line_feed)
    whole = data[: len(data) - len(data) % width]
    units = np.frombuffer(whole, dtype=f"V{width}")
    stops = np.flatnonzero(units == np.void(line_feed)) * width
    starts = [0, *(int(stop) + width for stop in stops)]
    return [data[start:stop] for start, stop in zip(starts, [*map(int, stops), len(data)], strict=True)]


def _unreadable(file: str, problem: str) -> Refused:
    remedy = "请用 --encoding 指明编码（例如 utf-8、gb18030、utf-16），或另存为 UTF-8 后再读"
    return Refused("encoding_unknown", file, f"看不出文字编码，{problem}", remedy)
