"""The sheets of a workbook as rows of cells, whichever Excel wrote it: .xlsx by calamine, .xls by xlrd."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import python_calamine as calamine
import xlrd

from qa_checker.exports.problems import Refused
from qa_checker.exports.tables.sheet_xml import look_into

Cell = str | float | bool | time | date | datetime | timedelta

OLE = b"\xd0\xcf\x11\xe0"
"""What an .xls begins with, and an .xlsx that has a password."""

FROM_1900, FROM_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
"""The days a workbook may count from; Excel on the Mac used to take the second."""

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Sheet:
    """A sheet; all its rows are equally long."""

    name: str
    rows: Sequence[Sequence[Cell]]
    without_value: Mapping[tuple[int, int], str] = field(default_factory=dict)  # (row, column) → why
    is_hidden: bool = False
    first_day: datetime = FROM_1900  # what a bare number of days counts from

    def filled(self) -> list[int]:
        """Give the places of the rows that aren't blank."""
        return [at for at, row in enumerate(self.rows) if any(cell != "" for cell in row)]


def sheets_of(data: bytes, file: str) -> list[Sheet]:
    """Read every cell. Raises Refused for what is no workbook, has a password or would take too much memory."""
    try:
        return _of_xls(data) if data.startswith(OLE) else _of_xlsx(data, file)
    except (calamine.CalamineError, OSError, ValueError) as problem:
        if isinstance(problem, calamine.PasswordError) or (data.startswith(OLE) and _is_locked(data, problem)):
            raise Refused("encrypted", file, "工作簿设了密码", "请在 Excel 里去掉密码后另存") from None
        remedy = "请用 Excel 打开后另存为 .xlsx（网页或文本改名成的 .xls 也要这样做）"
        raise Refused("not_a_table", file, "不是完整的 Excel 工作簿", remedy) from None


def _is_locked(data: bytes, problem: Exception) -> bool:
    return _ENCRYPTED in data or "encrypted" in str(problem)


def _of_xlsx(data: bytes, file: str) -> list[Sheet]:
    looked_into = look_into(data, file)
    workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    first_day = FROM_1904 if looked_into.counts_from_1904 else FROM_1900
    sheets = []
    for about in workbook.sheets_metadata:
        if about.typ == calamine.SheetTypeEnum.WorkSheet:
            if about.name not in looked_into.sheets:
                raise ValueError("a sheet that wasn't looked into")
            found = workbook.get_sheet_by_name(about.name)
            merged = [(top, bottom, left, right) for (top, left), (bottom, right) in found.merged_cell_ranges or ()]
            rows = _filled_down(found.to_python(skip_empty_area=False), merged)
            is_hidden = about.visible != calamine.SheetVisibleEnum.Visible
            sheets.append(Sheet(about.name, rows, looked_into.sheets[about.name].without_value, is_hidden, first_day))
    return sheets


def _of_xls(data: bytes) -> list[Sheet]:
    """Read an .xls in Python: calamine's reader of them takes all memory there is where a byte is damaged."""
    try:
        workbook = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), ragged_rows=True, formatting_info=True)
        return [_sheet_of_xls(sheet, workbook.datemode) for sheet in workbook.sheets()]
    except Exception as problem:  # xlrd trusts what it reads: a damaged byte may raise anything
        raise ValueError(str(problem)) from problem


def _sheet_of_xls(sheet: xlrd.sheet.Sheet, datemode: int) -> Sheet:
    cells = [sheet.row(at) for at in range(sheet.nrows)]
    width = min(max(map(len, cells), default=0), 256)  # an .xls has no more columns
    rows = [[_value(cell, datemode) for cell in row[:width]] + [""] * (width - len(row)) for row in cells]
    errors = {
        (at, position): "formula_error"
        for at, row in enumerate(cells)
        for position, cell in enumerate(row[:width])
        if cell.ctype == xlrd.XL_CELL_ERROR
    }
    merged = [(top, end - 1, left, right - 1) for top, end, left, right in sheet.merged_cells]
    first_day = FROM_1904 if datemode else FROM_1900
    return Sheet(sheet.name, _filled_down(rows, merged), errors, sheet.visibility != 0, first_day)


def _value(cell: xlrd.sheet.Cell, datemode: int) -> Cell:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return "" if cell.ctype == xlrd.XL_CELL_ERROR else cell.value


def _filled_down(rows: list[list[Cell]], merged: Iterable[tuple[int, int, int, int]]) -> list[list[Cell]]:
    """Let a cell that is merged over several rows say the same in each of them."""
    for top, bottom, left, right in merged:
        if left == right < len(rows[0] if rows else ()):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
    return rows
