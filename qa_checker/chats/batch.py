"""Chats: a batch of whole conversations as columns, and the moments and places that rules ask it for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..clock import Hours
from ..language import Hits
from ..language.hits import stretches
from .bursts import Joined
from .messages import AGENT, CUSTOMER, Message
from .places import NOBODY, Duration, Mask, Messages, Places, Rows, Seconds, Within

Worked = TypeVar("Worked")

COURTESIES = ("courtesy",)
"""Phrase lists of what needs no answer."""

_COARSE = 60_000  # ms; how far a time without seconds may be off
_LONGEST_WITHIN = 400 * 24 * 3600 * 1000  # ms; no rule looks further ahead
_MESSAGE_COLUMNS = tuple(each.name for each in fields(Message) if each.name != "seq")


@dataclass(frozen=True)
class EndToEnd:
    """Where chats laid end to end came from: the batch, for each row its row there, and where its chats begin."""

    batch: "Chats"
    origin: Rows
    visits: Rows


@dataclass(frozen=True, eq=False)
class Chats:
    """A batch of conversations as columns; build it with `chats_of`.

    By row: session (number of the chat), speaker, sent_at (ms since 1970, wall time of the place; filled where
    unknown), time_known, to_the_second (not where the export leaves seconds out), agent (who is in charge, NOBODY if
    never anyone), text (number of the text), asks_nothing (by its type: a sticker, a rating).
    By text: hits. By chat: first row (`starts`, one entry more than chats) and the columns of `about`.
    `clocks` are the rulebook's; the one in use is `clock`. `exported_until` (ms) is when the export was made, as far
    as it shows: nobody can know what came after. `running_back`: chats whose times are in no order in the file.
    """

    session: Rows
    speaker: NDArray[np.int8]
    sent_at: Rows
    time_known: Mask
    to_the_second: Mask
    agent: Rows
    text: Rows
    asks_nothing: Mask
    texts: Sequence[str]
    hits: Hits
    bursts: Mapping[str, Joined]
    starts: Rows
    session_ids: Sequence[str]
    agents: Sequence[str]
    about: Mapping[str, Sequence[str | None]]  # by chat: customer_id, shop, channel, queue
    messages: pa.Table  # the canonical rows, in this order
    clocks: Mapping[str, Hours] = field(default_factory=dict)
    clock: str = "wall"
    exported_until: int = 0
    running_back: int = 0
    laid_from: EndToEnd | None = None
    _memory: dict[tuple[object, ...], Any] = field(default_factory=dict)  # what was worked out once

    def __len__(self) -> int:
        """How many chats."""
        return len(self.session_ids)

    # Moments

    def by(self, *speakers: int) -> Rows:
        """Messages of these speakers."""
        return self.once(("by", *speakers), lambda: np.flatnonzero(np.isin(self.speaker, speakers)))

    def says(self, lists: Sequence[str], by: int) -> Rows:
        """Messages in which the speaker says one of the lists, or begins to say it in several quick ones."""
        rows = self.by(by)
        rows = rows[self.hits.said(lists)[self.text[rows]]]
        begun = [self.bursts[name].first for name in lists if name in self.bursts]
        if not begun:
            return rows
        begun_rows = np.concatenate(begun)
        return np.union1d(rows, begun_rows[self.speaker[begun_rows] == by])

    def words(self, rows: Rows, lists: Sequence[str]) -> tuple[Rows, Rows, Rows, Rows]:
        """The words of the lists at these moments: (index into `rows`, row, start, end), a burst in all its rows."""
        index, start, end = self.hits.words(self.text[rows], lists)
        found = [np.stack([index, rows[index], start, end])]
        for name in lists:
            if name in self.bursts:
                joined = self.bursts[name]
                index, place = stretches(
                    np.searchsorted(joined.first, rows), np.searchsorted(joined.first, rows, side="right")
                )
                found.append(np.stack([index, joined.row[place], joined.start[place], joined.end[place]]))
        index, row, start, end = np.concatenate(found, axis=1)
        return index, row, start, end

    def says_more_than(self, lists: Sequence[str], by: int) -> Rows:
        """Messages in which the speaker says more than a courtesy of these lists; a customer's sticker is one."""
        rows = self.by(by)
        nothing_more = self.hits.said_only(lists)[self.text[rows]]
        if lists and by == CUSTOMER:
            nothing_more |= self.asks_nothing[rows]
        return rows[~nothing_more]

    @property
    def courtesies(self) -> Sequence[str]:
        """The lists of what needs no answer, as far as they were scanned for."""
        return [name for name in COURTESIES if name in self.hits.spans]

    @cached_property
    def first_in_chat(self) -> Rows:
        """The first row of every chat."""
        return self.starts[:-1]

    @cached_property
    def last_in_chat(self) -> Rows:
        """The last row of every chat."""
        return self.starts[1:] - 1

    def nth_time(self, rows: Rows, times: int) -> Rows:
        """Those of the moments whose text their chat has seen so many times among them."""
        said = self.session[rows] * len(self.texts) + self.text[rows]
        order = np.argsort(said, kind="stable")
        opens = np.searchsorted(said[order], said[order])
        return np.sort(rows[order[np.arange(len(rows)) - opens == times - 1]])

    def first_of_each(self, rows: Rows) -> Rows:
        """The first of the moments in every chat that has one."""
        return rows[np.unique(np.searchsorted(self._visits, rows, side="right"), return_index=True)[1]]

    def longest(self, rows: Rows) -> Rows:
        """For each chat the one of the moments with the longest text, or NOBODY."""
        order = np.lexsort((rows, -self.lengths[self.text[rows]], self.session[rows]))
        chats, first = np.unique(self.session[rows][order], return_index=True)
        found = np.full(len(self), NOBODY, np.int64)
        found[chats] = rows[order[first]]
        return found

    # Places

    def whole(self) -> Places:
        """Every chat from end to end."""
        return Places(self.starts[:-1], self.starts[1:])

    def turns(self, speaker: int) -> Places:
        """All one side says until the other speaks, customer against human agent; robots and notices do not end it."""
        return self.once(("turns", speaker), lambda: self._turns(speaker))

    def _turns(self, speaker: int) -> Places:
        people = self.by(CUSTOMER, AGENT)
        changes = np.ones(len(people), bool)
        visit = np.searchsorted(self._visits, people, side="right")
        changes[1:] = (np.diff(self.speaker[people]) != 0) | (np.diff(visit) != 0)
        start = people[changes]
        stop = np.minimum(np.append(start[1:], len(self.session)), self._visits[visit[changes]])
        mine = self.speaker[start] == speaker
        return Places(start[mine], stop[mine])

    def answers(self, asked: Rows) -> Places:
        """The agent's turns that answer these questions."""
        replies = self.turns(AGENT)
        return replies[np.isin(replies.start, self.after(asked).first(self.by(AGENT)))]

    def upto(self, rows: Rows) -> Places:
        """From the chat's first row to just before each moment."""
        return Places(self._visits[np.searchsorted(self._visits, rows, side="right") - 1], rows)

    def onward(self, rows: Rows, within: Within = None) -> Places:
        """From each moment, itself included, to the end of its chat, or so far."""
        return Places(rows, self._reach(rows, rows, within))

    def after(self, rows: Rows, within: Within = None, surely: bool = False) -> Places:
        """Behind each moment, itself excluded, to the end of its chat, or so far.

        What is within a time for all that is known, where seconds are not given; `surely`: what is in any case.
        """
        return Places(rows + 1, self._reach(rows, rows + 1, within, surely))

    def since(self, rows: Rows, within: Duration) -> Rows:
        """The first row, perhaps of an earlier chat, not longer than this before each moment on the clock in use."""
        return np.searchsorted(self._key, self._key[rows] - int(within.seconds * 1000))

    @property
    def _visits(self) -> Rows:
        """The first row of every chat, and the end: the same as `starts` until chats are laid end to end."""
        return self.starts if self.laid_from is None else self.laid_from.visits

    def _reach(self, since: Rows, start: Rows, within: Within, surely: bool = False) -> Rows:
        stop = self.starts[self.session[since] + 1]
        if isinstance(within, Messages):
            agents = self.by(AGENT)
            index = np.searchsorted(agents, start) + within.count - 1
            reached = np.append(agents, len(self.session))[np.minimum(index, len(agents))]
            stop = np.minimum(stop, reached + 1)
        elif isinstance(within, Duration):
            key = self._key
            doubt = np.where(self.to_the_second[since], 0, -_COARSE if surely else _COARSE)
            reached = key[since] + int(within.seconds * 1000) + doubt
            stop = np.minimum(stop, np.searchsorted(key, reached, side="right"))
        return np.maximum(stop, start)

    def is_about(self, name: str, values: Sequence[str]) -> Mask:
        """For each row whether its chat's shop, channel … is one of the values."""
        if self.laid_from is not None:
            return self.laid_from.batch.is_about(name, values)[self.laid_from.origin]
        return np.array([value in values for value in self.about[name]], bool)[self.session]

    # Time

    def once(self, key: tuple[object, ...], work: Callable[[], Worked]) -> Worked:
        """Remember what rules ask for again and again; the same chats on another clock share the memory."""
        if key not in self._memory:
            self._memory[key] = work()
        return cast("Worked", self._memory[key])

    def on(self, clock: str) -> "Chats":
        """The same chats with another clock in use."""
        return self if clock == self.clock else replace(self, clock=clock)

    def waited(self, since: Rows, until: Rows) -> Seconds:
        """Seconds between two moments on the clock in use; inf where until is NOBODY, NaN where a time is unknown."""
        known = self.time_known[since] & np.where(until == NOBODY, True, self.time_known[until])
        passed = (self._key[until] - self._key[since]) / 1000
        return np.where(known, np.where(until == NOBODY, np.inf, passed), np.nan)

    def doubt(self, since: Rows, until: Rows) -> Seconds:
        """Seconds by which a wait may truly be shorter: 60 where one of its times was given without them."""
        exact = self.to_the_second[since] & np.where(until == NOBODY, True, self.to_the_second[until])
        return np.where(exact, 0.0, _COARSE / 1000)

    def until_export(self, rows: Rows) -> Seconds:
        """Seconds on the clock in use from each moment until the export was made; after that nobody can know."""
        return self.passed(self.sent_at[rows], np.full(len(rows), self.exported_until))

    def passed(self, since: Rows, until: Rows) -> Seconds:
        """Seconds on the clock in use between times in ms since 1970."""
        begins, ends = self.clocks[self.clock].read(np.concatenate([since, until])).reshape(2, -1)
        return np.asarray((ends - begins) / 1000, np.float64)

    def is_open(self, rows: Rows) -> Mask:
        """Whether the clock in use runs at these moments."""
        return self.clocks[self.clock].is_open(self.sent_at[rows])

    def left(self, asked: Rows, answered: Rows) -> Mask:
        """Which of these questions were messages left out of hours (留言), on the clock in use.

        Asked while nobody is there, and never answered, or before a second of open time had passed; on a clock that
        goes by the start, whatever was asked then (spec B.3.6 and reading d).
        """
        outside = self.time_known[asked] & ~self.is_open(asked)
        in_vain = (answered == NOBODY) | (self.waited(asked, answered) == 0)
        return outside & (in_vain | self.clocks[self.clock].by_start)

    @property
    def _key(self) -> Rows:
        """The clock's reading from the chat's own start, chat by chat so far apart that no wait reaches the next."""
        return self.once(("key", self.clock), self._read_clock)

    def _read_clock(self) -> Rows:
        reading = self.clocks[self.clock].read(self.sent_at)
        passed = reading - reading[self.starts[self.session]] if len(reading) else reading
        apart = int(passed.max(initial=0)) + _LONGEST_WITHIN
        # Chats of one customer may overlap: time does not run backwards for who reads them end to end.
        return np.maximum.accumulate(self.session * apart + passed)

    @cached_property
    def lengths(self) -> Rows:
        """For each text its length in code points."""
        return np.fromiter(map(len, self.texts), np.int64, len(self.texts))

    # For people

    def seq(self, rows: Rows) -> Rows:
        """Place of each row in its chat, from 0."""
        return rows - self.starts[self.session[rows]]

    def conversation(self, chat: int) -> Iterator[Message]:
        """The messages of one chat in order."""
        low, high = int(self.starts[chat]), int(self.starts[chat + 1])
        for seq, row in enumerate(self.messages.slice(low, high - low).to_pylist()):
            yield Message(seq, **{name: row[name] for name in _MESSAGE_COLUMNS})
