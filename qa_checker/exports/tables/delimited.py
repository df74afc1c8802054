"""Comma, tab or semicolon separated tables: pyarrow where the quotes are in order, line by line where they aren't."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from qa_checker.exports.cells.columns import canonical_name, match, missing, naming, not_there, require
from qa_checker.exports.cells.roles import is_unknown, role_of
from qa_checker.exports.cells.times import read_time
from qa_checker.exports.problems import Refused
from qa_checker.exports.records import Fault, Fields, Gathered, Part, Records, gather, in_pieces, text_table
from qa_checker.exports.tables.blocks import read_in_blocks
from qa_checker.exports.tables.quotes import LONGEST_RECORD, Grammar, records, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from qa_checker.exports.files.encodings import Text
    from qa_checker.exports.files.scratch import Bytes

_DELIMITERS = ",\t;|"
_TITLE_ROWS = 10  # a header may stand below a title


def read_csv(
    text: Text, file: str, columns: Mapping[str, str], require_time: bool, progress: Callable[[int], None]
) -> Iterator[Records]:
    """Read a table whose first line is its header; places are where records start."""
    first, first_row = _first_line(text.data)
    if first == len(text.data):
        raise Refused("empty_file", file, "文件是空的", "请重新导出")
    start, row = _below_title(text.data, first, first_row, naming(columns, file), require_time)
    told = [f"{file}：第 {row} 行以前不是表格内容，没有读"] if start > first else []
    if start in text.bad_lines:
        raise Refused("encoding_unknown", file, "表头和后面各行的编码不同", "请用同一种编码重新导出", row)
    header, lines, start = _header(text.data, start)
    delimiter = _delimiter(header)
    headers, state = split(header, delimiter)
    if state:
        raise Refused("not_a_table", file, "表头的引号不成对", "请检查第一行，或重新导出", row)
    if len(headers) == 1:
        remedy = "请用逗号、制表符、分号或竖线分隔各列，并在最前面写上表头"
        raise Refused("missing_columns", file, "第一行只有一列，不是聊天记录的表头", remedy, row)
    headers = [name.strip() for name in headers]
    positions = match(headers, columns, file)
    require(positions, headers, file, require_time)
    warnings = [*told, *not_there(headers, columns, file)]
    table = _Table(text.data, delimiter, len(headers), positions)
    named = {canonical: headers[position] for canonical, position in positions.items()}
    nothing = b' \t\r\n"' + delimiter.encode()

    def raw(place: int) -> bytes:
        return text.raw(place, table.end_of(place))

    def fields(place: int) -> Fields:
        found = text.data[place : table.end_of(place)].decode()
        cells, _ = split(found.removesuffix("\n").removesuffix("\r"), delimiter)
        return {name or f"#{position}": cell for position, (name, cell) in enumerate(zip(headers, cells, strict=True))}

    def is_blank(start: int, end: int) -> bool:
        return not text.data[start:end].strip(nothing)

    parts = read_in_blocks(text.data, start, row + lines, table.clean, table.careful)
    pieces = (gather(some, text, file, progress) for some in in_pieces(parts, text.data))
    for piece in _without_blank_end(pieces, is_blank):
        yield Records(
            *(file, "tsv" if delimiter == "\t" else "csv", text.encoding, piece.cells, piece.rows, raw, fields),
            rejects=piece.rejects,
            spoiled=piece.spoiled,
            headers=named,
            warnings=warnings,
            places=piece.starts,
        )


def _below_title(
    data: Bytes, start: int, row: int, name_of: Callable[[str], str | None], require_time: bool
) -> tuple[int, int]:
    """Give the offset and row of the first line that has the required columns; a table may start with a title."""
    at = start
    for line in range(_TITLE_ROWS):
        stop = data.find(b"\n", at) + 1 or len(data)
        header = data[at:stop].decode("utf-8", "replace").rstrip("\r\n")
        cells, _ = split(header, _delimiter(header))
        if not missing(filter(None, map(name_of, cells)), require_time):
            return at, row + line
        if any(map(read_time, cells)):  # a message, and none is to be lost
            break
        at = stop
    return start, row


def headers_of(text: Text) -> list[str]:
    """Give the headers of what may be a table."""
    start, _ = _first_line(text.data)
    if start == len(text.data):
        return []
    header, _, _ = _header(text.data, start)
    return split(header, _delimiter(header))[0]


def _without_blank_end(pieces: Iterable[Gathered], is_blank: Callable[[int, int], bool]) -> Iterator[Gathered]:
    """Leave out the last records where nothing stands: Excel leaves rows of nothing but commas at the end."""
    held: list[Gathered] = []
    for piece in pieces:
        last = len(piece.rows)
        while last and is_blank(int(piece.starts[last - 1]), int(piece.ends[last - 1])):
            last -= 1
        if last:
            yield from held
            held = []
        filled, blank = piece.split(last)
        yield filled
        held += [blank] if len(blank.rows) else []


def _first_line(data: Bytes) -> tuple[int, int]:
    """Skip blank lines and Excel's `sep=,`; give the offset and row of the header."""
    start, row = 0, 1
    while start < len(data):
        stop = data.find(b"\n", start) + 1 or len(data)
        line = data[start:stop].strip().strip(b'"').lower()
        if line and not (line.startswith(b"sep=") and len(line) <= 5):
            return start, row
        start, row = stop, row + 1
    return len(data), row


