"""JSON lines, one message a line: pyarrow where it can, line by line where it can't."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as arrow_json

from qa_checker.exports.cells.columns import naming, require, two_for_one
from qa_checker.exports.problems import Refused
from qa_checker.exports.records import Fault, Fields, Part, Records, gather, in_pieces, text_table
from qa_checker.exports.tables.blocks import read_in_blocks
from qa_checker.exports.tables.json_shapes import unfold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from qa_checker.exports.files.encodings import Text
    from qa_checker.exports.files.scratch import Bytes

_HEAD = 1 << 16
_DEEPEST = 200  # objects within objects
_SAMPLE = 20  # lines that say which types a block's fields have
_ARROW_TYPES = {int: pa.int64(), bool: pa.bool_()}
_TEXTUAL = (pa.string(), pa.int64(), pa.bool_(), pa.null())


def read_json_lines(
    text: Text, file: str, columns: Mapping[str, str], require_time: bool, progress: Callable[[int], None]
) -> Iterator[Records]:
    """Read one JSON object a line; a line that is a session with its `messages` counts as many rows as those.

    Places are where lines start.
    """
    if not len(text.data) or (text.data[:_HEAD].isspace() and not text.data[_HEAD:].strip()):
        raise Refused("empty_file", file, "文件是空的", "请重新导出")
    name_of = naming(columns, file)
    unfolded = unfold(text, file, name_of)
    text = unfolded.text
    lines = _Lines(text.data, file, require_time, name_of)

    def raw(place: int) -> bytes:
        return text.raw(place, _line_end(text.data, place))

    def fields(place: int) -> Fields:
        found: Fields = json.loads(text.data[place : _line_end(text.data, place)])
        return found

    for some in in_pieces(read_in_blocks(text.data, 0, 1, lines.clean, lines.careful), text.data):
        piece = gather(some, text, file, progress, unfolded.rows)
        yield Records(
            *(file, unfolded.layout, text.encoding, piece.cells, piece.rows, raw, fields),
            rejects=piece.rejects,
            spoiled=piece.spoiled,
            places=piece.starts,
        )
    if lines.names:  # where not one object could be read, every line is set aside instead
        require(filter(None, lines.names.values()), list(lines.names), file, require_time)


def _line_end(data: Bytes, start: int) -> int:
    return data.find(b"\n", start) + 1 or len(data)


@dataclass(frozen=True)
class _Lines:
    data: Bytes
    file: str
    require_time: bool
    name_of: Callable[[str], str | None]
    names: dict[str, str | None] = field(default_factory=dict)  # every key met → canonical column
    schemas: list[pa.Schema] = field(default_factory=list)  # that served, the last one last

    def canonical(self, key: str) -> str | None:
        if key not in self.names:
            self.names[key] = self.name_of(key)
        return self.names[key]

    def clean(self, start: int, end: int, row: int) -> Part | None:
        """Read a block of one-line objects whose fields keep their types; None where it isn't one."""
        starts, stops, line_ends = _lines(np.frombuffer(self.data, np.uint8, end - start, start))
        if starts is None:
            return None
        starts, stops = starts + start, stops + start
        if any(self._is_deep(*line) for line in zip(starts, stops, strict=True) if line[1] - line[0] > _DEEPEST):
            return None
        cells = self._parse(start, end, starts[:_SAMPLE]) if starts.size else pa.table({})
        if cells is None or (starts.size and cells.num_rows != starts.size):
            return None
        rows = row + np.searchsorted(line_ends + start, starts)
        part = Part(cells, rows, starts, stops, end, row + line_ends.size)
        return self._with_times(part)

    def _parse(self, start: int, end: int, sample: NDArray[np.int64]) -> pa.Table | None:
        """Read with the types that served before, or else with those of the first lines."""
        cells = self._parse_as(self.schemas[-1], start, end) if self.schemas else None
        if cells is None and (schema := self._schema(sample)) not in (None, *self.schemas[-1:]):
            cells = self._parse_as(schema, start, end)
            if cells is not None:
                self.schemas.append(schema)
        return cells

    def _parse_as(self, schema: pa.Schema, start: int, end: int) -> pa.Table | None:
        try:
            table = arrow_json.read_json(
                pa.BufferReader(pa.py_buffer(memoryview(self.data)[start:end])),
                read_options=arrow_json.ReadOptions(use_threads=False, block_size=end - start),
                parse_options=arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="infer"),
            )
        except pa.ArrowInvalid:
            return None
        columns: dict[str, Any] = {}
        for key in table.column_names:
            name = self.canonical(key)
            if name is None:
                continue
            if table[key].type not in _TEXTUAL:
                return None
            column = table[key].cast(pa.string())
            columns[name] = self._one(columns[name], column, name, key) if name in columns else column
        return pa.table(columns) if columns else None

    def _schema(self, sample: NDArray[np.int64]) -> pa.Schema | None:
        """Say of which type the known fields are; where nothing else shows, they are text."""
        types: dict[str, Any] = {}
        for start in sample:
            try:
                found = json.loads(self.data[start : self.data.find(b"\n", start) + 1 or None])
            except (ValueError, RecursionError):
                return None
            if not isinstance(found, dict):
                return None
            for key, value in found.items():
                if value is not None and self.name_of(key):
                    types.setdefault(key, _ARROW_TYPES.get(type(value), pa.string()))
        return pa.schema(list(types.items()))

    def _one(self, column: pa.ChunkedArray, other: pa.ChunkedArray, name: str, key: str) -> pa.ChunkedArray:
        """Join two fields that mean one column and never stand in the same line."""
        if pc.any(pc.and_(pc.is_valid(column), pc.is_valid(other))).as_py():
            raise two_for_one(name, (self._other(name, key), key), self.file)
        return pc.coalesce(column, other)

    def _other(self, name: str, key: str) -> str:
        return next(other for other, canonical in self.names.items() if canonical == name and other != key)

    def careful(self, start: int, end: int, row: int) -> Part:
        """Read a block line by line."""
        found: list[dict[str, str | None]] = []
        places: list[tuple[int, int, int]] = []
        faults = []
        while start < end:
            stop = _line_end(self.data, start)
            line = self.data[start:stop]
            cells = self._cells(line) if line.strip() else {}
            if cells is None:
                faults.append(Fault(row, "bad_json", start, stop))
            elif line.strip():
                found.append(cells)
                places.append((row, start, stop))
            start, row = stop, row + 1
        names = sorted({name for cells in found for name in cells})
        columns = {name: [cells.get(name) for cells in found] for name in names}
        rows, starts, ends = np.array(places, np.int64).reshape(-1, 3).T
        cells_table = text_table(columns) if names else _nothing(len(found))
        return self._with_times(Part(cells_table, rows, starts, ends, start, row, faults))

    def _cells(self, line: bytes) -> dict[str, str | None] | None:
        """Read one line; None where it isn't an object, or where a cell isn't a word or number."""
        try:
            found = json.loads(line, object_pairs_hook=self._object)
        except (ValueError, RecursionError):
            return None
        if not isinstance(found, dict):
            return None
        cells: dict[str, str | None] = {}
        for key, value in found.items():
            name = self.names[key] if key in self.names else self.canonical(key)
            if name is None:
                continue
            if isinstance(value, dict | list):
                return None
            written = value if type(value) is str else _written(value)
            if written is not None and cells.get(name) is not None:
                raise two_for_one(name, (self._other(name, key), key), self.file)
            cells[name] = cells.get(name) if written is None else written
        return cells

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Make an object. Raises ValueError where it says a thing twice and differently."""
        found = dict(pairs)
        if len(found) < len(pairs) and any(self.canonical(key) and found[key] != value for key, value in pairs):
            raise ValueError
        return found

    def _is_deep(self, start: int, stop: int) -> bool:
        """Say whether a line may be nested deeper than pyarrow survives or Python reads."""
        return sum(self.data[start:stop].count(bracket) for bracket in (b"[", b"{")) > _DEEPEST

    def _with_times(self, part: Part) -> Part:
        """Set aside the lines that have no time at all, which is not the same as a time that is null."""
        if not self.require_time or not len(part.rows):
            return part
        named = "sent_at" in part.cells.column_names
        unknown = np.flatnonzero(part.cells["sent_at"].is_null().to_numpy()) if named else range(len(part.rows))
        lacking = np.array(
            [at for at in unknown if not self._has_time(int(part.starts[at]), int(part.ends[at]))], np.int64
        )
        if not lacking.size:
            return part
        kept = np.ones(len(part.rows), np.bool_)
        kept[lacking] = False
        faults = [
            Fault(int(part.rows[at]), "missing_field", int(part.starts[at]), int(part.ends[at]), "sent_at")
            for at in lacking
        ]
        return Part(
            *(part.cells.filter(pa.array(kept)), part.rows[kept], part.starts[kept], part.ends[kept]),
            *(part.end, part.next_row, [*part.faults, *faults]),
        )

    def _has_time(self, start: int, end: int) -> bool:
        return any(self.canonical(key) == "sent_at" for key in json.loads(self.data[start:end]))


def _nothing(rows: int) -> pa.Table:
    """Make a table of objects that have none of the fields we know."""
    return pa.table({"text": pa.nulls(rows, pa.string())})


def _written(value: object) -> str | None:
    """Write a JSON value as a cell; a whole float loses its `.0` unless it is too large to be exact."""
    if value is None or value != value:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _lines(
    letters: NDArray[np.uint8],
) -> tuple[NDArray[np.int64] | None, NDArray[np.int64], NDArray[np.int64]]:
    """Find the lines that aren't blank, and all line ends; no lines where one isn't `{…}` from start to end."""
    line_ends = np.flatnonzero(letters == ord("\n"))
    stops = line_ends if letters.size and letters[-1] == ord("\n") else np.append(line_ends, letters.size)
    starts = np.concatenate(([0], stops[:-1] + 1))
    last = stops - 1
    with_return = (last >= starts) & (letters[last] == ord("\r"))
    last = last - with_return
    there = last >= starts
    starts, last, stops = starts[there], last[there], np.minimum(stops + 1, letters.size)[there]
    if not ((letters[starts] == ord("{")) & (letters[last] == ord("}"))).all():
        return None, stops, line_ends
    return starts, stops, line_ends
