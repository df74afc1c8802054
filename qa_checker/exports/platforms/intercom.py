"""Intercom JSON: conversations with a `source`, the first message, and their `conversation_parts`.

Known from Intercom's API documentation, not from exports seen: source and parts with author.type, body in HTML,
created_at in seconds, part_type comment | note | assignment | close … A note is between colleagues and stands as the
system's, type `note`. Parts of other types without a body are notices; what they say is their own type.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa_checker.exports.cells.json_fields import Object, first_list, inside, listed, word
from qa_checker.exports.cells.notices import Cells
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER, SYSTEM
from qa_checker.exports.platforms.html import words_of
from qa_checker.exports.platforms.platform import Nested, Platform

_ROLES = {"user": CUSTOMER, "lead": CUSTOMER, "contact": CUSTOMER, "admin": AGENT, "bot": BOT, "team": SYSTEM}
_SAID = ("comment", "open", "source", "quick_reply", "note")
_EVENTS = {"assignment": ("transfer", "会话已转接"), "close": ("close", "会话已关闭")}


def _unfold(found: Object) -> Iterator[Nested]:
    for conversation in first_list(found, "conversations", "data") or [found]:
        if not isinstance(conversation, dict) or "conversation_parts" not in conversation:
            continue
        source = inside(conversation, "source")
        if source:
            asked = {"part_type": "source", "created_at": conversation.get("created_at"), **source}
            yield Nested(asked, conversation)
        parts = inside(conversation, "conversation_parts")
        yield from (Nested(part, conversation) for part in listed(parts, "conversation_parts"))


def _is_message(message: Object) -> bool:
    return "part_type" in message and "author" in message


def _cells(message: Object, around: Object) -> Cells:
    author = inside(message, "author")
    says = word(author, "type")
    by = _ROLES.get(says or "", says)
    part_type = word(message, "part_type") or ""
    body = words_of(word(message, "body") or "") or None
    kind, text = _said(part_type, body, by)
    if body is None and kind is None and listed(message, "attachments"):
        kind = "file"
    contacts = listed(inside(around, "contacts"), "contacts")
    first = contacts[0] if contacts and isinstance(contacts[0], dict) else inside(around, "source", "author")
    role = SYSTEM if kind in ("note", "notice", "transfer", "close") else by
    return {
        "session_id": word(around, "id"),
        "message_id": word(message, "id"),
        "customer_id": word(first, "id") or (word(author, "id") if by == CUSTOMER else None),
        "agent_id": word(author, "name", "id") if role == AGENT else None,
        "channel": "Intercom",
        "role": role,
        "sent_at": word(message, "created_at"),
        "text": text,
        "message_type": kind,
        "is_auto": "true" if role == BOT else None,
    }


def _said(part_type: str, body: str | None, by: str | None) -> tuple[str | None, str | None]:
    """Give the message type and the words; what an event says on its own is added for phrase lists to find."""
    if part_type == "note":
        return "note", body
    if part_type in _SAID or (body and part_type not in _EVENTS):
        return None, body
    kind, words = _EVENTS.get(part_type, ("notice", f"[{part_type}]"))
    if part_type == "close" and by == AGENT:
        words = "会话已由客服关闭"
    return (kind, words) if body is None else (None, body)


INTERCOM = Platform("intercom", "Intercom 会话 JSON", _unfold, _is_message, _cells)
