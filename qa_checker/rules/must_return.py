"""must_return: who asks the customer to wait, or promises a time, has to come back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from ..chats import AGENT, Chats, Duration, Rows, Seconds, laid_end_to_end
from ..clock import spoken
from ..language.normalise import fold_one
from ..language.promises import deadline
from .findings import Found, Quote
from .rule import Requirement
from .times import CLOCKS, NO_TIME, TOO_COARSE, Times
from .verdicts import NOT_YET, TIME_UNKNOWN, Verdicts
from .wording import Lists, duration

GRACE = 0.1  # of the time promised

_EPOCH = datetime(1970, 1, 1)

NO_TIME_NAMED = "话里没有能换算的时间"


def _limit(value: Any) -> Duration | Literal["as_promised"]:
    return "as_promised" if value == "as_promised" else duration(value)


class MustReturn(Requirement):
    """After each of the agent's messages that gives the cue, an agent writes again in time."""

    key: ClassVar[str] = "must_return"
    takes_steps: ClassVar[bool] = True

    must_return: Annotated[Duration | Literal["as_promised"], BeforeValidator(_limit)]
    place: Literal["any_chat", None] = Field(None, alias="in")

    @model_validator(mode="after")
    def _fits(self) -> "MustReturn":
        if self.when is None or not self.when.agent_says:
            raise ValueError("must_return 要写 when: {agent_says: …}")
        return self

    def judge(self, chats: Chats) -> Verdicts:
        """A second 稍等 is a return, and is due itself."""
        chats = laid_end_to_end(chats) if self.place else chats
        left = self.cues(chats, each_message=True)
        back = chats.after(left).first(self._returns(chats))
        waited, doubt = chats.waited(left, back), chats.doubt(left, back)
        due = _promised(chats, left, self.when.agent_says) if self.when and self.as_promised else None
        limit = self._limits(chats, left, due)
        late, in_time = waited - doubt > limit, waited <= limit
        early = late & ~self.overdue(chats, left, limit) if self.place else np.zeros(len(left), bool)
        told = self._told(left, back, waited, doubt, Times.between(chats, left, back, waited, due))
        within = None if isinstance(self.must_return, str) else self.must_return
        fixed = ~np.isnan(limit)
        return self.verdicts(
            chats,
            kept=told.only(in_time),
            broken=replace(told, until=chats.after(left, within).stop).only(late & ~early),
            skipped=[
                (TIME_UNKNOWN, left[np.isnan(waited)]),
                (NO_TIME_NAMED, left[~fixed]),
                (TOO_COARSE, left[fixed & ~np.isnan(waited) & ~late & ~in_time]),
                (NOT_YET, left[early]),
            ],
        )

    @property
    def as_promised(self) -> bool:
        """Whether the time is the one that the agent himself named."""
        return self.must_return == "as_promised"

    def _told(self, left: Rows, back: Rows, waited: Seconds, doubt: Seconds, times: Times) -> Found:
        clock = CLOCKS[self.clock]
        limit = (
            "说好 {due} 之前" if isinstance(self.must_return, str) else f"要求 {spoken(self.must_return.seconds)} 以内"
        )
        return Found(
            left,
            f"{{since}} 说的，{{until}} 回来，过了{{waited}}（{clock}），{limit}",
            (self.cue_words(left), Quote(back, Lists())),
            waited,
            doubt,
            times,
            never=f"{{since}} 说的，一直没有回来（{clock}），{limit}",
        )

    def _returns(self, chats: Chats) -> Rows:
        """The agent's messages that count as coming back: any that does not say one of `ignoring` (祝您愉快)."""
        return np.setdiff1d(chats.by(AGENT), chats.says(self.ignoring, by=AGENT), assume_unique=True)

    def _limits(self, chats: Chats, left: Rows, due: Rows | None) -> Seconds:
        """Seconds each may take on the clock in use; NaN where no time was named."""
        if isinstance(self.must_return, Duration):
            return np.full(len(left), self.must_return.seconds)
        assert due is not None
        promised = chats.passed(chats.sent_at[left], np.where(due == NO_TIME, chats.sent_at[left], due))
        return np.where(due == NO_TIME, np.nan, promised * (1 + GRACE))


def _promised(chats: Chats, said: Rows, lists: Lists) -> Rows:
    """For each moment by when it promises to be back, in ms since 1970; NO_TIME where its words fix none to come."""
    closing = chats.clocks["service_hours"].closing if "service_hours" in chats.clocks else None
    index, row, start, end = chats.words(said, lists)
    texts = zip(chats.text[row].tolist(), start.tolist(), end.tolist(), strict=True)
    words = [chats.texts[text][low:high] for text, low, high in texts]
    folded = {word: fold_one(word) for word in set(words)}
    due = np.full(len(said), NO_TIME)
    for place, at, word in zip(index.tolist(), chats.sent_at[row].tolist(), words, strict=True):
        said_at = _EPOCH + timedelta(milliseconds=at)
        by = deadline(folded[word], said_at, closing)
        if by is not None and by > said_at and due[place] == NO_TIME:
            due[place] = (by - _EPOCH) // timedelta(milliseconds=1)
    return due
