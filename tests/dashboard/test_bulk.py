"""Several sessions of the list at once: who may do what with them, what a dialog says before, a message after."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from qa_checker.archive.query import Archive, SessionKey
from qa_checker.dashboard.controls import components
from qa_checker.dashboard.controls.components import Clicked, Picked, Picking
from qa_checker.dashboard.environment import ARCHIVE_VARIABLE, DESK_VARIABLE
from qa_checker.dashboard.views import sessions
from qa_checker.dashboard.views.bulk import told
from qa_checker.desk.audit import Action, entries
from qa_checker.desk.bulk import Done
from qa_checker.desk.cases import cases
from qa_checker.desk.database import Desk
from qa_checker.desk.reviews import Ruling, decide, standing
from qa_checker.desk.samples import samples

from .conftest import write_archive
from .people import desk, hired, visit
from .serving import serving
from .visiting import Visit, button, drawn

__all__ = ["desk", "hired", "visit"]  # fixtures

SHIRKING = [SessionKey("2026-09-18", f"S2-{number:03d}") for number in (2, 5, 8)]  # of 郑凯
LIST = {"days": "all", "agent": "郑凯", "q": "S2-0"}
Click = Callable[..., None]


@pytest.fixture
def click(monkeypatch: pytest.MonkeyPatch) -> Click:
    """Let the list say that an action was taken with these sessions ticked, as the browser does.

    It goes on saying so: AppTest draws the whole page where a browser draws an open dialog alone.
    """

    def prepare(action: str, ticked: list[SessionKey], *, whole: bool = False) -> None:
        rows = frozenset(json.dumps([key.batch, key.session_id]) for key in ticked)
        clicked = Clicked(None, None, Picked(action, rows, whole))
        monkeypatch.setattr(sessions, "sheet", lambda *_, **__: clicked)

    return prepare


def confirmed(desk: Desk) -> dict[str, set[tuple[str, Ruling]]]:
    found = standing(desk, SHIRKING)
    return {key.session_id: {(each.reviewer, each.ruling) for each in rulings} for key, rulings in found.items()}


def test_the_dialog_says_what_will_be_confirmed_and_one_click_does_it(
    visit: Visit, click: Click, desk: Desk, archive: Archive
) -> None:
    result, case = cases(desk, archive, SHIRKING[:1])[SHIRKING[0]]
    decide(desk, result, case.open[0].finding, Ruling.OVERTURNED, "li", seen=0)
    waiting = sum(len(case.open) for _, case in cases(desk, archive, SHIRKING).values())
    click("confirm", SHIRKING)
    app = visit("zhang", "sessions", **LIST)
    assert f"的 **{waiting}** 条机器判定" in app.markdown[-1].value
    assert "1 条已有人裁定，不会改动" in app.caption[-1].value
    assert confirmed(desk) == {"S2-002": {("li", Ruling.OVERTURNED)}}  # nothing before the click
    button(app, f"确认这 {waiting} 条").click().run()
    assert app.success[0].value == f"确认了 {waiting} 条；1 条已有人裁定，未改动。"
    mine = {("zhang", Ruling.CONFIRMED)}
    assert confirmed(desk) == {"S2-002": {("li", Ruling.OVERTURNED)}, "S2-005": mine, "S2-008": mine}
    assert entries(desk, actions=[Action.REVIEWED])[0] == 3  # li's one, and a line a session


def test_chosen_sessions_are_dealt_out_in_turns(visit: Visit, click: Click, desk: Desk) -> None:
    click("deal", SHIRKING)
    app = visit("zhang", "sessions", **LIST)
    app.multiselect(key="picked-to").set_value(["li", "zhang"]).run()
    app.button(key="picked-now").click().run()
    (sample,) = samples(desk)
    assert set(sample.sessions) == set(SHIRKING)
    assert (len(sample.assigned_to("li")), len(sample.assigned_to("zhang"))) == (2, 1)
    assert app.success[0].value == "已分给 li、zhang。"
    assert any("选的 3 通" in each.value for each in visit("li", "review").caption)


def test_the_whole_of_a_draw_is_dealt_out_as_the_draw_it_is(visit: Visit, click: Click, desk: Desk) -> None:
    click("deal", [], whole=True)
    app = visit("zhang", "sessions", days="all", draw="40", seed="7")
    app.button(key="picked-now").click().run()
    (sample,) = samples(desk)
    assert (sample.size, sample.seed, sample.population) == (40, 7, 68)


def test_a_supervisor_may_do_everything_an_operator_export_and_an_agent_nothing(visit: Visit) -> None:
    def offered(name: str, page: str) -> list[str] | None:
        picking = drawn(visit(name, page, days="all"))["picking"]
        return picking and [each["name"] for each in picking["actions"]]

    assert offered("zhang", "sessions") == ["confirm", "deal", "export"]
    assert offered("ops", "sessions") == ["export"]
    assert offered("wang", "my-sessions") is None


def test_what_was_not_offered_is_not_done_whatever_the_browser_says() -> None:
    forged = {"action": "confirm", "rows": ["x"], "whole": True}
    assert components._picked(None, forged) is None
    assert components._picked(Picking({"export": "导出"}), forged) is None
    assert components._picked(Picking({"confirm": "确认"}), forged) == Picked("confirm", frozenset({"x"}), False)


def test_what_a_bulk_came_to_is_said_plainly() -> None:
    assert told(Done(confirmed=7)) == "确认了 7 条。"
    assert told(Done(5, 2, 1, 1)) == (
        "确认了 5 条；2 条已有人裁定，未改动；1 条正在申诉，未改动；1 通刚刚重新评过分，未改动，请看过新结果再确认。"
    )


@pytest.mark.browser
def test_three_rows_ticked_by_keyboard_are_confirmed_and_nothing_else_is(browser: Browser, tmp_path: Path) -> None:
    write_archive(tmp_path)
    address = tmp_path / "desk.sqlite"
    context = browser.new_context(viewport={"width": 1440, "height": 960}, locale="zh-CN")
    context.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    with serving({ARCHIVE_VARIABLE: str(tmp_path), DESK_VARIABLE: str(address)}) as server:
        page = context.new_page()
        page.goto(f"{server}/sessions?days=all&agent=郑凯&q=S2-0")
        for key in SHIRKING:
            box = page.get_by_role("checkbox", name=f"选中 {key.session_id}")
            box.focus()
            box.press("Space")
            expect(box).to_be_checked()
        expect(page.get_by_role("status").filter(has_text="已选 3 通")).to_be_visible()
        expect(page.locator("h1")).to_have_text("会话抽检")  # a tick opens nothing
        page.get_by_role("button", name="确认机器判定…").press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("选中 3 通")
        dialog.get_by_role("button", name="确认这").dblclick()
        expect(page.get_by_text("确认了 ")).to_be_visible()
        expect(page.locator("tr", has_text="复核中")).to_have_count(3)
        page.get_by_role("button", name="导出…").click()
        with page.expect_download() as coming:
            dialog.get_by_role("button", name="会话（CSV）").click()
        _, *exported = Path(coming.value.path()).read_text(encoding="utf-8-sig").splitlines()
    context.close()
    desk = Desk(f"sqlite:///{address}")
    total, lines = entries(desk, actions=[Action.REVIEWED])
    assert (total, {line.session for line in lines}) == (3, set(SHIRKING))
    assert sorted(line.split(",")[1] for line in exported) == [key.session_id for key in SHIRKING]
    assert entries(desk, actions=[Action.EXPORTED])[1][0].detail == {"what": "sessions", "picked": "3"}
    rulings = standing(desk, SHIRKING)
    assert {each.ruling for mine in rulings.values() for each in mine} == {Ruling.CONFIRMED}
    assert {each.number for mine in rulings.values() for each in mine} == {1}
    desk.close()
