"""JSON that isn't one message a line, brought into that form: arrays, sessions with their messages inside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from qa_checker.exports.encodings import Text
from qa_checker.exports.export import Refused
from qa_checker.exports.scratch import holds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from qa_checker.exports.scratch import Bytes

NESTED = "messages"
"""Where an object that is a session keeps its messages."""

_OF_A_MESSAGE = frozenset(("session_id", "message_id", "role"))
_HEAD = 1 << 16
_BETWEEN = " \t\r\n,[]"


@dataclass(frozen=True)
class Unfolded:
    """One message a line."""

    text: Text
    layout: str  # jsonl | json
    rows: NDArray[np.int64] | None = None  # the row in the file each line comes from, where that isn't the line itself


@dataclass(frozen=True)
class Element:
    """An object as a line; `found` holds its bytes where they could not be decoded."""

    row: int
    line: bytes
    found: bytes | None


def unfold(text: Text, file: str, name_of: Callable[[str], str | None]) -> Unfolded:
    """Bring JSON into lines of one message each; text that already is stays as it is."""
    whole = _is_whole(text.data)
    if not whole and not _is_one_line(text.data) and not holds(text.data, f'"{NESTED}"'.encode()):
        return Unfolded(text, "jsonl")
    text = text.in_memory()
    lines: list[bytes] = []
    rows: list[int] = []
    bad_lines: dict[int, bytes] = {}
    offset = 0
    objects = list(elements(text, file))
    for element in objects:
        for line in (
            [element.line] if element.found is not None else _messages(element.line, name_of, len(objects) == 1)
        ):
            if element.found is not None:
                bad_lines[offset] = element.found
            lines.append(line)
            rows.append(element.row)
            offset += len(line) + 1
    unfolded = Text(b"\n".join(lines), text.encoding, bad_lines)
    return Unfolded(unfolded, "json" if whole else "jsonl", np.array(rows, np.int64))


def elements(text: Text, file: str) -> Iterator[Element]:
    """Walk through the objects of a file, whether they stand one a line, in an array, or over several lines each."""
    return _elements_of_document(text, file) if _is_whole(text.data) else _elements_of_lines(text)


def _is_whole(data: Bytes) -> bool:
    """Say whether the file is one JSON document over several lines, or an array."""
    first, _, rest = data[:_HEAD].strip().partition(b"\n")
    goes_on = first.startswith(b"{") and not first.rstrip().endswith(b"}") and rest.lstrip().startswith((b'"', b"}"))
    return first.startswith(b"[") or goes_on


def _is_one_line(data: Bytes) -> bool:
    return data.find(b"\n") in (-1, len(data) - 1)


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


def _messages(line: bytes, name_of: Callable[[str], str | None], is_alone: bool) -> list[bytes]:
    """Give each message of a session its session's fields; its own go first."""
    if not is_alone and f'"{NESTED}"'.encode() not in line:
        return [line]
    try:
        session = json.loads(line)
    except (ValueError, RecursionError):
        return [line]
    if not isinstance(session, dict):
        return [line]
    if isinstance(session.get(NESTED), list) and session[NESTED]:
        shared = {key: value for key, value in session.items() if key != NESTED}
        return [_with_session(message, shared, name_of) for message in session[NESTED]]
    inside = _inside(session, name_of) if is_alone else []
    return [_with_session(message, {}, name_of) for message in inside] or [line]


def _inside(answer: dict[str, Any], name_of: Callable[[str], str | None]) -> list[Any]:
    """Give the one list of objects in what is no message itself: servers answer `{"code": 0, "data": [{…}]}`."""
    if _OF_A_MESSAGE.intersection(map(name_of, answer)):
        return []
    lists = [value for value in answer.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    if len(lists) == 1:
        return lists[0]
    deeper = [value for value in answer.values() if isinstance(value, dict)]
    return _inside(deeper[0], name_of) if not lists and len(deeper) == 1 else []


def _with_session(message: Any, shared: dict[str, Any], name_of: Callable[[str], str | None]) -> bytes:
    if isinstance(message, dict):
        own = {name_of(key) for key in message} - {None}
        message = {**{key: value for key, value in shared.items() if name_of(key) not in own}, **message}
    return json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")
