"""All rows of an export that were set aside, file by file and row by row, however many there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from heapq import merge

import pyarrow as pa
import pyarrow.compute as pc

from qa_checker.exports.files.scratch import Pile, Scratch
from qa_checker.exports.problems import Reject

_SCHEMA = pa.schema(
    [
        *(("source", pa.int32()), ("file", pa.string()), ("row", pa.int64())),
        *(("reason", pa.string()), ("detail", pa.string()), ("raw", pa.binary())),
    ]
)

Numbered = tuple[int, Reject]
"""A reject with the number of its source, which says where it stands among the others."""


class Rejects(Collection[Reject]):
    """Rejects in order. Those that reading finds come in order; those found late are sorted in among them."""

    def __init__(self, scratch: Scratch) -> None:
        self._pile = Pile(scratch)
        self._late: list[Numbered] = []

    def add(self, source: int, rejects: Iterable[Reject]) -> None:
        """Add what was found reading the next piece of a source."""
        rows = [{"source": source, **vars(reject)} for reject in sorted(rejects, key=lambda reject: reject.row)]
        if rows:
            self._pile.append(pa.Table.from_pylist(rows, _SCHEMA))

    def add_late(self, source: int, reject: Reject) -> None:
        """Add what only the whole export shows."""
        self._late.append((source, reject))

    def close(self) -> None:
        """Finish what lies in a file, so that another process can read it."""
        self._pile.close()

    def join(self, others: Rejects, first_source: int) -> None:
        """Add what was found reading further sources, which were numbered from 0."""
        for table in others._pile:
            numbers = pc.add(table["source"], pa.scalar(first_source, pa.int32()))
            self._pile.append(table.set_column(0, "source", numbers))

    def __len__(self) -> int:
        return self._pile.rows + len(self._late)

    def __contains__(self, reject: object) -> bool:
        return any(reject == each for each in self)

    def __iter__(self) -> Iterator[Reject]:
        found = merge(self._early(), sorted(self._late, key=_place), key=_place)
        return (reject for _, reject in found)

    def _early(self) -> Iterator[Numbered]:
        for table in self._pile:
            for row in table.to_pylist():
                yield row.pop("source"), Reject(**row)


def _place(numbered: Numbered) -> tuple[int, int]:
    source, reject = numbered
    return source, reject.row
