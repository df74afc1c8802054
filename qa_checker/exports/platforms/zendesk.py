"""Zendesk Chat JSON: chats with their `history`, and the chat events Zendesk sends to Amazon EventBridge.

Certain (documented): of the events actor.type agent | end_user | system | trigger, chat.ticket_id, message.body,
meta.occurred_at; of the history type, timestamp (UTC), name, msg, msg_id, sender_type. Not certain: the names of all
types but chat.msg; whatever else has no words is a notice of the system. Rows of the history as a table are read too
(`zendesk-table`).
"""

from __future__ import annotations

from collections.abc import Iterator

from qa_checker.exports.cells.json_fields import Object, first_list, inside, listed, word
from qa_checker.exports.cells.notices import Cells
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER, SYSTEM
from qa_checker.exports.platforms.platform import Nested, Platform

ROLES = {"visitor": CUSTOMER, "agent": AGENT, "trigger": BOT, "system": SYSTEM, "end_user": CUSTOMER}
EVENTS = {
    "chat.memberjoin": ("notice", "加入会话"),
    "chat.memberleave": ("notice", "离开会话"),
    "chat.rating": ("rate", "顾客已评价"),
    "chat.comment": ("rate", "顾客已评价"),
    "chat.request.rating": ("rate", "已邀请顾客评价"),
    "chat.transfer": ("transfer", "会话已转接"),
    "chat.file": ("file", "[文件]"),
}


def _chats(found: Object) -> Iterator[Nested]:
    for chat in first_list(found, "chats") or [found]:
        if isinstance(chat, dict):
            yield from (Nested(message, chat) for message in listed(chat, "history"))


def _is_of_history(message: Object) -> bool:
    return str(message.get("type")).startswith("chat.") and "timestamp" in message


def _of_history(message: Object, chat: Object) -> Cells:
    kind, words = EVENTS.get(word(message, "type") or "", (None, None))
    role = _role(message) if kind in (None, "file") else SYSTEM
    name = word(message, "name", "display_name")
    return {
        "session_id": word(chat, "id", "chat_id"),
        "message_id": word(message, "msg_id"),
        "customer_id": word(inside(chat, "visitor"), "id", "name"),
        "agent_id": name or word(message, "agent_id") if role == AGENT else None,
        "channel": "Zendesk",
        "queue": word(chat, "department_name"),
        "rating": word(chat, "rating"),
        "role": role,
        "sent_at": word(message, "timestamp"),
        "text": word(message, "msg") or (f"{name or ''}{words}" if role == SYSTEM and words else words),
        "message_type": kind,
        "is_auto": "true" if role == BOT else None,
    }


def _role(message: Object) -> str | None:
    said_by = (word(message, "sender_type") or "").casefold()
    nick, _, which = (word(message, "nick") or "").partition(":")
    if which.startswith("trigger"):
        return BOT
    return ROLES.get(said_by) or ROLES.get(nick) or said_by or None


def _events(found: Object) -> Iterator[Nested]:
    event = inside(found, "detail", "chat_event") or inside(found, "chat_event") or found
    if _is_event(event):
        yield Nested(event, found)


def _is_event(event: Object) -> bool:
    return "actor" in event and "chat" in event and "meta" in event


def _of_event(event: Object, around: Object) -> Cells:
    actor = inside(event, "actor")
    said_by = word(actor, "type")
    role = ROLES.get(said_by or "", said_by)
    text = word(inside(event, "message"), "body")
    return {
        "session_id": word(inside(event, "chat"), "ticket_id", "id"),
        "message_id": word(inside(event, "message"), "id"),
        "customer_id": word(actor, "id") if role == CUSTOMER else None,
        "agent_id": word(event, "name") or word(actor, "id") if role == AGENT else None,
        "channel": "Zendesk",
        "role": role if text else SYSTEM,
        "sent_at": word(inside(event, "meta"), "occurred_at"),
        "text": text or word(event, "type"),
        "message_type": None if text else "notice",
        "is_auto": "true" if role == BOT else None,
    }


ZENDESK = Platform("zendesk", "Zendesk Chat 记录 JSON", _chats, _is_of_history, _of_history)
ZENDESK_EVENTS = Platform("zendesk-events", "Zendesk Chat 事件 JSON", _events, _is_event, _of_event)
