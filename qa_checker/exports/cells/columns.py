"""Which column of a file is which: English and Chinese names of the canonical columns."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import TYPE_CHECKING

from qa_checker.exports.cells.times import read_time
from qa_checker.exports.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

ALIASES: Mapping[str, tuple[str, ...]] = {
    "session_id": (
        *("会话", "会话ID", "会话编号", "会话号", "对话ID", "对话编号", "对话号"),
        *("session", "cid", "conversation_id", "chat_id", "dialog_id", "dialogue_id"),
    ),
    "message_id": ("消息ID", "消息编号", "msg_id", "mid"),
    "agent_id": ("客服", "客服ID", "客服账号", "客服昵称", "坐席", "坐席账号", "agent", "waiter"),
    "customer_id": (
        *("顾客", "顾客ID", "买家", "买家ID", "买家昵称", "客户", "客户ID", "访客", "访客ID"),
        *("customer", "buyer", "buyer_nick"),
    ),
    "role": ("角色", "sender_role", "sender_type", "发送方", "发送者类型", "发送方角色", "账号类型"),
    "sent_at": (
        *("时间", "发送时间", "消息时间", "消息发送时间"),
        *("ts", "time", "timestamp", "created", "created_at", "send_time"),
    ),
    "text": (
        *("内容", "消息内容", "发送内容", "聊天内容", "消息文本", "文本内容", "消息"),
        *("content", "msg", "message"),
    ),
    "shop": ("店铺", "店铺名称", "shop_name"),
    "channel": ("渠道", "来源渠道"),
    "queue": ("队列", "技能组"),
    "message_type": ("消息类型", "type", "msg_type"),
    "is_auto": ("是否自动", "自动回复", "auto"),
    "rating": ("评价", "满意度"),
}
"""Canonical column → what else it is called. Letter case, width, spaces, `_` and `-` don't matter."""

IN_CHINESE = {name: aliases[0] for name, aliases in ALIASES.items()}
NAMEABLE = "、".join(f"{name}（{chinese}）" for name, chinese in IN_CHINESE.items())
"""What a user may point a header of his own at, in words."""

REQUIRED = ("session_id", "role", "sent_at", "text")
PARTIES = ("agent_id", "customer_id")
"""Together with the time these stand in for a session_id."""

_LOOKED_AT = 200  # headers that one of another name is looked for in
_HARMLESS = re.compile(r"[\s_\-\ufeff\u200b\"'“”]+")


def plain(header: str) -> str:
    """Reduce a header to what decides: no case, width, spaces or hyphens."""
    return _HARMLESS.sub("", unicodedata.normalize("NFKC", header)).casefold()


_CANONICAL = {plain(name): canonical for canonical, names in ALIASES.items() for name in (canonical, *names)}


def canonical_name(header: str) -> str | None:
    """Say which canonical column a header means, if any."""
    return _CANONICAL.get(plain(header))


def named_by_user(columns: Mapping[str, str], file: str) -> dict[str, str]:
    """Read the user's `canonical=header` pairs; the canonical side may be Chinese too (`会话=对话号`)."""
    named = {}
    for name, header in columns.items():
        canonical = canonical_name(name)
        if canonical is None:
            raise Refused("missing_columns", file, f"--columns 里的“{name}”不是可以指定的列", f"可以指定：{NAMEABLE}")
        named[canonical] = header
    return named


def naming(columns: Mapping[str, str], file: str) -> Callable[[str], str | None]:
    """Give the function that says which canonical column a header means; the user's word goes first."""
    by_user = {plain(header): canonical for canonical, header in named_by_user(columns, file).items()}
    decided = set(by_user.values())

    def name_of(header: str) -> str | None:
        if plain(header) in by_user:
            return by_user[plain(header)]
        canonical = canonical_name(header)
        return None if canonical in decided else canonical

    return name_of


