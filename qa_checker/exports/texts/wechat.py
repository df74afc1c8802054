"""WeChat and QQ chats as text, as several tools write them: name and time above the words, or all on one line.

Certain are the shapes: `2026-10-05 21:40:12 老王` or `老王 2026-10-05 21:40:12` above the words, and in one line
`2024-01-01 12:00:00 张三: 你好`, the time perhaps in brackets; QQ's message manager writes
`2014-05-05 22:33:44 昵称(12345)` with ==== rules and 消息分组/消息对象 lines between people. Not in the file: who is
staff. How people speak decides, and it is reported.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from qa_checker.exports.speakers.nicks import told_by_nicks
from qa_checker.exports.texts.passages import Lines, first_lines, records_of
from qa_checker.exports.texts.spoken import Spoken, with_sides

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qa_checker.exports.cells.notices import Cells
    from qa_checker.exports.files.encodings import Text
    from qa_checker.exports.records import Records

_WHEN = r"[\[【]?(?P<time>\d{4}[-/]\d{1,2}[-/]\d{1,2}\s+\d{1,2}:\d{2}(?::\d{2})?)[\]】]?"
_STARTS_WITH_TIME = re.compile(rf"{_WHEN}\s+\S.*", re.ASCII)
_TIME_FIRST = re.compile(  # a shop's sub-account has a colon in its name
    rf"{_WHEN}\s+(?P<nick>[^\s:：][^:：]{{0,60}}(?:[:：][^\s:：，。！？,!?]{{1,20}})?)", re.ASCII
)
_NAME_FIRST = re.compile(rf"(?P<nick>[^\s:：][^:：]{{0,60}}?)\s+{_WHEN}", re.ASCII)
_ONE_LINE = re.compile(rf"{_WHEN}\s+(?P<nick>[^\s:：][^:：]{{0,60}})[:：]\s?(?P<words>.*)", re.ASCII)
_QQ_NICK = re.compile(r"(?P<name>.*?)(?:\((?P<number>\d{5,12})\)|<(?P<mail>[^<>\s]+@[^<>\s]+)>)")
_RULE = re.compile(r"={8,}")
_PARTNER = re.compile(r"消息对象[:：]\s*(?P<name>.+)")
_TITLE = re.compile(r"消息记录（此消息记录为文本格式.*|消息(?:分组|对象)[:：].*")


def looks_like_wechat_text(text: Text) -> bool:
    """Say whether there are headers of one of the shapes, at least two of them or a tenth of the lines."""
    lines = first_lines(text)
    found = _shape(lines)
    count = sum(bool(found.fullmatch(line.strip())) for line in lines)
    return count >= 2 or (count == 1 and sum(map(bool, map(str.strip, lines))) <= 10)


def looks_like_qq(text: Text) -> bool:
    """Say whether it is what QQ's message manager writes."""
    lines = [line.strip() for line in first_lines(text)]
    ruled = any(map(_RULE.fullmatch, lines)) and any(map(_PARTNER.fullmatch, lines))
    nicks = [header["nick"] for line in lines if (header := _TIME_FIRST.fullmatch(line))]
    return ruled or (bool(nicks) and sum(map(bool, map(_QQ_NICK.fullmatch, nicks))) * 2 > len(nicks))


def read_wechat_text(text: Text, file: str, progress: Callable[[int], None]) -> Records:
    """Read the messages of a WeChat text."""
    return _read(Lines(text, file), "wechat-txt", "微信", progress)


def read_qq(text: Text, file: str, progress: Callable[[int], None]) -> Records:
    """Read the messages of a QQ text."""
    return _read(Lines(text, file), "qq", "QQ", progress)


def _shape(lines: Sequence[str]) -> re.Pattern[str]:
    """Choose the shape most headers have."""
    filled = [stripped for line in lines if (stripped := line.strip())]
    timed = [bool(_STARTS_WITH_TIME.fullmatch(line)) for line in filled]
    if sum(bool(_NAME_FIRST.fullmatch(line)) for line in filled) > sum(timed):
        return _NAME_FIRST
    one_line, names = (sum(bool(shape.fullmatch(line)) for line in filled) for shape in (_ONE_LINE, _TIME_FIRST))
    followed_by_words = sum(header and not other for header, other in pairwise(timed))
    is_above_words = names >= 0.9 * sum(timed) and followed_by_words * 2 > sum(timed)
    return _ONE_LINE if one_line * 2 > sum(timed) and not is_above_words else _TIME_FIRST


def _read(lines: Lines, layout: str, channel: str, progress: Callable[[int], None]) -> Records:
    messages, strays, partners = _messages(lines.texts)

    def session(message: Spoken, customer: str | None) -> Cells:
        return {"chat": f"{channel}/{partners.get(message.chat) or customer or message.nick}"}

    passages = with_sides(messages, channel, session)
    told = told_by_nicks(lines.file, [passage.cells["role"] for passage in passages])
    return records_of(lines, layout, passages, strays, progress, parties=("chat",), warnings=told)


def _messages(lines: Sequence[str]) -> tuple[list[Spoken], list[int], dict[int, str]]:
    """Find the messages, the lines that belong to none, and whom QQ says each part is about."""
    shape = _shape(lines)
    messages: list[Spoken] = []
    strays: list[int] = []
    partners: dict[int, str] = {}
    chat, is_open = 0, False
    for at, line in enumerate(map(str.strip, lines)):
        partner = _PARTNER.fullmatch(line)
        if _RULE.fullmatch(line) or _TITLE.fullmatch(line):
            is_open = False
            if partner:
                chat += 1
                partners[chat] = partner["name"]
        elif header := shape.fullmatch(line):
            found = header.groupdict()
            nick = _QQ_NICK.fullmatch(found["nick"])
            name = (nick["number"] or nick["mail"] or nick["name"]) if nick else found["nick"]
            messages.append(Spoken(at, at + 1, chat, name, found["time"], [found.get("words") or ""]))
            is_open = True
        elif is_open:
            messages[-1].goes_on(lines[at])
        else:
            strays.append(at)
    return messages, strays, partners
