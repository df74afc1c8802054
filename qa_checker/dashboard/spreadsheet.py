"""Tables that people take away: CSV that Excel opens in Chinese, workbooks; in neither a cell can act as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Cell = str | float | int

_ACTS = ("=", "+", "-", "@", "\t", "\r")
_LONGEST = 32_767  # characters that Excel lets a cell have
_NARROWEST, _WIDEST = 8, 40


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def csv_file(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file in UTF-8 with a mark that Excel reads; a text that could act as a formula gets an apostrophe."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(headings)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """A workbook with a heading row that stays; every text is stored as text, whatever it begins with."""
    book = Workbook(write_only=True)
    for each in sheets:
        page = book.create_sheet(each.name)
        page.freeze_panes = "A2"
        for place, heading in enumerate(each.headings, start=1):
            width = max(_NARROWEST, min(_WIDEST, 2 * len(heading) + 4))
            page.column_dimensions[get_column_letter(place)].width = width
        page.append([_bold(page, heading) for heading in each.headings])
        for row in each.rows:
            page.append([_stored(page, cell) for cell in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip().startswith(_ACTS) else cell


def _stored(page: Any, value: Cell) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("�", value)[:_LONGEST])
    cell.data_type = "s"  # else a text that begins with = is stored as a formula
    return cell


def _bold(page: Any, heading: str) -> Any:
    cell = WriteOnlyCell(page, heading)
    cell.font = Font(bold=True)
    return cell
