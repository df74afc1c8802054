"""One file's records as they stood: text cells under canonical names, and where each record stands in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from qa_checker.exports.cells.columns import IN_CHINESE
from qa_checker.exports.files.scratch import let_go
from qa_checker.exports.problems import WHAT_TO_DO, Reject

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from qa_checker.exports.files.encodings import Text
    from qa_checker.exports.files.scratch import Bytes

PIECE = 100_000
"""Records of a large text file that are handed on at a time, at least."""

Fields = Mapping[str, object]
"""Every field of a record under the file's own names, those we don't know included."""


@dataclass(frozen=True)
class Records:
    """What every layout is read into. `cells` holds a column of strings for each canonical column found.

    A large file comes in several pieces with the same `raw` and `fields`; what these are asked with are `places`.
    """

    file: str
    layout: str
    encoding: str
    cells: pa.Table
    rows: NDArray[np.int64]  # the row of each record, as an editor shows it
    raw: Callable[[int], bytes]  # the bytes of the record at a place
    fields: Callable[[int], Fields]
    rejects: tuple[Reject, ...] = ()  # what could not even be taken apart
    spoiled: Mapping[int, str] = field(default_factory=dict)  # record → why it can't be trusted
    headers: Mapping[str, str] = field(default_factory=dict)  # canonical column → header, where there is a header row
    parties: Sequence[str] = ("agent_id", "customer_id")  # who makes up a session where there is no session_id
    warnings: Sequence[str] = ()
    places: NDArray[np.int64] | None = None  # where each record is found again; its number where not given

    def place(self, record: int) -> int:
        """Say where a record is found again."""
        return record if self.places is None else int(self.places[record])

    def without_cells(self) -> Records:
        """Keep what leads back to the file."""
        nothing = np.zeros(0, np.int64)
        return replace(self, cells=self.cells[:0], rows=nothing, rejects=(), spoiled={}, places=None)


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

    def split(self, record: int) -> tuple[Gathered, Gathered]:
        """Part the records before this one, with the rejects, from this one and those after it."""
        before = {at: reason for at, reason in self.spoiled.items() if at < record}
        after = {at - record: reason for at, reason in self.spoiled.items() if at >= record}
        return self._stretch(slice(record), self.rejects, before), self._stretch(slice(record, None), (), after)

    def _stretch(self, of: slice, rejects: tuple[Reject, ...], spoiled: Mapping[int, str]) -> Gathered:
        return Gathered(self.cells[of], self.rows[of], self.starts[of], self.ends[of], rejects, spoiled)


def in_pieces(parts: Iterable[Part], data: Bytes) -> Iterator[list[Part]]:
    """Give some parts at a time, once at least, and then let go of the memory they were read from."""
    waiting: list[Part] = []
    nothing = True
    for part in parts:
        waiting.append(part)
        if sum(len(each.rows) + len(each.faults) for each in waiting) >= PIECE:
            yield waiting
            let_go(data)
            waiting, nothing = [], False
    if waiting or nothing:
        yield waiting


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
    fault_starts, fault_ends = (
        np.array([getattr(fault, name) for fault in faults], np.int64) for name in ("start", "end")
    )
    begins = min(starts.min(initial=len(text.data)), fault_starts.min(initial=len(text.data)))
    stops = max(ends.max(initial=0), fault_ends.max(initial=0))
    places = {
        "nul_padding": _nul_bytes(text.data, int(begins), int(stops)),
        "bad_encoding": np.array(sorted(at for at in text.bad_lines if begins <= at < stops), np.int64),
    }
    spoiled = {int(record): reason for reason, offsets in places.items() for record in _holding(offsets, starts, ends)}
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


def _nul_bytes(data: Bytes, start: int, end: int) -> NDArray[np.int64]:
    if data.find(b"\0", start, end) < 0:
        return np.zeros(0, np.int64)
    return start + np.flatnonzero(np.frombuffer(data, np.uint8, end - start, start) == 0)


def _holding(offsets: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Say which of the stretches hold one of the offsets."""
    if not starts.size or not offsets.size:
        return np.zeros(0, np.int64)
    candidates = np.searchsorted(starts, offsets, "right") - 1
    inside = (candidates >= 0) & (offsets < ends[candidates])
    return np.unique(candidates[inside])
