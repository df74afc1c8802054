"""Parquet files, their columns read as text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as arrow_parquet

from qa_checker.exports.columns import match, require
from qa_checker.exports.export import Refused
from qa_checker.exports.records import Fields, Records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SHANGHAI = 8 * 3_600_000_000  # microseconds


def read_parquet(
    data: bytes, file: str, columns: Mapping[str, str], require_time: bool, progress: Callable[[int], None]
) -> Records:
    """Read a Parquet file; row numbers count its records from 1."""
    try:
        table = arrow_parquet.read_table(pa.BufferReader(data), page_checksum_verification=True)
    except (pa.ArrowException, OSError):
        problem = "不是完整的 Parquet 文件，可能没有写完或已损坏"
        raise Refused("not_a_table", file, problem, "请重新导出") from None
    headers = list(table.column_names)
    positions = match(headers, columns, file)
    require(positions, headers, file, require_time)
    cells = pa.table({name: _as_text(table.column(position)) for name, position in positions.items()})
    progress(table.num_rows)

    def fields(record: int) -> Fields:
        return {name: table.column(position)[record].as_py() for position, name in enumerate(headers)}

    def raw(record: int) -> bytes:
        return json.dumps(fields(record), ensure_ascii=False, default=str).encode("utf-8", "replace")

    return Records(file, "parquet", "", cells, np.arange(1, table.num_rows + 1), raw, fields)


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
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.chunked_array([[None if cell is None else str(cell) for cell in column.to_pylist()]], pa.string())
    return column.cast(pa.string())


def _numbers_as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write whole numbers without `.0`: pandas makes floats of integers as soon as one is missing."""
    written = [
        None if value is None or value != value else str(int(value)) if _is_exact(value) else str(value)
        for value in column.to_pylist()
    ]
    return pa.chunked_array([written], pa.string())


def _is_exact(value: float) -> bool:
    return value.is_integer() and abs(value) < 1e15
