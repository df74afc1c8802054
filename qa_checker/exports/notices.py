"""What platforms write into chats by themselves: notices, whoever seems to send them, and stand-ins for pictures."""

from __future__ import annotations

import re

from qa_checker.exports.roles import CUSTOMER, SYSTEM

Cells = dict[str, str | None]
"""One message as text cells under canonical names."""

RECALLED = "撤回了一条消息"
"""What the phrase list message-recalled looks for in the system's lines."""

_NOTICES = (
    ("recall", re.compile(rf"(?:\S.{{0,40}}?\s*)?{RECALLED}|\[撤回\]")),
    ("transfer", re.compile(r"由\s*.{1,60}\s*转交给\s*.{1,60}|原因：【.*】.*|\[转接.*")),
    ("close", re.compile(r"用户超时未回复，系统关闭会话|\[客服关闭会话.*|系统关闭会话.*")),
    (
        "order",
        re.compile(
            r"买家已(?:拍下|下单|付款)|订单已付款|我发起了地址修改申请"
            r"|\[(?:我已拍下，待付款|我已付款，等待你发货|已付款，待发货|记得及时发货|你已发货|买家确认收货，交易成功"
            r"|你关闭了订单，钱款已原路退返|我完成了评价)\]"
        ),
    ),
    (
        "notice",
        re.compile(
            r"当前用户来自.*|【?即将超时】.*|您即将超.*未回复.*|(?:消极接待|客服超时).*|【离线留言自动分配】.*"
            r"|\[系统.*|(?:用户)?从历史会话发起会话"
        ),
    ),
)
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
