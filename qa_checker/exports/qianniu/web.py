"""Chats copied from the 千牛 web page 聊天记录查询: a date line, then time, words, and the sender last.

Certain: the order date, time, words, nick, and that the page replaces some messages by a sentence that sends the
reader to the client (their words are missing: such a message counts as said, with the type `unavailable`).
Not certain: how the page copies pictures. A message without any words is taken for one whose words are missing.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from qa_checker.exports.cells.notices import UNAVAILABLE, settled
from qa_checker.exports.cells.roles import AGENT, BOT, SYSTEM
from qa_checker.exports.qianniu.headers import Header, could_be_nick
from qa_checker.exports.qianniu.parties import CHANNEL, PARTIES, assign
from qa_checker.exports.speakers.nicks import told_by_nicks
from qa_checker.exports.texts.passages import Lines, Passage, body, first_lines, records_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qa_checker.exports.cells.notices import Cells
    from qa_checker.exports.files.encodings import Text
    from qa_checker.exports.qianniu.parties import Chat
    from qa_checker.exports.records import Records

_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}", re.ASCII)
_TIME = re.compile(r"\d{1,2}:\d{2}:\d{2}", re.ASCII)


def looks_like_qianniu_web(text: Text) -> bool:
    """Say whether a line that is a date alone is followed by one that is a time alone."""
    lines = [line.strip() for line in first_lines(text) if line.strip()]
    return any(_DATE.fullmatch(line) and _TIME.fullmatch(following) for line, following in pairwise(lines))


def read_qianniu_web(text: Text, file: str, progress: Callable[[int], None]) -> Records:
    """Read messages; the last line of each is its sender, and one that can't be a nick leaves the sender unknown."""
    lines = Lines(text, file)
    stops = [
        at for at, line in enumerate(map(str.strip, lines.texts)) if _DATE.fullmatch(line) or _TIME.fullmatch(line)
    ]
    headers, places = [], []
    date = ""
    for at, end in pairwise([*stops, len(lines.texts)]):
        line = lines.texts[at].strip()
        if _DATE.fullmatch(line):
            date = line
            continue
        last = max((row for row in range(at, end) if lines.texts[row].strip()), default=at)
        nick = lines.texts[last].strip() if last > at else ""
        nick, last = (nick, last) if could_be_nick(nick) else ("", end)
        headers.append(Header(at, last, nick, None, f"{date} {line}".strip()))
        places.append((at, last, end))
    passages = [
        Passage(start, end, _cells(lines.texts[start + 1 : last], header, chat))
        for (start, last, end), header, chat in zip(places, headers, assign(headers), strict=True)
    ]
    message_lines = {line for start, _, end in places for line in range(start, end)}
    strays = [
        at for at, line in enumerate(lines.texts) if at not in message_lines and not _DATE.fullmatch(line.strip())
    ]
    told = told_by_nicks(file, [passage.cells["role"] for passage in passages])
    missing = sum(passage.cells["message_type"] == UNAVAILABLE for passage in passages)
    if missing:
        told.append(f"{file}：{missing} 条消息网页版没有给出内容，只计时、不看用语；需要原文请从千牛客户端复制")
    return records_of(lines, "qianniu-web", passages, strays, progress, parties=PARTIES, warnings=told)


def _cells(words: Sequence[str], header: Header, chat: Chat) -> Cells:
    said = body(words)
    role = chat.role if header.nick else None
    cells = settled(
        {
            "customer_id": chat.customer,
            "shop": chat.shop,
            "channel": CHANNEL,
            "agent_id": chat.agent if role == AGENT else None,
            "role": role,
            "sent_at": header.time,
            "text": said,
            "message_type": None if said else UNAVAILABLE,
            "is_auto": "true" if role == BOT else None,
        }
    )
    return cells if header.nick or cells["role"] == SYSTEM else {**cells, "role": None}
