"""企业微信会话存档, decrypted: one JSON object a message.

Certain (documented by 企业微信): msgid, action send/recall/switch, from, tolist, roomid, msgtime in milliseconds,
msgtype; ids of outside contacts start with wm or wo, those of robots with wb. Not certain: what `mixed` holds of other
items than text. Colleagues' chats and `switch` are nobody's service and are set aside. In a room the session is the
room's; the customer of a message is whoever of them wrote it. Still encrypted archives are refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from qa_checker.exports.cells.json_fields import Object, first_list, inside, listed, word
from qa_checker.exports.cells.notices import Cells, recalled_by
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER, SYSTEM
from qa_checker.exports.platforms.platform import CannotBeRead, Nested, NotAChat, Platform

_OUTSIDE = re.compile(r"w[mo](?=.*[A-Z0-9_-])[\w-]+", re.ASCII)  # a colleague may be called woody
_ROBOT = re.compile(r"wb(?=.*[A-Z0-9_-])[\w-]+", re.ASCII)
_TYPES = {
    "text": None,
    "weapp": "card",
    "chatrecord": "card",
    "redpacket": "red_packet",
    "external_redpacket": "red_packet",
}
_CONSENT = {"agree": "顾客同意会话存档", "disagree": "顾客不同意会话存档"}


def _unfold(found: Object) -> Iterator[Nested]:
    if _is_message(found):
        yield Nested(found, {})
        return
    yield from (Nested(message, {}) for message in first_list(found, "chatdata", "data.chatdata", "data", "messages"))


def _is_message(message: Object) -> bool:
    return "encrypt_chat_msg" in message or ("msgid" in message and ("action" in message or "msgtype" in message))


def _cells(message: Object, around: Object) -> Cells:
    if "encrypt_chat_msg" in message:
        raise CannotBeRead("encrypted", "会话存档还没有解密", "请先用企业微信的 SDK 解密，一行一条 JSON，再读")
    sender, room = word(message, "from") or "", word(message, "roomid")
    people = [sender, *(one for one in listed(message, "tolist") if isinstance(one, str))]
    outside = [one for one in people if _OUTSIDE.fullmatch(one)]
    if word(message, "action") == "switch" or not outside:
        raise NotAChat
    by = CUSTOMER if _OUTSIDE.fullmatch(sender) else BOT if _ROBOT.fullmatch(sender) else AGENT
    kind = word(message, "msgtype") or ""
    is_recalled = word(message, "action") == "recall" or kind == "revoke"
    role = SYSTEM if is_recalled or kind in _CONSENT else by if sender else None
    customer = sender if by == CUSTOMER else None if room else outside[0]
    colleague = next((one for one in people if one and one not in outside), "")
    return {
        "chat": f"企业微信群/{room}" if room else f"企业微信/{colleague}/{customer}",
        "message_id": word(message, "msgid"),
        "customer_id": customer,
        "agent_id": sender if role == AGENT else None,
        "channel": "企业微信",
        "role": role,
        "sent_at": word(message, "msgtime"),
        "text": recalled_by(by) if is_recalled else _CONSENT.get(kind) or _text(message, kind),
        "message_type": "recall" if is_recalled else "notice" if kind in _CONSENT else _TYPES.get(kind, kind),
        "is_auto": "true" if role == BOT else None,
    }


def _text(message: Object, kind: str) -> str | None:
    if kind == "text":
        return word(inside(message, "text"), "content")
    if kind == "mixed":
        return "".join(filter(None, map(_item_text, listed(inside(message, "mixed"), "item")))) or "[混合消息]"
    if kind == "markdown":
        return word(inside(message, "info"), "content") or word(inside(message, "markdown"), "content")
    if kind == "link":
        return word(inside(message, "link"), "title")
    return None


def _item_text(item: Any) -> str | None:
    """Give an item's words; its content is JSON in a string."""
    if not isinstance(item, dict) or item.get("type") != "text":
        return None
    content = item.get("content")
    try:
        found = json.loads(content) if isinstance(content, str) else content
    except (ValueError, RecursionError):
        return word(item, "content")
    return word(found, "content") if isinstance(found, dict) else word(item, "content")


WECOM = Platform("wecom", "企业微信会话存档 JSON", _unfold, _is_message, _cells, ("chat",))
