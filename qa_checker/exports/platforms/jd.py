"""京东咚咚 JSON: sessions under `chatLogList`, each with its `chatLogMessageList`.

Certain (seen in exports): the two lists, mid, sid, created, waiterSend, type text/image, content, customer, waiter;
around them service, customer, mallName, groupName, evaluation. Not certain: other types than text and image; they
keep their own name as message type, and without content they are set aside. Robots are told by their nick.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa_checker.chats import is_robot
from qa_checker.exports.cells.json_fields import Object, first_list, listed, word
from qa_checker.exports.cells.notices import Cells
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER
from qa_checker.exports.platforms.platform import Nested, Platform

_MESSAGES = "chatLogMessageList"
_SESSIONS = ("chatLogList", "data.chatLogList", "result.chatLogList", "element.chatLogList")


def _unfold(found: Object) -> Iterator[Nested]:
    sessions = first_list(found, *_SESSIONS) or [found.get("element", found)]
    for session in sessions:
        if isinstance(session, dict):
            around = {key: value for key, value in {**found, **session}.items() if not isinstance(value, list)}
            yield from (Nested(message, around) for message in listed(session, _MESSAGES))
    if "waiterSend" in found:
        yield Nested(found, {})


def _cells(message: Object, around: Object) -> Cells:
    sent_by_shop = message.get("waiterSend")
    waiter = word(message, "waiter") or word(around, "waiter", "service")
    role = None
    if isinstance(sent_by_shop, bool):
        role = CUSTOMER if not sent_by_shop else BOT if is_robot(waiter or "") else AGENT
    kind = word(message, "type")
    is_text = kind in (None, "text")
    return {
        "session_id": word(message, "sid") or word(around, "sid"),
        "message_id": word(message, "mid", "uuid"),
        "customer_id": word(message, "customer") or word(around, "customer"),
        "agent_id": waiter if role == AGENT else None,
        "shop": word(around, "mallName"),
        "channel": "京东",
        "queue": word(around, "groupName"),
        "rating": word(around, "evaluation"),
        "role": role,
        "sent_at": word(message, "created"),
        "text": None if kind == "image" else word(message, "content"),
        "message_type": None if is_text else kind,
        "is_auto": "true" if role == BOT else None,
    }


JD = Platform("jd", "京东咚咚聊天记录 JSON", _unfold, lambda message: "waiterSend" in message, _cells)
