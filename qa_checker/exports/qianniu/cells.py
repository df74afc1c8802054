"""千牛 chats packed into the cells of a workbook: a whole chat in each row, as JSON or as text.

Certain (seen in exports): columns `users` (nicks with commas between) and `messages`, a JSON list of objects with time
(UTC), sender_nick and content.text; a card's words are content.summary. Or columns 客户ID and 聊天记录, whose messages
are a line with the time and a line `昵称: 内容`, blank lines between. Not certain: other kinds of content; a message
without words is set aside. Role: nicks tell, as in every 千牛 layout.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from qa_checker.exports.cells.columns import plain
from qa_checker.exports.cells.json_fields import NotAWord, inside, word
from qa_checker.exports.cells.notices import Cells, settled
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER
from qa_checker.exports.problems import Reject
from qa_checker.exports.qianniu.headers import Header
from qa_checker.exports.qianniu.parties import CHANNEL, PARTIES, assign
from qa_checker.exports.records import Fields, Records, detail, text_table
from qa_checker.exports.speakers.nicks import told_by_nicks

if TYPE_CHECKING:
    from qa_checker.exports.qianniu.parties import Chat

TITLES = {
    "qianniu-json-cells": "千牛批量导出表格（一格一段 JSON）",
    "qianniu-text-cells": "聊天记录表格（一格一段文字）",
}
PACKED = {
    "qianniu-json-cells": ("users", "messages"),
    "qianniu-text-cells": ("客户ID", "聊天记录"),
}
"""Layout → its columns."""

_TIME = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}\s+\d{1,2}:\d{2}(?::\d{2})?", re.ASCII)
_SAID = re.compile(r"(?P<nick>[^:：]{1,40}[:：][^:：\s]{1,40}|[^:：]{1,60})[:：]\s(?P<words>.*)", re.DOTALL)
_SAID_CLOSELY = re.compile(r"(?P<nick>[^:：]{1,60})[:：](?P<words>.*)", re.DOTALL)


@dataclass(frozen=True)
class _Message:
    row: int
    nick: str
    time: str
    text: str | None
    found: object


def packed(headers: Sequence[str]) -> str | None:
    """Say which of the layouts it is by the headers of a sheet, which has no others."""
    there = {plain(header) for header in headers if header.strip()}
    return next((name for name, columns in PACKED.items() if set(map(plain, columns)) == there), None)


def read_packed(layout: str, file: str, rows: Mapping[int, Mapping[str, str]]) -> Records:
    """Read the chats of a sheet; `rows` gives the cells of each row under their headers."""
    chats, talk = PACKED[layout]
    messages: list[_Message] = []
    rejects: list[Reject] = []
    cells: list[Cells] = []
    for row, cells_of_row in rows.items():
        by_name = {plain(header): cell for header, cell in cells_of_row.items()}
        whose, said = by_name[plain(chats)], by_name[plain(talk)]
        in_json = layout == "qianniu-json-cells"
        found, reason = (_of_json(row, said), "bad_json") if in_json else (_of_text(row, said), "no_header")
        readable: list[_Message] = []
        for one in found:
            if isinstance(one, _Message):
                readable.append(one)
            else:
                rejects.append(Reject(file, row, reason, detail(reason), _written(one)))
        headers = [Header(0, 0, one.nick, None, one.time) for one in readable]
        customer = None if in_json else whose
        told = zip(readable, assign(headers), strict=True)
        cells += [_cells(one, chat, customer) for one, chat in told]
        messages += readable

    def raw(record: int) -> bytes:
        return _written(messages[record].found)

    def fields(record: int) -> Fields:
        return {**cells[record], "message": messages[record].found}

    names = list(cells[0]) if cells else ["session_id"]
    return Records(
        *(file, layout, "", text_table({name: [one[name] for one in cells] for name in names})),
        *(np.array([one.row for one in messages], np.int64), raw, fields),
        rejects=tuple(rejects),
        parties=PARTIES,
        warnings=told_by_nicks(file, [one["role"] for one in cells]),
    )


def _written(found: object) -> bytes:
    return json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")


def _of_json(row: int, cell: str) -> Iterator[_Message | Any]:
    """Give a chat's messages, and whatever isn't one as it was found."""
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        yield cell
        return
    if not isinstance(found, list):
        yield found
        return
    for one in found:
        try:
            content = inside(one, "content") if isinstance(one, dict) else {}
            nick, time = word(one, "sender_nick"), word(one, "time")
            text = word(content, "text", "summary") or (word(one, "content") if not content else None)
        except (NotAWord, AttributeError):
            yield one
            continue
        yield _Message(row, nick or "", time or "", text, one)


def _of_text(row: int, cell: str) -> Iterator[_Message | Any]:
    """Give a chat's messages; lines before the first time are given as they were found."""
    lines = cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    stops = [at for at, line in enumerate(lines) if _TIME.fullmatch(line.strip())]
    before = "\n".join(lines[: stops[0] if stops else len(lines)]).strip()
    if before:
        yield before
    for at, end in pairwise([*stops, len(lines)]):
        said = "\n".join(lines[at + 1 : end]).strip()
        found = _SAID.match(said) or _SAID_CLOSELY.match(said)
        nick, words = (found["nick"], found["words"]) if found else ("", said)
        yield _Message(row, nick.strip(), lines[at].strip(), words.strip(), "\n".join(lines[at:end]))


def _cells(one: _Message, chat: Chat, customer: str | None) -> Cells:
    role = chat.role if one.nick else None
    if customer and one.nick == customer:
        role = CUSTOMER
    cells: Cells = {
        "customer_id": customer or chat.customer,
        "shop": chat.shop,
        "channel": CHANNEL,
        "agent_id": chat.agent if role == AGENT else None,
        "role": role,
        "sent_at": one.time or None,
        "text": one.text,
        "message_type": None,
        "is_auto": "true" if role == BOT else None,
    }
    return settled(cells)
