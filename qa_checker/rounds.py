"""Customer rounds and their waits: the response metrics of the trade (首响, 平响, 未回复)."""

from dataclasses import dataclass

import numpy as np

from .chats import AGENT, CUSTOMER, NOBODY, Chats, Mask, Rows, Seconds

COURTESIES = ("courtesy",)
SLOW = 180.0  # seconds; the trade's 慢响应


@dataclass(frozen=True)
class Rounds:
    """One row a counted round, in order: what the customer asked until a person answered.

    asked, replied (NOBODY: never) are rows; waited is in seconds on the service clock, inf when never answered, NaN
    when a time is unknown; agent held the chat when the customer spoke.
    """

    asked: Rows
    replied: Rows
    waited: Seconds
    agent: Rows
    in_hours: Mask


@dataclass(frozen=True)
class Responses:
    """Response metrics by chat, in seconds; NaN where there is nothing to measure.

    first: 首响, the first round's wait. average: 平响, mean of min(wait, cap), never answered counting as the cap.
    longest: over answered rounds. rounds: counted. unanswered: never answered by a person.
    """

    first: Seconds
    average: Seconds
    longest: Seconds
    rounds: Rows
    unanswered: Rows


def rounds(chats: Chats) -> Rounds:
    """Merge each customer turn into one round, on the service clock.

    A round starts at the first line that is more than a courtesy; one of courtesies alone asks nothing: it is not
    counted unanswered, nor answered later than `SLOW`. Left out of hours and never answered, or
    answered before the hours began: a message left, no round. A time not known counts as within the hours.
    """
    chats = chats.on("service_hours")
    courtesies = [name for name in COURTESIES if name in chats.hits.spans]
    turns = chats.turns(CUSTOMER)
    asking = turns.first(chats.says_more_than(courtesies, by=CUSTOMER))
    polite = asking == NOBODY
    asked = np.where(polite, turns.start, asking)
    replied = chats.after(asked).first(chats.by(AGENT))
    waited = chats.waited(asked, replied)
    in_hours = chats.is_open(asked) | ~chats.time_known[asked]
    left = ~in_hours & ((replied == NOBODY) | (waited == 0))
    counted = ~(polite & ((replied == NOBODY) | (waited > SLOW))) & ~left
    asked = asked[counted]
    return Rounds(asked, replied[counted], waited[counted], chats.agent[asked], in_hours[counted])


def responses(chats: Chats, counted: Rounds, cap: float) -> Responses:
    """Sum up the rounds of each chat; `cap` in seconds is the rulebook's response_cap."""
    chat = chats.session[counted.asked]
    count = len(chats)
    never = counted.replied == NOBODY
    known = ~np.isnan(counted.waited)
    first = np.full(count, np.nan)
    opening = np.unique(chat, return_index=True)[1]
    first[chat[opening]] = np.where(never[opening], np.nan, counted.waited[opening])
    total = np.bincount(chat[known], np.minimum(counted.waited, cap)[known], count)
    measured = np.bincount(chat[known], minlength=count)
    longest = np.full(count, -np.inf)
    answered = known & ~never
    np.maximum.at(longest, chat[answered], counted.waited[answered])
    return Responses(
        first=first,
        average=np.divide(total, measured, out=np.full(count, np.nan), where=measured > 0),
        longest=np.where(np.isinf(longest), np.nan, longest),
        rounds=np.bincount(chat, minlength=count),
        unanswered=np.bincount(chat[never], minlength=count),
    )
