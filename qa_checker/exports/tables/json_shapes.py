"""JSON that isn't one message a line, brought into that form: arrays, sessions with their messages inside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from qa_checker.exports.files.encodings import Text
from qa_checker.exports.files.json_objects import elements, is_document
from qa_checker.exports.files.scratch import holds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from qa_checker.exports.files.scratch import Bytes

NESTED = "messages"
"""Where an object that is a session keeps its messages."""

_OF_A_MESSAGE = frozenset(("session_id", "message_id", "role"))


@dataclass(frozen=True)
class Unfolded:
    """One message a line."""

    text: Text
    layout: str  # jsonl | json
    rows: NDArray[np.int64] | None = None  # the row in the file each line comes from, where that isn't the line itself


def unfold(text: Text, file: str, name_of: Callable[[str], str | None]) -> Unfolded:
    """Bring JSON into lines of one message each; text that already is stays as it is."""
    whole = is_document(text.data)
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


def _is_one_line(data: Bytes) -> bool:
    return data.find(b"\n") in (-1, len(data) - 1)


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
