"""Chats copied out of the 千牛 client as text: a line with nick and time, then the lines of the message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qa_checker.exports.qianniu_headers import Header, find_headers
from qa_checker.exports.qianniu_parties import Chat, assign
from qa_checker.exports.records import Fault, Fields, Part, Records, gather, text_table
from qa_checker.exports.roles import AGENT, BOT, CUSTOMER, SYSTEM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from qa_checker.exports.encodings import Text

_STATUS = frozenset(("已读", "未读", "发送中"))
_NOTICES = (
    ("recall", re.compile(r"\S.{0,40}?\s*撤回了一条消息")),
    ("transfer", re.compile(r"由\s*.{1,60}\s*转交给\s*.{1,60}|原因：【.*】.*")),
    ("notice", re.compile(r"当前用户来自.*|【?即将超时】.*|您即将超.*未回复.*|(?:消极接待|系统关闭会话|客服超时).*")),
)
_COLUMNS = ("customer_id", "shop", "agent_id", "role", "sent_at", "text", "message_type", "is_auto")


def looks_like_qianniu(text: Text) -> bool:
    """Say whether the first lines have headers of 千牛, with a receiver, a shop's sub-account, or in brackets."""
    head = text.data[: 1 << 16].decode("utf-8", "ignore").split("\n")[:400]
    return any(header.is_characteristic for header in find_headers(head))


def read_qianniu(text: Text, file: str, progress: Callable[[int], None]) -> Records:
    """Read messages; who talks with whom makes the sessions, since the text has no session numbers."""
    lines = _Lines(text.data)
    headers = find_headers(lines.texts)
    first = headers[0].first_line if headers else len(lines.texts)
    faults = [
        Fault(at + 1, "no_header", lines.offsets[at], lines.offsets[at + 1])
        for at in range(first)
        if lines.texts[at].strip()
    ]
    chats = assign(headers)
    columns: dict[str, list[str | None]] = {name: [] for name in _COLUMNS}
    places: list[tuple[int, int, int]] = []
    for number, (header, chat) in enumerate(zip(headers, chats, strict=True)):
        last = headers[number + 1].first_line if number + 1 < len(headers) else len(lines.texts)
        for stretch in _stretches(lines.texts, header, last):
            places.append((stretch.start + 1, lines.offsets[stretch.start], lines.offsets[stretch.end]))
            for name, cell in _cells(stretch, header, chat).items():
                columns[name].append(cell)
    rows, starts, ends = np.array(places, np.int64).reshape(-1, 3).T
    part = Part(text_table(columns), rows, starts, ends, len(text.data), len(lines.texts) + 1, faults)
    gathered = gather([part], text, file, progress)

    def raw(record: int) -> bytes:
        return text.raw(int(starts[record]), int(ends[record]))

    def fields(record: int) -> Fields:
        return {name: cells[record] for name, cells in columns.items()}

    return Records(
        *(file, "qianniu", text.encoding, gathered.cells, rows, raw, fields),
        rejects=gathered.rejects,
        spoiled=gathered.spoiled,
        parties=("shop", "customer_id"),
    )


class _Lines:
    """The lines of the text and where each starts; one more offset marks the end."""

    def __init__(self, data: bytes) -> None:
        pieces = data.split(b"\n")
        if not pieces[-1]:
            pieces.pop()
        self.texts = [piece.decode().removesuffix("\r") for piece in pieces]
        self.offsets = [0]
        for piece in pieces:
            self.offsets.append(min(self.offsets[-1] + len(piece) + 1, len(data)))


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
        its_kind = _notice(line.strip())
        blank = not line.strip() or line.strip() in _STATUS
        if kind is not None and its_kind != kind and not blank:
            yield _Stretch(start, at, words, kind, is_first)
            start, words, kind, is_first = at, [], its_kind, False
        if kind is None and line.strip():
            kind = its_kind
        words.append(line)
    yield _Stretch(start, last, words, kind or "", is_first)


def _notice(line: str) -> str:
    return next((kind for kind, pattern in _NOTICES if pattern.fullmatch(line)), "")


def _cells(stretch: _Stretch, header: Header, chat: Chat) -> dict[str, str | None]:
    role = SYSTEM if stretch.notice else chat.role
    has_time = stretch.is_first or not stretch.notice
    return {
        "customer_id": chat.customer,
        "shop": chat.shop,
        "agent_id": chat.agent if role == AGENT else None,
        "role": role,
        "sent_at": header.time if has_time else None,  # a notice between two messages doesn't say when
        "text": _text(stretch.words, of_customer=role == CUSTOMER),
        "message_type": stretch.notice or None,
        "is_auto": "true" if role == BOT else None,
    }


def _text(words: Sequence[str], of_customer: bool) -> str:
    """Join the lines without blank ends and without the client's 已读; a customer may say just that word."""
    kept = list(words)
    while kept and not kept[-1].strip():
        kept.pop()
    said = [line for line in kept if line.strip()]
    if not (of_customer and len(said) == 1):
        while kept and (not kept[-1].strip() or kept[-1].strip() in _STATUS):
            kept.pop()
    while kept and not kept[0].strip():
        kept.pop(0)
    return "\n".join(kept)
