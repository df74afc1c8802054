"""Appeals: one a finding, by the agent it is charged to, in time; the first supervisor decides, the score follows."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from qa_checker.desk.appeals import (
    AppealRefused,
    AppealState,
    appeals,
    appeals_of,
    deadline,
    decide_appeal,
    file_appeal,
)
from qa_checker.desk.audit import Action, entries
from qa_checker.desk.database import Desk
from qa_checker.desk.reviews import Ruling, decide, history

from .conftest import Clock
from .night import key
from .test_reviews import RESULT, finding, stands

REASON = "顾客问的是快递，确实不归我管"


def test_an_upheld_appeal_overturns_and_a_rejected_one_confirms(desk: Desk) -> None:
    for name, state, ruling in (
        ("f1", AppealState.UPHELD, Ruling.OVERTURNED),
        ("f2", AppealState.REJECTED, Ruling.CONFIRMED),
    ):
        filed = file_appeal(desk, RESULT, finding(name), REASON, "王明的账号", "王明")
        decided = decide_appeal(desk, filed.id, state, "看过聊天了", "李班长")
        assert (decided.state, decided.answer, decided.decided_by) == (state, "看过聊天了", "李班长")
        assert history(desk, key("S1"), name)[-1].ruling is ruling
    assert entries(desk, actions=[Action.APPEALED, Action.APPEAL_DECIDED])[0] == 4


def test_an_upheld_appeal_comes_after_the_confirmation_it_objects_to(desk: Desk) -> None:
    decide(desk, RESULT, finding(), Ruling.CONFIRMED, "张班长", seen=0)
    filed = file_appeal(desk, RESULT, finding(), REASON, "王明的账号", "王明")
    decide_appeal(desk, filed.id, AppealState.UPHELD, "看过聊天了", "李班长")
    assert (stands(desk).number, stands(desk).ruling, stands(desk).finding) == (2, Ruling.OVERTURNED, finding())


def test_what_cannot_be_appealed_is_refused_with_the_reason(desk: Desk) -> None:
    for what, by, reason, words in (
        (finding(), "李婷", REASON, "自己名下"),
        (replace(finding(), agent_id=None), "王明", REASON, "自己名下"),
        (replace(finding(), outcome="earns"), "王明", REASON, "没有扣分"),
        (finding(), "王明", " 不 ", "请写明理由"),
    ):
        with pytest.raises(AppealRefused, match=words):
            file_appeal(desk, RESULT, what, reason, "某账号", by)
    decide(desk, RESULT, finding(), Ruling.OVERTURNED, "张班长", seen=0)
    with pytest.raises(AppealRefused, match="已经被推翻"):
        file_appeal(desk, RESULT, finding(), REASON, "王明的账号", "王明")
    assert appeals(desk) == ()


def test_a_finding_is_appealed_once_however_often_one_clicks(desk: Desk) -> None:
    with ThreadPoolExecutor(6) as pool:
        filed = list(pool.map(lambda _: file_appeal(desk, RESULT, finding(), REASON, "王明的账号", "王明"), range(6)))
    assert len({each.id for each in filed}) == 1
    with pytest.raises(AppealRefused, match="已经申诉过"):
        file_appeal(desk, RESULT, finding(), "再说一遍，真的不归我管", "王明的账号", "王明")


def test_the_deadline_is_the_end_of_the_third_working_day(desk: Desk, clock: Clock) -> None:
    decide(desk, RESULT, finding(), Ruling.CONFIRMED, "张班长", seen=0)  # Friday; Sunday 20 September 2026 is worked
    shanghai = ZoneInfo("Asia/Shanghai")
    assert deadline(clock.time) == datetime(2026, 9, 23, tzinfo=shanghai)
    clock.time = datetime(2026, 9, 23, tzinfo=shanghai)
    with pytest.raises(AppealRefused, match="已过申诉期限"):
        file_appeal(desk, RESULT, finding(), REASON, "王明的账号", "王明")
    clock.passes(seconds=-1)
    assert file_appeal(desk, RESULT, finding(), REASON, "王明的账号", "王明").state is AppealState.OPEN


def test_of_two_supervisors_at_once_one_decides_and_the_other_is_told(desk: Desk) -> None:
    filed = file_appeal(desk, RESULT, finding(), REASON, "王明的账号", "王明")

    def decided(number: int) -> str:
        state = AppealState.UPHELD if number % 2 else AppealState.REJECTED
        try:
            decide_appeal(desk, filed.id, state, "看过聊天了", f"班长{number % 2}")
        except AppealRefused as refused:
            return str(refused)
        return ""

    with ThreadPoolExecutor(8) as pool:
        told = [words for words in pool.map(decided, range(8)) if words]
    assert len(told) == 4
    assert all("已经处理了这个申诉" in words for words in told)
    assert len(history(desk, key("S1"), "f1")) == 1


def test_the_queue_shows_the_oldest_first_and_agents_their_own(desk: Desk, clock: Clock) -> None:
    for number in range(3):
        mine = replace(finding(f"f{number}"), agent_id="王明" if number else "李婷")
        file_appeal(desk, RESULT, mine, REASON, "账号", mine.agent_id or "")
        clock.passes(hours=1)
    assert [each.finding.key for each in appeals(desk, state=AppealState.OPEN)] == ["f0", "f1", "f2"]
    assert [each.finding.key for each in appeals(desk, agent_id="王明")] == ["f2", "f1"]
    assert set(appeals_of(desk, key("S1"))) == {"f0", "f1", "f2"}
