"""What nicks tell: whose a sub-account is, and which roles were decided by nothing else."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from qa_checker.exports.cells.roles import IN_CHINESE

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUB_ACCOUNT = re.compile(r"[^:：]+[:：][^:：]+")


def is_sub_account(nick: str) -> bool:
    """Say whether a nick is `shop:person`."""
    return _SUB_ACCOUNT.fullmatch(nick) is not None


def shop_of(nick: str) -> str:
    """Give the shop's own nick for that of a sub-account."""
    return re.split("[:：]", nick, maxsplit=1)[0]


def told_by_nicks(file: str, roles: Iterable[str | None]) -> list[str]:
    """Report roles that the file doesn't state and that nicks decided."""
    counts = Counter(roles)
    if not counts:
        return []
    told = "、".join(f"{word} {counts[role]} 条" for role, word in IN_CHINESE.items() if counts[role])
    return [f"{file}：没有写明角色，按昵称认定为{told}；请抽查几段"]
