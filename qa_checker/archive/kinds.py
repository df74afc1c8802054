"""Kinds of reception worth a look, told by their counters: what a metric counts is what a click on it opens."""

from datetime import date
from enum import StrEnum

LONG = 1800
"""Seconds beyond which a reception is long: 长接待, more than 30 minutes (spec B.2)."""

RETURN = 24 * 3600
"""Seconds within which a customer who comes back was not helped the first time."""


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


def returning(few: str, since: date | None = None) -> str:
    """SQL: sessions of `few` with a customer and times, and `returned_s`, the seconds until he came back to the shop.

    He may come back in any batch of the archive; `returned_s` is null where he has not. A session that began before
    this one ended is no return. `since`: no session of `few` began earlier, nor need later ones be looked for there.
    The values of `few` are wanted twice.
    """
    from_then = f"AND started_at >= DATE '{since.isoformat()}'" if since else ""
    return f"""(
        SELECT here.*, epoch(later.started_at - here.ended_at) AS returned_s
        FROM {few} AS here
        ASOF LEFT JOIN (
            SELECT person, started_at FROM sessions
            WHERE person IN (SELECT person FROM {few}) AND started_at IS NOT NULL {from_then}
        ) AS later ON here.person = later.person AND here.ended_at < later.started_at
        WHERE here.person IS NOT NULL AND here.ended_at IS NOT NULL
    )"""


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
    Kind.RETURNED: f"returned_s <= {RETURN}",  # of the rows of `returning`
}
"""Kind → what holds of it, in SQL over the columns of `schema.COUNTERS`: of sessions and of segments alike."""

OF_WHOLE_SESSIONS = frozenset({Kind.RETURNED})
"""Kinds that are charged to who held the session last, not to everyone who had a part in it."""
