"""A bad input and what must become of it: so many messages, these rows set aside, or the whole file refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

HEADER = "会话ID,消息ID,客服,顾客,角色,发送时间,内容"
GOOD = "S1,M1,店:小丹,tb26,顾客,2026-08-26 11:00:01,在吗"
REPLY = "S1,M2,店:小丹,tb26,客服,2026-08-26 11:00:09,您好，在的"
LAST = "S1,M9,店:小丹,tb26,顾客,2026-08-26 11:05:00,好的谢谢"


@dataclass(frozen=True)
class Case:
    """`scored` messages, `rejects` as (row, reason) and `duplicates`; or `refused` with that reason."""

    name: str
    content: bytes | Callable[[], bytes]
    file: str = "chats.csv"
    scored: int = 0
    rejects: tuple[tuple[int, str], ...] = ()
    duplicates: int = 0
    refused: str = ""
    texts: tuple[str, ...] | None = None
    times: tuple[str, ...] | None = None
    warns: str = ""  # words of a warning there must be
    tells: str = ""  # words of the refusal
    options: Mapping[str, Any] = field(default_factory=dict)

    def bytes(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else self.content()


def row(number: int = 3, **cells: str) -> str:
    """Write one line of a table with some cells replaced: session, id, agent, customer, role, time, text."""
    usual = {
        "session": "S1",
        "id": f"M{number}",
        "agent": "店:小丹",
        "customer": "tb26",
        "role": "顾客",
        "time": f"2026-08-26 11:01:{number:02}",
        "text": "还有货吗",
    }
    assert cells.keys() <= usual.keys()
    return ",".join((usual | cells).values())


def table(*lines: str, header: str = HEADER, end: str = "\n") -> bytes:
    return "".join(line + end for line in (header, *lines)).encode("utf-8", "surrogatepass")


def between(*lines: str) -> bytes:
    """Put the lines into a table: two good rows above them (rows 2 and 3), one below."""
    return table(GOOD, REPLY, *lines, LAST)
