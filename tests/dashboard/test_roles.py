"""Who may see and do what: roles come from the desk at every rerun, and no address opens what is not one's own."""

import json

import pytest
from google.protobuf.json_format import MessageToJson
from streamlit.testing.v1 import AppTest

from qa_checker.archive.query import Archive, SessionKey, whole_session
from qa_checker.archive.selection import Scope
from qa_checker.dashboard import navigation
from qa_checker.desk.accounts import Role, add_account, disable_account
from qa_checker.desk.appeals import AppealState, appeals, file_appeal
from qa_checker.desk.audit import Action, entries
from qa_checker.desk.cases import cases
from qa_checker.desk.database import Desk
from qa_checker.desk.drafts import keep_draft, place_of
from qa_checker.desk.reviews import Ruling, decide, signed_off, standing
from qa_checker.desk.samples import samples

from .people import PASSWORD, desk, hired, visit
from .visiting import Visit, button, drawn

__all__ = ["desk", "hired", "visit"]  # fixtures

SHIRKING = SessionKey("2026-09-18", "S2-002")  # of 郑凯
MINE = SessionKey("2026-09-18", "S2-000")  # of 王明


def everything_on(app: AppTest) -> str:
    """All that was sent to the browser, as text."""
    sent = [
        MessageToJson(each.proto, ensure_ascii=False) for part in (app.main, app.sidebar) for each in part if each.proto
    ]
    sent += [json.dumps(json.loads(each.proto.json), ensure_ascii=False) for each in app.get("bidi_component")]
    return "\n".join(sent)


def test_without_a_visit_nothing_is_drawn(visit: Visit) -> None:
    app = visit("", "sessions")
    assert "请刷新本页重新登录" in app.info[0].value
    assert not app.get("bidi_component")


@pytest.mark.parametrize(
    "params",
    [
        {"batch": SHIRKING.batch, "id": SHIRKING.session_id},
        {"batch": SHIRKING.batch, "id": SHIRKING.session_id, "agent": "郑凯", "days": "all"},
        {"batch": SHIRKING.batch, "id": SHIRKING.session_id, "agent_id": "郑凯", "role": "supervisor"},
        {"batch": SHIRKING.batch, "id": "' OR 1=1 --"},
        {"batch": SHIRKING.batch, "id": SHIRKING.session_id, "rule": "attitude/no-shirking", "draw": "9", "seed": "1"},
    ],
)
def test_an_agent_reaches_no_others_session_by_its_address(visit: Visit, params: dict[str, str]) -> None:
    app = visit("wang", "session", **params)
    assert "没有这个会话" in app.info[0].value
    assert "不归我们管" not in everything_on(app)


@pytest.mark.parametrize("page", [room.name for room in navigation.ROOMS if Role.AGENT not in room.roles])
def test_an_agent_asking_for_a_leaders_page_lands_on_his_own(visit: Visit, page: str) -> None:
    app = visit("wang", page, days="all")
    assert app.title[0].value == "我的概览"
    assert "郑凯" not in everything_on(app)


@pytest.mark.parametrize("params", [{"days": "all"}, {"days": "all", "agent": "郑凯"}, {"days": "all", "q": "S2-002"}])
def test_an_agents_list_holds_his_own_sessions_whatever_he_asks_for(visit: Visit, params: dict[str, str]) -> None:
    app = visit("wang", "my-sessions", **params)
    assert "郑凯" not in everything_on(app)
    assert "不推诿" not in everything_on(app)
    rows = [row for each in app.get("bidi_component") for row in json.loads(each.proto.json)["rows"]]
    assert {row["cells"]["agent"]["text"] for row in rows} <= {"王明", "李婷"}  # 李婷 took one of his over


def test_of_all_sessions_an_agent_can_guess_only_those_he_had_a_part_in_open(archive: Archive) -> None:
    held = {(row["batch"], row["session_id"]): row["agents"] for row in archive.rows("SELECT * FROM sessions")}
    scope = Scope(agents=("王明",))
    opened = {key for key in held if whole_session(archive, scope, SessionKey(*key))}
    assert opened == {key for key, agents in held.items() if "王明" in agents}
    assert 0 < len(opened) < len(held)


