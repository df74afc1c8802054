"""Parquet files, their columns read as text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as arrow_parquet

from qa_checker.exports.cells.columns import match, not_there, require
from qa_checker.exports.files.scratch import IN_MEMORY, let_go
from qa_checker.exports.problems import Refused
from qa_checker.exports.records import PIECE, Fields, Records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from qa_checker.exports.files.scratch import Bytes, Scratch

_ENCRYPTED = b"PARE"
_SHANGHAI = 8 * 3_600_000_000  # microseconds


def read_parquet(
    data: Bytes,
    file: str,
    columns: Mapping[str, str],
    require_time: bool,
    progress: Callable[[int], None],
    scratch: Scratch = IN_MEMORY,
) -> Iterator[Records]:
    """Read a Parquet file; row numbers count its records from 1, places from 0."""
    if data[-4:] == _ENCRYPTED:
        raise Refused("encrypted", file, "Parquet 文件加了密", "请不加密地重新导出")
    try:
        found = arrow_parquet.ParquetFile(pa.BufferReader(pa.py_buffer(data)), page_checksum_verification=True)
        headers = list(found.schema_arrow.names)
        positions = match(headers, columns, file)
        require(positions, headers, file, require_time)
        _refuse_nested(found.schema_arrow, positions, file)
    except (pa.ArrowException, OSError, UnicodeDecodeError):  # the last one for names of columns
        raise _damaged(file) from None
    unpacked = _unpacked(found, file, scratch)
    let_go(data)
    told = not_there(headers, columns, file)
    table = pa.ipc.open_stream(pa.BufferReader(pa.py_buffer(unpacked))).read_all()
    if table.num_rows != found.metadata.num_rows:  # a damaged page can end a column early, without an error
        problem = f"Parquet 文件写明有 {found.metadata.num_rows} 行，只读得出 {table.num_rows} 行，可能已损坏"
        raise Refused("not_a_table", file, problem, "请重新导出")

    def fields(place: int) -> Fields:
        return {name: _as_python(table.column(position)[place]) for position, name in enumerate(headers)}

    def raw(place: int) -> bytes:
        return json.dumps(fields(place), ensure_ascii=False, default=str).encode("utf-8", "replace")

    for start in range(0, max(table.num_rows, 1), PIECE):
        piece = table.slice(start, PIECE)
        cells = pa.table({name: _as_text(piece.column(position)) for name, position in positions.items()})
        spoiled = {int(at): "bad_encoding" for name in positions for at in _undecodable(piece.column(positions[name]))}
        progress(piece.num_rows)
        places = np.arange(start, start + piece.num_rows)
        yield Records(
            *(file, "parquet", "", cells, places + 1, raw, fields), places=places, spoiled=spoiled, warnings=told
        )
        let_go(unpacked)


def _as_python(cell: pa.Scalar) -> object:
    """Give a value; a time beyond the year 9999 as the number it is stored as."""
    try:
        return cell.as_py()
    except (OverflowError, ValueError):
        return str(cell.cast(pa.int64(), safe=False))


def _unpacked(found: arrow_parquet.ParquetFile, file: str, scratch: Scratch) -> Bytes:
    """Write the records so that each can be found again without its whole row group."""
    spool = scratch.spool()
    with pa.ipc.new_stream(pa.PythonFile(spool, "w"), found.schema_arrow) as writer:
        for batch in _batches(found, file):
            writer.write_batch(batch)  # out here: a full disk is no fault of the file's
    return spool.content()


def _batches(found: arrow_parquet.ParquetFile, file: str) -> Iterator[pa.RecordBatch]:
    try:
        for batch in found.iter_batches():
            batch.validate(full=True)  # that its texts are UTF-8, above all
            yield batch
    except (pa.ArrowException, OSError):
        raise _damaged(file) from None


def _damaged(file: str) -> Refused:
    return Refused("not_a_table", file, "不是完整的 Parquet 文件，可能没有写完或已损坏", "请重新导出")


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write a column's values as an export in text would; a time that has a zone becomes Shanghai's."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_text(column.cast(kind.value_type))
    if pa.types.is_timestamp(kind):
        wall = column.cast(pa.timestamp("us", kind.tz), safe=False)
        if kind.tz is not None:
            wall = pc.add(wall.cast(pa.int64()), _SHANGHAI).cast(pa.timestamp("us"))
        return wall.cast(pa.string())
    if pa.types.is_floating(kind):
        return _numbers_as_text(column)
    if _is_bytes(kind):
        read = [None if cell is None else cell.decode("utf-8", "replace") for cell in column.to_pylist()]
        return pa.chunked_array([read], pa.string())
    return column.cast(pa.string())


def _is_bytes(kind: pa.DataType) -> bool:
    return any(
        says(kind)
        for says in (
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_fixed_size_binary,
            pa.types.is_binary_view,
        )
    )


def _undecodable(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Find the rows whose bytes aren't UTF-8; texts were checked before."""
    if not _is_bytes(column.type):
        return np.zeros(0, np.int64)
    read = _as_text(column)
    damaged = pc.not_equal(read.cast(pa.binary()), column.cast(pa.binary()))
    return np.flatnonzero(pc.fill_null(damaged, False).to_numpy())


def _refuse_nested(schema: pa.Schema, positions: Mapping[str, int], file: str) -> None:
    for position in positions.values():
        field = schema.field(position)
        if pa.types.is_nested(field.type):
            problem = f"“{field.name}”列是嵌套的（{field.type}），不是文字"
            raise Refused("not_a_table", file, problem, "请把它展开成文字列后重新导出")


def _numbers_as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write whole numbers without `.0`: pandas makes floats of integers as soon as one is missing."""
    written = [
        None if value is None or value != value else str(int(value)) if _is_exact(value) else str(value)
        for value in column.to_pylist()
    ]
    return pa.chunked_array([written], pa.string())


def _is_exact(value: float) -> bool:
    return value.is_integer() and abs(value) < 1e15
