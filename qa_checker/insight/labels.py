"""Label files: sessions in which people marked what each message says, one JSON object a line."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, ValidationError

from ..chats import MESSAGES
from ..examples import DAY

SYSTEM_TEXT = "system"
"""The label of what nobody typed: such messages are left out of the comparison."""

_AGENT_LABELS = [
    "greeting",
    "closing",
    "more_help",
    "address_check",
    "hold",
    "apology",
    "taboo",
    "off_platform",
    "overpromise",
    "solicit_praise",
    "invite_rating",
    "asks_sensitive",
    "time_commitment",
    "cannot_solve",
]
_CUSTOMER_LABELS = ["order_placed", "thanks", "praise", "complaint", "urge", "insult", "confirms"]

SAID_BY: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_AGENT_LABELS, ("agent",)),
    **dict.fromkeys(_CUSTOMER_LABELS, ("customer",)),
}
"""Whose messages each label of the labelling guide is for, where a file has none of them to show it."""

_OPENS = DAY + timedelta(hours=10)


class LabelsRefused(Exception):
    """A label file cannot be used; plain Chinese, without message text."""


class LabelledMessage(BaseModel):
    """A message and what people say it says."""

    model_config = ConfigDict(frozen=True)

    seq: int
    role: Literal["customer", "agent", "bot", "system"]
    text: str
    labels: tuple[str, ...] = ()


class LabelledSession(BaseModel):
    """A session with all its messages; labels of the whole session where people gave them."""

    model_config = ConfigDict(frozen=True)

    session_id: str
    messages: tuple[LabelledMessage, ...]
    opening_greeted: Literal["yes", "no", "na"] | None = None
    closed_politely: Literal["yes", "no", "na"] | None = None
    address_state: Literal["na", "confirmed", "asked", "corrected_ack", "corrected_unack", "missing"] | None = None
    unanswered_end: Literal["yes", "no"] | None = None

    @property
    def in_order(self) -> list[LabelledMessage]:
        """The messages as they were sent."""
        return sorted(self.messages, key=lambda message: message.seq)


def read(path: Path) -> list[LabelledSession]:
    """Every session of a label file. Raises LabelsRefused with the first lines that are wrong."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")  # not splitlines: JSON may hold U+2028
    except (OSError, UnicodeDecodeError) as error:
        raise LabelsRefused(f"读不了标注文件 {path}，要 UTF-8 的 JSON 行文件") from error
    sessions: dict[str, LabelledSession] = {}
    problems = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            session = LabelledSession.model_validate_json(line)
        except ValidationError as error:
            problems.append(f"{path}:{number}: {_spoken(error)}")
            continue
        if session.session_id in sessions:
            problems.append(f"{path}:{number}: 会话编号 {session.session_id} 前面已经有了")
        sessions[session.session_id] = session
    if problems:
        more = f"\n……还有 {len(problems) - 10} 行" if len(problems) > 10 else ""
        raise LabelsRefused("标注文件有问题，请先改好：\n" + "\n".join(problems[:10]) + more)
    if not sessions:
        raise LabelsRefused(f"标注文件 {path} 里没有会话")
    return list(sessions.values())


def speakers(sessions: Sequence[LabelledSession]) -> dict[str, tuple[str, ...]]:
    """For each label the roles it is for: those that bear it in the file, else as in the labelling guide."""
    borne: dict[str, set[str]] = {}
    for session in sessions:
        for message in session.messages:
            for label in message.labels:
                borne.setdefault(label, set()).add(message.role)
    borne.pop(SYSTEM_TEXT, None)
    return {**SAID_BY, **{label: tuple(sorted(roles)) for label, roles in sorted(borne.items())}}


def canonical(sessions: Sequence[LabelledSession]) -> pa.Table:
    """The sessions as canonical messages; the message id is the message's place in the file, from 0.

    Label files know the order of messages, not their times: each follows the last after a second, on a working day, so
    that a question is either answered in time or not at all. They hold no pictures: an empty message is nobody's word.
    """
    rows = [
        {
            "session_id": session.session_id,
            "role": message.role if message.text.strip() else "system",
            "text": message.text,
            "sent_at": _OPENS + timedelta(seconds=place),
            "is_auto": False,
            "agent_id": "客服" if message.role == "agent" else None,
        }
        for session in sessions
        for place, message in enumerate(session.in_order)
    ]
    return pa.Table.from_pylist([{**row, "message_id": str(n)} for n, row in enumerate(rows)], schema=MESSAGES)


def _spoken(error: ValidationError) -> str:
    """What is wrong with a line, without its text."""
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(map(str, first["loc"]))
    known = {
        "missing": f"缺少 {where}",
        "json_invalid": "不是完整的 JSON 对象",
        "literal_error": f"{where} 只能是 {first.get('ctx', {}).get('expected', '')}",
    }
    return known.get(first["type"], f"{where or '整行'} 的类型不对")
