"""Columns of a batch from canonical messages: numbers for names, gaps filled, who is in charge."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .messages import AGENT, CUSTOMER, ROLES
from .places import NOBODY, Mask, Rows


def codes(column: pa.ChunkedArray) -> tuple[Rows, list[str]]:
    """Number the distinct values in order of appearance; NOBODY where null."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    return np.asarray(pc.fill_null(encoded.indices, NOBODY), np.int64), encoded.dictionary.to_pylist()


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


def in_charge(agent: Rows, speaker: NDArray[np.int8], session: Rows) -> Rows:
    """Who holds the chat at each row: named there, else the last agent named before, else the first after."""
    named = np.where((speaker == AGENT) | (speaker == CUSTOMER), agent, NOBODY)
    return filled(named, named != NOBODY, session, otherwise=NOBODY)


def by_chat(column: pa.ChunkedArray, session: Rows, chats: int) -> list[str | None]:
    """The first value each chat gives."""
    numbers, names = codes(column)
    first = np.full(chats, NOBODY, np.int64)
    given = np.flatnonzero(numbers != NOBODY)[::-1]
    first[session[given]] = numbers[given]
    return [names[number] if number != NOBODY else None for number in first.tolist()]
