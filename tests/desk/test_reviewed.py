"""What review changed is counted from the sessions people looked at, and only they are read."""

from pathlib import Path

import pytest

from qa_checker.archive.query import Archive
from qa_checker.archive.selection import EVERYTHING, Filter, Scope
from qa_checker.desk import reviewed as reviewed_module
from qa_checker.desk.cases import cases
from qa_checker.desk.database import Desk
from qa_checker.desk.reviewed import Change, ReviewedSessions, change
from qa_checker.desk.reviews import Ruling, decide, sign_off

from .night import key, publish_night


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return publish_night(tmp_path)


def rule(desk: Desk, archive: Archive, session_id: str, name: str, ruling: Ruling) -> None:
    result, case = cases(desk, archive, [key(session_id)])[key(session_id)]
    for each in case.findings:
        if each.finding.rule == name:
            decide(desk, result, each.finding, ruling, "张班长", seen=each.number)


def test_scores_passes_and_red_lines_before_and_after(desk: Desk, archive: Archive) -> None:
    known = ReviewedSessions()
    assert change(known.now(desk, archive)) == Change()
    rule(desk, archive, "S1", "attitude/shirking", Ruling.OVERTURNED)  # 77 → 97, not passed → passed
    rule(desk, archive, "S2", "compliance/wechat", Ruling.CONFIRMED)
    assert change(known.now(desk, archive)) == Change(reviewed=2, score=20, passed=1, red_lines_confirmed=1)
    rule(desk, archive, "S2", "compliance/wechat", Ruling.OVERTURNED)  # 0 → 100
    assert change(known.now(desk, archive)) == Change(reviewed=2, score=120, passed=2, red_lines_overturned=1)


def test_who_only_looked_has_reviewed_too_and_the_means_agree_with_every_case(desk: Desk, archive: Archive) -> None:
    rule(desk, archive, "S1", "process/closing", Ruling.OVERTURNED)
    result, _ = cases(desk, archive, [key("S3")])[key("S3")]
    sign_off(desk, result, "张班长")
    found = change(ReviewedSessions().now(desk, archive))
    every = [case for _, case in cases(desk, archive, [key(f"S{n}") for n in (1, 2, 3)]).values()]
    (machine,) = archive.rows("SELECT avg(score) AS mean, count(*) AS n FROM sessions")
    assert found.reviewed == 2
    assert machine["mean"] + found.score / machine["n"] == pytest.approx(sum(each.final.score for each in every) / 3)


def test_only_what_changed_is_read_again(
    desk: Desk, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[list[str]]()
    looked_up = reviewed_module._looked_up

    def noted(desk: Desk, archive: Archive, keys: list[object]) -> object:
        asked.append([each.session_id for each in keys])  # type: ignore[attr-defined]
        return looked_up(desk, archive, keys)  # type: ignore[arg-type]

    monkeypatch.setattr(reviewed_module, "_looked_up", noted)
    known = ReviewedSessions()
    rule(desk, archive, "S1", "process/closing", Ruling.CONFIRMED)
    known.now(desk, archive)
    rule(desk, archive, "S3", "process/closing", Ruling.CONFIRMED)
    known.now(desk, archive)
    known.now(desk, archive)
    assert asked == [["S1"], ["S3"], []]
    again = publish_night(tmp_path, rude="must_not_say: 别处\nin: anywhere\ncosts: 6")
    known.now(desk, again)
    assert sorted(asked[-1]) == ["S1", "S3"]


def test_a_visitor_is_told_of_his_own_sessions_and_of_what_he_asks_for(desk: Desk, archive: Archive) -> None:
    rule(desk, archive, "S1", "process/closing", Ruling.CONFIRMED)
    rule(desk, archive, "S2", "compliance/wechat", Ruling.CONFIRMED)
    everyone = ReviewedSessions().now(desk, archive)
    (day,) = {each.day for each in everyone}
    for scope, wanted, expected in (
        (EVERYTHING, Filter(), {"S1", "S2"}),
        (Scope(agents=("王明",)), Filter(), {"S1"}),
        (Scope(agents=()), Filter(), set()),
        (EVERYTHING, Filter(agents=("李婷",)), {"S2"}),
        (EVERYTHING, Filter(shops=("一店",)), set()),
        (EVERYTHING, Filter(since=day, until=day), {"S1", "S2"}),
        (EVERYTHING, Filter(until=day.replace(day=1) if day else None), set()),
    ):
        assert {each.session.session_id for each in everyone if each.is_of(scope, wanted)} == expected
