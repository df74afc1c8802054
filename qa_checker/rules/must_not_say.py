"""must_not_say: something that must not be said, anywhere or after a cue."""

import re
from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from ..chats import AGENT, CUSTOMER, NOBODY, Chats, Duration, Mask, Places, Rows
from ..language.normalise import END, fold
from .findings import Found, Quote
from .rule import Requirement
from .verdicts import TIME_UNKNOWN, Verdicts
from .wording import Lists, Reach


class MustNotSay(Requirement):
    """Each message of the agent that says one of the lists in the place is a breach."""

    key: ClassVar[str] = "must_not_say"

    must_not_say: Lists
    place: Literal["anywhere", "first_reply", "after", None] = Field(None, alias="in")
    within: Reach | None = None
    unless_echoed: bool = False

    @model_validator(mode="after")
    def _fits(self) -> "MustNotSay":
        if self.when is None and (self.place == "after" or self.within is not None):
            raise ValueError("in: after 和 within 要和 when 一起用")
        if self.when is not None and self.place == "first_reply":
            raise ValueError("in: first_reply 不能和 when 一起用")
        if self.within is not None and self.place == "anywhere":
            raise ValueError("within 不能和 in: anywhere 一起用")
        return self

    def judge(self, chats: Chats) -> Verdicts:
        """`unless` reaches from the chat's start to the phrase; the customer's own words may be read back."""
        said = chats.says(self.must_not_say, by=AGENT)
        places, skipped = self._places(chats)
        marks = np.zeros(len(chats.session) + 1, np.int64)
        np.add.at(marks, places.start, 1)
        np.add.at(marks, places.stop, -1)
        said = said[np.cumsum(marks)[said] > 0]
        if self.unless_echoed:
            said = said[~_echoed(chats, said, self.must_not_say)]
        clean = np.where(places.hold(said), NOBODY, places.first(chats.by(AGENT)))
        return self.verdicts(
            chats,
            kept=Found(clean[clean != NOBODY], "没有说不该说的话"),
            broken=Found(said, "说了不该说的话", (Quote(said, self.must_not_say),)),
            skipped=skipped,
        )

    def _places(self, chats: Chats) -> tuple[Places, list[tuple[str, Rows]]]:
        if self.when is not None:
            return self._places_of_cues(chats, self.cues(chats))
        if self.place == "first_reply":
            replies = chats.turns(AGENT)
            return replies[np.isin(replies.start, chats.first_of_each(replies.start))], []
        return chats.whole(), []

    def _places_of_cues(self, chats: Chats, cues: Rows) -> tuple[Places, list[tuple[str, Rows]]]:
        """Behind each cue, strictly, or in its whole chat; a time limit needs a time to start from."""
        if self.place == "anywhere":
            return chats.whole()[np.unique(chats.session[cues])], []
        if self.within is None:  # due once, from the first
            cues = chats.first_of_each(cues)
        known = chats.time_known[cues] if isinstance(self.within, Duration) else np.ones(len(cues), bool)
        return chats.after(cues[known], self.within, surely=True), [(TIME_UNKNOWN, cues[~known])]


def _echoed(chats: Chats, said: Rows, lists: Lists) -> Mask:
    """For each moment whether all its words of the lists were the customer's before: reading back is no leak."""
    index, row, start, end = chats.words(said, lists)
    heard = chats.by(CUSTOMER)
    low = np.searchsorted(heard, chats.upto(said).start)
    high = np.searchsorted(heard, said)
    texts = np.unique(
        np.concatenate([chats.text[row], *(chats.text[heard[a:b]] for a, b in zip(low, high, strict=True))])
    )
    told = dict(zip(texts.tolist(), _compact([chats.texts[number] for number in texts.tolist()]), strict=True))
    words = _compact([chats.texts[at][a:b] for at, a, b in zip(chats.text[row].tolist(), start, end, strict=True)])
    echoed = np.ones(len(said), bool)
    for place, word in zip(index.tolist(), words, strict=True):
        before = "\n".join([told[number] for number in chats.text[heard[low[place] : high[place]]].tolist()])
        echoed[place] &= word in before
    return echoed


def _compact(texts: Sequence[str]) -> list[str]:
    """Texts without what people vary when they repeat something."""
    return re.sub(r"[\s,，.。:：;；、\-]", "", fold(texts).text).split(END)[:-1]
