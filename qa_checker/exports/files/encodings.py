"""Bytes to text: which encoding a file is in, and which of its lines can't be decoded in it."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from qa_checker.exports.files.scratch import IN_MEMORY, holds, let_go, pieces_of
from qa_checker.exports.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qa_checker.exports.files.scratch import Bytes, Scratch

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, which it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_FILES_ENCODING = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined")  # Python's own
_CONDEMNED_BY = 2  # so that one bad line doesn't condemn a file of three
_MUCH_TEXT, _MOSTLY = 20, 0.5  # Chinese characters that can be judged, and how many of them are common in Chinese
_MAYBE_UTF8 = re.compile(
    rb"(?<![\x80-\xff])(?:[\xc2-\xdf][\x80-\xbf][\x00-\x7f]*+)*+(?:[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})"
)
_OVERLAP = 64
_JUDGED = 1000  # lines that show which language it is
_HEAD = 4096
_MOST_BAD_LINES = 0.05  # of a file in ASCII otherwise
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
        if marked and marked.startswith(name):
            return _File(data, len(mark), file, scratch).read(marked)
        if name.startswith(("utf-16", "utf-32")) and b"\0" not in data[:_HEAD]:
            raise _unreadable(file, f"没有 {name} 文件里必有的空字节")
        return _File(data, 0, file, scratch).read(f"{name}-le" if name in ("utf-16", "utf-32") else name)
    if marked:
        return _File(data, len(mark), file, scratch).read(marked)
    first_line = data[:_HEAD].split(b"\n", 1)[0]
    if b"\0" in first_line:
        likely = _wide_encoding(first_line)
        remedy = f"如果是 {likely} 编码，请加 --encoding {likely}" if likely else "请导出成 CSV、Excel 再读"
        raise Refused("encoding_unknown", file, f"第一行夹着空字节{'' if likely else '，不是文本文件'}", remedy)
    return _File(data, 0, file, scratch).guessed()


def _wide_encoding(line: bytes) -> str:
    """Guess the encoding of two or four bytes a character by where its zeros stand; empty where they stand anywhere."""
    zeros = [line[place::4].count(0) for place in range(4)]
    characters = len(line) // 4
    if min(zeros[2:]) >= characters:
        return "" if zeros[0] >= characters else "utf-32-le"
    if min(zeros[:2]) >= characters:
        return "utf-32-be"
    if not zeros[0] + zeros[2]:
        return "utf-16-le"
    return "utf-16-be" if not zeros[1] + zeros[3] else ""


def _known(encoding: str, file: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)
    except (LookupError, ValueError):
        name = "undefined"
    if name.replace("-", "_") in _NO_FILES_ENCODING:
        raise Refused("encoding_unknown", file, f"不认识编码“{encoding}”", "请改用 utf-8、gb18030、utf-16 这样的名称")
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
        """Decode it as a whole or else line by line, as GB18030 must be: UTF-8 decodes in it, into other words."""
        strict = None if encoding == "gb18030" and self._holds_utf8() else self._strict(encoding)
        return strict or self._line_by_line(encoding)

    def _holds_utf8(self) -> bool:
        """Say whether some line is UTF-8; where its first character beyond ASCII may be, the whole line decides."""
        stop = self.start  # of the last line looked at
        for start in range(self.start, len(self.data), _MUCH):
            for found in _MAYBE_UTF8.finditer(self.data, start, start + _MUCH + _OVERLAP):
                if found.start() < stop:
                    continue
                line = self.data.rfind(b"\n", self.start, found.start()) + 1 or self.start
                stop = self.data.find(b"\n", found.start())
                stop = len(self.data) if stop < 0 else stop
                if _is_utf8(self.data[line:stop]):
                    return True
            let_go(self.data)
        return False

    def guessed(self) -> Text:
        """Guess between UTF-8 and GB18030, whole file first; lines that only ASCII is in prove neither."""
        utf8 = self._strict("utf-8")
        if utf8:
            return utf8
        sample = self._sample()
        for name in ("utf-8", "gb18030"):
            good, bad = _told_apart(sample, name)
            if len(good) > bad and (bad <= _CONDEMNED_BY or len(good) >= 2 * bad) and _looks_chinese(good, name):
                return self.read(name)
        if _told_apart(sample, "utf-8")[1] <= _MOST_BAD_LINES * len(sample):
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
        if encoding == "utf-8" and not self.start:
            return Text(_with_line_feeds(self.data), encoding) if self._is_utf8() else None
        decoder = codecs.getincrementaldecoder(encoding)()
        spool = self.scratch.spool()
        try:
            for piece in pieces_of(self.data, self.start):
                spool.write(decoder.decode(piece).encode("utf-8", "replace"))
            spool.write(decoder.decode(b"", final=True).encode("utf-8", "replace"))
        except UnicodeError:
            return None
        return Text(_with_line_feeds(spool.content()), encoding)

    def _is_utf8(self) -> bool:
        """Say whether all of it is UTF-8; Arrow sees that four times sooner than a decoder."""
        start, end = self.start, len(self.data)
        view = memoryview(self.data)
        while start < end:
            stop = min(start + _MUCH, end)
            while start < stop < end and view[stop] & 0xC0 == 0x80:  # inside a character
                stop -= 1
            offsets = pa.array([0, stop - start], pa.int64()).buffers()[1]
            text = pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(view[start:stop])])
            try:
                text.validate(full=True)
            except pa.ArrowInvalid:
                return False
            if stop == start:
                return False
            let_go(self.data)
            start = stop
        return True

    def _line_by_line(self, encoding: str) -> Text:
        """Decode what decodes; the other lines get substitute characters and are remembered as they were."""
        bad_lines: dict[int, bytes] = {}
        spool = self.scratch.spool()
        count = 0
        for line in _lines_of(self.data, self.start, "\n".encode(encoding)):
            if count:
                spool.write(b"\n")
            read = _decoded(line, encoding)
            if read is None:
                read = line.decode(encoding, "replace").replace("\n", "\ufffd")
                bad_lines[spool.size] = line
            spool.write(read.encode("utf-8", "replace"))
            count += 1
        if len(bad_lines) > max(_CONDEMNED_BY, count / 2):
            raise _unreadable(self.file, f"按 {encoding} 有 {len(bad_lines)} 行读不出来")
        return Text(spool.content(), encoding, bad_lines)


def _with_line_feeds(data: Bytes) -> Bytes:
    """Give files of the old Mac, whose lines end with CR alone, ordinary line ends."""
    return data if holds(data, b"\n") or not holds(data, b"\r") else bytes(data).replace(b"\r", b"\n")


def _decoded(line: bytes, encoding: str) -> str | None:
    """Decode a line; None where it isn't in this encoding."""
    if encoding == "gb18030" and _is_utf8(line):
        return None
    try:
        return line.decode(encoding)
    except UnicodeError:
        return None


