"""must_not_repeat: the same text pasted to one customer again and again."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from ..chats import AGENT, NOBODY, Chats
from .findings import Found, Quote
from .must_say import NO_AGENT
from .rule import Requirement
from .verdicts import Verdicts
from .wording import Lists


class MustNotRepeat(Requirement):
    """An agent's text sent so many times in one chat is a breach, at its n-th sending; courtesies do not count."""

    key: ClassVar[str] = "must_not_repeat"

    must_not_repeat: Annotated[int, Field(ge=2)]

    def judge(self, chats: Chats) -> Verdicts:
        """One breach for each text that is repeated."""
        wrote = chats.says_more_than(self.ignoring, by=AGENT)
        repeated = chats.nth_time(wrote, self.must_not_repeat)
        whole = chats.whole()
        clean = np.where(whole.hold(repeated), NOBODY, whole.first(chats.by(AGENT)))
        return self.verdicts(
            chats,
            kept=Found(clean[clean != NOBODY], "没有反复粘贴同一段话"),
            broken=Found(repeated, f"同一段话发了 {self.must_not_repeat} 遍", (Quote(repeated, Lists()),)),
            skipped=[(NO_AGENT, chats.first_in_chat)],
        )
