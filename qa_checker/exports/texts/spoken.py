"""Messages of texts that don't say who is staff: from who spoke when to cells with a role and a customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa_checker.exports.cells.notices import Cells, settled
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER
from qa_checker.exports.speakers.sides import Line, sides
from qa_checker.exports.texts.passages import Passage, body


@dataclass
class Spoken:
    """The lines `[start, end)`: what somebody said, in one of the file's conversations."""

    start: int
    end: int
    chat: int
    nick: str
    time: str
    lines: list[str]

    def goes_on(self, line: str) -> None:
        """Add the next line."""
        self.end += 1
        self.lines.append(line)


def with_sides(
    messages: Sequence[Spoken], channel: str, session: Callable[[Spoken, str | None], Cells]
) -> list[Passage]:
    """Give each message its cells; the customer of a conversation is whoever of that side spoke first.

    `session` says to which session a message belongs, given that customer.
    """
    texts = [body(message.lines) for message in messages]
    lines = [Line(message.chat, message.nick, text) for message, text in zip(messages, texts, strict=True)]
    roles = sides(lines)
    customers: dict[int, str] = {}
    for line, role in zip(lines, roles, strict=True):
        if role == CUSTOMER:
            customers.setdefault(line.chat, line.nick)
    return [
        Passage(
            message.start,
            message.end,
            settled(
                {
                    **session(message, customers.get(message.chat)),
                    "customer_id": customers.get(message.chat),
                    "agent_id": message.nick if role == AGENT else None,
                    "channel": channel,
                    "role": role,
                    "sent_at": message.time,
                    "text": text,
                    "is_auto": "true" if role == BOT else None,
                }
            ),
        )
        for message, text, role in zip(messages, texts, roles, strict=True)
    ]
