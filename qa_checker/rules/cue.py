"""Cues: the moments from which a rule is due, or that excuse a breach."""

from collections.abc import Callable

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from ..chats import AGENT, BOT, CUSTOMER, NOBODY, SYSTEM, Chats, Rows
from .wording import Limit, Lists

_SAYS = {"customer_says": CUSTOMER, "agent_says": AGENT, "robot_says": BOT, "system_says": SYSTEM}


class Cue(BaseModel):
    """Any one of these is enough."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    customer_says: Lists = Lists()
    agent_says: Lists = Lists()
    robot_says: Lists = Lists()
    system_says: Lists = Lists()
    customer_waits: Limit | None = None
    customer_silent: Limit | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Cue":
        if not (self.lists or self.timed):
            raise ValueError(f"线索要写 {'、'.join([*_SAYS, 'customer_waits', 'customer_silent'])} 中的一个")
        return self

    @property
    def lists(self) -> Lists:
        """All lists of the cue, for quoting."""
        return Lists(name for key in _SAYS for name in getattr(self, key))

    @property
    def timed(self) -> bool:
        """Whether silence alone can give it."""
        return self.customer_waits is not None or self.customer_silent is not None

    def moments(self, chats: Chats, asked: Callable[[Chats], Rows], each_message: bool = False) -> Rows:
        """Where the cue is given: once a turn of the customer or a reply of the agent, or in each message.

        `asked` gives the customer's lines that ask for an answer.
        """
        found = []
        for key, speaker in _SAYS.items():
            if lists := getattr(self, key):
                rows = chats.says(lists, by=speaker)
                if speaker in (CUSTOMER, AGENT) and not each_message:
                    rows = chats.turns(speaker).first(rows)
                found.append(rows[rows != NOBODY])
        if self.customer_waits is not None:
            found.append(self._waits(chats, asked(chats), self.customer_waits.seconds))
        if self.customer_silent is not None:
            found.append(self._silences(chats, asked(chats), self.customer_silent.seconds))
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)

    @staticmethod
    def _waits(chats: Chats, asked: Rows, seconds: float) -> Rows:
        """The questions that surely had to wait longer for their answer, those left out of hours aside."""
        answered = chats.after(asked).first(chats.by(AGENT))
        surely = chats.waited(asked, answered) - chats.doubt(asked, answered)
        return asked[(surely > seconds) & ~chats.left(asked, answered)]

    @staticmethod
    def _silences(chats: Chats, asked: Rows, seconds: float) -> Rows:
        """The last line of each answer that the customer left without a word for so long at least, or for good."""
        last = chats.answers(asked).last(chats.by(AGENT))
        spoke = chats.after(last).first(chats.by(CUSTOMER))
        return last[chats.waited(last, spoke) - chats.doubt(last, spoke) >= seconds]
