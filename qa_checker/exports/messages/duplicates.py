"""Rows that were exported twice: counted where they say the same, set aside where they contradict."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_checker.exports.cells.letters import fingerprints

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from qa_checker.exports.records import Fields

_CONTENT = ("role", "sent_at", "text", "message_type")
"""What must be equal for two rows with one message_id to be the same message."""


def repeated_ids(messages: pa.Table) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Find messages whose session and message_id came before: those that say the same, and those that don't."""
    same = np.zeros(messages.num_rows, np.bool_)
    contradicts = same.copy()
    given = _perhaps_repeated(messages["message_id"])
    if not given.size:
        return same, contradicts
    sessions, ids = (_codes(messages[name].take(pa.array(given))) for name in ("session_id", "message_id"))
    _, first, group = np.unique(sessions * (ids.max() + 1) + ids, return_index=True, return_inverse=True)
    later = np.flatnonzero(first[group] != np.arange(given.size))
    if later.size:
        rows, originals = given[later], given[first[group[later]]]
        equal = _equal(messages, rows, originals)
        same[rows[equal]] = True
        contradicts[rows[~equal]] = True
    return same, contradicts


def _perhaps_repeated(ids: pa.ChunkedArray) -> NDArray[np.int64]:
    """Find the rows whose id stands there more than once, or seems to."""
    prints = np.concatenate([np.zeros(0, np.uint64), *(fingerprints(chunk) for chunk in ids.chunks)])
    given = np.flatnonzero(ids.is_valid().to_numpy())
    order = np.argsort(prints[given])
    like_before, like_after = _repeats(prints[given][order])
    return np.sort(given[order[like_before | like_after]])


def _repeats(ordered: NDArray[np.uint64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say for ordered keys which equal the one before, and which the one after."""
    equal = ordered[1:] == ordered[:-1]
    return np.concatenate(([False], equal))[: ordered.size], np.concatenate((equal, [False]))[: ordered.size]


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
    alike: Callable[[int], tuple[object, bytes]],
    fields: Callable[[int], Fields],
) -> NDArray[np.bool_]:
    """Find messages without an id that equal an earlier one in every field of the source, unknown ones included.

    Only where the time is known to the second: two 好的 in one minute are two messages. `alike` gives a row's
    bytes and what must be equal for equal bytes to mean the same; `fields` gives its fields by name.
    """
    same = np.zeros(messages.num_rows, np.bool_)
    possible = np.flatnonzero(to_the_second & pc.is_null(messages["message_id"]).to_numpy())
    for group in _alike(messages, possible):
        by_bytes: dict[tuple[object, bytes], list[int]] = defaultdict(list)
        for row in group:
            by_bytes[alike(row)].append(row)
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
    like_before, like_after = _repeats(key[order])
    several = order[like_before | like_after]
    edges = np.flatnonzero(np.diff(key[several])) + 1
    return [group.tolist() for group in np.split(possible[several], edges) if group.size]


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Number the distinct values; -1 where there is none."""
    whole = column.combine_chunks()
    encoded = whole.dictionary_encode()
    codes: NDArray[np.int64] = pc.fill_null(encoded.indices, -1).to_numpy().astype(np.int64)
    return codes
