"""Bytes to text: which encoding a file is in, and which of its lines can't be decoded in it."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from qa_checker.exports.export import Refused
from qa_checker.exports.scratch import IN_MEMORY, holds, let_go, pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qa_checker.exports.scratch import Bytes, Scratch

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MOST_BAD_LINES = 0.05  # more than this and the encoding was guessed wrongly
_FEW_LINES = 2  # so that one bad line doesn't condemn a file of ten
_HEAD = 4096
_MUCH = 1 << 23  # bytes at a time
_SAMPLE = 20_000  # lines that show which encoding it is
_STRETCHES, _STRETCH = 128, 1 << 16  # … or stretches of a large file, and their bytes


@dataclass(frozen=True)
class Text:
    """A text file as UTF-8 without a byte order mark; its lines end with LF or CRLF."""

    data: Bytes
    encoding: str  # that the file is in
    bad_lines: Mapping[int, bytes] = field(default_factory=dict)  # offset of the line in `data` → its bytes as found

    def in_memory(self) -> Text:
        """Give a text whose data are bytes, for layouts that are read whole."""
        return self if isinstance(self.data, bytes) else replace(self, data=bytes(self.data))

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


def decode(data: Bytes, file: str, encoding: str | None = None, scratch: Scratch = IN_MEMORY) -> Text:
    """Decode a file; `encoding` decides where given, else: byte order mark, strict UTF-8, GB18030, or refuse.

    A few lines that don't decode are no reason to give up the others: they are named in `Text.bad_lines`.
    """
    mark, marked = next(((mark, name) for mark, name in _BOMS if data[: len(mark)] == mark), (b"", None))
    if encoding is not None:
        name = _known(encoding, file)
        if marked and (name == marked or name == "utf-16"):
            return _File(data, len(mark), file, scratch).read(marked)
        return _File(data, 0, file, scratch).read(name)
    if marked:
        return _File(data, len(mark), file, scratch).read(marked)
    if b"\0" in data[:_HEAD].split(b"\n", 1)[0]:
        raise Refused("encoding_unknown", file, "第一行夹着空字节", "如果是 UTF-16 文件，请加 --encoding utf-16-le")
    return _File(data, 0, file, scratch).guessed()


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


@dataclass(frozen=True)
class _File:
    """The bytes of a text file behind its byte order mark, about to be decoded."""

    data: Bytes
    start: int
    file: str
    scratch: Scratch

    def read(self, encoding: str) -> Text:
        """Decode it as a whole or else line by line."""
        return self._strict(encoding) or self._line_by_line(encoding)

    def guessed(self) -> Text:
        """Guess between UTF-8 and GB18030, whole file first; lines that only ASCII is in prove neither."""
        utf8 = self._strict("utf-8")
        if utf8:
            return utf8
        sample = self._sample()
        few = max(_FEW_LINES, _MOST_BAD_LINES * len(sample))
        proof = {name: _count_lines(sample, name) for name in ("utf-8", "gb18030")}
        for name, (good, bad) in proof.items():
            if bad <= few and good > bad:
                return self.read(name)
        if proof["utf-8"][1] <= _MOST_BAD_LINES * len(sample):
            return self._line_by_line("utf-8")
        raise _unreadable(self.file, "UTF-8 和 GB18030 都读不通")

    def _sample(self) -> list[bytes]:
        """Take lines from all over the file."""
        if len(self.data) <= _MUCH:
            lines = bytes(self.data).split(b"\n")
            return lines[:: len(lines) // _SAMPLE + 1]
        lines = []
        for start in range(0, len(self.data), len(self.data) // _STRETCHES):
            lines += self.data[start : start + _STRETCH].split(b"\n")[1:-1]
        let_go(self.data)
        return lines

    def _strict(self, encoding: str) -> Text | None:
        """Decode piece by piece; UTF-8 is only checked, and stays where it is."""
        decoder = codecs.getincrementaldecoder(encoding)()
        keeps = encoding == "utf-8" and not self.start
        spool = self.scratch.spool()
        try:
            for piece in pieces_of(self.data, self.start):
                text = decoder.decode(piece)
                if not keeps:
                    spool.write(text.encode("utf-8", "replace"))
            spool.write(decoder.decode(b"", final=True).encode("utf-8", "replace"))
        except UnicodeDecodeError:
            return None
        return Text(_with_line_feeds(self.data if keeps else spool.content()), encoding)

    def _line_by_line(self, encoding: str) -> Text:
        """Decode what decodes; the other lines get substitute characters and are remembered as they were."""
        bad_lines: dict[int, bytes] = {}
        spool = self.scratch.spool()
        count = 0
        for line in _lines_of(self.data, self.start, "\n".encode(encoding)):
            if count:
                spool.write(b"\n")
            try:
                piece = line.decode(encoding).encode("utf-8", "replace")
            except UnicodeDecodeError:
                piece = line.decode(encoding, "replace").replace("\n", "\ufffd").encode("utf-8", "replace")
                bad_lines[spool.size] = line
            spool.write(piece)
            count += 1
        if len(bad_lines) > max(_FEW_LINES, count / 2):
            raise _unreadable(self.file, f"按 {encoding} 有 {len(bad_lines)} 行读不出来")
        return Text(spool.content(), encoding, bad_lines)


def _with_line_feeds(data: Bytes) -> Bytes:
    """Give files of the old Mac, whose lines end with CR alone, ordinary line ends."""
    return data if holds(data, b"\n") or not holds(data, b"\r") else bytes(data).replace(b"\r", b"\n")


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


def _lines_of(data: Bytes, start: int, line_feed: bytes) -> Iterator[bytes]:
    """Give the lines, the last one even if it is empty; a line feed stands where a unit of the encoding may."""
    width = len(line_feed)
    end, rest = start, b""
    while end < len(data):
        piece = rest + data[end : end + _MUCH]
        end += _MUCH
        if width == 1:
            *lines, rest = piece.split(line_feed)
        else:
            units = np.frombuffer(piece[: len(piece) - len(piece) % width], f"V{width}")
            stops = [int(stop) * width for stop in np.flatnonzero(units == np.void(line_feed))]
            starts = [0, *(stop + width for stop in stops)]
            lines, rest = [piece[a:b] for a, b in zip(starts, stops, strict=False)], piece[starts[-1] :]
        yield from lines
        let_go(data)
    yield rest


def _unreadable(file: str, problem: str) -> Refused:
    remedy = "请用 --encoding 指明编码（例如 utf-8、gb18030、utf-16），或另存为 UTF-8 后再读"
    return Refused("encoding_unknown", file, f"看不出文字编码，{problem}", remedy)
