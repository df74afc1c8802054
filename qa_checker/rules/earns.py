"""earns: what earns an agent points and a reward."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field, model_validator

from ..chats import AGENT, Chats
from .findings import NOTHING, Found
from .rule import Rule
from .verdicts import FORGIVEN, NOT_FOR_THIS_CHAT, Verdicts, verdicts


class Earns(Rule):
    """Once a chat, for the first cue that nothing before it spoils."""

    key: ClassVar[str] = "earns"

    earns: Annotated[float, Field(ge=0)]
    reward: Annotated[float, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _fits(self) -> "Earns":
        if self.when is None:
            raise ValueError("earns 要写 when")
        return self

    def judge(self, chats: Chats) -> Verdicts:
        """`unless` reaches from the chat's start to the cue."""
        cues = self.cues(chats)
        cues = cues[chats.whole().hold(chats.by(AGENT))[chats.session[cues]]]  # a robot earns nothing
        spoiled = self.forgiven(chats, cues, cues + 1)
        applies = self.applies_to.rows(chats)[cues]
        earned = Found(cues, "得到奖励", (self.cue_words(cues),)).only(~spoiled & applies)
        return verdicts(
            chats,
            kept=NOTHING,
            broken=earned,
            points=np.full(len(earned.at), self.earns),
            reward=self.reward,
            skipped=[(NOT_FOR_THIS_CHAT, cues[~applies]), (FORGIVEN, cues[spoiled])],
            earns=True,
        )
