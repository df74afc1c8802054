"""must_keep: a measure of the whole chat that has to stay above or below a mark."""

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ..chats import AGENT, CUSTOMER, NOBODY, Chats, Messages, Rows, Seconds
from .findings import Found, Quote
from .must_say import NO_AGENT
from .rule import Requirement
from .verdicts import Verdicts
from .wording import Lists, Rounds, at_first

SHORT_ANSWER = 12  # characters

TOO_FEW = "消息或轮次太少，比例没有意义"


class ShareOf(BaseModel):
    """The share of the agent's messages that say one of the lists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    share_of: Lists


def _mark(value: Any) -> float:
    """Read 20% or a plain number."""
    if isinstance(value, str) and value.strip().endswith("%"):
        return float(value.strip()[:-1]) / 100
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    raise ValueError(f"{value} 看不懂，请写数字或百分数，如 20%")


Mark = Annotated[float, BeforeValidator(_mark)]


class MustKeep(Requirement):
    """One of `at_least` and `at_most`; chats with fewer messages or rounds than `from` skip."""

    key: ClassVar[str] = "must_keep"

    must_keep: Literal["reply_ratio", "short_answer_share", "longest_message"] | ShareOf
    at_least: Mark | None = None
    at_most: Mark | None = None
    since: Annotated[Messages | Rounds, BeforeValidator(at_first)] = Field(Messages(1), alias="from")

    @model_validator(mode="after")
    def _fits(self) -> "MustKeep":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("at_least 和 at_most 要写一个，只写一个")
        return self

    def judge(self, chats: Chats) -> Verdicts:
        """A breach quotes the message that shows it best, else the agent's first."""
        whole = chats.whole()
        first = whole.first(chats.by(AGENT))
        measured, shown = self._measure(chats)
        due = (first != NOBODY) & (self._size(chats) >= self.since.count) & ~np.isnan(measured)
        low = measured < self.at_least if self.at_least is not None else measured > (self.at_most or 0)
        rows = np.where(shown == NOBODY, first, shown)
        broken, kept = due & low, due & ~low
        bound = "不低于" if self.at_least is not None else "不超过"
        wanted = f"要求{bound} {self._shown(self.at_least or self.at_most or 0)}"
        return self.verdicts(
            chats,
            kept=Found(first[kept], f"做到了：{wanted}"),
            broken=Found(
                rows[broken],
                f"没有做到：{wanted}",
                (Quote(rows[broken], self._words),),
                until=whole.stop[broken],
            ),
            skipped=[(NO_AGENT, chats.first_in_chat[first == NOBODY]), (TOO_FEW, chats.first_in_chat[~due])],
        )

    @property
    def _words(self) -> Lists:
        """What to quote: too many of some words are shown, too few cannot be."""
        return self.must_keep.share_of if isinstance(self.must_keep, ShareOf) and self.at_most is not None else Lists()

    def _shown(self, mark: float) -> str:
        return f"{mark:g}" if self.must_keep in ("reply_ratio", "longest_message") else f"{mark:.0%}"

    def _size(self, chats: Chats) -> Rows:
        if isinstance(self.since, Messages):
            return chats.whole().count(chats.by(AGENT))
        return chats.whole().count(self.asked(chats))

    def _measure(self, chats: Chats) -> tuple[Seconds, Rows]:
        """For each chat the measure and the row that shows it best."""
        whole, agents = chats.whole(), chats.by(AGENT)
        if isinstance(self.must_keep, ShareOf):
            said = chats.says(self.must_keep.share_of, by=AGENT)
            shown = whole.first(said) if self.at_most is not None else np.full(len(chats), NOBODY)
            return whole.count(said) / np.maximum(whole.count(agents), 1), shown
        if self.must_keep == "reply_ratio":
            asked = whole.count(chats.by(CUSTOMER))
            return np.where(asked > 0, whole.count(agents) / np.maximum(asked, 1), np.nan), np.full(len(chats), NOBODY)
        if self.must_keep == "longest_message":
            longest = chats.longest(agents)
            return np.where(longest == NOBODY, np.nan, chats.lengths[chats.text[longest]]), longest
        replies = chats.answers(self.asked(chats))
        answers = replies[replies.count(agents) == 1]
        short = answers.start[chats.lengths[chats.text[answers.start]] < SHORT_ANSWER]
        rounds = whole.count(replies.start)
        return np.where(rounds > 0, whole.count(short) / np.maximum(rounds, 1), np.nan), whole.first(short)
