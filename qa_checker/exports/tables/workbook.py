"""Excel workbooks: every sheet that has the columns, every cell as the text an export would hold."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

from qa_checker.exports.cells.columns import match, missing, not_there, require
from qa_checker.exports.problems import Refused
from qa_checker.exports.qianniu.cells import PACKED, packed, read_packed
from qa_checker.exports.records import Fields, Records, text_table
from qa_checker.exports.tables.known import TABLES, known_table
from qa_checker.exports.tables.sheets import FROM_1900, OLE, Cell, Sheet, sheets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_TITLE_ROWS = 10  # a header may stand below a title
_EXACT = 1e15  # Excel keeps 15 digits of a number
_SERIALS = (36_526, 73_416)  # days from 2000 to 2100: a bare number in this range is a date


def read_workbook(
    data: bytes,
    file: str,
    columns: Mapping[str, str],
    require_time: bool,
    progress: Callable[[int], None],
    meant: str | None = None,
) -> list[Records]:
    """Read each sheet that has the required columns; the others are named in a warning.

    A sheet is read as the known layout its headers tell, or as `meant`: a layout's name, or empty for a plain table.
    """
    sheets = [sheet for sheet in sheets_of(data, file) if sheet.filled()]
    if not sheets:
        raise Refused("empty_file", file, "工作簿里没有内容", "请重新导出")
    layout = "xls" if data.startswith(OLE) else "xlsx"
    found, unreadable, refusals = [], [], []
    for sheet in sheets:
        label = file if len(sheets) == 1 else f"{file}[{sheet.name}]"
        try:
            found.append(_read_known(sheet, label, layout, columns, require_time, meant))
        except Refused as refused:
            if refused.reason != "missing_columns":
                raise
            refusals.append(refused)
            unreadable.append(f"{label}：没有需要的列，已跳过这张表")
            continue
        progress(len(found[-1].rows))
    if not found:
        raise refusals[0]
    hidden = [f"{file}：隐藏的“{sheet.name}”表也读了" for sheet in sheets if sheet.is_hidden]
    return [replace(found[0], warnings=[*found[0].warnings, *unreadable, *hidden]), *found[1:]]


def _read_known(
    sheet: Sheet, file: str, layout: str, columns: Mapping[str, str], require_time: bool, meant: str | None
) -> Records:
    top = [_as_text(cell).strip() for cell in sheet.rows[sheet.filled()[0]]]
    in_cells = packed(top) if meant is None or meant in PACKED else None
    if in_cells is not None or meant in PACKED:
        if in_cells is None or meant not in (None, in_cells):
            raise Refused("missing_columns", file, f"没有 {'、'.join(PACKED[meant or ''])} 两列", "请换一个 --layout")
        rows = {at + 1: dict(zip(top, map(_as_text, sheet.rows[at]), strict=True)) for at in sheet.filled()[1:]}
        return read_packed(in_cells, file, rows)
    table = known_table(top) if meant is None else TABLES.get(meant)
    if table is None:
        return _read(sheet, file, layout, columns, require_time)
    return table.of([_read(sheet, file, layout, {**table.columns, **columns}, require_time)])[0]


def _read(sheet: Sheet, file: str, layout: str, columns: Mapping[str, str], require_time: bool) -> Records:
    filled = sheet.filled()
    top = _header_row(sheet, filled, columns, file, require_time)
    headers = [_as_text(cell).strip() for cell in sheet.rows[top]]
    positions = match(headers, columns, file)
    require(positions, headers, file, require_time)
    places = [at for at in filled if at > top]
    cells: dict[str, list[str | None]] = {}
    for name, position in positions.items():
        column = [sheet.rows[at][position] for at in places]
        cells[name] = (
            _times_as_text(column, sheet.first_day) if name == "sent_at" else [_as_text(cell) for cell in column]
        )

    spoiled = {
        record: sheet.without_value[at, position]
        for record, at in enumerate(places)
        for position in (positions.values() if sheet.without_value else ())
        if (at, position) in sheet.without_value
    }

    def fields(record: int) -> Fields:
        row = sheet.rows[places[record]]
        return {header or f"#{at}": _as_text(cell) for at, (header, cell) in enumerate(zip(headers, row, strict=True))}

    def raw(record: int) -> bytes:
        row = [_as_text(cell) for cell in sheet.rows[places[record]]]
        return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace")

    return Records(
        *(file, layout, "", text_table(cells), np.array(places, np.int64) + 1, raw, fields),
        spoiled=spoiled,
        headers={name: headers[position] for name, position in positions.items()},
        warnings=[
            *not_there(headers, columns, file),
            *([f"{file}：第 {top + 1} 行以前不是表格内容，没有读"] if filled[0] < top else []),
        ],
    )


def _header_row(sheet: Sheet, filled: Sequence[int], columns: Mapping[str, str], file: str, require_time: bool) -> int:
    """Find the first row that has the required columns; a sheet may start with a title."""
    for at in filled[:_TITLE_ROWS]:
        try:
            found = match([_as_text(cell) for cell in sheet.rows[at]], columns, file)
        except Refused:
            if at == filled[0]:
                return at
            continue
        if not missing(found, require_time):
            return at
    return filled[0]


def _times_as_text(cells: Sequence[Cell], first_day: datetime) -> list[str | None]:
    """Write times with seconds only if the column has any; a date among times is midnight."""
    moments = [_moment(cell, first_day) for cell in cells]
    clocked = any(isinstance(cell, datetime) and _is_clocked(cell) for cell in cells)
    clocked = clocked or any(moment is not None and _is_clocked(moment) for moment in moments)
    seconds = any(moment is not None and (moment.second or moment.microsecond) for moment in moments)
    layout = "%Y-%m-%d %H:%M:%S.%f" if seconds else "%Y-%m-%d %H:%M"
    return [
        _as_text(cell) if moment is None or not clocked else moment.strftime(layout)
        for cell, moment in zip(cells, moments, strict=True)
    ]


def _is_clocked(moment: datetime) -> bool:
    return moment.time() != time()


def _moment(cell: Cell, first_day: datetime) -> datetime | None:
    """Read what Excel knows to be a time: its dates, and serial numbers of days."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if isinstance(cell, timedelta):
        cell = cell / timedelta(days=1)
    if isinstance(cell, float | int) and _SERIALS[0] <= cell + (first_day - FROM_1900).days < _SERIALS[1]:
        return first_day + timedelta(milliseconds=round(cell * 86_400_000))
    return None


def _as_text(cell: Cell) -> str:
    """Write a cell as text; a number beyond 15 digits as Excel shows it, since its last digits are gone."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | int):
        if abs(cell) >= _EXACT:
            return f"{cell:.14E}"
        return str(int(cell)) if cell == int(cell) else repr(cell)
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)
