"""Who speaks: what exports call customers, agents, bots and the system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_checker.exports.cells.columns import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

CUSTOMER, AGENT, BOT, SYSTEM = "customer", "agent", "bot", "system"

ROLE_WORDS: Mapping[str, tuple[str, ...]] = {
    CUSTOMER: (
        *("user", "buyer", "visitor", "client", "consumer", "guest"),
        *("顾客", "客户", "买家", "访客", "用户", "会员"),
    ),
    AGENT: (
        *("staff", "human", "seller", "waiter", "operator", "seat", "human_agent", "customer_service"),
        *("客服", "人工", "人工客服", "坐席", "商家", "卖家", "客服人员", "员工"),
    ),
    BOT: ("robot", "chatbot", "assistant", "机器人", "智能客服", "服务助手", "店小蜜", "机器人客服", "智能机器人"),
    SYSTEM: ("notice", "notification", "event", "系统", "通知", "系统消息", "系统通知", "系统提示"),
}
IN_CHINESE = {AGENT: "客服", CUSTOMER: "顾客", BOT: "机器人", SYSTEM: "系统"}
UNKNOWN_WORDS = ("unknown", "未知")

_ROLES = {plain(word): role for role, words in ROLE_WORDS.items() for word in (role, *words)}
_UNKNOWN = {plain(word) for word in UNKNOWN_WORDS}
_YES = {plain(word) for word in ("true", "1", "1.0", "yes", "y", "t", "是", "自动", "真", "自动回复")}


def role_of(word: str) -> str | None:
    """Give the canonical role for a word of an export; None where it isn't a role."""
    return _ROLES.get(plain(word))


def is_unknown(word: str) -> bool:
    """Say whether an export itself admits that it doesn't know who speaks."""
    return plain(word) in _UNKNOWN


def is_yes(word: str) -> bool:
    """Read a yes-or-no cell; whatever isn't a yes is a no."""
    return plain(word) in _YES
