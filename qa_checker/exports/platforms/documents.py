"""Reading a platform's JSON, be it one document, an array, or one object a line, into records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from qa_checker.exports.cells.json_fields import NotAWord
from qa_checker.exports.cells.notices import Cells, settled
from qa_checker.exports.files.json_objects import Element, elements
from qa_checker.exports.platforms import PLATFORMS
from qa_checker.exports.platforms.platform import CannotBeRead, Nested, NotAChat
from qa_checker.exports.problems import Refused, Reject
from qa_checker.exports.records import Fields, Records, detail, text_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa_checker.exports.files.encodings import Text
    from qa_checker.exports.platforms.platform import Platform

_LOOKED_AT = 20  # objects of a file by which its platform is recognised


@dataclass(frozen=True)
class _Row:
    row: int
    found: object
    cells: Cells


@dataclass(frozen=True)
class _Unreadable:
    found: object
    reason: str


def platform_of(text: Text, file: str) -> Platform | None:
    """Recognise whose JSON it is by its first objects; None where it is nobody's we know."""
    try:
        for element in islice(elements(text, file), _LOOKED_AT):
            found = _parsed(element)
            platform = next((one for one in PLATFORMS if found is not None and _is_of(one, found)), None)
            if platform is not None:
                return platform
    except Refused:
        return None  # whoever reads it says where it breaks off
    return None


def _is_of(platform: Platform, found: dict[str, Any]) -> bool:
    return any(
        isinstance(one.message, dict) and platform.is_message(one.message)
        for one in islice(platform.unfold(found), _LOOKED_AT)
    )


def read_platform(platform: Platform, text: Text, file: str, progress: Callable[[int], None]) -> Records:
    """Read every message; a row of the file is the line where the object starts that holds the message."""
    rows: list[_Row] = []
    rejects: list[Reject] = []
    for element in elements(text, file):
        for one in _messages(platform, element, file):
            if isinstance(one, _Unreadable):
                rejects.append(Reject(file, element.row, one.reason, detail(one.reason), _written(one.found)))
            else:
                rows.append(one)
    progress(len(rows) + len(rejects))
    names = dict.fromkeys(name for row in rows for name in row.cells) or {"session_id": None}

    def raw(record: int) -> bytes:
        return _written(rows[record].found)

    def fields(record: int) -> Fields:
        return {**rows[record].cells, "message": rows[record].found}

    return Records(
        *(file, platform.name, text.encoding),
        text_table({name: [row.cells.get(name) for row in rows] for name in names}),
        *(np.array([row.row for row in rows], np.int64), raw, fields),
        rejects=tuple(rejects),
        parties=platform.parties,
    )


def _messages(platform: Platform, element: Element, file: str) -> Iterator[_Row | _Unreadable]:
    """Give the messages of an object; none where it is a conversation in which nothing was said."""
    if not element.line.strip():
        return
    if element.found is not None:
        yield _Unreadable(element.found, "bad_encoding")
        return
    found = _parsed(element)
    if found is None:
        yield _Unreadable(element.line, "bad_json")
        return
    nested = list(platform.unfold(found))
    if not nested and not _holds_empty_list(found):
        nested = [Nested(found, {})]
    for one in nested:
        yield _message(platform, one, element.row, file)


def _message(platform: Platform, one: Nested, row: int, file: str) -> _Row | _Unreadable:
    if not isinstance(one.message, dict):
        return _Unreadable(one.message, "bad_json")
    try:
        return _Row(row, one.message, settled(platform.cells(one.message, one.around)))
    except NotAWord:
        return _Unreadable(one.message, "bad_json")
    except NotAChat:
        return _Unreadable(one.message, "not_a_chat")
    except CannotBeRead as problem:
        raise Refused(problem.reason, file, problem.problem, problem.remedy, row) from None


def _holds_empty_list(found: object, depth: int = 3) -> bool:
    if isinstance(found, list):
        return not found
    return isinstance(found, dict) and depth > 0 and any(_holds_empty_list(one, depth - 1) for one in found.values())


def _parsed(element: Element) -> dict[str, Any] | None:
    try:
        found = json.loads(element.line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _written(found: object) -> bytes:
    if isinstance(found, bytes):
        return found.rstrip(b"\r")
    return json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
