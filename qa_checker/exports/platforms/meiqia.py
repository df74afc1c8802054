"""美洽 JSON: conversations with their messages in `conv_content`.

Certain (seen in exports): conv_id, agent_name / agent_nick_name / agent_account, client_id, client_info.visitor_name,
platform, and in each message from client|agent|system, timestamp, content. `[推广消息]` is sent by itself. Not certain:
which of content_type, type and action_type names the kind of a message; the first of them that is filled counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa_checker.exports.cells.json_fields import Object, first_list, inside, listed, word
from qa_checker.exports.cells.notices import Cells
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER, SYSTEM
from qa_checker.exports.platforms.platform import Nested, Platform

_ROLES = {"client": CUSTOMER, "agent": AGENT, "system": SYSTEM, "robot": BOT, "bot": BOT}
_TYPES = {"text": None, "message": None, "photo": "image", "audio": "voice"}
_BY_ITSELF = "[推广消息]"


def _unfold(found: Object) -> Iterator[Nested]:
    for conversation in first_list(found, "conversations", "data.conversations", "data", "result") or [found]:
        if isinstance(conversation, dict):
            yield from (Nested(message, conversation) for message in listed(conversation, "conv_content"))


def _is_message(message: Object) -> bool:
    return str(message.get("from")) in _ROLES and "timestamp" in message and "content" in message


def _cells(message: Object, around: Object) -> Cells:
    said_by = word(message, "from")
    text = word(message, "content")
    role = _ROLES.get(said_by or "", said_by)
    is_auto = role == BOT or (role == AGENT and (text or "").startswith(_BY_ITSELF))
    kind = word(message, "content_type", "type", "action_type") or "text"
    return {
        "session_id": word(around, "conv_id"),
        "message_id": word(message, "id", "message_id"),
        "customer_id": word(around, "client_id") or word(inside(around, "client_info"), "visitor_name"),
        "agent_id": word(around, "agent_nick_name", "agent_name", "agent_account") if role == AGENT else None,
        "channel": word(around, "platform") or "美洽",
        "role": BOT if is_auto else role,
        "sent_at": word(message, "timestamp"),
        "text": text,
        "message_type": _TYPES.get(kind, kind),
        "is_auto": "true" if is_auto else None,
    }


MEIQIA = Platform("meiqia", "美洽会话 JSON", _unfold, _is_message, _cells)