def test_self_check_shows_what_was_pasted_and_nothing_of_the_archive(visit: Visit, desk: Desk) -> None:
    before = entries(desk)[0]
    app = visit("wang", "self-check", batch=SHIRKING.batch, id=SHIRKING.session_id, days="all", agent="郑凯")
    app.text_area[0].set_value(f"顾客 {SHIRKING.session_id}\n客服 您好，{SHIRKING.session_id} 是郑凯的会话")
    button(app, "检查").click().run()
    assert not app.exception
    assert {metric.label for metric in app.metric} == {"得分", "结果", "罚款", "奖励"}
    assert "不归我们管" not in everything_on(app)
    stored = [line for line in entries(desk)[1][: entries(desk)[0] - before] if line.action != Action.SIGNED_IN]
    assert stored == []


def test_an_agent_sees_neither_the_drafts_nor_the_appeals_of_another(
    visit: Visit, desk: Desk, archive: Archive
) -> None:
    there = SessionKey("2026-09-18", "X-transferred")  # 王明 was charged, 李婷 held it last
    add_account(desk, "liting", Role.AGENT, agent_id="李婷", password=PASSWORD, by="测试")
    result, case = cases(desk, archive, [there])[there]
    file_appeal(desk, result, case.open[0].finding, "我当时在接电话", "wang", "王明")
    place = place_of("appeal", there, case.open[0].finding.key)
    keep_draft(desk, "wang", place, "写了一半的理由")
    for page in ("session", "my-appeals", "my-overview"):
        shown = everything_on(visit("liting", page, batch=there.batch, id=there.session_id, days="all"))
        assert "我当时在接电话" not in shown
        assert "写了一半的理由" not in shown
    assert "我当时在接电话" in everything_on(visit("wang", "my-appeals"))


def test_what_a_supervisor_was_shown_is_not_recalled_for_an_agent(visit: Visit) -> None:
    there = {"batch": SHIRKING.batch, "id": SHIRKING.session_id, "days": "all"}
    assert "不归我们管" in everything_on(visit("zhang", "session", **there))
    assert "不归我们管" not in everything_on(visit("wang", "session", **there))


def test_in_a_session_handed_over_an_agent_sees_only_the_verdicts_on_himself(visit: Visit) -> None:
    there = {"batch": "2026-09-18", "id": "X-transferred", "days": "all"}
    assert [card["title"] for card in drawn(visit("wang", "session", **there))["verdicts"]] == ["首次回复要问好"]


def test_a_change_of_account_holds_at_the_next_click(visit: Visit, desk: Desk) -> None:
    app = visit("zhang", "sessions", days="all")
    assert app.title[0].value == "会话抽检"
    disable_account(desk, "zhang", by="ops")
    app.run()
    assert "请刷新本页重新登录" in app.info[0].value


def test_an_operator_reads_but_does_not_rule(visit: Visit) -> None:
    app = visit("ops", "session", batch=SHIRKING.batch, id=SHIRKING.session_id, days="all")
    assert not any(card["actions"] for card in drawn(app)["verdicts"])
    assert not drawn(app)["selectable"]
    assert not any(each.label in ("确认", "推翻") for each in app.button)


def test_every_transcript_that_is_opened_is_in_the_log_once(visit: Visit, desk: Desk) -> None:
    app = visit("zhang", "session", batch=SHIRKING.batch, id=SHIRKING.session_id, days="all")
    app.run()
    total, lines = entries(desk, actions=[Action.READ])
    assert (total, lines[0].actor, lines[0].session) == (1, "zhang", SHIRKING)


def test_a_supervisor_rules_with_one_click_and_goes_on_after_the_last(visit: Visit, desk: Desk) -> None:
    app = visit("zhang", "review", days="all", agent="郑凯", outcome="deducted", sort="-time")
    first = app.title[0].value
    while button(app, "确认") and app.title[0].value == first:
        button(app, "确认").click().run()
    (done,) = standing(desk, _ruled(desk)).values()
    assert {decision.ruling for decision in done} == {Ruling.CONFIRMED}
    assert app.title[0].value != first
    assert entries(desk, actions=[Action.SIGNED_OFF])[0] == 1


def test_a_button_pressed_by_whom_was_shut_out_meanwhile_does_nothing(visit: Visit, desk: Desk) -> None:
    app = visit("zhang", "review", days="all", agent="郑凯", outcome="deducted")
    disable_account(desk, "zhang", by="测试")
    button(app, "全部确认").click().run()
    assert "请刷新本页重新登录" in app.info[0].value
    assert entries(desk, actions=[Action.REVIEWED, Action.SIGNED_OFF])[0] == 0


