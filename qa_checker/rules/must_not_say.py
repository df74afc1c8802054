"""must_not_say: something that must not be said, anywhere or after a cue."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from ..chats import AGENT, Chats, Places
from .rule import Requirement
from .verdicts import Found, Quote, Verdicts
from .wording import Lists, Reach


class MustNotSay(Requirement):
    """Each message of the agent that says one of the lists in the place is a breach."""

    key: ClassVar[str] = "must_not_say"

    must_not_say: Lists
    place: Literal["anywhere", "first_reply", "after"] = Field("anywhere", alias="in")
    within: Reach | None = None

    @model_validator(mode="after")
    def _fits(self) -> "MustNotSay":
        if self.when is None and (self.place == "after" or self.within is not None):
            raise ValueError("in: after 和 within 要和 when 一起用")
        if self.when is not None and self.place == "first_reply":
            raise ValueError("in: first_reply 不能和 when 一起用")
        return self

    def judge(self, chats: Chats) -> Verdicts:
        """`unless` reaches from the chat's start to the phrase."""
        said = chats.says(self.must_not_say, by=AGENT)
        places = self._places(chats)
        marks = np.zeros(len(chats.session) + 1, np.int64)
        np.add.at(marks, places.start, 1)
        np.add.at(marks, places.stop, -1)
        said = said[np.cumsum(marks)[said] > 0]
        clean = places.first(chats.by(AGENT))
        return self.verdicts(
            chats,
            kept=Found(clean[clean >= 0], "没有说不该说的话"),
            broken=Found(said, "说了不该说的话", (Quote(said, self.must_not_say),)),
        )

    def _places(self, chats: Chats) -> Places:
        if self.when is not None:
            return (
                chats.after(self.cues(chats), self.within)
                if self.place == "after" or self.within
                else self._from_cue(chats)
            )
        if self.place == "first_reply":
            replies = chats.turns(AGENT)
            return replies[np.unique(chats.session[replies.start], return_index=True)[1]]
        return chats.whole()

    def _from_cue(self, chats: Chats) -> Places:
        """With a cue and no place: from the cue to the end of the chat."""
        return chats.after(self.cues(chats))
