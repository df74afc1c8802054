"""Rows that were exported twice: counted where they say the same, set aside where they contradict."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qa_checker.exports.records import Fields

_CONTENT = ("role", "sent_at", "text", "message_type")
"""What must be equal for two rows with one message_id to be the same message."""


def repeated_ids(messages: pa.Table) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Find messages whose session and message_id came before: those that say the same, and those that don't."""
    same = np.zeros(messages.num_rows, np.bool_)
    contradicts = same.copy()
    ids = _codes(messages["message_id"])
    given = np.flatnonzero(ids >= 0)
    if not given.size or ids.max() + 1 == given.size:
        return same, contradicts
    keys = _codes(messages["session_id"])[given] * (ids.max() + 1) + ids[given]
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    later = np.flatnonzero(first[group] != np.arange(given.size))
    if later.size:
        rows, originals = given[later], given[first[group[later]]]
        equal = _equal(messages, rows, originals)
        same[rows[equal]] = True
        contradicts[rows[~equal]] = True
    return same, contradicts


def _equal(messages: pa.Table, rows: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.bool_]:
    equal = np.ones(rows.size, np.bool_)
    for name in _CONTENT:
        one, other = (messages[name].take(pa.array(which)) for which in (rows, others))
        both_null = pc.and_(pc.is_null(one), pc.is_null(other))
        equal &= pc.or_(pc.fill_null(pc.equal(one, other), False), both_null).to_numpy()
    return equal


def repeated_rows(
    messages: pa.Table,
    to_the_second: NDArray[np.bool_],
    raw: Callable[[int], tuple[int, bytes]],
    fields: Callable[[int], Fields],
) -> NDArray[np.bool_]:
    """Find messages without an id that equal an earlier one in every field of the source, unknown ones included.

    Only where the time is known to the second: two 好的 in one minute are two messages. `raw` gives a row's
    bytes and a number that is equal only for rows of like-built files; `fields` gives its fields by name.
    """
    same = np.zeros(messages.num_rows, np.bool_)
    possible = np.flatnonzero(to_the_second & pc.is_null(messages["message_id"]).to_numpy())
    for group in _alike(messages, possible):
        by_bytes: dict[tuple[int, bytes], list[int]] = defaultdict(list)
        for row in group:
            by_bytes[raw(row)].append(row)
        for rows in by_bytes.values():
            same[rows[1:]] = True
        if len(by_bytes) > 1:
            firsts = sorted(rows[0] for rows in by_bytes.values())
            same[_again(firsts, fields)] = True
    return same


def _again(rows: Sequence[int], fields: Callable[[int], Fields]) -> list[int]:
    """Name the rows whose fields an earlier row has."""
    seen: set[str] = set()
    again = []
    for row in rows:
        key = json.dumps(fields(row), sort_keys=True, default=str)
        if key in seen:
            again.append(row)
        seen.add(key)
    return again


def _alike(messages: pa.Table, possible: NDArray[np.int64]) -> list[list[int]]:
    """Group the rows that might be equal: same session, same time, equally long text."""
    if not possible.size:
        return []
    chosen = pa.array(possible)
    session = _codes(messages["session_id"])[possible].astype(np.uint64)
    time = messages["sent_at"].cast(pa.int64()).take(chosen).to_numpy().astype(np.uint64)
    length = pc.binary_length(messages["text"]).take(chosen).to_numpy().astype(np.uint64)
    key = (session * np.uint64(0x9E3779B97F4A7C15)) ^ (time * np.uint64(0xC2B2AE3D27D4EB4F)) ^ (length << np.uint64(40))
    order = np.argsort(key, kind="stable")
    like_before = np.diff(key[order], prepend=~key[order][:1]) == 0
    like_after = np.append(like_before[1:], False)
    several = order[like_before | like_after]
    edges = np.flatnonzero(np.diff(key[several])) + 1
    return [group.tolist() for group in np.split(possible[several], edges) if group.size]


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Number the distinct values; -1 where there is none."""
    whole = column.combine_chunks()
    encoded = whole.dictionary_encode()
    codes: NDArray[np.int64] = pc.fill_null(encoded.indices, -1).to_numpy().astype(np.int64)
    return codes