def match(headers: Sequence[str], columns: Mapping[str, str], file: str) -> dict[str, int]:
    """Find the position of each canonical column; refuse where two headers claim the same one.

    A header the user named and this file lacks leaves the known names to decide: folders mix layouts.
    """
    there = {plain(header) for header in headers}
    name_of = naming({name: header for name, header in columns.items() if plain(header) in there}, file)
    found: dict[str, int] = {}
    for position, header in enumerate(headers):
        canonical = name_of(header)
        if canonical is None:
            continue
        if canonical in found:
            raise two_for_one(canonical, (headers[found[canonical]], header), file)
        found[canonical] = position
    for canonical, header in named_by_user(columns, file).items():
        if canonical not in found:
            raise Refused(
                "missing_columns", file, f"没有 --columns 指定的“{header}”列", f"表头是：{_shown(headers)}，请改正"
            )
    return found


def not_there(headers: Sequence[str], columns: Mapping[str, str], file: str) -> list[str]:
    """Warn of each header the user named that this file lacks, though a known name stands in for it."""
    free = {plain(header): header for header in headers}
    warnings = []
    for canonical, header in named_by_user(columns, file).items():
        if plain(header) not in free:
            used = next(one for one in headers if canonical_name(one) == canonical)
            alike = difflib.get_close_matches(plain(header), [one for one in free if free[one] != used], n=1)
            guess = f"是不是“{free[alike[0]].strip()}”？" if alike else ""
            told = f"没有 --columns 指定的“{header}”列，{IN_CHINESE[canonical]}读的是“{used.strip()}”列"
            warnings.append(f"{file}：{told}{f'；{guess}' if guess else ''}")
    return warnings


def two_for_one(canonical: str, headers: tuple[str, str], file: str) -> Refused:
    """Refuse a file in which two columns could be the same canonical one."""
    remedy = f"请用 --columns {canonical}={headers[0]} 指明用哪一列"
    if plain(headers[0]) == plain(headers[1]):
        remedy = "请改名或删去其中一列"
    problem = f"“{headers[0]}”和“{headers[1]}”都像是{IN_CHINESE[canonical]}列"
    return Refused("duplicate_columns", file, problem, remedy)


def missing(found: Iterable[str], require_time: bool) -> list[str]:
    """Name the required columns that aren't there; agent, customer and time stand in for a session_id."""
    have = set(found)
    lacking = [name for name in REQUIRED if name not in have]
    if "session_id" in lacking and have.issuperset((*PARTIES, "sent_at")):
        lacking.remove("session_id")
    return [name for name in lacking if require_time or name != "sent_at"]


def require(found: Iterable[str], headers: Sequence[str], file: str, require_time: bool = True) -> None:
    """Refuse a file without the required columns, with a guess which header could be meant."""
    lacking = missing(found, require_time)
    if not lacking:
        return
    if any(map(read_time, headers)):
        remedy = "请在最前面加一行表头，例如 session_id,role,sent_at,text"
        raise Refused("missing_columns", file, "第一行不是表头，像是一条消息", remedy)
    names = "、".join(f"{IN_CHINESE[name]}（{name}）" for name in lacking)
    guesses = ",".join(f"{name}={_nearest(name, headers) or '表头里的名字'}" for name in lacking)
    problem = f"找不到 {names} 列，表头是：{_shown(headers)}"
    raise Refused("missing_columns", file, problem, f"请用 --columns {guesses} 指明")


def _shown(headers: Sequence[str]) -> str:
    return "、".join(header.strip()[:20] for header in headers[:30] if header.strip()) or "空的"


def _nearest(canonical: str, headers: Sequence[str]) -> str | None:
    """Guess which header could be the canonical column: the most alike, or one that holds a known name."""
    free = {plain(header): header for header in headers[:_LOOKED_AT] if header.strip() and not canonical_name(header)}
    names = [plain(name) for name in (canonical, *ALIASES[canonical])]
    for name in sorted(names, key=len, reverse=True):
        holding = [header for header in free if name in header or (len(header) > 1 and header in name)]
        alike = holding or difflib.get_close_matches(name, free, n=1, cutoff=0.6)
        if alike:
            return free[alike[0]].strip()
    return None
