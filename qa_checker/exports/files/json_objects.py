"""The objects of a JSON file one by one: one a line, in an array, or over several lines each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_checker.exports.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa_checker.exports.files.encodings import Text
    from qa_checker.exports.files.scratch import Bytes

_HEAD = 1 << 16
_BETWEEN = " \t\r\n,[]"


@dataclass(frozen=True)
class Element:
    """An object as a line; `found` holds its bytes where they could not be decoded."""

    row: int
    line: bytes
    found: bytes | None


def elements(text: Text, file: str) -> Iterator[Element]:
    """Walk through the objects of a file, whether they stand one a line, in an array, or over several lines each."""
    return _elements_of_document(text, file) if is_document(text.data) else _elements_of_lines(text)


def is_document(data: Bytes) -> bool:
    """Say whether the file is one JSON document over several lines, or an array."""
    first, _, rest = data[:_HEAD].strip().partition(b"\n")
    goes_on = first.startswith(b"{") and not first.rstrip().endswith(b"}") and rest.lstrip().startswith((b'"', b"}"))
    return first.startswith(b"[") or goes_on


def _elements_of_lines(text: Text) -> Iterator[Element]:
    offset, row = 0, 1
    while offset < len(text.data):
        stop = text.data.find(b"\n", offset)
        stop = len(text.data) if stop < 0 else stop
        yield Element(row, text.data[offset:stop], text.bad_lines.get(offset))
        offset, row = stop + 1, row + 1


def _elements_of_document(text: Text, file: str) -> Iterator[Element]:
    """Walk through the objects of an array, or through objects written one after the other."""
    content = bytes(text.data)
    data = content.decode()
    bad_rows = {content.count(b"\n", 0, offset) + 1: found for offset, found in text.bad_lines.items()}
    decoder = json.JSONDecoder()
    position, row, counted = _next(data, 0, _BETWEEN), 1, 0
    while position < len(data):
        row, counted = row + data.count("\n", counted, position), position
        try:
            _, end = decoder.raw_decode(data, position)
        except (ValueError, RecursionError):
            raise _cut_off(file, row) from None
        line = data[position:end].replace("\r", " ").replace("\n", " ").encode()
        rows = range(row, row + data.count("\n", position, end) + 1)
        bad = [bad_rows[at] for at in rows if at in bad_rows]
        yield Element(row, line, b"\n".join(bad) if bad else None)
        position = _next(data, end, _BETWEEN)
    if data.lstrip().startswith("[") and not data.rstrip().endswith("]"):
        raise _cut_off(file, data.rstrip().count("\n") + 1)


def _cut_off(file: str, row: int) -> Refused:
    return Refused("not_a_table", file, "从这里起不是完整的 JSON，文件可能没有写完", "请重新导出", row)


def _next(data: str, position: int, between: str) -> int:
    """Skip what stands between objects."""
    while position < len(data) and data[position : position + 1] in between:
        position += 1
    return position
