"""Chats copied out of the 千牛 client as text: a line with nick and time, then the lines of the message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_checker.exports.cells.notices import Cells, notice, settled
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER, SYSTEM
from qa_checker.exports.qianniu.headers import Header, find_headers
from qa_checker.exports.qianniu.parties import CHANNEL, PARTIES, Chat, assign
from qa_checker.exports.speakers.nicks import told_by_nicks
from qa_checker.exports.texts.passages import Lines, Passage, body, first_lines, records_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from qa_checker.exports.files.encodings import Text
    from qa_checker.exports.records import Records

_STATUS = frozenset(("已读", "未读", "发送中"))
_GOODS = re.compile(r"商品详情页|商品推荐|¥\s*[\d.,]*|https?://\S+")  # what the client shows below 当前用户来自


def looks_like_qianniu(text: Text) -> bool:
    """Say whether the first lines have headers of 千牛, with a receiver, a shop's sub-account, or in brackets."""
    return any(header.is_characteristic for header in find_headers(first_lines(text)))


def read_qianniu(text: Text, file: str, progress: Callable[[int], None]) -> Records:
    """Read messages; who talks with whom makes the sessions, since the text has no session numbers."""
    lines = Lines(text, file)
    headers = find_headers(lines.texts)
    strays = range(headers[0].first_line if headers else len(lines.texts))
    passages = []
    for number, (header, chat) in enumerate(zip(headers, assign(headers), strict=True)):
        last = headers[number + 1].first_line if number + 1 < len(headers) else len(lines.texts)
        for stretch in _stretches(lines.texts, header, last):
            passages.append(Passage(stretch.start, stretch.end, _cells(stretch, header, chat)))
    told = told_by_nicks(file, [passage.cells["role"] for passage in passages])
    return records_of(lines, "qianniu", passages, strays, progress, parties=PARTIES, warnings=told)


@dataclass(frozen=True)
class _Stretch:
    """Lines `[start, end)` that are one row: words of the sender, or a notice of the system."""

    start: int
    end: int
    words: Sequence[str]
    notice: str  # its kind, empty for words
    is_first: bool  # right after the header, so the header's time is its own


def _stretches(lines: Sequence[str], header: Header, last: int) -> Iterator[_Stretch]:
    """Split what follows a header wherever the system's notices, which have none of their own, begin or end."""
    start = header.first_line
    words: list[str] = []
    kind: str | None = None
    is_first = True
    for at in range(header.last_line + 1, last):
        line = lines[at]
        its_kind = "notice" if kind == "notice" and _GOODS.fullmatch(line.strip()) else notice(line)
        blank = not line.strip() or line.strip() in _STATUS
        if kind is not None and its_kind != kind and not blank:
            yield _Stretch(start, at, words, kind, is_first)
            start, words, kind, is_first = at, [], its_kind, False
        if kind is None and line.strip():
            kind = its_kind
        words.append(line)
    yield _Stretch(start, last, words, kind or "", is_first)


def _cells(stretch: _Stretch, header: Header, chat: Chat) -> Cells:
    role = SYSTEM if stretch.notice else chat.role
    has_time = stretch.is_first or not stretch.notice
    cells = {
        "customer_id": chat.customer,
        "shop": chat.shop,
        "channel": CHANNEL,
        "agent_id": chat.agent if role == AGENT else None,
        "role": role,
        "sent_at": header.time if has_time else None,  # a notice between two messages doesn't say when
        "text": _text(stretch.words, of_customer=role == CUSTOMER),
        "message_type": stretch.notice or None,
        "is_auto": "true" if role == BOT else None,
    }
    return cells if stretch.notice else settled(cells)


def _text(words: Sequence[str], of_customer: bool) -> str:
    """Join the lines without blank ends and without the client's 已读; a customer may say just that word."""
    kept = body(words).split("\n")
    if not (of_customer and len(kept) == 1):
        while kept and (not kept[-1].strip() or kept[-1].strip() in _STATUS):
            kept.pop()
    return "\n".join(kept)
