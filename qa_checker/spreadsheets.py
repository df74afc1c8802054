"""Tables that people forward: workbooks and CSV, laid out for reading, in which no text can act as a formula."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

_STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_ODD = dict.fromkeys((*range(9), 11, 12, *range(14, 32)))  # control characters that a workbook cannot hold
_LONGEST = 32_767  # characters a cell of a workbook holds

_HEAD = Font(bold=True, color="FFFFFF")
_HEAD_FILL = PatternFill("solid", fgColor="2B63D9")
_RULE = Border(bottom=Side("thin", color="D8DEE8"))


class Format(Enum):
    """How a value is shown; the value is the workbook's number format."""

    TEXT = "@"
    DAY = "yyyy-mm-dd"
    WHOLE = "#,##0"
    TENTHS = "#,##0.0"
    HUNDREDTHS = "0.00"
    SHARE = "0.0%"  # of 0…1
    DURATION = "[h]:mm:ss"  # of seconds


@dataclass(frozen=True)
class Cell:
    """A value shown otherwise than its column."""

    value: Any
    format: Format


@dataclass(frozen=True)
class Column:
    """A column; `width` in characters, a Chinese one counting twice. Long text wraps."""

    title: str
    format: Format = Format.TEXT
    width: float = 12


@dataclass(frozen=True)
class Sheet:
    """A table; `frozen` columns stay in sight beside the heading, which always does. None is an empty cell."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    frozen: int = 0


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before what could begin one."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as an xlsx file."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        page.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}2"
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.rows) + 1}"
        for number, column in enumerate(sheet.columns, 1):
            page.column_dimensions[get_column_letter(number)].width = column.width
        page.row_dimensions[1].height = 32
        page.append([_heading(page, column) for column in sheet.columns])
        for cells in _cells(sheet):
            page.append([_styled(page, cell) for cell in cells])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def comma_separated(sheet: Sheet) -> bytes:
    """One sheet as CSV that Excel opens with its Chinese intact."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(harmless(column.title) for column in sheet.columns)
    writer.writerows([written(cell) for cell in cells] for cells in _cells(sheet))
    return file.getvalue().encode("utf-8-sig")


def written(cell: Cell) -> str:
    """A cell in words, as a workbook would show it; seconds as h:mm:ss."""
    value, shown = cell.value, cell.format
    if value is None:
        return ""
    if shown is Format.SHARE:
        return f"{value:.1%}"
    if shown is Format.DURATION:
        minutes, seconds = divmod(round(value), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    if shown in (Format.WHOLE, Format.TENTHS, Format.HUNDREDTHS):
        digits = (Format.WHOLE, Format.TENTHS, Format.HUNDREDTHS).index(shown)
        return f"{value:.{digits}f}"
    return value.isoformat() if isinstance(value, date) else harmless(str(value))


def replace_file(path: Path, content: bytes) -> None:
    """Put a whole file in place of the old one, or leave the old one. Raises OSError."""
    unfinished = path.with_name(f".{path.name}.tmp")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _cells(sheet: Sheet) -> Iterator[list[Cell]]:
    for row in sheet.rows:
        yield [
            value if isinstance(value, Cell) else Cell(value, column.format)
            for value, column in zip(row, sheet.columns, strict=True)
        ]


def _heading(page: Any, column: Column) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, harmless(column.title))
    cell.font, cell.fill = _HEAD, _HEAD_FILL
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _styled(page: Any, cell: Cell) -> WriteOnlyCell:
    value = cell.value
    if isinstance(value, str):
        value = harmless(value.translate(_ODD)[:_LONGEST])
    elif value is not None and cell.format is Format.DURATION:
        value = value / 86_400
    styled = WriteOnlyCell(page, value)
    styled.number_format = cell.format.value
    styled.border = _RULE
    text = isinstance(value, str)
    styled.alignment = Alignment(horizontal="left" if text else "right", vertical="top", wrap_text=text)
    return styled
