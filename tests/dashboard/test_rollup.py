"""The counts made once give the answers that the verdicts themselves would give, also after a night is scored anew."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from qa_checker.archive.overview import findings
from qa_checker.archive.query import Archive
from qa_checker.archive.rollup import answers
from qa_checker.archive.selection import EVERYTHING, Filter, Scope

from .conftest import Batch, write_archive


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(["agent_id", "rule"]).reset_index(drop=True)


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(since=date(2026, 9, 17)),
        Filter(until=date(2026, 9, 17), shops=("一店",)),
        Filter(agents=("王明", "郑凯"), shops=("二店", "一'店")),
        Filter(since=date(2027, 1, 1)),
    ],
)
def test_counts_agree_with_the_verdicts(archive: Archive, wanted: Filter) -> None:
    slowly = replace(wanted, lowest=-1.0)
    assert answers(EVERYTHING, wanted)
    assert not answers(EVERYTHING, slowly)
    assert not answers(Scope(agents=("王明",)), wanted)
    pd.testing.assert_frame_equal(
        ordered(findings(archive, EVERYTHING, wanted)),
        ordered(findings(archive, EVERYTHING, slowly)),
        check_dtype=False,
    )


def test_a_night_scored_anew_replaces_its_counts(tmp_path: Path) -> None:
    write_archive(tmp_path)
    archive = Archive(tmp_path)
    archive.refresh()
    before = len(findings(archive, EVERYTHING, Filter(since=date(2026, 9, 18))))
    again = Batch("2026-09-18")
    again.session("only", "王明", None, [("customer", "在吗", 0), ("agent", "在的", 5)])
    again.publish(tmp_path, run="run2")
    archive.refresh()
    assert before > 0
    assert findings(archive, EVERYTHING, Filter(since=date(2026, 9, 18))).empty
    assert not findings(archive, EVERYTHING, Filter()).empty
    archive.close()