def _ruled(desk: Desk) -> list[SessionKey]:
    """The sessions with a ruling."""
    return [line.session for line in entries(desk, actions=[Action.REVIEWED])[1] if line.session]


def test_the_second_supervisor_is_told_who_was_quicker(visit: Visit, desk: Desk, archive: Archive) -> None:
    app = visit("li", "session", batch=SHIRKING.batch, id=SHIRKING.session_id, days="all")
    result, case = cases(desk, archive, [SHIRKING])[SHIRKING]
    decide(desk, result, case.open[0].finding, Ruling.OVERTURNED, "zhang", seen=0)
    button(app, "确认").click().run()
    assert "zhang 刚刚已推翻" in app.warning[0].value
    (decision,) = standing(desk, [SHIRKING])[SHIRKING]
    assert (decision.reviewer, decision.ruling) == ("zhang", Ruling.OVERTURNED)


def test_an_answer_of_no_on_the_scorecard_costs_and_taking_it_back_does_not(
    visit: Visit, desk: Desk, archive: Archive
) -> None:
    app = visit("zhang", "session", batch=MINE.batch, id=MINE.session_id, days="all")
    score = drawn(app)["summary"]["score"]
    app.segmented_control[-1].set_value("否").run()
    assert float(drawn(app)["summary"]["score"]) == float(score) - 5
    app.segmented_control[-1].set_value(None).run()
    assert drawn(app)["summary"]["score"] == score
    assert cases(desk, archive, [MINE])[MINE][1].final.score == float(score)


def test_an_appeal_reaches_the_queue_and_its_answer_reaches_the_agent(
    visit: Visit, desk: Desk, archive: Archive
) -> None:
    result, case = cases(desk, archive, [SHIRKING])[SHIRKING]
    file_appeal(desk, result, case.open[0].finding, "顾客问的是快递公司", "zheng", "郑凯")
    queue = visit("zhang", "appeals")
    (read,) = entries(desk, actions=[Action.READ])[1]
    assert (read.actor, read.session, read.detail) == ("zhang", SHIRKING, {"appeal": 1})
    assert any("顾客问的是快递公司" in text.value for text in queue.text)
    queue.text_input[0].input("确实是快递的事")
    button(queue, "申诉成立，推翻扣分").click().run()
    assert appeals(desk)[0].state is AppealState.UPHELD
    mine = visit("zheng", "my-appeals")
    assert any("确实是快递的事" in text.value for text in mine.text)
    assert "确实是快递的事" not in everything_on(visit("wang", "my-appeals"))
    after = drawn(visit("zheng", "session", batch=SHIRKING.batch, id=SHIRKING.session_id, days="all"))
    assert {"title": "不推诿", "overturned": True}.items() <= next(
        card for card in after["verdicts"] if card["overturned"]
    ).items()


def test_a_drawn_sample_taken_up_for_review_is_kept_with_its_seed(visit: Visit, desk: Desk) -> None:
    app = visit("zhang", "sessions", days="all", draw="5", seed="4711")
    button(app, "复核这一批").click().run()
    (sample,) = samples(desk)
    assert (sample.seed, sample.size, sample.population, sample.drawn_by) == (4711, 5, 68, "zhang")
    assert "draw=5&seed=4711" in sample.asked
    assert len(set(sample.sessions)) == 5


def test_a_sample_dealt_out_is_found_reviewed_and_done_by_each(visit: Visit, desk: Desk) -> None:
    app = visit("zhang", "sessions", days="all", draw="4", seed="4711")
    app.multiselect(key="dealing-to").set_value(["li", "zhang"]).run()
    button(app, "分派").click().run()
    (sample,) = samples(desk)
    mine = sample.assigned_to("li")
    assert (len(mine), {place.probability for place in sample.places}) == (2, {4 / 68})
    app = visit("li", "review")
    button(app, "继续复核").click().run()
    seen = []
    for left in (2, 1):
        seen.append(app.query_params.get("id") or app.title[0].value)
        assert any(caption.value == f"分配给我的还有 {left} 个" for caption in app.caption)
        label = "看过，下一个" if any(each.label == "看过，下一个" for each in app.button) else "全部确认"
        button(app, label).click().run()
        assert not app.exception
    assert len(set(map(str, seen))) == 2
    assert "分配给您的 2 通都复核完了" in app.success[0].value
    assert set(signed_off(desk, sample.sessions)) == set(mine)
    others = visit("li", "review", sample=str(sample.id + 1))  # not his: his own queue, as ever
    assert not any("分配给我的还有" in caption.value for caption in others.caption)


