"""The five tables of a published night, as Arrow schemas: the contract with everything that reads an archive."""

import pyarrow as pa

from qa_checker import settings

DIMENSIONS = tuple(settings.DIMENSIONS)

_TIME = pa.timestamp("ms")  # naive wall time, Asia/Shanghai

QUOTE = pa.struct([("seq", pa.int32()), ("start", pa.int32()), ("end", pa.int32()), ("text", pa.string())])
"""The quoted words: `text == message.text[start:end]`, offsets in code points; seq counts from 0 in its session."""

COUNTERS = (
    ("customer_messages", pa.int32()),
    ("agent_messages", pa.int32()),  # by people
    ("bot_messages", pa.int32()),
    ("agent_chars", pa.int32()),  # written by people, without addresses and placeholders
    ("rounds", pa.int32()),
    ("untimed", pa.int32()),  # of rounds: a time is unknown, in no rate and no mean
    ("imprecise", pa.int32()),  # of rounds: a time is given without seconds, the wait may be off by 60
    ("unanswered", pa.int32()),  # of rounds: never answered by a person
    ("within_30s", pa.int32()),  # of rounds
    ("within_3min", pa.int32()),  # of rounds
    ("waited_s", pa.float64()),  # sum of the timed rounds' waits, each at most the rulebook's cap
    ("first_response_s", pa.float64()),  # null when the first round is unanswered or times are unknown
    ("max_response_s", pa.float64()),  # over answered rounds
    ("handled_s", pa.float64()),  # from the customer's first message to the last of all; null: times are unknown
    ("left_messages", pa.int32()),  # 留言: asked out of hours, no second of the wait within them; no rounds
    ("asked_outside", pa.int32()),  # asked out of hours, 留言 or round
    ("outside_in_time", pa.int32()),  # of these: answered at latest 30 minutes after the hours began
    ("transferred_in", pa.int32()),
    ("transferred_out", pa.int32()),
    ("invited", pa.bool_()),  # somebody asked for a rating
    ("solicited", pa.bool_()),  # somebody asked for a good one
    ("satisfaction", pa.int8()),  # 1 satisfied, 0 neither, -1 dissatisfied; null: not rated
)
"""What is counted of a session, and of each agent's part of it: all that metrics need, none of it a rate.

Sessions have them beside their sums over segments because a metric of sessions (首响, 30秒应答率 …) would
otherwise have to put a million sessions together from their segments at every look.
"""

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
        *COUNTERS,
        ("average_response_s", pa.float64()),  # waited_s by timed round: for lists, a period weighs rounds
        ("rating", pa.string()),  # as exported
        ("score", pa.float64()),
        ("passed", pa.bool_()),
        ("red_line", pa.bool_()),
        ("fine", pa.float64()),  # 元
        ("reward", pa.float64()),  # 元
        *((dimension, pa.float64()) for dimension in DIMENSIONS),  # points lost there (praise: earned), never negative
        ("rulebook", pa.string()),  # name@fingerprint
    ]
)

SEGMENTS = pa.schema(
    [
        ("batch", pa.string()),
        ("session_id", pa.string()),
        ("shop", pa.string()),
        ("channel", pa.string()),
        ("agent_id", pa.string()),  # who held this part of the session; null: nobody is named in all of it
        ("customer_id", pa.string()),
        ("day", pa.date32()),  # on which the session began: all its parts count there, so that agents add up to days
        ("started_at", _TIME),  # of what this agent held
        ("ended_at", _TIME),
        *COUNTERS,
    ]
)
"""One row a session and agent who held it, in the order they took over."""

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
        ("to_the_second", pa.bool_()),  # false: the export leaves seconds out
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

TABLES = {
    "sessions": SESSIONS,
    "segments": SEGMENTS,
    "verdicts": VERDICTS,
    "messages": MESSAGES,
    "rounds": ROUNDS,
}
