"""抖音飞鸽 JSON: messages whose `ext` holds `s:sender_biz_role`.

Certain (seen in exports): securityConversationId `buyer:shop::2:1:pigeon`, createdAt as ISO time or milliseconds,
content, ext.type text / file_image / template_card, and the roles Buyer and CurrentServer; every other role is the
platform's. Not certain: whether robots have a role of their own; they are told by their nickname.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa_checker.chats import is_robot
from qa_checker.exports.cells.json_fields import Object, first_list, inside, word
from qa_checker.exports.cells.notices import Cells
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER, SYSTEM
from qa_checker.exports.platforms.platform import Nested, Platform

_ROLE = "s:sender_biz_role"
_TYPES = {"text": None, "file_image": "image", "template_card": "card"}


def _unfold(found: Object) -> Iterator[Nested]:
    if _is_message(found):
        yield Nested(found, {})
        return
    messages = first_list(found, "messages", "data.messages", "data", "data.list", "list", "result.messages")
    yield from (Nested(message, found) for message in messages)


def _is_message(message: Object) -> bool:
    return "securityConversationId" in message or _ROLE in inside(message, "ext")


def _cells(message: Object, around: Object) -> Cells:
    ext = inside(message, "ext")
    buyer, shop = [*(word(message, "securityConversationId") or "").split(":"), "", ""][:2]
    says = word(ext, _ROLE)
    role = None if says is None else {"Buyer": CUSTOMER, "CurrentServer": AGENT}.get(says, SYSTEM)
    nickname = word(ext, "nickname")
    if role == AGENT and is_robot(nickname or ""):
        role = BOT
    kind = word(ext, "type") or "text"
    return {
        "message_id": word(message, "serverId"),
        "customer_id": buyer or None,
        "agent_id": nickname if role == AGENT else None,
        "shop": shop or None,
        "channel": "抖音",
        "role": role,
        "sent_at": word(message, "createdAt"),
        "text": word(message, "content", "hintContent"),
        "message_type": _TYPES.get(kind, kind),
        "is_auto": "true" if role == BOT else None,
    }


DOUYIN = Platform("douyin", "抖音飞鸽聊天记录 JSON", _unfold, _is_message, _cells, ("channel", "shop", "customer_id"))
