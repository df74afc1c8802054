"""Chatwoot JSON: messages as webhooks send them, as the API lists them, or inside their conversation.

Certain (documented): id, content, created_at (`… UTC` or seconds), message_type incoming | outgoing | template,
private, content_type, sender. Known from its API only: the numbers 0 1 2 3 for incoming, outgoing, activity, template.
A private message is a note between colleagues and stands as the system's, type `note`; templates and agent bots are
robots.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa_checker.exports.cells.json_fields import Object, first_list, inside, listed, word
from qa_checker.exports.cells.notices import Cells, recalled_by
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER, SYSTEM
from qa_checker.exports.platforms.platform import Nested, Platform

_ROLES = {
    "incoming": CUSTOMER,
    "outgoing": AGENT,
    "activity": SYSTEM,
    "template": BOT,
    "0": CUSTOMER,
    "1": AGENT,
    "2": SYSTEM,
    "3": BOT,
}
_TYPES = {"image": "image", "audio": "voice", "video": "video", "location": "location"}


def _unfold(found: Object) -> Iterator[Nested]:
    if _is_message(found):
        yield Nested(found, inside(found, "conversation"))
        return
    for one in first_list(found, "payload", "data.payload", "messages", "data"):
        if isinstance(one, dict) and not _is_message(one) and isinstance(one.get("messages"), list):
            yield from (Nested(message, one) for message in one["messages"])  # a list of conversations
        else:
            yield Nested(one, found)


def _is_message(message: Object) -> bool:
    return (
        str(message.get("message_type")) in _ROLES
        and "content" in message
        and not {"content_type", "private"} - set(message)
    )


def _cells(message: Object, around: Object) -> Cells:
    said_by, sender = word(message, "message_type"), inside(message, "sender")
    by = _ROLES.get(said_by or "", said_by)
    if by == AGENT and word(sender, "type") in ("agent_bot", "AgentBot"):
        by = BOT
    is_recalled = inside(message, "content_attributes").get("deleted") is True
    is_note = message.get("private") is True
    attached = next((one for one in listed(message, "attachments") if isinstance(one, dict)), None)
    kind = None if attached is None else _TYPES.get(word(attached, "file_type") or "", "file")
    kind = "recall" if is_recalled else "note" if is_note else "notice" if by == SYSTEM else kind
    role = SYSTEM if is_recalled or is_note else by
    contact = inside(around, "meta", "sender") or inside(around, "contact_inbox")
    return {
        "session_id": word(message, "conversation_id") or word(around, "id", "display_id"),
        "message_id": word(message, "id"),
        "customer_id": word(sender, "id", "name") if by == CUSTOMER else word(contact, "id", "contact_id"),
        "agent_id": word(sender, "name", "id") if role == AGENT else None,
        "channel": "Chatwoot",
        "role": role,
        "sent_at": word(message, "created_at"),
        "text": recalled_by(by or "") if is_recalled else word(message, "content"),
        "message_type": kind,
        "is_auto": "true" if role == BOT else None,
    }


CHATWOOT = Platform("chatwoot", "Chatwoot 会话 JSON", _unfold, _is_message, _cells)
