"""Tables for people: nothing in them acts as a formula, and figures read as figures."""

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from qa_checker.spreadsheets import Cell, Column, Format, Sheet, comma_separated, harmless, replace_file, workbook

HOSTILE = ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '=HYPERLINK("http://x","y")']
SHEET = Sheet(
    "表",
    [Column("名字"), Column("日期", Format.DAY), Column("率", Format.SHARE), Column("时长", Format.DURATION)],
    [["王明", date(2026, 11, 16), 0.9859, 3725.4], ["-", None, None, None], ["甲", Cell("共", Format.TEXT), 0, 0.2]],
    frozen=1,
)


def read(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_begins_a_formula_in_any_place(text: str) -> None:
    sheet = Sheet("表", [Column(text)], [[text], [Cell(text, Format.TEXT)]])
    cells = [cell for row in read(workbook([sheet])).active for cell in row]
    assert [cell.data_type for cell in cells] == ["s"] * 3
    assert all(cell.value.startswith("'") for cell in cells)
    lines = list(csv.reader(io.StringIO(comma_separated(sheet).decode("utf-8-sig"), newline="")))
    assert [line[0] for line in lines] == [f"'{text}"] * 3


def test_ordinary_text_is_left_as_it_is() -> None:
    assert [harmless(text) for text in ("王明", "", "3-1", "a=b")] == ["王明", "", "3-1", "a=b"]


def test_a_workbook_keeps_figures_as_figures() -> None:
    page = read(workbook([SHEET])).active
    assert page.freeze_panes == "B2"
    name, day, share, duration = page[2]
    assert (name.value, day.value.date(), share.value) == ("王明", date(2026, 11, 16), 0.9859)
    assert (share.number_format, duration.number_format) == ("0.0%", "[h]:mm:ss")
    assert duration.value.total_seconds() == pytest.approx(3725.4)
    assert [cell.value for cell in page[3]] == ["'-", None, None, None]


def test_csv_says_what_a_workbook_shows() -> None:
    lines = comma_separated(SHEET).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["王明,2026-11-16,98.6%,1:02:05", "'-,,,", "甲,共,0.0%,0:00:00"]


def test_control_characters_and_endless_text_fit_into_a_cell() -> None:
    page = read(workbook([Sheet("表", [Column("字")], [["坏\x00\x07字"], ["长" * 40_000]])])).active
    assert page["A2"].value == "坏字"
    assert len(page["A3"].value) == 32_767


def test_a_file_is_replaced_whole_or_left(tmp_path: Path) -> None:
    out = tmp_path / "报表.csv"
    for content in (b"old", b"new"):
        replace_file(out, content)
        assert out.read_bytes() == content
    (tmp_path / "文件夹").mkdir()
    with pytest.raises(IsADirectoryError):
        replace_file(tmp_path / "文件夹", b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["报表.csv", "文件夹"]
