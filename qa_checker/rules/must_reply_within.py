"""must_reply_within: how fast the customer is answered by a person."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from ..chats import AGENT, CUSTOMER, NOBODY, Chats, Mask, Rows, Seconds
from ..clock import spoken
from .rule import Requirement
from .verdicts import NOT_YET, TIME_UNKNOWN, Found, Quote, Verdicts
from .wording import Limit, Lists

OUT_OF_HOURS = "非服务时间的留言"


class MustReplyWithin(Requirement):
    """Each turn of the customer that asks for something is answered in time; the clock starts at its first line."""

    key: ClassVar[str] = "must_reply_within"
    takes_steps: ClassVar[bool] = True

    must_reply_within: Limit
    to: Literal["first", "later", "each", "average", None] = None
    place: Literal["any_chat", None] = Field(None, alias="in")

    @model_validator(mode="after")
    def _fits(self) -> "MustReplyWithin":
        if (self.to is None) == (self.when is None):
            raise ValueError("to（first、later、each 或 average）和 when 要写一个，只写一个")
        return self

    def judge(self, chats: Chats) -> Verdicts:
        """A question out of hours that nobody ever answered is a message left, not a breach."""
        chats = chats.by_customer() if self.place else chats
        every = asked = self._asked(chats)
        answered = chats.after(asked).first(chats.by(AGENT))
        waited = chats.waited(asked, answered)
        unknown = np.isnan(waited)
        left = (answered == NOBODY) & ~unknown & ~chats.is_open(asked)
        if self.to == "average":
            asked, answered, waited = self._averages(chats, asked, answered, waited, unknown | left)
            counted = np.ones(len(asked), bool)
        else:
            counted = ~(unknown | left)
        late = counted & (waited > self.must_reply_within.seconds)
        in_time = counted & ~late
        limits = np.full(len(asked), self.must_reply_within.seconds)
        early = late & ~self.overdue(chats, asked, limits) if self.place else np.zeros(len(asked), bool)
        limit = spoken(self.must_reply_within.seconds)
        quotes = (Quote(asked, self.cue_words(asked).lists), Quote(answered, Lists()))
        what = "平均" if self.to == "average" else "顾客"
        return self.verdicts(
            chats,
            kept=Found(asked, f"{what}等了 {{waited}}，在 {limit} 以内", quotes, waited).only(in_time),
            broken=Found(
                asked,
                f"{what}等了 {{waited}}，要求 {limit} 以内",
                quotes,
                waited,
                until=chats.after(asked, self.must_reply_within).stop,
                never="顾客的话一直没有人回复",
            ).only(late & ~early),
            skipped=[
                (TIME_UNKNOWN, every[unknown]),
                (OUT_OF_HOURS, every[left]),
                (NOT_YET, asked[early]),
            ],
        )

    def _asked(self, chats: Chats) -> Rows:
        asked = self.asked(chats) if self.when is None else self.cues(chats)
        if self.to == "first":
            asked = chats.first_of_each(asked)
        if self.to == "later":  # the first turn is that of the first reply, also where it asks for nothing yet
            turns = chats.turns(CUSTOMER)
            spoken = turns.first(chats.says_more_than(self.ignoring, by=CUSTOMER))
            first = chats.first_of_each(spoken[spoken != NOBODY])
            asked = turns[~turns.hold(first)].first(asked)
            asked = asked[asked != NOBODY]
        return asked

    @staticmethod
    def _averages(
        chats: Chats, asked: Rows, answered: Rows, waited: Seconds, left_out: Mask
    ) -> tuple[Rows, Rows, Seconds]:
        """For each chat its longest wait, standing for the mean of all that were answered."""
        mine = ~left_out & np.isfinite(waited)
        asked, answered, waited = asked[mine], answered[mine], waited[mine]
        chat, first, count = np.unique(chats.session[asked], return_index=True, return_counts=True)
        mean = np.add.reduceat(waited, first) / count if len(chat) else waited
        longest = np.lexsort((-waited, chats.session[asked]))[first]
        return asked[longest], answered[longest], mean
