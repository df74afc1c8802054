"""What is kept in memory gives the answers that the verdicts on disk give, and follows what is published."""

import threading
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from qa_checker.archive import query
from qa_checker.archive.index import Index
from qa_checker.archive.overview import findings
from qa_checker.archive.query import Archive
from qa_checker.archive.selection import EVERYTHING, Filter, Scope, chosen

from .conftest import Batch, write_archive


@pytest.mark.parametrize("scope", [EVERYTHING, Scope(("王明",)), Scope(("李婷", "郑凯")), Scope(())])
@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(since=date(2026, 9, 17)),
        Filter(until=date(2026, 9, 17), shops=("一店",)),
        Filter(agents=("王明", "郑凯"), shops=("二店", "一'店")),
        Filter(lowest=90.0),
        Filter(since=date(2027, 1, 1)),
    ],
)
def test_findings_agree_with_the_verdicts(archive: Archive, scope: Scope, wanted: Filter) -> None:
    few = chosen(scope, Filter(wanted.since, wanted.until, wanted.shops, lowest=wanted.lowest))
    theirs = f"AND agent_id IN {wanted.agents}".replace(",)", ")") if wanted.agents else ""
    expected = archive.frame(
        f"""
        SELECT agent_id, rule, any_value(dimension) AS dimension, count(*) FILTER (outcome = 'fails') AS fails,
            count(DISTINCT (batch, session_id)) AS sessions,
            coalesce(sum(points) FILTER (outcome = 'fails'), 0) AS points, sum(fine) AS fine, sum(reward) AS reward
        FROM verdicts SEMI JOIN {few.text} USING (batch, session_id)
        WHERE outcome NOT IN ('passes', 'asks') {theirs} GROUP BY agent_id, rule
        """,
        few.values,
    )
    pd.testing.assert_frame_equal(_ordered(findings(archive, scope, wanted)), _ordered(expected), check_dtype=False)


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(["agent_id", "rule"]).reset_index(drop=True)


def test_nights_taken_up_one_by_one_are_those_taken_up_at_once(
    archive_root: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa_checker.archive.index._AT_ONCE", 1)
    slowly = Index(archive_root, archive.manifests)
    for table in ("sessions", "segments", "parts", "findings"):
        rows = f"SELECT * FROM {table} ORDER BY ALL"
        assert slowly.cursor().execute(rows).fetchall() == [tuple(row.values()) for row in archive.rows(rows)]
    slowly.close()


def test_a_night_scored_anew_replaces_what_it_was(tmp_path: Path) -> None:
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


def test_while_one_takes_up_a_night_the_first_wait_and_later_ones_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_archive(tmp_path)
    built, go_on = [], threading.Event()

    def slowly(*told: object) -> Index:
        built.append(threading.current_thread())
        go_on.wait(10)
        return Index(*told)  # type: ignore[arg-type]

    monkeypatch.setattr(query, "Index", slowly)
    archive = Archive(tmp_path)
    versions: list[str] = []
    visitors = [threading.Thread(target=lambda: versions.append(archive.refresh())) for _ in range(5)]
    for visitor in visitors:
        visitor.start()
    assert versions == []
    go_on.set()
    for visitor in visitors:
        visitor.join()
    assert len(built) == 1
    assert len(set(versions)) == 1

    go_on.clear()
    Batch("2026-09-19").publish(tmp_path)
    first = threading.Thread(target=archive.refresh)
    first.start()
    while len(built) < 2:
        first.join(0.01)
    assert archive.refresh() == versions[0]
    go_on.set()
    first.join()
    assert archive.refresh() != versions[0]
    assert len(built) == 2
    archive.close()
