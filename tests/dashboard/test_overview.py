"""The overview's figures against the same figures worked out from the rows."""

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from qa_checker.archive import overview
from qa_checker.archive.listing import count_sessions
from qa_checker.archive.query import Archive
from qa_checker.archive.selection import EVERYTHING, Filter, Scope
from qa_checker.dashboard.figures import charts

from .conftest import Batch

LAST_TWO_DAYS = Filter(since=date(2026, 9, 17), until=date(2026, 9, 18))


@pytest.fixture
def sessions(archive: Archive) -> pd.DataFrame:
    return archive.frame("SELECT * FROM sessions")


def test_totals_are_those_of_the_rows(archive: Archive, sessions: pd.DataFrame) -> None:
    found = overview.totals(archive, EVERYTHING, Filter())
    assert found.sessions == len(sessions)
    assert found.score == pytest.approx(sessions["score"].mean())
    assert found.deviation == pytest.approx(sessions["score"].std())
    assert found.pass_rate == pytest.approx(sessions["passed"].mean())
    assert found.red_lines == sessions["red_line"].sum() == 1
    assert (found.fine, found.reward) == (sessions["fine"].sum(), sessions["reward"].sum())
    assert found.rounds == sessions["rounds"].sum()


def test_no_session_is_no_figure_rather_than_an_error(archive: Archive) -> None:
    nothing = Filter(since=date(2020, 1, 1), until=date(2020, 1, 2))
    assert overview.totals(archive, EVERYTHING, nothing).score is None
    assert overview.response_times(archive, EVERYTHING, nothing) is None
    assert overview.by_day(archive, EVERYTHING, nothing).empty
    assert overview.losses(archive, EVERYTHING, nothing).empty
    assert overview.findings(archive, EVERYTHING, nothing).empty


def test_the_period_before_is_as_long_and_ends_the_day_before() -> None:
    before = overview.previous_period(LAST_TWO_DAYS)
    assert before is not None
    assert (before.since, before.until) == (date(2026, 9, 15), date(2026, 9, 16))
    assert overview.previous_period(Filter(since=date(2026, 9, 17))) is None


def test_sessions_without_a_time_are_counted_apart(archive: Archive) -> None:
    assert overview.without_time(archive, EVERYTHING, LAST_TWO_DAYS) == 1
    assert overview.without_time(archive, EVERYTHING, Filter(agents=("郑凯",))) == 0
    days = overview.by_day(archive, EVERYTHING, Filter())
    assert days["sessions"].sum() == overview.totals(archive, EVERYTHING, Filter()).sessions - 1


def test_bars_hold_every_session_and_percentiles_are_on_them(archive: Archive, sessions: pd.DataFrame) -> None:
    times = overview.response_times(archive, EVERYTHING, Filter())
    assert times is not None
    assert times.bars["sessions"].sum() == sessions["first_response_s"].notna().sum()
    assert times.p50 <= times.p90 <= times.p99
    assert times.p90 <= times.bars["end"].fillna(np.inf).max()
    steps = overview.score_distribution(archive, EVERYTHING, Filter())
    assert steps["sessions"].sum() == len(sessions)
    perfect = steps.set_index("start")["sessions"][100.0]
    assert perfect == (sessions["score"] >= 100).sum()


def test_losses_are_those_of_the_dimension_columns(archive: Archive, sessions: pd.DataFrame) -> None:
    found = overview.losses(archive, EVERYTHING, Filter()).set_index("dimension")
    assert found["points"].to_dict() == {
        name: sessions[name].sum() for name in ("attitude", "compliance", "speed", "process")
    }
    assert found.loc["speed", "sessions"] == (sessions["speed"] > 0).sum()


@pytest.mark.parametrize("wanted", [Filter(), LAST_TWO_DAYS, Filter(agents=("郑凯", "王明")), Filter(shops=("二店",))])
def test_a_cell_of_the_heatmap_opens_exactly_the_sessions_it_counts(archive: Archive, wanted: Filter) -> None:
    cells = overview.findings(archive, EVERYTHING, wanted)
    assert not cells.empty
    for cell in cells.to_dict("records"):
        behind = Filter(
            since=wanted.since, until=wanted.until, shops=wanted.shops, agents=(cell["agent_id"],), rule=cell["rule"]
        )
        assert count_sessions(archive, EVERYTHING, behind) == cell["sessions"]


def test_a_breach_is_counted_with_whom_it_is_charged_to_not_with_who_held_the_chat_last(archive: Archive) -> None:
    def broken_by(agent: str) -> int:
        found = overview.findings(archive, EVERYTHING, Filter(agents=(agent,), since=date(2026, 9, 18)))
        return int(found[found["rule"] == "process/greeting"]["sessions"].sum())

    assert (broken_by("王明"), broken_by("李婷")) == (1, 1)  # one of an everyday session, one of the transferred


@pytest.mark.parametrize("wanted", [Filter(), LAST_TWO_DAYS, Filter(agents=("王明",)), Filter(shops=("二店",))])
def test_rules_are_their_agents_findings_together(archive: Archive, wanted: Filter) -> None:
    rules = overview.by_rule(archive, EVERYTHING, wanted).set_index("rule")
    apart = overview.findings(archive, EVERYTHING, wanted).groupby("rule")[["fails", "points", "fine", "reward"]].sum()
    assert rules[apart.columns].sort_index().astype(float).equals(apart.astype(float))
    assert list(rules["points"]) == sorted(rules["points"], reverse=True)


def test_a_session_in_which_two_agents_break_a_rule_is_one_session_of_the_rule(tmp_path: Path) -> None:
    said = [("customer", "在吗", 0), ("agent", "在的", 9), ("agent", "我来", 9)]
    broken = (("process/greeting", 3.0, 1, "在的"), ("process/greeting", 3.0, 2, "我来"))
    batch = Batch("2026-09-20")
    batch.session("S", "李婷", datetime(2026, 9, 20, 9), said, broken=broken, agents=("王明", "李婷"))
    batch.rows["verdicts"][0]["agent_id"] = "王明"
    batch.publish(tmp_path)
    archive = Archive(tmp_path)
    archive.refresh()
    assert list(overview.findings(archive, EVERYTHING, Filter())["sessions"]) == [1, 1]
    [found] = overview.by_rule(archive, EVERYTHING, Filter()).to_dict("records")
    assert (found["sessions"], found["fails"], found["points"]) == (1, 2, 6)
    archive.close()


def test_findings_stay_within_the_scope(archive: Archive) -> None:
    own = overview.findings(archive, Scope(agents=("王明",)), Filter())
    assert set(own["agent_id"]) <= {"王明", "李婷"}


def test_agents_add_up_to_the_period(archive: Archive) -> None:
    agents = overview.by_agent(archive, EVERYTHING, LAST_TWO_DAYS)
    assert agents["sessions"].sum() == overview.totals(archive, EVERYTHING, LAST_TWO_DAYS).sessions
    assert list(agents["score"]) == sorted(agents["score"], reverse=True)


def test_days_stay_in_order_over_the_turn_of_a_year() -> None:
    days = pd.DataFrame({"day": pd.date_range("2026-12-29", periods=6), "score": 90.0, "deviation": 1.0})
    shown = charts.score_trend(days.assign(sessions=10, pass_rate=1.0)).data["日期"].to_pylist()
    assert shown == sorted(shown)  # as the axis sorts them
    assert charts.score_trend(days.head(3).assign(sessions=10, pass_rate=1.0)).data["日期"].to_pylist()[0] == "12-29"
