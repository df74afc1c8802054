"""Taking delimited text apart line by line, so that a damaged row costs its neighbours nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qa_checker.exports.files.scratch import Bytes

LONGEST_RECORD = 1 << 25
"""Bytes after which an open quote is taken for forgotten, not for a long message."""


class Record(NamedTuple):
    """One record: its cells, or why it could not be taken apart; `data[start:end]`, `lines` lines long."""

    cells: list[str] | None
    reason: str
    start: int
    end: int
    lines: int


@dataclass(frozen=True)
class Grammar:
    """How the records of one file are written."""

    delimiter: str
    fields: int
    looks_like_record: Callable[[list[str]], bool]  # of a line's cells: would it make sense by itself?


def records(data: Bytes, start: int, end: int, grammar: Grammar) -> Iterator[Record]:
    """Yield the records that start before `end`; the last may reach beyond it. Blank lines are none."""
    while start < end:
        stop = data.find(b"\n", start) + 1 or len(data)
        line = _text(data, start, stop)
        if line.strip():
            record = _record(data, start, stop, line, grammar)
            yield record
            stop = record.end
        start = stop


def _record(data: Bytes, start: int, stop: int, line: str, grammar: Grammar) -> Record:
    cells, state = split(line, grammar.delimiter)
    if state == "open":
        return _over_several_lines(data, start, stop, grammar)
    reason = state or ("" if len(cells) == grammar.fields else "field_count")
    return Record(None if reason else cells, reason, start, stop, 1)


def _over_several_lines(data: Bytes, start: int, first_stop: int, grammar: Grammar) -> Record:
    """Look for the other quote in the following lines, but not past one that makes sense as a record by itself."""
    unclosed = Record(None, "unclosed_quote", start, first_stop, 1)
    stop, lines = first_stop, 1
    while stop < len(data) and stop - start <= LONGEST_RECORD:
        next_stop = data.find(b"\n", stop) + 1 or len(data)
        line = _text(data, stop, next_stop)
        cells, state = split(line, grammar.delimiter)
        if not state and len(cells) == grammar.fields and grammar.looks_like_record(cells):
            return unclosed
        stop, lines = next_stop, lines + 1
        if _STILL_INSIDE.fullmatch(line):
            continue
        cells, state = split(_text(data, start, stop), grammar.delimiter)
        if state == "bad_quote" or stop - start > LONGEST_RECORD:
            return unclosed
        if not state:
            reason = "" if len(cells) == grammar.fields else "field_count"
            return Record(None if reason else cells, reason, start, stop, lines)
    return unclosed


def split(record: str, delimiter: str) -> tuple[list[str], str]:
    """Split a record into cells; the state is `open` in an unclosed quote, `bad_quote` at a stray one, else empty."""
    if '"' not in record:
        return record.split(delimiter), ""
    cell = _cell(delimiter)
    cells: list[str] = []
    position = 0
    while True:
        found = cell.match(record, position)
        if found is None:
            return cells, "open" if _only_opened(record, position) else "bad_quote"
        quoted = found["quoted"]
        cells.append(found["bare"] if quoted is None else quoted.replace('""', '"'))
        position = found.end() + 1
        if found.end() == len(record):
            return cells, ""


@lru_cache
def _cell(delimiter: str) -> re.Pattern[str]:
    mark = re.escape(delimiter)
    return re.compile(f'(?:"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"|(?P<bare>[^"{mark}]*+))(?={mark}|\\Z)')


_STILL_INSIDE = re.compile(r'[^"]*+(?:""[^"]*+)*+')
_OPENED = re.compile(r'"[^"]*+(?:""[^"]*+)*+\Z')


def _only_opened(record: str, position: int) -> bool:
    return _OPENED.match(record, position) is not None


def _text(data: Bytes, start: int, stop: int) -> str:
    """Give the text of some lines without the last line break."""
    text = data[start:stop].decode()
    if text.endswith("\n"):
        text = text[:-1]
    return text.removesuffix("\r")
