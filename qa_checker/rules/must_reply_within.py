"""must_reply_within: how fast the customer is answered by a person."""

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from ..chats import AGENT, CUSTOMER, NOBODY, Chats, Rows, Seconds, laid_end_to_end
from ..clock import spoken
from ..rounds import served_by_robots
from .findings import Found, Quote
from .rule import Requirement
from .times import CLOCKS, TOO_COARSE, Times
from .verdicts import NOT_YET, TIME_UNKNOWN, Verdicts
from .wording import Limit, Lists

OUT_OF_HOURS = "非服务时间的留言"
ROBOTS_ALONE = "只有机器人接待，没有人工客服接手"


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
        """A message left out of hours (留言) is no breach, nor is what a robot alone was asked."""
        chats = laid_end_to_end(chats) if self.place else chats
        every = asked = self._asked(chats)
        answered = chats.after(asked).first(chats.by(AGENT))
        waited, doubt = chats.waited(asked, answered), chats.doubt(asked, answered)
        unknown, left = np.isnan(waited), chats.left(asked, answered)
        robots = served_by_robots(chats)[chats.session[asked]]
        counted = ~(left | robots)
        if self.to == "first":
            counted[counted] = np.isin(asked[counted], chats.first_of_each(asked[counted]))
        counted &= ~unknown
        asked, answered, waited, doubt = asked[counted], answered[counted], waited[counted], doubt[counted]
        if self.to == "average":
            asked, answered, waited, doubt = _averages(chats, asked, answered, waited, doubt)
        limit = self.must_reply_within.seconds
        late, in_time = waited - doubt > limit, waited <= limit
        early = late & ~self.overdue(chats, asked, np.full(len(asked), limit)) if self.place else np.zeros_like(late)
        told = self._told(chats, asked, answered, waited, doubt)
        return self.verdicts(
            chats,
            kept=told.only(in_time),
            broken=replace(told, until=chats.after(asked, self.must_reply_within).stop).only(late & ~early),
            skipped=[
                (TIME_UNKNOWN, every[unknown]),
                (TOO_COARSE, asked[~late & ~in_time]),
                (OUT_OF_HOURS, every[left]),
                (ROBOTS_ALONE, every[robots]),
                (NOT_YET, asked[early]),
            ],
        )

    def _asked(self, chats: Chats) -> Rows:
        asked = self.asked(chats) if self.when is None else self.cues(chats)
        if self.to != "later":
            return asked
        # The first turn is that of the first reply, also where it asks for nothing yet.
        turns = chats.turns(CUSTOMER)
        spoken = turns.first(chats.says_more_than(self.ignoring, by=CUSTOMER))
        spoken = spoken[spoken != NOBODY]
        first = chats.first_of_each(spoken[~chats.left(spoken, chats.after(spoken).first(chats.by(AGENT)))])
        later = turns[~turns.hold(first)].first(asked)
        return later[later != NOBODY]

    def _told(self, chats: Chats, asked: Rows, answered: Rows, waited: Seconds, doubt: Seconds) -> Found:
        clock, limit = CLOCKS[self.clock], f"要求 {spoken(self.must_reply_within.seconds)} 以内"
        asked_and_answered = "{since} 提问，{until} 回复"
        because = f"{asked_and_answered}，等了{{waited}}（{clock}），{limit}"
        if self.to == "average":
            because = f"平均等了{{waited}}（{clock}），{limit}；最久的一次 {asked_and_answered}"
        return Found(
            asked,
            because,
            (Quote(asked, self.cue_words(asked).lists), Quote(answered, Lists())),
            waited,
            doubt,
            Times.between(chats, asked, answered, waited),
            never=f"{{since}} 提问，一直没有人回复（{clock}），{limit}",
        )


def _averages(
    chats: Chats, asked: Rows, answered: Rows, waited: Seconds, doubt: Seconds
) -> tuple[Rows, Rows, Seconds, Seconds]:
    """For each chat its longest wait, standing for the mean of all that were answered."""
    ended = np.isfinite(waited)
    asked, answered, waited, doubt = asked[ended], answered[ended], waited[ended], doubt[ended]
    chat, first, count = np.unique(chats.session[asked], return_index=True, return_counts=True)
    if not len(chat):
        return asked, answered, waited, doubt
    longest = np.lexsort((-waited, chats.session[asked]))[first]
    mean, doubts = (np.add.reduceat(values, first) / count for values in (waited, doubt))
    return asked[longest], answered[longest], mean, doubts
