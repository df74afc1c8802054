"""must_say: something that has to be said, somewhere, or after a cue."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from ..chats import AGENT, CUSTOMER, NOBODY, Chats, Duration, Mask, Messages, Places, Rows, laid_end_to_end
from ..clock import spoken
from .findings import Found, Quote
from .rule import Requirement
from .times import CLOCKS, Times
from .verdicts import NOT_YET, TIME_UNKNOWN, Verdicts
from .wording import Lists, Reach

NO_AGENT = "没有人工客服发言"
NO_ENDING = "会话停在顾客的提问上，或者顾客只打了招呼，没有结尾可查"
NOTHING_AFTER = "这之后客服没有再发言"
NOTHING_BEFORE = "这之前客服没有发言"


class MustSay(Requirement):
    """The agent says one of the lists in a place; without a cue in every chat, with one from the cue on."""

    key: ClassVar[str] = "must_say"

    must_say: Lists
    place: Literal["anywhere", "first_reply", "last_three_messages", "after", "before", "any_chat", None] = Field(
        None, alias="in"
    )
    within: Reach | None = None

    @model_validator(mode="after")
    def _fits(self) -> "MustSay":
        with_cue = self.when is not None
        allowed = {
            True: (None, "after", "before", "anywhere", "any_chat"),
            False: ("anywhere", "first_reply", "last_three_messages"),
        }[with_cue]
        if self.place not in allowed:
            names = "、".join(place for place in allowed if place)
            raise ValueError(f"{'有' if with_cue else '没有'} when 时，in 要写 {names} 之一")
        if self.within is not None and (not with_cue or self.place == "anywhere"):
            raise ValueError("within 要和 when 一起用，且 in 不能是 anywhere")
        return self

    def judge(self, chats: Chats) -> Verdicts:
        """Kept where the place holds the words; what is missing is charged to who held the chat at the place's end."""
        chats = laid_end_to_end(chats) if self.place == "any_chat" else chats
        said = chats.says(self.must_say, by=AGENT)
        cues, places, skipped = self._fixed_places(chats) if self.when is None else self._places_of_cues(chats)
        wrote = places.first(chats.by(AGENT))
        at = np.where(cues == NOBODY, wrote, cues)
        kept = places.hold(said)
        early = np.zeros(len(at), bool)
        if self.place == "any_chat" and isinstance(self.within, Duration):
            early = ~kept & ~self.overdue(chats, at, np.full(len(at), self.within.seconds))
        heard = places.first(said)
        ended, endless, times = self._times(chats, at, heard)
        return self.verdicts(
            chats,
            kept=Found(
                at,
                f"{ended}{self._where}说到了",
                (Quote(heard, self.must_say),),
                times=times,
                never=f"{endless}{self._where}说到了",
            ).only(kept),
            broken=Found(
                at,
                f"{ended}{self._where}没有说到",
                self._absence(chats, cues, wrote),
                times=times,
                never=f"{endless}{self._where}没有说到",
                charged=np.maximum(np.maximum(places.stop, places.start) - 1, at),
                until=places.stop,
            ).only(~kept & ~early),
            skipped=[*skipped, (NOT_YET, at[early])],
        )

    def _times(self, chats: Chats, at: Rows, heard: Rows) -> tuple[str, str, Times | None]:
        """What the reason says of time before all else, where that came to an end and where not, and the times."""
        clock = CLOCKS[self.clock]
        if self.when is not None and not self.when.lists and self.when.customer_silent is None:
            until = chats.after(at).first(chats.by(AGENT))
            ended, endless = (
                f"{{since}} 提问，{{until}} 回复，等了{{waited}}（{clock}），",
                "{since} 提问，一直没有人回复，",
            )
        elif self.when is not None and not self.when.lists and self.when.customer_waits is None:
            until = chats.after(at).first(chats.by(CUSTOMER))
            ended = f"{{since}} 答完，顾客 {{until}} 才再说话，静了{{waited}}（{clock}），"
            endless = "{since} 答完，顾客没有再说话，"
        elif isinstance(self.within, Duration) and self.place != "before":
            until = heard
            ended, endless = f"{{since}} 起，{{until}} 等到，用了{{waited}}（{clock}），", f"{{since}} 起（{clock}），"
        else:
            return "", "", None
        return ended, endless, Times.between(chats, at, until, chats.waited(at, until))

    def _absence(self, chats: Chats, cues: Rows, wrote: Rows) -> tuple[Quote, Quote]:
        """What stands for a missing sentence: the agent's own cue, else his first message there, else the cue."""
        own_cue = (cues != NOBODY) & (chats.speaker[cues] == AGENT)
        by_cue = own_cue | (wrote == NOBODY)
        return self.cue_words(np.where(by_cue, cues, NOBODY)), Quote(np.where(by_cue, NOBODY, wrote), Lists())

    @property
    def _where(self) -> str:
        """The place in words."""
        reach = ""
        if isinstance(self.within, Messages):
            reach = f"的 {self.within.count} 条消息内"
        elif isinstance(self.within, Duration):
            reach = f"的 {spoken(self.within.seconds)}内"
        if self.when is None or self.place == "anywhere":
            return {"first_reply": "首次回复里", "last_three_messages": "最后三条消息里"}.get(
                self.place or "", "整段会话里"
            )
        return f"{'这之前' if self.place == 'before' else '这之后'}{reach}"

    def _fixed_places(self, chats: Chats) -> tuple[Rows, Places, list[tuple[str, Rows]]]:
        """The place of each chat, for no cue."""
        places, skipped = self._place_in_each(chats)
        return np.full(len(places.start), NOBODY), places, skipped

    def _place_in_each(self, chats: Chats) -> tuple[Places, list[tuple[str, Rows]]]:
        agents = chats.by(AGENT)
        whole = chats.whole()
        present = whole.hold(agents)
        silent = chats.first_in_chat[~present]
        if self.place == "anywhere":
            return whole[present], [(NO_AGENT, silent)]
        if self.place == "first_reply":
            replies = chats.turns(AGENT)
            return replies[np.isin(replies.start, chats.first_of_each(replies.start))], [(NO_AGENT, silent)]
        ends = self._has_ending(chats)
        last_three = np.searchsorted(agents, whole.stop[present & ends]) - 3
        starts = np.maximum(agents[np.maximum(last_three, 0)], whole.start[present & ends])
        return Places(starts, whole.stop[present & ends]), [(NO_AGENT, silent), (NO_ENDING, chats.first_in_chat[~ends])]

    def _has_ending(self, chats: Chats) -> Mask:
        """Chats in which the customer asked for something and the last question was answered."""
        asked = self.asked(chats)
        last_asked = chats.whole().last(asked)
        answered = np.zeros(len(chats), bool)
        has = last_asked != NOBODY
        answered[has] = chats.after(last_asked[has]).hold(chats.by(AGENT))
        return answered

    def _places_of_cues(self, chats: Chats) -> tuple[Rows, Places, list[tuple[str, Rows]]]:
        cues = self.cues(chats)
        attended = chats.whole().hold(chats.by(AGENT))[chats.session[cues]]
        cues, alone = cues[attended], cues[~attended]  # a silent order, a robot's chat: nobody there to say it
        if self.within is None:
            cues = chats.first_of_each(cues)
        untimed = ~chats.time_known[cues] if isinstance(self.within, Duration) else np.zeros(len(cues), bool)
        due, unknown = cues[~untimed], cues[untimed]
        places = self._around(chats, due)
        empty = np.zeros(len(due), bool)
        if isinstance(self.within, Messages):
            empty = ~places.hold(chats.by(AGENT))
        nothing = NOTHING_BEFORE if self.place == "before" else NOTHING_AFTER
        return due[~empty], places[~empty], [(NO_AGENT, alone), (TIME_UNKNOWN, unknown), (nothing, due[empty])]

    def _around(self, chats: Chats, cues: Rows) -> Places:
        if self.place == "anywhere":
            chat = chats.session[cues]
            return Places(chats.starts[chat], chats.starts[chat + 1])
        if self.place == "before":
            return self._before(chats, cues)
        places = chats.after(cues, self.within)
        own = chats.speaker[cues] == AGENT
        if own.any():  # on an agent's own cue the whole reply it stands in counts, then the window begins
            replies = chats.turns(AGENT)
            reply = replies[np.searchsorted(replies.start, cues[own], side="right") - 1]
            since = reply.stop - 1 if isinstance(self.within, Messages) else cues[own]
            places.start[own] = reply.start
            places.stop[own] = np.maximum(chats.after(since, self.within).stop, reply.stop)
        return places

    def _before(self, chats: Chats, cues: Rows) -> Places:
        places = chats.upto(cues)
        if isinstance(self.within, Messages):
            agents = chats.by(AGENT)
            nth = np.searchsorted(agents, cues) - self.within.count
            reached = np.append(agents, NOBODY)[np.maximum(nth, 0)]
            return Places(np.maximum(places.start, np.where(nth >= 0, reached, 0)), cues)
        if isinstance(self.within, Duration):
            return Places(np.maximum(places.start, chats.since(cues, self.within)), cues)
        return places
