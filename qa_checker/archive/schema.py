"""The four tables of a published night, as Arrow schemas: the contract with everything that reads an archive."""

import pyarrow as pa

from qa_checker import settings

DIMENSIONS = tuple(settings.DIMENSIONS)

_TIME = pa.timestamp("ms")  # naive wall time, Asia/Shanghai

QUOTE = pa.struct([("seq", pa.int32()), ("start", pa.int32()), ("end", pa.int32()), ("text", pa.string())])
"""The quoted words: `text == message.text[start:end]`, offsets in code points; seq counts from 0 in its session."""

SESSIONS = pa.schema(
    [
        ("batch", pa.string()),
        ("session_id", pa.string()),
        ("shop", pa.string()),
        ("channel", pa.string()),
        ("agent_id", pa.string()),  # who held it last
        ("agents", pa.list_(pa.string())),
        ("customer_id", pa.string()),
        ("started_at", _TIME),  # null where no message has a time
        ("ended_at", _TIME),
        ("messages", pa.int32()),
        ("first_response_s", pa.float64()),  # null when the first round is unanswered or times are unknown
        ("average_response_s", pa.float64()),
        ("max_response_s", pa.float64()),
        ("rounds", pa.int32()),
        ("unanswered", pa.int32()),
        ("score", pa.float64()),
        ("passed", pa.bool_()),
        ("red_line", pa.bool_()),
        ("fine", pa.float64()),  # 元
        ("reward", pa.float64()),  # 元
        *((dimension, pa.float64()) for dimension in DIMENSIONS),  # points lost there (praise: earned), never negative
        ("rulebook", pa.string()),  # name@fingerprint
    ]
)

VERDICTS = pa.schema(
    [
        ("batch", pa.string()),
        ("session_id", pa.string()),
        ("rule", pa.string()),  # "process/greeting"
        ("dimension", pa.string()),
        ("outcome", pa.string()),  # fails | earns | passes | hint | asks (waits for a person)
        ("points", pa.float64()),  # lost (fails, after caps; may be 0) or earned (earns)
        ("fine", pa.float64()),
        ("reward", pa.float64()),
        ("agent_id", pa.string()),  # who is charged
        ("reason", pa.string()),  # plain Chinese
        ("quotes", pa.list_(QUOTE)),
    ]
)

MESSAGES = pa.schema(
    [
        ("batch", pa.string()),
        ("session_id", pa.string()),
        ("seq", pa.int32()),
        ("message_id", pa.string()),
        ("role", pa.string()),  # customer | agent | bot | system
        ("agent_id", pa.string()),
        ("sent_at", _TIME),
        ("time_known", pa.bool_()),
        ("text", pa.string()),
        ("message_type", pa.string()),
    ]
)

ROUNDS = pa.schema(
    [
        ("batch", pa.string()),
        ("session_id", pa.string()),
        ("agent_id", pa.string()),  # who held the chat when the customer spoke
        ("asked_seq", pa.int32()),
        ("replied_seq", pa.int32()),  # null: never answered
        ("asked_at", _TIME),
        ("waited_s", pa.float64()),  # null: unanswered, or a time is unknown
        ("in_hours", pa.bool_()),
    ]
)

TABLES = {"sessions": SESSIONS, "verdicts": VERDICTS, "messages": MESSAGES, "rounds": ROUNDS}
