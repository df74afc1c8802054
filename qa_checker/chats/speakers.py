"""Who speaks each row: as the export says, but robots behind a person's account, notices and recalls told apart."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .columns import codes
from .messages import AGENT, BOT, SYSTEM
from .places import Mask, Rows

NOTICES = (
    ("recall", r"(?:\S.{0,40}?\s*)?撤回了一条消息|\[撤回\]"),
    ("transfer", r"由\s*.{1,60}\s*转交给\s*.{1,60}|原因：【.*】.*|\[转接.*"),
    ("close", r"用户超时未回复，系统关闭会话|\[客服关闭会话.*|系统关闭会话.*"),
    (
        "order",
        r"买家已(?:拍下|下单|付款)|订单已付款|我发起了地址修改申请"
        r"|\[(?:我已拍下，待付款|我已付款，等待你发货|已付款，待发货|记得及时发货|你已发货|买家确认收货，交易成功)\]"
        r"|\[(?:你关闭了订单，钱款已原路退返|我完成了评价)\]",
    ),
    (
        "notice",
        r"当前用户来自.*|【?即将超时】.*|您即将超.*未回复.*|(?:消极接待|客服超时).*|【离线留言自动分配】.*"
        r"|\[系统.*|[（(]?(?:用户)?[)）]?从历史会话发起会话",
    ),
)
"""What platforms write as if somebody had said it (千牛, 飞鸽, 闲鱼), the whole message, by kind."""

_NOTICE = "^(?:" + "|".join(pattern for _, pattern in NOTICES) + r")\s*$"

ROBOTS = ("服务助手", "店小蜜", "机器人", "智能客服", "京小智")
"""Nicks of robots hold one of these."""

_AUTO_PREFIX = r"^\s*(?:[\[【(（]\s*(?:系统)?自动回复\s*[\]】)）]|自动回复[:：])"
_RECALLED = frozenset(("recall", "recalled", "revoke", "revoked", "撤回"))
_NOTICES = frozenset(
    ("system", "notice", "notification", "event", "transfer", "close", "queue", "系统", "通知", "转接", "系统消息")
)
_ASKS_NOTHING = frozenset(
    (
        *("emotion", "emoji", "sticker", "expression", "表情", "动画表情"),
        *("rate", "rating", "评价"),
    )
)


def is_robot(nick: str) -> bool:
    """Whether a nick of the service side is a robot's."""
    return any(robot in nick for robot in ROBOTS)


def speaking(
    messages: pa.Table, roles: NDArray[np.int8], text: Rows, texts: Sequence[str], robot: Mask
) -> NDArray[np.int8]:
    """The speaker of each row by what the row itself says: flag, nick (`robot`), prefix, type of message, notice.

    A recalled message keeps its row and is the system's: it starts and stops nothing.
    """
    types = recalled(messages) | _by_type(messages, (_NOTICES,))
    notice, prefixed = (_like(pattern, texts)[text] for pattern in (_NOTICE, _AUTO_PREFIX))
    automatic = robot | prefixed | np.asarray(pc.fill_null(messages["is_auto"], False))
    speaker = np.where((roles == AGENT) & automatic, BOT, roles)
    return np.where(types | notice, SYSTEM, speaker).astype(np.int8)


def recalled(messages: pa.Table) -> Mask:
    """For each row whether its type says that it was taken back."""
    return _by_type(messages, (_RECALLED,))


def asks_nothing(messages: pa.Table) -> Mask:
    """For each row whether its type alone says that it asks for nothing: stickers, ratings given."""
    return _by_type(messages, (_ASKS_NOTHING,))


def _like(pattern: str, texts: Sequence[str]) -> Mask:
    return np.asarray(
        pc.match_substring_regex(pa.array(texts, pa.string()), pattern).to_numpy(zero_copy_only=False), bool
    )


def _by_type(messages: pa.Table, kinds: Sequence[frozenset[str]]) -> Mask:
    number, names = codes(messages["message_type"])
    meant = [any(name.strip().casefold() in kind for kind in kinds) for name in names]
    return np.array([*meant, False], bool)[number]  # NOBODY picks the last
