"""One file's records as they stood: text cells under canonical names, and where each record stands in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from qa_checker.exports.export import WHAT_TO_DO, Reject

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qa_checker.exports.encodings import Text

Fields = Mapping[str, object]
"""Every field of a record under the file's own names, those we don't know included."""


@dataclass(frozen=True)
class Records:
    """What every layout is read into. `cells` holds a column of strings for each canonical column found."""

    file: str
    layout: str
    encoding: str
    cells: pa.Table
    rows: NDArray[np.int64]  # the row of each record, as an editor shows it
    raw: Callable[[int], bytes]  # the bytes of a record
    fields: Callable[[int], Fields]
    rejects: tuple[Reject, ...] = ()  # what could not even be taken apart
    spoiled: Mapping[int, str] = field(default_factory=dict)  # record → why it can't be trusted
    headers: Mapping[str, str] = field(default_factory=dict)  # canonical column → header, where there is a header row
    parties: Sequence[str] = ("agent_id", "customer_id")  # who makes up a session where there is no session_id
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """A record that could not be taken apart: `text.data[start:end]`."""

    row: int
    reason: str
    start: int
    end: int


@dataclass(frozen=True)
class Part:
    """A stretch of a text file, read: its records and faults; it ends before the byte `end`, line `next_row`."""

    cells: pa.Table
    rows: NDArray[np.int64]
    starts: NDArray[np.int64]  # where each record starts and ends in `Text.data`
    ends: NDArray[np.int64]
    end: int
    next_row: int
    faults: Sequence[Fault] = ()


@dataclass(frozen=True)
class Gathered:
    """All parts of a text file in one."""

    cells: pa.Table
    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    rejects: tuple[Reject, ...]
    spoiled: Mapping[int, str]

    def until(self, record: int) -> Gathered:
        """Leave out the records from this one on."""
        spoiled = {at: reason for at, reason in self.spoiled.items() if at < record}
        return Gathered(
            *(self.cells[:record], self.rows[:record], self.starts[:record], self.ends[:record]),
            *(self.rejects, spoiled),
        )


def text_table(columns: Mapping[str, Sequence[str | None]]) -> pa.Table:
    """Make a table of strings; lone surrogates, which JSON may hold, become substitute characters."""
    arrays = {}
    for name, values in columns.items():
        try:
            arrays[name] = pa.array(values, pa.string())
        except UnicodeEncodeError:
            whole = [value and value.encode("utf-8", "replace").decode() for value in values]
            arrays[name] = pa.array(whole, pa.string())
    return pa.table(arrays)


def gather(parts: Iterable[Part], text: Text, file: str, progress: Callable[[int], None]) -> Gathered:
    """Join the parts, and mark the records in which there are undecodable or empty bytes."""
    kept, faults = [], []
    for part in parts:
        kept.append(part)
        faults.extend(part.faults)
        progress(len(part.rows) + len(part.faults))
    tables = [part.cells for part in kept if part.cells.num_columns]
    cells = pa.concat_tables(tables, promote_options="default") if tables else pa.table({})
    rows, starts, ends = (
        np.concatenate([getattr(part, name) for part in kept] or [np.zeros(0, np.int64)])
        for name in ("rows", "starts", "ends")
    )
    spoiled: dict[int, str] = {}
    why_faulty = {fault.start: fault.reason for fault in faults}
    fault_starts = np.array(sorted(why_faulty), np.int64)
    fault_ends = np.array(sorted(fault.end for fault in faults), np.int64)
    for reason, places in (("bad_encoding", sorted(text.bad_lines)), ("nul_padding", _nul_bytes(text.data))):
        offsets = np.asarray(places, np.int64)
        for record in _holding(offsets, starts, ends):
            spoiled.setdefault(int(record), reason)
        for fault in _holding(offsets, fault_starts, fault_ends):
            why_faulty[int(fault_starts[fault])] = reason
    rejects = tuple(
        Reject(file, fault.row, why_faulty[fault.start], detail(why_faulty[fault.start]), text.raw(fault.start, fault.end))
        for fault in faults
    )
    return Gathered(cells, rows, starts, ends, rejects, spoiled)


def detail(reason: str, missing: str = "") -> str:
    """Say in plain Chinese what is wrong with a row and what to do."""
    return WHAT_TO_DO[reason].format(missing)


def _nul_bytes(data: bytes) -> NDArray[np.int64]:
    if b"\0" not in data:
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.frombuffer(data, np.uint8) == 0)


def _holding(
    offsets: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Say which of the stretches hold one of the offsets."""
    if not starts.size or not offsets.size:
        return np.zeros(0, np.int64)
    candidates = np.searchsorted(starts, offsets, "right") - 1
    inside = (candidates >= 0) & (offsets < ends[candidates])
    return np.unique(candidates[inside])
