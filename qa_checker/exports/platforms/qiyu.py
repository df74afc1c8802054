"""网易七鱼 JSON: the `message.txt` of a session export (one object a line), or the messages of one session.

Certain (seen in exports): sessionId, time in milliseconds, from 0 for the shop's side and 1 for the visitor, staffId 0
or below for the robot, and that message.txt ends with a line that isn't a message (it is set aside). Not certain:
`msg` or `content` for the words, mType as word (TEXT, PICTURE, AUDIO) or number, autoReply; numbers but 1 keep
themselves as message type, and without words they are set aside. The zip 七鱼 sends has a password: unpack it first.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa_checker.exports.cells.json_fields import Object, first_list, word
from qa_checker.exports.cells.notices import Cells
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER, is_yes
from qa_checker.exports.platforms.platform import Nested, Platform

_TYPES = {"TEXT": None, "1": None, "PICTURE": "image", "AUDIO": "voice", "VIDEO": "video", "FILE": "file"}


def _unfold(found: Object) -> Iterator[Nested]:
    if _is_message(found):
        yield Nested(found, {})
        return
    yield from (Nested(message, found) for message in first_list(found, "data", "data.messages", "messages"))


def _is_message(message: Object) -> bool:
    return "sessionId" in message and "from" in message and ("mType" in message or "staffId" in message)


def _cells(message: Object, around: Object) -> Cells:
    staff, side = word(message, "staffId"), word(message, "from")
    role = {"0": AGENT, "1": CUSTOMER}.get(side or "", side)
    by_itself = role == AGENT and (is_yes(word(message, "autoReply") or "") or _is_robot(staff))
    kind = word(message, "mType", "msgType") or "TEXT"
    return {
        "session_id": word(message, "sessionId"),
        "message_id": word(message, "msgId", "id"),
        "customer_id": word(message, "foreignId", "userId"),
        "agent_id": word(message, "staffName", "staffId") if role == AGENT and not by_itself else None,
        "channel": "网易七鱼",
        "role": BOT if by_itself else role,
        "sent_at": word(message, "time"),
        "text": word(message, "msg", "content"),
        "message_type": _TYPES.get(kind.upper(), kind),
        "is_auto": "true" if by_itself else None,
    }


def _is_robot(staff: str | None) -> bool:
    return staff is not None and (staff == "0" or staff.startswith("-"))


QIYU = Platform("qiyu", "网易七鱼会话 JSON", _unfold, _is_message, _cells)
