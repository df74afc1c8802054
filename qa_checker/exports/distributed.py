"""One export read by many: each file in a process of its own, each shard put together in another.

What leads back to a file can't leave the process that has it open: the rows carry their bytes and fields with them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from qa_checker.exports.files.scratch import Pile, Scratch
from qa_checker.exports.messages.export import SourceFile
from qa_checker.exports.messages.partition import Customers, Plan
from qa_checker.exports.messages.rejects import Rejects
from qa_checker.exports.messages.whole import Repeated, finished
from qa_checker.exports.problems import Reject
from qa_checker.exports.reading import Asked, OriginsInFiles, Reading
from qa_checker.exports.records import Records, detail

if TYPE_CHECKING:
    from qa_checker.exports.records import Fields


@dataclass(frozen=True)
class Source:
    """A sheet or file: its name, and what must be equal for equal bytes to mean the same."""

    file: str
    layout: str
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, records: Records) -> Source:
        """Keep what can be told to another process."""
        return cls(records.file, records.layout, tuple(records.headers.items()))


@dataclass(frozen=True)
class FileRead:
    """What a file gave by itself; its checked rows lie in an Arrow file, numbered by `sources` from 0."""

    files: tuple[SourceFile, ...]
    sources: tuple[Source, ...]
    rows: Pile
    rejects: Rejects
    customers: Customers
    warnings: tuple[str, ...]
    has_unknown_speakers: bool


def read_apart(path: Path, name: Path, asked: Asked, scratch: Scratch) -> FileRead:
    """Read one file, to be called by this name, as far as that goes by itself. Raises Refused."""
    reading = Reading(asked, None, scratch, None)
    reading.take_in(path, name)
    rows = Pile(Scratch(scratch.folder, in_memory=0))
    for table in reading.checked:
        rows.append(_with_bytes(table, reading.sources))
    rows.close()
    reading.checked.drop()
    reading.rejects.close()
    sources = tuple(map(Source.of, reading.sources))
    told = tuple(reading.warnings)
    return FileRead(
        tuple(reading.files), sources, rows, reading.rejects, reading.customers, told, reading.has_unknown_speakers
    )


def deal(rows: Pile, first_source: int, plan: Plan) -> Iterator[tuple[int, pa.Table]]:
    """Give the rows of each shard in source order, their sources numbered from here."""
    for table in numbered(rows, first_source):
        yield from plan.deal(table)


def numbered(rows: Pile, first_source: int) -> Iterator[pa.Table]:
    """Give the rows, their sources numbered from here."""
    for table in rows:
        numbers = pc.add(table["source"], pa.scalar(first_source, pa.int32()))
        yield table.set_column(table.schema.get_field_index("source"), "source", numbers)


def put_together(rows: pa.Table, asked: Asked, sources: Sequence[Source]) -> tuple[pa.Table, Repeated]:
    """Make a shard of what all files have of it."""
    return finished(rows, asked.session_gap, asked.session_by_day, _OriginsCarried(sources, rows))


def _with_bytes(rows: pa.Table, sources: Sequence[Records]) -> pa.Table:
    """Add what duplicates and late rejects ask for: bytes, and fields where only these tell rows apart."""
    origins = OriginsInFiles(sources, rows)
    raw = pa.array([origins.alike(row)[1] for row in range(rows.num_rows)], pa.binary())
    asked = pc.and_(rows["to_the_second"], pc.is_null(rows["message_id"])).to_pylist()
    fields = [json.dumps(origins.fields(row), default=str) if may_be else None for row, may_be in enumerate(asked)]
    return rows.append_column("raw", raw).append_column("fields", pa.array(fields, pa.string()))


class _OriginsCarried:
    """The way back from rows that brought it with them."""

    def __init__(self, sources: Sequence[Source], rows: pa.Table) -> None:
        self._sources, self._rows = sources, rows

    def alike(self, row: int) -> tuple[object, bytes]:
        source = self._sources[self._cell("source", row)]
        return (source.layout, source.headers), self._cell("raw", row)

    def fields(self, row: int) -> Fields:
        found: Mapping[str, object] = json.loads(self._cell("fields", row))
        return found

    def reject(self, row: int, reason: str) -> tuple[int, Reject]:
        number = self._cell("source", row)
        place = (self._sources[number].file, self._cell("row", row))
        return number, Reject(*place, reason, detail(reason), self._cell("raw", row))

    def _cell(self, name: str, row: int) -> Any:
        return self._rows[name][row].as_py()
