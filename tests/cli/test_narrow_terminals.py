"""Tables on a narrow terminal: nothing is cut off, figures stay whole."""

import pytest
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner

from qa_checker.cli import app
from qa_checker.cli.tables import table

HEADINGS = ("规则", "标题", "3分钟回复率（轮次）", "平均接待时长")
ROWS = [
    ("process/announce-transfer", "转接前先说明为什么转、转给谁、要等多久", "100.0%", "0:27:37"),
    ("speed/x", "[red]不敷衍", "84.7%", "0:04:59"),
]


@pytest.mark.parametrize("width", [60, 80, 160])
def test_what_does_not_fit_is_folded_and_figures_are_whole(width: int) -> None:
    console = Console(width=width, record=True)
    console.print(table(HEADINGS, ROWS, figures=HEADINGS[2:], whole=HEADINGS[:1], title="规则"))
    printed = console.export_text()
    lines = printed.splitlines()
    assert max(map(cell_len, lines)) <= width
    for row in ROWS:
        assert all(any(cell in line for line in lines) for cell in (row[0], *row[2:]))
    for character in "".join(row[1] for row in ROWS) + "".join(HEADINGS):
        assert character in printed


def test_no_rows_are_a_heading() -> None:
    console = Console(width=80, record=True)
    console.print(table(HEADINGS, [], figures=HEADINGS[2:]))
    assert "标题" in console.export_text()


def test_help_is_whole_on_a_narrow_terminal() -> None:
    told = CliRunner(env={"COLUMNS": "60"}).invoke(app, ["score", "--help"]).output
    assert "把这些文件合成一个批次，并这样命名；不写则一个文件一个批次" in told.replace("\n", "").replace(" ", "")
