"""Canonical messages: what every reader of exports hands over, and one message for people to read."""

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

CUSTOMER, AGENT, BOT, SYSTEM = range(4)
ROLES = ("customer", "agent", "bot", "system")

MESSAGES = pa.schema(
    [
        pa.field("session_id", pa.string(), nullable=False),
        pa.field("message_id", pa.string()),
        pa.field("agent_id", pa.string()),
        pa.field("customer_id", pa.string()),
        pa.field("role", pa.string(), nullable=False),  # customer | agent | bot | system
        pa.field("sent_at", pa.timestamp("ms")),  # naive wall time, Asia/Shanghai; null: unknown
        pa.field("text", pa.string(), nullable=False),
        pa.field("shop", pa.string()),
        pa.field("channel", pa.string()),
        pa.field("queue", pa.string()),
        pa.field("message_type", pa.string()),
        pa.field("is_auto", pa.bool_(), nullable=False),
        pa.field("rating", pa.string()),
        pa.field("to_the_second", pa.bool_()),  # false: sent_at was written without seconds; null: nobody knows better
    ]
)
"""Canonical messages, one row each, as every reader of exports hands them over."""


@dataclass(frozen=True)
class Message:
    """One message, for people to read."""

    seq: int
    message_id: str | None
    role: str
    agent_id: str | None
    sent_at: datetime | None
    text: str
    message_type: str | None
