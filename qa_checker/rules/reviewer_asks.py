"""reviewer_asks: what only a person can judge, raised where a cue is given or in every chat."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from ..chats import Chats
from .findings import NOTHING, Found
from .rule import Rule
from .verdicts import FORGIVEN, NOT_FOR_THIS_CHAT, SKIPS, Verdicts, verdicts

WAITS_FOR_A_PERSON = "待人工判断"


class ReviewerAsks(Rule):
    """A question on the human scorecard: 是 is good, 否 costs. The machine never answers it."""

    key: ClassVar[str] = "reviewer_asks"

    reviewer_asks: Annotated[str, Field(pattern="[？?]$")]
    costs: Annotated[float, Field(ge=0)] = 0

    def judge(self, chats: Chats) -> Verdicts:
        """Every chat skips; one in which the question is raised shows the cue that raised it."""
        applies = self.applies_to.rows(chats)
        others = np.flatnonzero(~applies)
        if self.when is None:
            asked = chats.first_in_chat[applies[chats.first_in_chat]]
            return verdicts(
                chats, NOTHING, NOTHING, np.zeros(0), skipped=[(NOT_FOR_THIS_CHAT, others), (WAITS_FOR_A_PERSON, asked)]
            )
        cues = self.cues(chats)
        spoiled = self.forgiven(chats, cues, cues + 1)
        raised = Found(cues, WAITS_FOR_A_PERSON, (self.cue_words(cues),))
        return verdicts(
            chats,
            kept=raised.only(~spoiled & applies[cues]),
            broken=NOTHING,
            points=np.zeros(0),
            skipped=[(NOT_FOR_THIS_CHAT, others), (FORGIVEN, cues[spoiled])],
            kept_as=SKIPS,
        )