def _header(data: Bytes, start: int) -> tuple[str, int, int]:
    """Give the header, how many lines it takes and where it ends; a quoted name may hold line breaks."""
    stop, lines = start, 0
    while True:
        stop, lines = data.find(b"\n", stop) + 1 or len(data), lines + 1
        header = data[start:stop].decode("utf-8", "replace").rstrip("\r\n")
        if header.count('"') % 2 == 0 or stop == len(data) or lines > 50:
            return header, lines, stop


def _delimiter(header: str) -> str:
    """Choose the delimiter that makes the most known columns, then the most columns."""

    def known(delimiter: str) -> tuple[int, int]:
        names, _ = split(header, delimiter)
        return sum(canonical_name(name) is not None for name in names), len(names)

    return max(_DELIMITERS, key=known)


@dataclass(frozen=True)
class _Table:
    data: Bytes
    delimiter: str
    fields: int
    positions: Mapping[str, int]

    def clean(self, start: int, end: int, row: int) -> Part | None:
        """Read a block whose quotes are all in order; None where they aren't, or a row has a cell too many."""
        data = self.data
        if data.find(b"\r", start, end) >= 0 and data[start:end].count(b"\r") != data[start:end].count(b"\r\n"):
            return None  # pyarrow takes a lone CR for a line end
        letters = np.frombuffer(data, np.uint8, end - start, start)
        line_ends = _line_ends(letters)
        stops, over_lines = line_ends, False
        if data.find(b'"', start, end) >= 0:
            quotes = np.flatnonzero(letters == ord('"'))
            inside = np.searchsorted(quotes, line_ends) % 2 == 1
            stops = line_ends[~inside]
            if not stops.size:
                return None
            line_ends = line_ends[: np.searchsorted(line_ends, stops[-1]) + 1]
            inside = inside[: line_ends.size]
            over_lines = bool(inside.any())
            quotes = quotes[quotes < stops[-1]]
            if not self._in_order(letters, quotes) or self._doubtful(letters, line_ends, inside, stops):
                return None
        starts = np.concatenate(([0], stops[:-1] + 1))
        rows = row + np.searchsorted(line_ends, starts)
        there = _not_blank(letters, starts, stops)
        used = min(int(stops[-1]) + 1, letters.size)
        cells = self._parse(start, start + used, over_lines)
        if cells is None or cells.num_rows != there.sum():
            return None
        return Part(
            *(cells, rows[there], start + starts[there], start + np.minimum(stops[there] + 1, used)),
            *(start + used, row + line_ends.size),
        )

    def _in_order(self, letters: NDArray[np.uint8], quotes: NDArray[np.int64]) -> bool:
        """Say whether quotes open only after, and close only before, a delimiter, a line end or another quote."""
        opening, closing = quotes[::2], quotes[1::2]
        if opening.size != closing.size:
            return False
        around = np.frombuffer(f'{self.delimiter}\n"'.encode(), np.uint8)
        before = letters[opening[opening > 0] - 1]
        after = letters[closing[closing < letters.size - 1] + 1]
        return bool(np.isin(before, around).all() and np.isin(after, np.append(around, ord("\r"))).all())

    def _doubtful(
        self,
        letters: NDArray[np.uint8],
        line_ends: NDArray[np.int64],
        inside: NDArray[np.bool_],
        stops: NDArray[np.int64],
    ) -> bool:
        """Say whether a quoted line break may be a forgotten quote: the next line could be a record by itself."""
        broken = np.flatnonzero(inside)
        if not broken.size:
            return False
        if np.diff(stops, prepend=-1).max() > LONGEST_RECORD:
            return True
        delimiters = np.flatnonzero(letters == ord(self.delimiter))
        upto = np.searchsorted(delimiters, line_ends)
        return bool((upto[broken + 1] - upto[broken] >= self.fields - 1).any())

    def _parse(self, start: int, end: int, over_lines: bool) -> pa.Table | None:
        names = [str(position) for position in range(self.fields)]
        wanted = {str(position): canonical for canonical, position in self.positions.items()}
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(pa.py_buffer(memoryview(self.data)[start:end])),
                read_options=arrow_csv.ReadOptions(
                    column_names=names, use_threads=False, block_size=max(end - start, LONGEST_RECORD)
                ),
                parse_options=arrow_csv.ParseOptions(delimiter=self.delimiter, newlines_in_values=over_lines),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(wanted, pa.string()),
                    include_columns=list(wanted),
                    strings_can_be_null=False,
                    check_utf8=False,  # it was decoded once
                ),
            )
        except pa.ArrowInvalid:
            return None
        return table.rename_columns(list(wanted.values()))

    def careful(self, start: int, end: int, row: int) -> Part:
        """Read a block line by line."""
        grammar = self._grammar()
        rows_of_cells: list[list[str]] = []
        places: list[tuple[int, int, int]] = []
        faults = []
        stop, line = start, row
        for record in records(self.data, start, end, grammar):
            line += self.data[stop : record.start].count(b"\n")
            if record.cells is None:
                faults.append(Fault(line, record.reason, record.start, record.end))
            else:
                places.append((line, record.start, record.end))
                rows_of_cells.append(record.cells)
            stop, line = record.end, line + record.lines
        line += self.data[stop:end].count(b"\n")
        rows, starts, ends = np.array(places, np.int64).reshape(-1, 3).T
        columns = list(zip(*rows_of_cells, strict=True)) or [()] * self.fields
        cells = text_table({canonical: columns[position] for canonical, position in self.positions.items()})
        return Part(cells, rows, starts, ends, max(stop, end), line, faults)

    def end_of(self, start: int) -> int:
        """Find the end of the record that starts there."""
        stop = self.data.find(b"\n", start) + 1 or len(self.data)
        if b'"' not in self.data[start:stop]:
            return stop
        return next(records(self.data, start, stop, self._grammar())).end

    def _grammar(self) -> Grammar:
        return Grammar(self.delimiter, self.fields, self._looks_like_record)

    def _looks_like_record(self, cells: list[str]) -> bool:
        role, time = (self.positions.get(name) for name in ("role", "sent_at"))
        if role is not None and (role_of(cells[role]) or is_unknown(cells[role])):
            return True
        return time is not None and read_time(cells[time]) is not None


def _line_ends(letters: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Say where lines end; the end of the text ends its last line too."""
    ends = np.flatnonzero(letters == ord("\n"))
    return ends if ends.size and ends[-1] == letters.size - 1 else np.append(ends, letters.size)


def _not_blank(letters: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> NDArray[np.bool_]:
    lengths = stops - starts
    there: NDArray[np.bool_] = lengths > 1
    single = np.flatnonzero(lengths == 1)
    there[single] = letters[starts[single]] != ord("\r")
    return there