def test_the_overview_shows_what_review_made_of_the_machines_figures(
    visit: Visit, desk: Desk, archive: Archive
) -> None:
    assert any("还没有人复核过" in each.value for each in visit("ops", "overview", days="all").caption)
    red = SessionKey("2026-09-18", "X-red")
    for key, ruling in ((SHIRKING, Ruling.OVERTURNED), (red, Ruling.CONFIRMED)):
        result, case = cases(desk, archive, [key])[key]
        for each in case.open:
            decide(desk, result, each.finding, ruling, "zhang", seen=0)
    shown = {metric.label: metric for metric in visit("ops", "overview", days="all").metric}
    machine, after = float(shown["平均得分"].value), float(shown["复核后均分"].value)
    assert after == pytest.approx(machine + 10 / 68, abs=0.06)
    assert shown["已复核"].value == "2 通"
    assert shown["复核后红线"].value == "1"
    mine = {metric.label: metric.value for metric in visit("zheng", "my-overview", days="all").metric}
    assert mine["已复核"] == "2 通"
    assert not any(metric.label == "已复核" for metric in visit("wang", "my-overview", days="all").metric)


def test_the_queue_goes_through_the_whole_list_once(visit: Visit, desk: Desk) -> None:
    app = visit("zhang", "review", days="all", draw="4", seed="1", sort="score")
    seen = set()
    while not app.success:
        seen.add(app.title[0].value)
        label = "看过，下一个" if any(each.label == "看过，下一个" for each in app.button) else "全部确认"
        button(app, label).click().run()
        assert not app.exception
    assert len(seen) == 4
    assert "这一批都复核完了" in app.success[0].value


def test_the_list_shows_what_review_made_of_a_score(visit: Visit, desk: Desk, archive: Archive) -> None:
    result, case = cases(desk, archive, [SHIRKING])[SHIRKING]
    for each in case.open:
        decide(desk, result, each.finding, Ruling.OVERTURNED, "zhang", seen=0)
    (row,) = drawn(visit("zhang", "sessions", days="all", q="S2-002"))["rows"]
    assert row["cells"]["review"] == "90 → 100"


def test_the_list_can_be_ordered_by_the_score_after_review(visit: Visit, desk: Desk, archive: Archive) -> None:
    def order() -> list[str]:
        app = visit("zhang", "sessions", days="all", q="S2-00", sort="review")
        return [row["cells"]["session"]["text"] for row in drawn(app)["rows"]]

    before = order()
    assert before.index("S2-002") < before.index("S2-007") < before.index("S2-001")  # 90, 95, 100
    result, case = cases(desk, archive, [SHIRKING])[SHIRKING]
    for each in case.open:
        decide(desk, result, each.finding, Ruling.OVERTURNED, "zhang", seen=0)
    after = order()
    assert sorted(after) == sorted(before)
    assert after.index("S2-007") < after.index("S2-002")
    app = visit("zhang", "session", batch="2026-09-18", id="S2-007", days="all", q="S2-00", sort="review")
    assert any(caption.value == f"{after.index('S2-007') + 1} / {len(after)}" for caption in app.caption)


def test_the_ledger_shows_what_was_confirmed(visit: Visit, desk: Desk, archive: Archive) -> None:
    result, case = cases(desk, archive, [SHIRKING])[SHIRKING]
    shirking = next(each for each in case.open if each.finding.fine)
    decide(desk, result, shirking.finding, Ruling.CONFIRMED, "zhang", seen=0)
    app = visit("ops", "ledger")
    assert {metric.label: metric.value for metric in app.metric}["罚款"] == "5 元"


def test_the_scope_itself_shows_an_agent_no_others_session(archive: Archive) -> None:
    assert whole_session(archive, Scope(agents=("王明",)), SHIRKING) is None
    assert cases_of_agent(archive) == set()


def cases_of_agent(archive: Archive) -> set[SessionKey]:
    nowhere = Desk("sqlite://")
    found = set(cases(nowhere, archive, [SHIRKING], Scope(agents=("王明",))))
    nowhere.close()
    return found
