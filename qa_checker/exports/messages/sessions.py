"""Splitting what two parties said to each other into sessions, where an export doesn't number them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_checker.exports.cells.times import UNKNOWN

if TYPE_CHECKING:
    from datetime import timedelta

    from numpy.typing import NDArray


_DAY = 86_400_000  # ms


def with_sessions(messages: pa.Table, pairs: pa.ChunkedArray, gap: timedelta, by_day: bool = False) -> pa.Table:
    """Fill in the session_id of the messages that have a pair: `pair/start`, a new one after a longer silence.

    `by_day`: a new one every midnight too, as platforms account by the day (淘宝).

    The start, not a running number, makes the id: it stays the same whatever else is read with it.
    """
    unsplit = np.flatnonzero(pc.is_valid(pairs).to_numpy())
    if not unsplit.size:
        return messages
    distinct = pairs.take(pa.array(unsplit)).combine_chunks().dictionary_encode()
    pair = distinct.indices.to_numpy()
    known = messages["sent_at"].take(pa.array(unsplit)).cast(pa.int64())
    times = _filled(pair, pc.fill_null(known, UNKNOWN).to_numpy())
    order = np.lexsort((times, pair))  # stable: source order breaks ties
    new = np.ones(order.size, np.bool_)
    same_pair = pair[order][1:] == pair[order][:-1]
    silence = np.diff(times[order])
    new[1:] = ~same_pair | (silence > gap.total_seconds() * 1000)
    if by_day:
        new[1:] |= np.diff(times[order] // _DAY) != 0
    names = _names(distinct.dictionary.to_pylist(), pair[order][new], times[order][new])
    session = np.empty(order.size, np.int64)
    session[order] = np.cumsum(new) - 1
    ids = pa.array(names, pa.string()).take(pa.array(session))
    every = np.full(messages.num_rows, -1, np.int64)
    every[unsplit] = np.arange(unsplit.size)
    split = ids.take(pa.array(every, mask=every < 0))
    return messages.set_column(0, "session_id", pc.coalesce(messages["session_id"], split))


def _names(pairs: list[str], pair: NDArray[np.int64], start: NDArray[np.int64]) -> list[str]:
    written = np.datetime_as_string(start.astype("datetime64[ms]"), unit="s")
    return [f"{pairs[code]}/{_start(time)}" for code, time in zip(pair, written, strict=True)]


def _start(written: str) -> str:
    return "时间未知" if written == "NaT" else written.replace("-", "").replace(":", "").replace("T", "-")


def _filled(pair: NDArray[np.int64], times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give a message of unknown time that of the message before it in the pair, or else the one after."""
    if not (times == UNKNOWN).any():
        return times
    order = np.argsort(pair, kind="stable")
    filled = times[order]
    for direction in (1, -1):
        ordered, pairs = filled[::direction], pair[order][::direction]
        known = ordered != UNKNOWN
        last = np.maximum.accumulate(np.where(known, np.arange(ordered.size), -1))
        usable = (last >= 0) & (pairs[last] == pairs)
        filled = np.where(usable, ordered[last], UNKNOWN)[::direction]
    result = np.empty_like(times)
    result[order] = filled
    return result
