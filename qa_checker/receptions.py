"""What is counted of each session, and of each agent's part of it: the raw figures all metrics are derived from."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .chats import AGENT, BOT, CUSTOMER, NOBODY, Chats, Mask, Rows, Seconds
from .ratings import satisfaction
from .rounds import COUNTED, LEFT, Rounds

INVITES, SOLICITS = "invite-rating", "solicit-praise"
MEASURED_LISTS = (INVITES, SOLICITS)
"""Phrase lists that metrics listen to, whether or not a rule does."""

QUICK, IN_TIME = 30.0, 180.0
"""Seconds of 30秒应答率 and of 3分钟回复率; longer than the latter is the trade's 慢响应."""
NEXT_MORNING = 1800.0
"""Seconds of open time within which what was asked out of hours should be answered."""

_RATING_CARDS = ("rate", "rating", "评价", "satisfactionrating")  # message types
# What is not a word of the agent's: addresses, and [图片], [微笑] and the like.
_NOT_WRITTEN = r"(?:https?://|www\.)[!-~]+|\[\p{Han}{1,6}\]|[\p{Z}\p{C}]"


@dataclass(frozen=True)
class Receptions:
    """One row a reception: a session, or what one agent held of it; in order of chats, then of who held it first.

    Counters are whole numbers that add up; seconds are NaN where nothing can be measured. Rates are never kept.
    """

    chat: Rows
    agent: Rows  # NOBODY where the chat never had one
    first_row: Rows
    last_row: Rows
    timed: Mask  # some message of it has a known time
    customer_messages: Rows
    agent_messages: Rows  # by people
    bot_messages: Rows
    agent_chars: Rows  # code points that show, without addresses and placeholders
    rounds: Rows  # counted, charged to who held the chat when the customer spoke
    untimed: Rows  # of rounds: the wait is unknown, they are in no rate and no mean
    imprecise: Rows  # of rounds: answered, but a time was given without seconds: the wait may be off by 60
    unanswered: Rows  # of rounds: never answered by a person
    within_30s: Rows
    within_3min: Rows
    waited_s: Seconds  # sum of min(wait, cap) over the timed rounds; never answered waits for the cap
    first_response_s: Seconds  # of the first counted round; NaN when it is unanswered
    max_response_s: Seconds  # over answered rounds
    handled_s: Seconds  # from the customer's first message to the last of all
    left_messages: Rows  # 留言: asked out of hours, and no second of the wait within them (spec B.3 d); no rounds
    asked_outside: Rows  # asked out of hours, left or counted
    outside_in_time: Rows  # of these: answered before the hours began or within NEXT_MORNING of it
    transferred_in: Rows
    transferred_out: Rows
    invited: Mask  # asked for a rating, of whatever kind
    solicited: Mask  # asked for a good one
    satisfaction: Seconds  # of `ratings`; NaN where not rated


def by_session(chats: Chats, rounds: Rounds, cap: float) -> Receptions:
    """One reception a chat; `cap` is the rulebook's response_cap in seconds."""
    holder = chats.agent[chats.last_in_chat]
    return _counted(chats, rounds, cap, chats.session, chats.session[rounds.asked], np.arange(len(chats)), holder)


def by_agent(chats: Chats, rounds: Rounds, cap: float) -> Receptions:
    """One reception a chat and agent who held it, however often; sums over a chat's are those of `by_session`."""
    width = len(chats.agents) + 1
    pairs, first, part = np.unique(chats.session * width + chats.agent + 1, return_index=True, return_inverse=True)
    order = np.argsort(first)  # by appearance: numbers of agents differ from shard to shard
    place = np.argsort(order)
    charged = np.searchsorted(pairs, chats.session[rounds.asked] * width + rounds.agent + 1)
    chat, agent = np.divmod(pairs[order], width)
    return _counted(chats, rounds, cap, place[part], place[charged], chat, agent - 1)


def ratings(chats: Chats) -> list[str | None]:
    """For each chat the last rating it carries, as it was written."""
    found: list[str | None] = [None] * len(chats)
    rows, written = _last_rated(chats)
    for chat, rating in zip(chats.session[rows].tolist(), written, strict=True):
        found[chat] = rating
    return found