def _is_utf8(line: bytes) -> bool:
    """Say whether a line holds Chinese in UTF-8; text in GB18030 hardly ever looks like three-byte characters."""
    if line.isascii():
        return False
    try:
        return any(character > "\u07ff" for character in line.decode())
    except UnicodeDecodeError:
        return False


def _told_apart(lines: list[bytes], encoding: str) -> tuple[list[str], int]:
    """Give the lines beyond ASCII that decode, and count those that don't."""
    read = [_decoded(line, encoding) for line in lines if not line.isascii()]
    good = [line for line in read if line is not None]
    return good, len(read) - len(good)


def _looks_chinese(lines: list[str], encoding: str) -> bool:
    """Say whether text guessed to be GB18030 is: Big5 and Shift JIS decode as well, into characters nobody uses."""
    if encoding != "gb18030":
        return True
    some = lines[:: len(lines) // _JUDGED + 1]
    characters = Counter(character for line in some for character in line if "\u3400" <= character <= "\uf8ff")
    common = sum(count for character, count in characters.items() if _is_common(character))
    return characters.total() < _MUCH_TEXT or common >= _MOSTLY * characters.total()


def _is_common(character: str) -> bool:
    """Say whether a character is of GB 2312's first level, the 3,755 most used ones."""
    found = character.encode("gb2312", "ignore")
    return bool(found) and found[0] < 0xD8


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
