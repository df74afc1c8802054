"""must_return: who asks the customer to wait, or promises a time, has to come back."""

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from ..chats import AGENT, Chats, Duration, Rows, Seconds
from ..clock import spoken
from ..language.normalise import fold_one
from ..language.promises import deadline
from .rule import Requirement
from .verdicts import NOT_YET, TIME_UNKNOWN, Found, Quote, Verdicts
from .wording import Lists, duration

GRACE = 0.1  # of the time promised

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
        chats = chats.by_customer() if self.place else chats
        left = self.cues(chats, each_message=True)
        back = chats.after(left).first(self._returns(chats))
        waited = chats.waited(left, back)
        limit, named = self._limits(chats, left)
        unknown = np.isnan(waited)
        late = waited > limit
        early = late & ~self.overdue(chats, left, limit) if self.place else np.zeros(len(left), bool)
        return self.verdicts(
            chats,
            kept=Found(left, f"{{waited}} 后回来了，{named}", self._quotes(left, back), waited).only(waited <= limit),
            broken=Found(
                left,
                f"{{waited}} 后才回来，{named}",
                self._quotes(left, back),
                waited,
                until=chats.after(left, self.must_return if isinstance(self.must_return, Duration) else None).stop,
                never=f"一直没有回来，{named}",
            ).only(late & ~early),
            skipped=[(TIME_UNKNOWN, left[unknown]), (NO_TIME_NAMED, left[np.isnan(limit)]), (NOT_YET, left[early])],
        )

    def _returns(self, chats: Chats) -> Rows:
        """The agent's messages that count as coming back: any that does not say one of `ignoring` (祝您愉快)."""
        return np.setdiff1d(chats.by(AGENT), chats.says(self.ignoring, by=AGENT), assume_unique=True)

    def _quotes(self, left: Rows, back: Rows) -> tuple[Quote, ...]:
        return self.cue_words(left), Quote(back, Lists())

    def _limits(self, chats: Chats, left: Rows) -> tuple[Seconds, str]:
        """Seconds each may take, and the limit in words."""
        if isinstance(self.must_return, Duration):
            return np.full(len(left), self.must_return.seconds), f"要求 {spoken(self.must_return.seconds)} 以内"
        assert self.when is not None
        return _promised(chats, left, self.when.agent_says) * (1 + GRACE), "要求按自己说好的时间"


def _promised(chats: Chats, said: Rows, lists: Lists) -> Seconds:
    """For each moment the seconds it leaves to keep the promise it makes; NaN where its words fix no time."""
    index, row, start, end = chats.words(said, lists)
    texts = zip(chats.text[row].tolist(), start.tolist(), end.tolist(), strict=True)
    words = [chats.texts[text][low:high] for text, low, high in texts]
    folded = {word: fold_one(word) for word in set(words)}
    left = np.full(len(said), np.nan)
    for place, at, word in zip(index.tolist(), chats.sent_at[row].tolist(), words, strict=True):
        said_at = datetime(1970, 1, 1) + timedelta(milliseconds=at)
        by = deadline(folded[word], said_at)
        if by is not None and np.isnan(left[place]):
            left[place] = max((by - said_at).total_seconds(), 0)
    return left
