"""Chats exported by 京东咚咚 as text: conversations between marker lines, each message below its nick and time.

Certain: `/***以下为一通会话***/` and `/***会话结束…***/` around each conversation, `昵称 2026-08-19 21:12:33` above
the words, tabs at line ends. Not in the file: who is staff. Nicks tell where they can (masked, jd_…, …客服…),
otherwise how people speak; the counts are reported. A conversation has no number, so its customer and start name it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from qa_checker.exports.cells.times import read_time
from qa_checker.exports.speakers.nicks import told_by_nicks
from qa_checker.exports.texts.passages import Lines, first_lines, records_of
from qa_checker.exports.texts.spoken import Spoken, with_sides

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qa_checker.exports.cells.notices import Cells
    from qa_checker.exports.files.encodings import Text
    from qa_checker.exports.records import Records

_CHANNEL = "京东"
_STARTS = re.compile(r"/\*+\s*以下为一通会话\s*\*+/")
_ENDS = re.compile(r"/\*+\s*会话结束.*\*+/")
_HEADER = re.compile(
    r"(?P<nick>\S.{0,60}?)\s+(?P<time>\d{4}[-/]\d{1,2}[-/]\d{1,2}[T ]\s*\d{1,2}:\d{2}(?::\d{2})?)", re.ASCII
)


def looks_like_dongdong(text: Text) -> bool:
    """Say whether a conversation starts with the marker of 咚咚."""
    return any(_STARTS.fullmatch(line.strip()) for line in first_lines(text))


def read_dongdong(text: Text, file: str, progress: Callable[[int], None]) -> Records:
    """Read messages; lines outside conversations and before the first nick of one are set aside."""
    lines = Lines(text, file)
    messages, strays = _messages(lines.texts)
    starts: dict[int, str] = {}
    for message in messages:
        starts.setdefault(message.chat, _started(message.time))

    def session(message: Spoken, customer: str | None) -> Cells:
        return {"session_id": f"{_CHANNEL}/{customer or message.nick}/{starts[message.chat]}"}

    passages = with_sides(messages, _CHANNEL, session)
    told = told_by_nicks(file, [passage.cells["role"] for passage in passages])
    return records_of(lines, "dongdong", passages, strays, progress, warnings=told)


def _messages(lines: Sequence[str]) -> tuple[list[Spoken], list[int]]:
    """Find the messages, and the lines that belong to none."""
    messages: list[Spoken] = []
    strays: list[int] = []
    chat, inside, is_open = 0, True, False
    for at, line in enumerate(lines):
        stripped = line.strip()
        if _STARTS.fullmatch(stripped) or _ENDS.fullmatch(stripped):
            chat, inside, is_open = chat + 1, bool(_STARTS.fullmatch(stripped)), False
        elif inside and (header := _HEADER.fullmatch(stripped)):
            messages.append(Spoken(at, at + 1, chat, header["nick"], header["time"], []))
            is_open = True
        elif is_open:
            messages[-1].goes_on(line.rstrip("\t"))
        else:
            strays.append(at)
    return messages, strays


def _started(time: str) -> str:
    """Write when a conversation started, so that its name stays the same in every export."""
    moment = read_time(time)
    return time if moment is None else f"{datetime.fromtimestamp(moment[0] / 1000, UTC):%Y%m%d-%H%M%S}"
