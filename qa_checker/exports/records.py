"""One file's records as they stood: text cells under canonical names, and where each record stands in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from qa_checker.exports.columns import IN_CHINESE
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
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Fault:
    """A record that could not be taken apart: `text.data[start:end]`."""

    row: int
    reason: str
    start: int
    end: int
    missing: str = ""  # the canonical column that isn't there


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


def gather(
    parts: Iterable[Part],
    text: Text,
    file: str,
    progress: Callable[[int], None],
    row_of_line: NDArray[np.int64] | None = None,
) -> Gathered:
    """Join the parts, and mark the records in which there are undecodable or empty bytes.

    `row_of_line` gives the row in the file for each line, where the text isn't the file's own.
    """
    kept: list[Part] = []
    for part in parts:
        kept.append(part)
        progress(len(part.rows) + len(part.faults))
    tables = [part.cells for part in kept if part.cells.num_columns]
    cells = pa.concat_tables(tables, promote_options="default") if tables else pa.table({})
    nothing = np.zeros(0, np.int64)
    rows, starts, ends = (
        np.concatenate([nothing, *(getattr(part, name) for part in kept)]) for name in ("rows", "starts", "ends")
    )
    faults = sorted((fault for part in kept for fault in part.faults), key=lambda fault: fault.start)
    places = {"nul_padding": _nul_bytes(text.data), "bad_encoding": np.array(sorted(text.bad_lines), np.int64)}
    spoiled = {int(record): reason for reason, offsets in places.items() for record in _holding(offsets, starts, ends)}
    fault_starts, fault_ends = (
        np.array([getattr(fault, name) for fault in faults], np.int64) for name in ("start", "end")
    )
    spoiled_faults = {
        int(fault): reason
        for reason, offsets in places.items()
        for fault in _holding(offsets, fault_starts, fault_ends)
    }
    rejects = []
    for number, fault in enumerate(faults):
        reason = spoiled_faults.get(number, fault.reason)
        row = fault.row if row_of_line is None else int(row_of_line[fault.row - 1])
        rejects.append(Reject(file, row, reason, detail(reason, fault.missing), text.raw(fault.start, fault.end)))
    if row_of_line is not None:
        rows = row_of_line[rows - 1]
    return Gathered(cells, rows, starts, ends, tuple(rejects), spoiled)


def detail(reason: str, missing: str = "") -> str:
    """Say in plain Chinese what is wrong with a row and what to do."""
    return WHAT_TO_DO[reason].format(f"{IN_CHINESE[missing]}（{missing}）" if missing else "")


def _nul_bytes(data: bytes) -> NDArray[np.int64]:
    if b"\0" not in data:
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.frombuffer(data, np.uint8) == 0)


def _holding(offsets: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Say which of the stretches hold one of the offsets."""
    if not starts.size or not offsets.size:
        return np.zeros(0, np.int64)
    candidates = np.searchsorted(starts, offsets, "right") - 1
    inside = (candidates >= 0) & (offsets < ends[candidates])
    return np.unique(candidates[inside])
