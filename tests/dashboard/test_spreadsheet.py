"""What people take away opens in Excel, and nothing in it acts."""

import csv
import io

import pytest

from qa_checker.dashboard.spreadsheet import csv_file


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-5", "@SUM(A1)", " =1", "\t=1", "\r=1"])
def test_a_text_that_could_act_as_a_formula_does_not(cell: str) -> None:
    assert next(csv.reader(io.StringIO(csv_file(["a"], [[cell]]).decode("utf-8-sig").split("\r\n", 1)[1], newline="")))[
        0
    ].startswith("'")


def test_figures_stay_figures_and_words_stay_words() -> None:
    assert csv_file(["客服", "元"], [["王明", -5.0]]).decode("utf-8-sig") == "客服,元\r\n王明,-5.0\r\n"
