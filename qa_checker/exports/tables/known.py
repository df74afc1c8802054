"""Tables whose columns mean something only together: which ones there are, and how their cells become canonical.

千牛 (Excel): certain are the columns, one sheet a customer, and a summary sheet (skipped, having none of them).
MemoTrace, old header: certain are IsSender 1 for oneself, who is taken for staff, and the type codes below; nicks name
the talker only where they are unique. MemoTrace, new header: not certain is whose 备注 and 昵称 are; they are not used,
a file is taken for one chat, and 发送人 decides who is staff (我, else how they speak; reported).
Zendesk: rows of the chat history as data pipelines store it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa_checker.chats import is_robot
from qa_checker.exports.cells.columns import plain
from qa_checker.exports.cells.notices import Cells, settled
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER, SYSTEM, role_of
from qa_checker.exports.platforms.zendesk import EVENTS, ROLES
from qa_checker.exports.qianniu.parties import CHANNEL
from qa_checker.exports.qianniu.parties import PARTIES as OF_QIANNIU
from qa_checker.exports.records import text_table
from qa_checker.exports.speakers.nicks import shop_of, told_by_nicks
from qa_checker.exports.speakers.sides import Line, sides

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qa_checker.exports.records import Records

_WECHAT_TYPES = {"1": None, "3": "image", "34": "voice", "43": "video", "47": "emotion", "49": "card"}
_WECHAT_SYSTEM = "10000"
_WECHAT_WORDS = {
    "文本": None,
    "文字": None,
    "文本消息": None,
    "图片": "image",
    "表情包": "emotion",
    "动画表情": "emotion",
}
_ONESELF = ("我", "自己")


@dataclass(frozen=True)
class KnownTable:
    """A table by its headers. `columns` says under which canonical name each of them is read, if only to ride along."""

    name: str
    title: str
    columns: Mapping[str, str]
    messages: Callable[[Sequence[Cells]], list[Cells]]  # the cells as they ride → the cells as they are meant
    parties: Sequence[str]
    tells_by_nicks: bool = False

    def is_meant(self, headers: Iterable[str]) -> bool:
        """Say whether all the headers are there."""
        return {plain(header) for header in self.columns.values()} <= {plain(header) for header in headers}

    def of(self, pieces: Sequence[Records]) -> list[Records]:
        """Give the records of one file their meaning."""
        riding = [cells for piece in pieces for cells in piece.cells.to_pylist()]
        meant = [settled(cells) for cells in self.messages(riding)]
        names = list(dict.fromkeys(name for cells in meant for name in cells)) or ["session_id"]
        told = told_by_nicks(pieces[0].file, [cells["role"] for cells in meant]) if self.tells_by_nicks else []
        found, start = [], 0
        for piece in pieces:
            some = meant[start : start + piece.cells.num_rows]
            start += len(some)
            cells = text_table({name: [one.get(name) for one in some] for name in names})
            found.append(replace(piece, layout=self.name, cells=cells, parties=self.parties))
        return [replace(found[0], warnings=[*found[0].warnings, *told]), *found[1:]]


def known_table(headers: Iterable[str]) -> KnownTable | None:
    """Recognise a table by its headers."""
    there = list(headers)
    return next((table for table in TABLES.values() if table.is_meant(there)), None)


def _of_qianniu(riding: Sequence[Cells]) -> list[Cells]:
    """Name the shop in every row: a customer's don't, and sessions are between customer and shop."""
    messages = [_qianniu_message(cells) for cells in riding]
    shops: dict[str | None, str] = {}
    for cells in reversed(messages):
        if cells["shop"]:
            shops[cells["customer_id"]] = cells["shop"]
    return [{**cells, "shop": cells["shop"] or shops.get(cells["customer_id"])} for cells in messages]


def _qianniu_message(cells: Cells) -> Cells:
    nick = (cells["agent_id"] or "").strip()
    role = role_of(cells["role"] or "") or cells["role"]
    if role == AGENT and is_robot(nick):
        role = BOT
    return {
        **cells,
        "agent_id": nick.replace("：", ":") if role == AGENT else None,
        "shop": shop_of(nick) if role in (AGENT, BOT) else None,
        "channel": CHANNEL,
        "role": role,
        "is_auto": "true" if role == BOT else None,
    }


def _of_memotrace(riding: Sequence[Cells]) -> list[Cells]:
    names = _talkers(riding)
    return [_memotrace_message(cells, names) for cells in riding]


def _talkers(riding: Sequence[Cells]) -> dict[str | None, str | None]:
    """Name each talker by the remark or nick of what they sent, where nobody else is called that."""
    names: dict[str | None, str | None] = {}
    for cells in riding:
        if cells["role"] == "0":
            names.setdefault(cells["customer_id"], cells["shop"] or cells["queue"])
    given = [*names.values()]
    return {talker: name if name and given.count(name) == 1 else talker for talker, name in names.items()}


def _memotrace_message(cells: Cells, names: Mapping[str | None, str | None]) -> Cells:
    code, text = (cells["message_type"] or "").strip(), cells["text"] or ""
    role = {"1": AGENT, "0": CUSTOMER}.get((cells["role"] or "").strip(), cells["role"])
    role = SYSTEM if code == _WECHAT_SYSTEM else role
    kind = "notice" if code == _WECHAT_SYSTEM else _WECHAT_TYPES.get(code, code)
    return {
        "message_id": cells["message_id"],
        "customer_id": names.get(cells["customer_id"], cells["customer_id"]),
        "agent_id": cells["agent_id"] if role == AGENT else None,
        "channel": "微信",
        "role": role,
        "sent_at": cells["sent_at"],
        "text": None if kind and text.lstrip().startswith("<") else text,
        "message_type": kind,
    }


def _of_memotrace_words(riding: Sequence[Cells]) -> list[Cells]:
    senders = [(cells["role"] or "").strip() for cells in riding]
    told = sides([Line(0, nick, cells["text"] or "") for nick, cells in zip(senders, riding, strict=True)])
    roles = [AGENT if nick in _ONESELF else role for nick, role in zip(senders, told, strict=True)]
    if AGENT in roles and set(senders) & set(_ONESELF):
        roles = [role if nick in _ONESELF else CUSTOMER for nick, role in zip(senders, roles, strict=True)]
    customer = next((nick for nick, role in zip(senders, roles, strict=True) if role == CUSTOMER), None)
    messages: list[Cells] = []
    for nick, role, cells in zip(senders, roles, riding, strict=True):
        kind = (cells["message_type"] or "").strip()
        is_notice = kind.startswith("系统")
        customer = nick if role == CUSTOMER and not is_notice else customer
        messages.append(
            {
                "message_id": cells["message_id"],
                "customer_id": customer,
                "agent_id": nick if role == AGENT and not is_notice else None,
                "channel": "微信",
                "role": None if not nick and not is_notice else SYSTEM if is_notice else role,
                "sent_at": cells["sent_at"],
                "text": cells["text"],
                "message_type": "notice" if is_notice else _WECHAT_WORDS.get(kind, kind),
            }
        )
    return messages


def _of_zendesk(riding: Sequence[Cells]) -> list[Cells]:
    return [_zendesk_message(cells) for cells in riding]


def _zendesk_message(cells: Cells) -> Cells:
    kind, words = EVENTS.get(cells["message_type"] or "", (None, None))
    said_by = (cells["role"] or "").casefold()
    role = SYSTEM if kind and kind != "file" else ROLES.get(said_by, said_by)
    return {
        **cells,
        "customer_id": None,
        "agent_id": (cells["customer_id"] or cells["agent_id"]) if role == AGENT else None,
        "channel": "Zendesk",
        "role": role,
        "text": cells["text"] or words,
        "message_type": kind,
        "is_auto": "true" if role == BOT else None,
    }


QIANNIU_TABLE = KnownTable(
    "qianniu-table",
    "千牛聊天记录表格",
    {
        "customer_id": "客户名",
        "sent_at": "发送时间",
        "text": "发送内容",
        "agent_id": "发送账号",
        "role": "账号类型",
    },
    _of_qianniu,
    OF_QIANNIU,
)
MEMOTRACE = KnownTable(
    "memotrace",
    "留痕导出的微信聊天记录表格",
    {
        "message_id": "localId",
        "customer_id": "TalkerId",
        "message_type": "Type",
        "role": "IsSender",
        "text": "StrContent",
        "sent_at": "StrTime",
        "shop": "Remark",
        "queue": "NickName",
        "agent_id": "Sender",
    },
    _of_memotrace,
    ("channel", "customer_id"),
)
MEMOTRACE_WORDS = KnownTable(
    "memotrace-words",
    "留痕导出的微信聊天记录表格（中文表头）",
    {
        "message_id": "消息ID",
        "message_type": "类型",
        "role": "发送人",
        "sent_at": "时间",
        "text": "内容",
        "shop": "备注",
        "customer_id": "昵称",
        "agent_id": "更多信息",
    },
    _of_memotrace_words,
    ("channel", "customer_id"),
    tells_by_nicks=True,
)
ZENDESK_TABLE = KnownTable(
    "zendesk-table",
    "Zendesk Chat 记录表格",
    {
        "session_id": "chat_id",
        "message_id": "msg_id",
        "message_type": "type",
        "role": "sender_type",
        "customer_id": "name",
        "agent_id": "agent_id",
        "sent_at": "timestamp",
        "text": "msg",
    },
    _of_zendesk,
    (),
)
TABLES = {table.name: table for table in (QIANNIU_TABLE, MEMOTRACE, MEMOTRACE_WORDS, ZENDESK_TABLE)}
