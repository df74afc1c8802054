"""Writes conversations as shops export them: CSV for Chinese Excel, JSON lines, 千牛 client text."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from timing import Timed

_HEADERS = {
    "session_id": "会话ID",
    "message_id": "消息ID",
    "shop": "店铺",
    "channel": "渠道",
    "queue": "技能组",
    "agent_id": "客服",
    "customer_id": "顾客",
    "role": "角色",
    "sent_at": "发送时间",
    "message_type": "消息类型",
    "text": "消息内容",
    "is_auto": "自动回复",
    "rating": "评价",
}
_ROLES = {"customer": "顾客", "agent": "客服", "bot": "机器人", "system": "系统"}
_TYPES = {"text": "文本", "image": "图片", "video": "视频", "card": "卡片", "notice": "通知"}
_RATINGS = {5: "非常满意", 4: "满意", 3: "一般", 2: "不满意", 1: "非常不满意"}
_CARDS = {"买家已下单": "[我已拍下，待付款]", "买家已付款": "[我已付款，等待你发货]"}
"""Order cards, as the client shows them: under the buyer's name."""

_SPLIT_AT = timedelta(minutes=30)


@dataclass(frozen=True)
class Chat:
    """One finished conversation, ready to be written."""

    session_id: str
    shop: str
    queue: str
    customer: str
    rating: int | None
    messages: tuple[Timed, ...]

    @property
    def started_at(self) -> datetime:
        """When the customer came in."""
        return self.messages[0].sent_at

    @property
    def longest_pause(self) -> timedelta:
        """The longest time nobody wrote anything."""
        times = [message.sent_at for message in self.messages]
        return max((later - earlier for earlier, later in pairwise(times)), default=timedelta())

    @property
    def fits_client_text(self) -> bool:
        """Whether a format without session ids would keep it in one piece."""
        return self.longest_pause < _SPLIT_AT


def message_type(message: Timed) -> str:
    """What kind of message it is, by what it holds."""
    if message.role == "system":
        return "notice"
    kinds = {"[图片]": "image", "[视频]": "video"}
    return kinds.get(message.text, "card" if message.text.startswith("[商品]") else "text")


def rows(chats: Sequence[Chat]) -> Iterator[dict[str, str | int | bool | None]]:
    """One row a message under the canonical column names."""
    for chat in chats:
        for number, message in enumerate(chat.messages, start=1):
            yield {
                "session_id": chat.session_id,
                "message_id": f"{chat.session_id}-{number:03d}",
                "shop": chat.shop,
                "channel": "淘宝",
                "queue": chat.queue,
                "agent_id": message.agent,
                "customer_id": chat.customer,
                "role": message.role,
                "sent_at": message.sent_at.strftime("%Y-%m-%d %H:%M:%S"),
                "message_type": message_type(message),
                "text": message.text,
                "is_auto": message.role == "bot",
                "rating": chat.rating,
            }


def as_csv(chats: Sequence[Chat]) -> bytes:
    """A table with Chinese headers in GB18030, as Chinese Excel saves it; session after session."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(_HEADERS.values())
    for row in rows(chats):
        chinese = {
            **row,
            "role": _ROLES[str(row["role"])],
            "message_type": _TYPES[str(row["message_type"])],
            "is_auto": "是" if row["is_auto"] else "否",
            "rating": _RATINGS.get(row["rating"], "") if isinstance(row["rating"], int) else "",
        }
        writer.writerow(chinese[name] for name in _HEADERS)
    return sheet.getvalue().encode("gb18030")


def as_jsonl(chats: Sequence[Chat]) -> bytes:
    """One JSON object a message, in the order of time: conversations interleave."""
    in_time = sorted(rows(chats), key=lambda row: str(row["sent_at"]))
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in in_time).encode()


def as_client_text(chats: Sequence[Chat]) -> bytes:
    """The text that the 千牛 client copies: a line with nick and time, then the words; chat after chat."""
    return "".join(_spoken(chat, message) for chat in chats for message in chat.messages).encode()


def _spoken(chat: Chat, message: Timed) -> str:
    moment = message.sent_at
    when = f"{moment.year}-{moment.month}-{moment.day} {moment.hour}:{moment:%M:%S}"
    if message.role == "customer":
        return f"{chat.customer} --> {chat.shop} {when}\n{message.text}\n"
    if message.role == "agent":
        return f"{message.agent} {when}\n{message.text}\n已读\n"
    if message.text in _CARDS:
        return f"{chat.customer} --> {chat.shop} {when}\n{_CARDS[message.text]}\n"
    return f"{chat.shop}:服务助手 {when}\n{message.text}\n"
