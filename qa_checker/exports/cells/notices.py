"""What platforms write into chats by themselves: notices, whoever seems to send them, and stand-ins for pictures."""

from __future__ import annotations

import re

from qa_checker.chats import NOTICES
from qa_checker.exports.cells.roles import CUSTOMER, SYSTEM

Cells = dict[str, str | None]
"""One message as text cells under canonical names."""

RECALLED = "撤回了一条消息"
"""What the phrase list message-recalled looks for in the system's lines."""

_NOTICES = [(kind, re.compile(pattern)) for kind, pattern in NOTICES]
_STAND_INS = {
    "image": ("[图片]",),
    "emotion": ("[表情]", "[动画表情]"),
    "video": ("[视频]",),
    "voice": ("[语音]",),
    "file": ("[文件]",),
    "order": ("[订单卡片]",),
    "goods": ("[商品]",),
    "link": ("[链接]",),
    "card": ("[卡片消息]", "[卡片]"),
    "location": ("[位置]",),
    "red_packet": ("[红包]",),
}
_TYPE_OF = {stand_in: kind for kind, stand_ins in _STAND_INS.items() for stand_in in stand_ins}
_UNAVAILABLE = re.compile(r"请在客户端查看原始聊天记录，网页版无法展示|\[非文本消息.*\]")
UNAVAILABLE = "unavailable"
"""The type of a message that was sent, but whose words the export doesn't hold."""


def notice(text: str) -> str:
    """Say which kind of notice a text is (recall, transfer, close, order, notice); empty for what people say."""
    line = text.strip()
    return next((kind for kind, pattern in _NOTICES if pattern.fullmatch(line)), "")


def settled(cells: Cells) -> Cells:
    """Give notices to the system, and wordless messages the words that stand for them."""
    text, kind = (cells.get("text") or "").strip(), cells.get("message_type")
    if found := notice(text):
        return {**cells, "role": SYSTEM, "message_type": found, "agent_id": None}
    if kind in (None, "text"):
        kind = _TYPE_OF.get(text) or (UNAVAILABLE if _UNAVAILABLE.fullmatch(text) else kind)
    stand_in = _STAND_INS.get(kind or "", ("",))[0]
    return {**cells, "message_type": kind, "text": cells.get("text") if text else stand_in or None}


def recalled_by(role: str) -> str:
    """Say in the system's words that a message was taken back."""
    return ("顾客" if role == CUSTOMER else "客服") + RECALLED
