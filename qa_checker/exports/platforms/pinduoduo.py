"""拼多多 JSON: `result.messages` of the merchant's chat list, newest first.

Certain (seen in exports): msg_id, from/to with role and uid, `mall_cs` for whoever writes for the shop (people, robots
and the platform alike), is_aut and manual_reply, and the type codes below. Not certain: what pay_status means in order
cards, so that a card never counts as a payment; other codes keep their number as message type, and without content
they are set aside. Where neither is_aut nor manual_reply is set a message of the shop counts as a person's.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa_checker.exports.cells.json_fields import Object, first_list, inside, word
from qa_checker.exports.cells.notices import Cells, recalled_by
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER, SYSTEM, is_yes
from qa_checker.exports.cells.times import read_time
from qa_checker.exports.platforms.platform import Nested, Platform

_TYPES = {
    "1": "image",
    "5": "emotion",
    "8": "notice",  # a task the platform gives the shop
    "14": "video",
    "19": "card",
    "24": "transfer",
    "31": "notice",  # a warning about safe payment and the like
    "41": "goods",
    "64": "goods_spec",
    "1002": "recall",
}
_BY_THE_PLATFORM = ("notice", "transfer", "recall")
_CARDS = {
    "mallOrderConfirmNewCardCallBackParam": "[请核对收货信息]",
    "orderConfirmAgreeNewCardCallBackParam": "[已确认收货信息]",
}
"""What biz_context holds of the card that asks for the address, and once the buyer has agreed to it."""
_WITHOUT_WORDS = {"transfer": "会话已转接", "notice": "[系统提示]", "goods_spec": "[商品规格]"}


def _unfold(found: Object) -> Iterator[Nested]:
    messages = first_list(found, "result.messages", "messages", "data.messages", "result.data.messages")
    if messages:
        yield from (Nested(message, {}) for message in (reversed(messages) if _newest_first(messages) else messages))
    elif isinstance(found.get("message"), dict):  # as pushed, one by one
        yield Nested(found["message"], {})
    elif _is_message(found):
        yield Nested(found, {})


def _newest_first(messages: list[object]) -> bool:
    """Say whether a page runs backwards, as they do; several messages of one second leave it at that."""
    written = [str(one.get("time") or one.get("ts")) for one in messages if isinstance(one, dict)]
    known = [time[0] for time in map(read_time, written) if time]
    return not known or known[0] >= known[-1]


def _is_message(message: Object) -> bool:
    parties = (inside(message, "from"), inside(message, "to"))
    return "msg_id" in message and any(one.get("role") in ("user", "mall_cs") for one in parties)


def _cells(message: Object, around: Object) -> Cells:
    sender, receiver = inside(message, "from"), inside(message, "to")
    code, sub_type = word(message, "type") or "0", word(message, "sub_type")
    kind = _kind(code, sub_type)
    by = {"user": CUSTOMER, "mall_cs": AGENT}.get(word(sender, "role") or "", word(sender, "role"))
    automatic = (
        by == AGENT and is_yes(word(message, "is_aut") or "") and not is_yes(word(message, "manual_reply") or "")
    )
    role = SYSTEM if kind in _BY_THE_PLATFORM else BOT if automatic else by
    customer = next((word(one, "uid") for one in (sender, receiver) if one.get("role") == "user"), None)
    card = next((words for key, words in _CARDS.items() if inside(message, "biz_context").get(key)), None)
    if card:
        kind = "card"
    text = recalled_by(by or "") if kind == "recall" else None if kind == "image" else word(message, "content")
    text = text or card or word(inside(message, "info"), "description") or _WITHOUT_WORDS.get(kind or "")
    return {
        "message_id": word(message, "msg_id"),
        "customer_id": customer,
        "agent_id": word(sender, "cs_uid", "uid") if role == AGENT else None,
        "channel": "拼多多",
        "role": role,
        "sent_at": word(message, "time", "ts"),
        "text": text,
        "message_type": kind,
        "is_auto": "true" if role == BOT else None,
    }


def _kind(code: str, sub_type: str | None) -> str | None:
    if code == "0":
        return {"0": "goods", "1": "order"}.get(sub_type or "")
    return _TYPES.get(code, code)


PINDUODUO = Platform("pinduoduo", "拼多多聊天记录 JSON", _unfold, _is_message, _cells, ("channel", "customer_id"))
