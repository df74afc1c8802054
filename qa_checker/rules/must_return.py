"""must_return: who asks the customer to wait has to come back."""

from typing import ClassVar

import numpy as np
from pydantic import model_validator

from ..chats import AGENT, Chats
from ..clock import spoken
from .rule import Requirement
from .verdicts import TIME_UNKNOWN, Found, Quote, Verdicts
from .wording import Limit, Lists


class MustReturn(Requirement):
    """After each of the agent's messages that gives the cue, an agent writes again in time."""

    key: ClassVar[str] = "must_return"
    takes_steps: ClassVar[bool] = True

    must_return: Limit

    @model_validator(mode="after")
    def _fits(self) -> "MustReturn":
        if self.when is None or not self.when.agent_says:
            raise ValueError("must_return 要写 when: {agent_says: …}")
        return self

    def judge(self, chats: Chats) -> Verdicts:
        """A second 稍等 is a return, and is due itself."""
        left = self.cues(chats, each_message=True)
        back = chats.after(left).first(chats.by(AGENT))
        waited = chats.waited(left, back)
        unknown = np.isnan(waited)
        late = waited > self.must_return.seconds
        until = chats.after(left, self.must_return).stop
        limit = spoken(self.must_return.seconds)
        quotes = (self.cue_words(left), Quote(back, Lists()))
        return self.verdicts(
            chats,
            kept=Found(left, f"{{waited}} 后回来了，在 {limit} 以内", quotes, waited).only(~late & ~unknown),
            broken=Found(
                left, f"{{waited}} 后才回来，要求 {limit} 以内", quotes, waited, until=until, never="一直没有回来"
            ).only(late),
            skipped=[(TIME_UNKNOWN, left[unknown])],
        )