def _counted(
    chats: Chats, rounds: Rounds, cap: float, part: Rows, charged: Rows, chat: Rows, agent: Rows
) -> Receptions:
    """`part` is the reception of each row, `charged` of each round; `chat` and `agent` say which those are."""
    count = len(chat)

    def number(rows: Rows) -> Rows:
        return np.bincount(part[rows], minlength=count)

    def rounds_where(chosen: Mask) -> Rows:
        return np.bincount(charged[chosen], minlength=count)

    by_part = np.argsort(part, kind="stable")
    ends = np.cumsum(np.bincount(part, minlength=count))
    starts = ends - np.bincount(part, minlength=count)
    customers, agents = chats.by(CUSTOMER), chats.by(AGENT)
    counted, left = rounds.kind == COUNTED, rounds.kind == LEFT
    outside = (counted | left) & ~rounds.in_hours
    never, waited = rounds.replied == NOBODY, rounds.waited
    timed = counted & ~np.isnan(waited)
    answered = timed & ~never
    moved = _transfers(chats)
    invited, solicited = _invitations(chats)
    return Receptions(
        chat=chat,
        agent=agent,
        first_row=by_part[starts],
        last_row=by_part[ends - 1],
        timed=number(np.flatnonzero(chats.time_known)) > 0,
        customer_messages=number(customers),
        agent_messages=number(agents),
        bot_messages=number(chats.by(BOT)),
        agent_chars=np.bincount(part[agents], _written(chats)[chats.text[agents]], count).astype(np.int64),
        rounds=rounds_where(counted),
        untimed=rounds_where(counted & ~timed),
        imprecise=rounds_where(answered & ~rounds.to_the_second),
        unanswered=rounds_where(counted & never),
        within_30s=rounds_where(counted & (waited <= QUICK)),
        within_3min=rounds_where(counted & (waited <= IN_TIME)),
        waited_s=np.bincount(charged[timed], np.minimum(waited, cap)[timed], count).astype(np.float64),
        first_response_s=_first(np.where(never, np.nan, waited)[counted], charged[counted], count),
        max_response_s=_largest(waited[answered], charged[answered], count),
        handled_s=_handled(chats, part, count),
        left_messages=rounds_where(left),
        asked_outside=rounds_where(outside),
        outside_in_time=rounds_where(outside & ~never & (rounds.open_seconds <= NEXT_MORNING)),
        transferred_in=number(moved),
        transferred_out=number(moved - 1),
        invited=number(invited) > 0,
        solicited=number(solicited) > 0,
        satisfaction=_satisfaction(chats, part, count),
    )


def _first(values: Seconds, group: Rows, count: int) -> Seconds:
    """The first value of each group, NaN where it has none."""
    found = np.full(count, np.nan)
    groups, first = np.unique(group, return_index=True)
    found[groups] = values[first]
    return found


def _largest(values: Seconds, group: Rows, count: int) -> Seconds:
    found = np.full(count, -np.inf)
    np.maximum.at(found, group, values)
    return np.where(np.isinf(found), np.nan, found)


def _handled(chats: Chats, part: Rows, count: int) -> Seconds:
    """Wall time from the customer's first message with a time to the last message with one."""
    timed = np.flatnonzero(chats.time_known)
    asked = np.flatnonzero(chats.time_known & (chats.speaker == CUSTOMER))
    began = _first(chats.sent_at[asked] / 1000, part[asked], count)
    ended = _largest(chats.sent_at[timed] / 1000, part[timed], count)
    return np.maximum(ended - began, 0)


def _transfers(chats: Chats) -> Rows:
    """The rows at which another agent holds the chat than at the row before."""
    changed = (chats.agent[1:] != chats.agent[:-1]) & (chats.session[1:] == chats.session[:-1])
    return np.flatnonzero(changed & (chats.agent[1:] != NOBODY) & (chats.agent[:-1] != NOBODY)) + 1


def _written(chats: Chats) -> Rows:
    """For each text how many code points of it show and were written: no addresses, no placeholders, no blanks."""
    shown = pc.replace_substring_regex(pa.array(chats.texts, pa.string()), _NOT_WRITTEN, "")
    return np.asarray(pc.utf8_length(shown), np.int64)


def _invitations(chats: Chats) -> tuple[Rows, Rows]:
    """The messages that ask for a rating of any kind, cards included, and those that ask for a good one."""
    says = {name: chats.says([name], by=AGENT) for name in MEASURED_LISTS if name in chats.hits.spans}
    solicits = says.get(SOLICITS, np.zeros(0, np.int64))
    types = pc.utf8_lower(pc.fill_null(chats.messages["message_type"], ""))
    card = np.asarray(pc.is_in(types, pa.array(_RATING_CARDS))) & (chats.speaker != CUSTOMER)
    asks = [*says.values(), np.flatnonzero(card)]
    return np.unique(np.concatenate(asks)), solicits


def _last_rated(chats: Chats) -> tuple[Rows, list[str]]:
    """The last row of each chat that carries a rating, and what it says; exports repeat it on every row."""
    column = pc.utf8_trim_whitespace(pc.fill_null(chats.messages["rating"], ""))
    rated = np.flatnonzero(np.asarray(pc.not_equal(column, "")))[::-1]
    last = rated[np.unique(chats.session[rated], return_index=True)[1]]
    return last, column.take(pa.array(last)).to_pylist()


def _satisfaction(chats: Chats, part: Rows, count: int) -> Seconds:
    """What each reception's customers said of it, for whoever held the chat at the rating."""
    rows, written = _last_rated(chats)
    meaning = {rating: satisfaction(rating) for rating in set(written)}
    said = np.array([np.nan if meaning[rating] is None else meaning[rating] for rating in written], np.float64)
    found = np.full(count, np.nan)
    found[part[rows]] = said
    return found
