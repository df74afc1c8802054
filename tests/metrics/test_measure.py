"""Metrics against hand-worked figures, against a slow and obvious computation, and against their own sums."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from qa_checker.archive.kinds import Kind
from qa_checker.archive.listing import count_sessions
from qa_checker.archive.query import Archive
from qa_checker.archive.selection import EVERYTHING, Filter, Outcome, Scope
from qa_checker.metrics import METRICS, By, Over, behind, measure, metric, of_platform

from . import slowly

WANG = Filter(agents=("小王",))


EVERYONE = Filter()


def value(archive: Archive, key: str, wanted: Filter = EVERYONE) -> float:
    found: float = measure(archive, EVERYTHING, wanted, [metric(key)])[key][0]
    return found


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("sessions", 6),
        ("consulting", 5),  # 甲 came twice on one day and is one; 乙 came on two days and is two; D1 has no customer
        ("received", 4),
        ("forwarded", 1),
        ("unreplied", 1),  # B2
        ("reply_rate", 4 / 5),
        ("first_response", (20 + 30 + 40 + 10 + 600) / 5),  # D1 waits from the opening on; B2 has none
        ("first_response_p50", 30),
        ("average_response", (20 + 240 + 30 + 40 + 600 + 10 + 600) / 7),  # B2 counts as the cap
        ("longest_response", 600),
        ("quick_first_rate", 3 / 6),
        ("quick_round_rate", 3 / 7),
        ("timely_round_rate", 4 / 7),
        ("timely_session_rate", 3 / 6),  # not A1, B2, D1
        ("timely_person_rate", 2 / 5),  # A1 spoils 甲's day
        ("slow_rounds", 3),
        ("unanswered_rounds", 1),
        ("missed", 1),
        ("answer_ratio", 7 / 8),
        ("handling", (360 + 30 + 2140 + 0 + 60 + 31_200) / 6),
        ("long_people", 2),
        ("transfer_rate", 1 / 7),
        ("solved_at_once_24h", 4 / 5),  # A2 follows A1; D1 has no customer
        ("solved_at_once_48h", 3 / 5),  # B2 follows B1 after 47:59:59
        ("satisfied", 2 / 3),
        ("dissatisfied", 1 / 3),
        ("participation", 3 / 6),
        ("outside_rate", 1),
        ("left_rate", 0),
        ("most_at_once", 2),  # A1 lasts to 09:06:00, when C1 begins
    ],
)
def test_a_metric_is_what_one_works_out_by_hand(by_hand: Archive, key: str, expected: float) -> None:
    assert value(by_hand, key) == pytest.approx(expected)


def test_an_agent_answers_for_what_he_held(by_hand: Archive) -> None:
    assert value(by_hand, "sessions", WANG) == 4
    assert value(by_hand, "average_response", WANG) == (20 + 240 + 40 + 600 + 10) / 5
    agents = measure(by_hand, EVERYTHING, Filter(), METRICS, [By.AGENT]).set_index(By.AGENT)
    assert agents["sessions"].to_dict() == {"小王": 4, "小李": 3}
    assert agents["passed_on"].to_dict() == {"小王": 1, "小李": 0}
    assert agents["dissatisfied"].to_dict() == {"小王": 0, "小李": 1}  # 乙 rated when 小李 held the chat


def test_platforms_mean_different_rates_by_the_same_words() -> None:
    meant = {
        platform: [each.key for each in of_platform(platform)] for platform in ("taobao", "pinduoduo", "jd", "douyin")
    }
    assert meant["taobao"] == ["quick_round_rate", "timely_round_rate"]
    assert meant["pinduoduo"][1] == "timely_person_rate"
    assert meant["jd"][0] == "quick_first_rate"
    assert meant["douyin"][1] == "timely_session_rate"


_GROUPS: list[tuple[tuple[By, ...], Callable[[slowly.Part], Any]]] = [
    ((), lambda part: 0),
    ((By.SHOP,), lambda part: part.session["shop"]),
    ((By.AGENT,), lambda part: part.agent),
    ((By.DAY,), lambda part: part.day),
    ((By.BATCH,), lambda part: part.session["batch"]),
    ((By.DAY, By.AGENT), lambda part: (part.day, part.agent)),
    ((By.BATCH, By.SESSION), lambda part: (part.session["batch"], part.session["session_id"])),
]


def _group(row: Any, by: tuple[By, ...]) -> Any:
    named = [None if pd.isna(row[key]) else row[key].date() if key == By.DAY else row[key] for key in by]
    return tuple(named) if len(by) > 1 else named[0] if named else 0


@pytest.mark.parametrize(("by", "keys"), _GROUPS, ids=lambda each: "-".join(each) if isinstance(each, tuple) else "")
def test_every_grouping_is_what_a_slow_computation_finds(
    demo: Archive, by: tuple[By, ...], keys: Callable[[slowly.Part], Any]
) -> None:
    groups = slowly.grouped(slowly.parts(demo, told_apart=By.AGENT in by), keys)
    found = measure(demo, EVERYTHING, Filter(), METRICS, by).to_dict("records")
    assert len(found) == len(groups)
    for row in found:
        for key, expected in slowly.worked_out(groups[_group(row, by)]).items():
            if expected is None:
                assert key.startswith("first_response_p") or pd.isna(row[key]), key
            else:
                assert row[key] == pytest.approx(expected), (key, _group(row, by))


def test_returns_are_looked_for_in_the_whole_archive(demo: Archive) -> None:
    every = demo.rows("SELECT * FROM sessions")
    monday = [session for session in every if session["started_at"].date() == date(2026, 11, 16)]
    for hours in (24, 48, 72):
        wanted = Filter(since=date(2026, 11, 16), until=date(2026, 11, 16))
        expected = slowly.solved_at_once(monday, every, hours)
        assert value(demo, f"solved_at_once_{hours}h", wanted) == pytest.approx(expected)


def test_the_sweep_finds_the_most_chats_an_agent_had_at_once(demo: Archive) -> None:
    rows = demo.rows("SELECT agent_id, started_at, ended_at FROM segments WHERE agent_id IS NOT NULL")
    segments = [(row["agent_id"], row["started_at"], row["ended_at"]) for row in rows]
    assert value(demo, "most_at_once") == slowly.most_at_once(segments)
    agents = measure(demo, EVERYTHING, Filter(), [metric("most_at_once")], [By.AGENT]).set_index(By.AGENT)
    for agent, most in agents["most_at_once"].items():
        assert most == slowly.most_at_once([segment for segment in segments if segment[0] == agent])


@pytest.mark.parametrize("by", [By.SHOP, By.AGENT, By.DAY, By.BATCH])
def test_counts_add_up_to_the_whole(demo: Archive, by: By) -> None:
    counts = [each for each in METRICS if each.over is Over.RECEPTIONS and each.sql.startswith("sum(")]
    counts = [each for each in counts if "nullif" not in each.sql]
    assert len(counts) > 6
    groups = measure(demo, EVERYTHING, Filter(), counts, [by])
    whole = measure(demo, EVERYTHING, Filter(), counts)
    for each in counts:
        assert groups[each.key].sum() == whole[each.key][0], each.key


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(since=date(2026, 11, 17), until=date(2026, 11, 18)),
        Filter(agents=("云杉家居旗舰店:南星",)),
        Filter(agents=("云杉家居旗舰店:南星", "云杉家居旗舰店:小禾"), shops=("云杉家居旗舰店",)),
    ],
)
def test_a_link_opens_exactly_the_sessions_it_counts(demo: Archive, wanted: Filter) -> None:
    counts = behind(demo, EVERYTHING, wanted, list(Kind))
    assert sum(counts.values()) > 0
    for kind, sessions in counts.items():
        assert count_sessions(demo, EVERYTHING, replace(wanted, kind=kind)) == sessions, kind


def test_so_does_a_link_of_who_sees_only_his_own(by_hand: Archive) -> None:
    for agent in ("小王", "小李"):
        for kind, sessions in behind(by_hand, Scope(agents=(agent,)), Filter(), list(Kind)).items():
            assert count_sessions(by_hand, Scope(agents=(agent,)), Filter(kind=kind)) == sessions, (agent, kind)


def test_a_filter_that_only_sessions_know_reaches_the_segments(demo: Archive) -> None:
    failed = Filter(outcome=Outcome.FAILED)
    agents = measure(demo, EVERYTHING, failed, [metric("sessions")], [By.AGENT])
    held = demo.rows("SELECT count(*) AS n FROM segments SEMI JOIN (FROM sessions WHERE NOT passed) USING (session_id)")
    assert agents["sessions"].sum() == held[0]["n"]


def test_who_sees_his_own_sessions_is_measured_by_his_own_part(by_hand: Archive) -> None:
    own = measure(by_hand, Scope(agents=("小李",)), Filter(), METRICS, [By.AGENT])
    assert own[By.AGENT].tolist() == ["小李"]
    assert measure(by_hand, Scope(agents=()), Filter(), [metric("sessions")])["sessions"][0] == 0


def test_nothing_to_measure_is_null_not_an_error(by_hand: Archive) -> None:
    nothing = measure(by_hand, EVERYTHING, Filter(since=date(2030, 1, 1)), METRICS)
    rates = [each.key for each in METRICS if each.unit == "%"]
    assert nothing[rates].isna().all(axis=None)
    assert nothing["sessions"][0] == 0


def test_keys_and_names_are_unique_and_every_metric_is_explained() -> None:
    assert len({each.key for each in METRICS}) == len({each.name for each in METRICS}) == len(METRICS)
    assert all(each.formula and each.source and each.english for each in METRICS)
