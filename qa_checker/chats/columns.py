"""Columns of a batch from canonical messages: sorted, numbers for names, gaps filled, who is in charge."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .messages import BOT, ROLES, SYSTEM
from .places import NOBODY, Mask, Rows

_HANDED_TO = re.compile(r"转(?:交|接|移)?(?:给|至|到)\s*([^\s，,。]{1,60})")


def codes(column: pa.ChunkedArray) -> tuple[Rows, list[str]]:
    """Number the distinct values in order of appearance; NOBODY where null."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    return np.asarray(pc.fill_null(encoded.indices, NOBODY), np.int64), encoded.dictionary.to_pylist()


@dataclass(frozen=True)
class Sorted:
    """The rows of a batch by session, then time, then source order. Times in ms since 1970, filled where unknown."""

    messages: pa.Table
    session: Rows
    session_ids: list[str]
    sent_at: Rows
    time_known: Mask
    to_the_second: Mask
    running_back: int  # chats in which times run on and back in source order

    @classmethod
    def of(cls, messages: pa.Table) -> "Sorted":
        """Sort canonical messages; unknown times are filled first: sorted last, they would make an answer late."""
        session, session_ids = codes(messages["session_id"])
        known = np.asarray(messages["sent_at"].is_valid())
        wall = np.asarray(pc.fill_null(messages["sent_at"].cast(pa.int64()), 0), np.int64)
        order = np.argsort(session, kind="stable")
        wall = filled(wall[order], known[order], session[order], otherwise=0)
        running_back = _running_back(wall, session[order])
        by_time = np.lexsort((wall, session[order]))
        order, wall = order[by_time], wall[by_time]
        return cls(
            messages if np.array_equal(order, np.arange(len(order))) else messages.take(pa.array(order)),
            session[order],
            session_ids,
            wall,
            known[order],
            np.asarray(pc.fill_null(messages["to_the_second"], True))[order],
            running_back,
        )


def _running_back(wall: Rows, session: Rows) -> int:
    """How many chats are neither in the order of their times nor in the reverse: a clock was wrong, or rows mixed."""
    step = np.where(np.diff(session) == 0, np.diff(wall), 0)
    onwards, backwards = (np.bincount(session[1:][there]) > 0 for there in (step > 0, step < 0))
    both = min(len(onwards), len(backwards))
    return int(np.count_nonzero(onwards[:both] & backwards[:both]))


def speakers(roles: pa.ChunkedArray) -> NDArray[np.int8]:
    """The speaker of each row, by its role."""
    numbers, names = codes(roles)
    return np.array([ROLES.index(name) for name in names], np.int8)[numbers] if len(numbers) else np.zeros(0, np.int8)


def filled(values: Rows, known: Mask, session: Rows, otherwise: int) -> Rows:
    """Unknown values take the last known one of their chat before them, else the first after, else `otherwise`."""
    if known.all():
        return values
    rows = np.arange(len(values))
    before = np.maximum.accumulate(np.where(known, rows, -1))
    after = np.minimum.accumulate(np.where(known, rows, len(rows))[::-1])[::-1]
    has_before = (before >= 0) & (session[before] == session)
    has_after = (after < len(rows)) & (session[after % len(rows)] == session)
    return np.select([known, has_before, has_after], [values, values[before], values[after % len(rows)]], otherwise)


def in_charge(named: Rows, session: Rows) -> Rows:
    """Who holds the chat at each row: named there, else the last agent named before, else the first after."""
    return filled(named, named != NOBODY, session, otherwise=NOBODY)


def handed_to(
    roles: NDArray[np.int8], text: Rows, texts: Sequence[str], session: Rows, named: Rows, agents: Sequence[str]
) -> Rows:
    """For each row the agent to whom a notice says the chat is handed (由小王转交给小李), NOBODY elsewhere.

    Only who is `named` in the chat besides: a nick that stands for nobody there would be charged for others.
    """
    notices = (roles == SYSTEM) | (roles == BOT)
    numbers = {name: number for number, name in enumerate(agents)}
    to = np.full(len(texts), NOBODY, np.int64)
    for number in np.unique(text[notices]).tolist():
        if match := _HANDED_TO.search(texts[number]):
            to[number] = numbers.get(match[1], NOBODY)
    found = np.where(notices, to[text], NOBODY)
    rows = np.flatnonzero(found != NOBODY)
    if len(rows):
        pairs = session * len(agents) + named
        found[rows[~np.isin(pairs[rows] - named[rows] + found[rows], pairs[named != NOBODY])]] = NOBODY
    return found


def by_chat(column: pa.ChunkedArray, session: Rows, chats: int) -> list[str | None]:
    """The first value each chat gives."""
    numbers, names = codes(column)
    first = np.full(chats, NOBODY, np.int64)
    given = np.flatnonzero(numbers != NOBODY)[::-1]
    first[session[given]] = numbers[given]
    return [names[number] if number != NOBODY else None for number in first.tolist()]
