"""How answers of the archive are remembered."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from qa_checker.archive import overview
from qa_checker.archive.query import Archive
from qa_checker.archive.selection import EVERYTHING, Filter, Scope
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.visitor import LOCAL_VISITOR
from qa_checker.desk.database import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(f"sqlite:///{tmp_path / 'own.sqlite'}")
    yield opened
    opened.close()


def reading(archive: Archive, desk: Desk, version: str = "first night", scope: Scope = EVERYTHING) -> Reading:
    return Reading(archive, version, scope, desk, LOCAL_VISITOR)


def test_a_page_that_writes_into_its_answer_changes_nobody_elses(archive: Archive, desk: Desk) -> None:
    first = reading(archive, desk).ask(overview.by_agent, Filter())
    untouched = first.copy(deep=True)
    first.loc[:, "sessions"] = -1
    first["score"] += 1
    first.iloc[0, 0] = "somebody else"
    first["more"] = 0
    pd.testing.assert_frame_equal(reading(archive, desk).ask(overview.by_agent, Filter()), untouched)


def test_an_answer_is_recalled_for_the_same_question_scope_and_content_only(archive: Archive, desk: Desk) -> None:
    asked: list[Scope] = []

    def question(archive: Archive, scope: Scope, wanted: Filter) -> int:
        asked.append(scope)
        return len(asked)

    own = Scope(("a",))
    answers = [
        reading(archive, desk).ask(question, Filter()),
        reading(archive, desk).ask(question, Filter()),
        reading(archive, desk, scope=own).ask(question, Filter()),
        reading(archive, desk, version="second night").ask(question, Filter()),
        reading(archive, desk).ask(question, Filter(rule="x")),
    ]
    assert answers == [1, 1, 2, 3, 4]
    assert asked == [EVERYTHING, own, EVERYTHING, EVERYTHING]
