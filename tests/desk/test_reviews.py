"""Decisions: the first stands until somebody who saw it decides anew; nothing is lost, nothing is counted twice."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa_checker.cards import Quote
from qa_checker.desk.audit import entries
from qa_checker.desk.database import Desk
from qa_checker.desk.findings import Finding, Source
from qa_checker.desk.reviews import (
    DecidedMeanwhile,
    Decision,
    Result,
    Ruling,
    comment,
    comments,
    decide,
    history,
    sign_off,
    signed_off,
    standing,
)

from .conftest import Clock
from .night import key

RESULT = Result(key("S1"), "run-1", "小手册@f")


def finding(name: str = "f1") -> Finding:
    return Finding(
        key=name,
        source=Source.MACHINE,
        rule="attitude/shirking",
        outcome="fails",
        agent_id="王明",
        quotes=(Quote(1, 0, 4, "不归我管"),),
        points=10.0,
        up_to=20.0,
        fine=5.0,
        reward=0.0,
        red_line=False,
    )


def stands(desk: Desk) -> Decision:
    (decision,) = standing(desk, [key("S1")])[key("S1")]
    return decision


def test_a_decision_keeps_what_was_judged_and_in_which_result(desk: Desk, clock: Clock) -> None:
    decide(desk, RESULT, finding(), Ruling.CONFIRMED, "张班长", seen=0, why="听得出来")
    kept = stands(desk)
    assert (kept.result, kept.finding, kept.at, kept.note) == (RESULT, finding(), clock.time, "听得出来")


def test_a_double_click_is_one_decision(desk: Desk) -> None:
    for _ in range(2):
        decide(desk, RESULT, finding(), Ruling.CONFIRMED, "张班长", seen=0)
    assert len(history(desk, key("S1"), "f1")) == 1
    assert entries(desk)[0] == 1


def test_of_two_supervisors_the_first_decides_and_the_second_sees_it(desk: Desk) -> None:
    decide(desk, RESULT, finding(), Ruling.CONFIRMED, "张班长", seen=0)
    with pytest.raises(DecidedMeanwhile) as refused:
        decide(desk, RESULT, finding(), Ruling.OVERTURNED, "李班长", seen=0)
    assert refused.value.decision.reviewer == "张班长"
    assert stands(desk).ruling is Ruling.CONFIRMED


def test_who_saw_a_decision_may_decide_anew_and_the_first_is_kept(desk: Desk, clock: Clock) -> None:
    decide(desk, RESULT, finding(), Ruling.CONFIRMED, "张班长", seen=0)
    clock.passes(hours=1)
    decide(desk, RESULT, finding(), Ruling.OVERTURNED, "李班长", seen=1, why="顾客自己说的")
    assert stands(desk).ruling is Ruling.OVERTURNED
    assert [(each.number, each.reviewer) for each in history(desk, key("S1"), "f1")] == [(1, "张班长"), (2, "李班长")]


def test_a_ruling_repeated_later_still_stands_since_the_first(desk: Desk, clock: Clock) -> None:
    first = decide(desk, RESULT, finding(), Ruling.CONFIRMED, "张班长", seen=0)
    clock.passes(days=20)
    decide(desk, RESULT, finding(), Ruling.CONFIRMED, "李班长", seen=1)
    assert (stands(desk).reviewer, stands(desk).since) == ("李班长", first.at)


def test_twenty_clicks_at_once_make_one_decision_a_finding(desk: Desk) -> None:
    def click(number: int) -> str:
        ruling = Ruling.CONFIRMED if number % 2 else Ruling.OVERTURNED
        try:
            decide(desk, RESULT, finding(f"f{number // 4}"), ruling, f"班长{number % 2}", seen=0)
        except DecidedMeanwhile as late:
            return late.decision.finding.key
        return ""

    with ThreadPoolExecutor(10) as pool:
        refused = [each for each in pool.map(click, range(20)) if each]
    decisions = standing(desk, [key("S1")])[key("S1")]
    assert len(decisions) == 5
    assert all(decision.number == 1 for decision in decisions)
    assert sorted(refused) == sorted(2 * [decision.finding.key for decision in decisions])  # each loser clicked twice
    assert entries(desk)[0] == 5


SCRIPT = """
import sys
from qa_checker.desk.database import Desk
from qa_checker.desk.reviews import Ruling, DecidedMeanwhile, decide
from tests.desk.test_reviews import RESULT, finding
desk, won = Desk(sys.argv[1]), 0
for number in range(10):
    try:
        decide(desk, RESULT, finding(f"f{number}"), Ruling.CONFIRMED, sys.argv[2], seen=0)
        won += 1
    except DecidedMeanwhile:
        pass
print(won)
"""


def test_two_processes_lose_nothing_and_count_nothing_twice(desk: Desk, desk_address: str) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, desk_address, name],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for name in ("张班长", "李班长")
    ]
    won = [int(process.communicate()[0]) for process in running]
    decisions = standing(desk, [key("S1")])[key("S1")]
    assert len(decisions) == sum(won) == 10
    assert {decision.number for decision in decisions} == {1}


def test_comments_and_sign_offs_sent_twice_are_kept_once(desk: Desk) -> None:
    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(comment, desk, key("S1"), " 下次先道歉 ", "张班长")
            pool.submit(sign_off, desk, RESULT, "张班长")
    assert [remark.text for remark in comments(desk, key("S1"))] == ["下次先道歉"]
    assert list(signed_off(desk, [key("S1"), key("S2")])) == [key("S1")]
