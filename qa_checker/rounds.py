"""Customer rounds and their waits: the response metrics of the trade (首响, 平响, 未回复)."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .chats import AGENT, BOT, CUSTOMER, NOBODY, Chats, Mask, Rows, Seconds
from .chats.handovers import Handovers, handovers

SLOW = 180.0  # seconds; the trade's 慢响应

COUNTED, LEFT, POLITE, ROBOT = range(4)
KINDS = ("counted", "left", "polite", "robot")
"""What becomes of a round (spec B.3, a to d); only counted ones are in any metric.

counted: a person answered it, or should have. left: 留言, asked while nobody is there. polite: courtesies that nobody
answered, or only late. robot: of a chat that robots served and nobody held, 纯机器人接待.
"""


@dataclass(frozen=True)
class Rounds:
    """One row a round, in order: what the customer asked until a person answered.

    asked, replied (NOBODY: never) are rows; waited is in seconds on the service clock, inf when never answered, NaN
    when a time is unknown; agent held the chat when the customer spoke; in_hours: he spoke while somebody is there;
    to_the_second: not where a time was given without seconds, then the wait may be off by 60. open_seconds: as waited,
    but of the time in which somebody is there whatever the clock counts, so that what was left out of hours can be
    held against the next opening.
    """

    asked: Rows
    replied: Rows
    waited: Seconds
    agent: Rows
    in_hours: Mask
    kind: NDArray[np.int8]
    to_the_second: Mask
    open_seconds: Seconds

    def only(self, kind: int) -> "Rounds":
        """The rounds of one kind."""
        chosen = self.kind == kind
        return Rounds(**{name: column[chosen] for name, column in vars(self).items()})


@dataclass(frozen=True)
class RoundSettings:
    """What a rulebook decides about rounds. `unreplied_on_transfer`: who hands over unanswered is charged (淘宝)."""

    unreplied_on_transfer: bool = False


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


def rounds(chats: Chats, settings: RoundSettings = RoundSettings()) -> Rounds:
    """Merge each customer turn into one round, on the service clock (spec B.3).

    A round starts at the first line that is more than a courtesy; one of courtesies alone asks nothing: it is not
    counted unanswered, nor answered later than `SLOW`. A time not known counts as within the hours.
    """
    chats = chats.on("service_hours")
    turns = chats.turns(CUSTOMER)
    asking = turns.first(chats.says_more_than(chats.courtesies, by=CUSTOMER))
    polite = asking == NOBODY
    asked = np.where(polite, turns.start, asking)
    replied = chats.after(asked).first(chats.by(AGENT))
    found = (
        handovers(chats, asked, replied, turns.stop) if settings.unreplied_on_transfer else Handovers.none(chats, asked)
    )
    asked, replied, polite = found.asked, np.where(found.is_last, replied[found.round], NOBODY), polite[found.round]
    waited = np.where(found.timed, chats.waited(asked, replied), np.nan)
    kind = np.full(len(asked), COUNTED, np.int8)
    left = chats.left(asked, replied)
    kind[left] = LEFT
    kind[polite & (left | (replied == NOBODY) | (waited > SLOW))] = POLITE  # nobody has to answer a courtesy
    kind[served_by_robots(chats)[chats.session[asked]]] = ROBOT
    return Rounds(
        asked=asked,
        replied=replied,
        waited=waited,
        agent=found.agent,
        in_hours=chats.is_open(asked) | ~chats.time_known[asked],
        kind=kind,
        to_the_second=chats.doubt(asked, replied) == 0,
        open_seconds=np.where(found.timed, _when_open(chats).waited(asked, replied), np.nan),
    )


def served_by_robots(chats: Chats) -> Mask:
    """For each chat whether robots alone served it: one wrote, no person did, and no person held the chat.

    An automatic reply from a person's account is no robot's chat: that person should have answered.
    """
    whole = chats.whole()
    held = whole.hold(np.flatnonzero(chats.agent != NOBODY))
    return whole.hold(chats.by(BOT)) & ~whole.hold(chats.by(AGENT)) & ~held


def _when_open(chats: Chats) -> Chats:
    """The same chats on a clock that stands still out of hours, whatever the rulebook's does."""
    hours = replace(chats.clocks["service_hours"], by_start=False)
    return replace(chats, clocks={**chats.clocks, "when_open": hours}, clock="when_open")


def responses(chats: Chats, counted: Rounds, cap: float) -> Responses:
    """Sum up the counted rounds of each chat; `cap` in seconds is the rulebook's response_cap."""
    counted = counted.only(COUNTED)
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
