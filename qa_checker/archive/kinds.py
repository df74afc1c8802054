"""Kinds of reception worth a look, told by their counters: what a metric counts is what a click on it opens."""

from enum import StrEnum

LONG = 1800
"""Seconds beyond which a reception is long: 长接待, more than 30 minutes (spec B.2)."""

RETURN = 24 * 3600
"""Seconds within which a customer who comes back was not helped the first time."""

LONGEST_RETURN = 72 * 3600
"""Seconds beyond which nobody asks whether a customer came back."""


class Kind(StrEnum):
    """A kind of session, or of an agent's part of one."""

    SLOW = "slow"
    SLOW_FIRST = "slow-first"
    NOT_QUICK = "not-quick"
    UNANSWERED = "unanswered"
    MISSED = "missed"
    LONG = "long"
    TRANSFERRED = "transferred"
    OUTSIDE = "outside"
    ROBOTS_ONLY = "robots-only"
    UNINVITED = "uninvited"
    SOLICITED = "solicited"
    DISSATISFIED = "dissatisfied"
    RETURNED = "returned"


CONDITIONS = {
    Kind.SLOW: "rounds - untimed > within_3min",
    Kind.SLOW_FIRST: "rounds > untimed AND NOT coalesce(first_response_s <= 30, false)",
    Kind.NOT_QUICK: "rounds - untimed > within_30s",
    Kind.UNANSWERED: "unanswered > 0",
    # Where a chat changed hands, whoever answered later answered for those before him (spec B.3 e).
    Kind.MISSED: "rounds > 0 AND unanswered = rounds AND agent_messages = 0",
    Kind.LONG: f"handled_s > {LONG}",
    Kind.TRANSFERRED: "transferred_out > 0",
    Kind.OUTSIDE: "asked_outside > 0",
    Kind.ROBOTS_ONLY: "bot_messages > 0 AND agent_messages = 0 AND agent_id IS NULL",  # 纯机器人接待
    Kind.UNINVITED: "NOT invited",
    Kind.SOLICITED: "solicited",
    Kind.DISSATISFIED: "satisfaction < 0",
    Kind.RETURNED: f"n IN (SELECT n FROM returned WHERE returned_s <= {RETURN})",
}
"""Kind → what holds of it, in SQL over the columns of `schema.COUNTERS`: of sessions and of segments alike."""

OF_WHOLE_SESSIONS = frozenset({Kind.RETURNED})
"""Kinds that are charged to who held the session last, not to everyone who had a part in it."""
