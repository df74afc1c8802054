"""The pages as a visitor meets them, run by Streamlit itself without a browser."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qa_checker.dashboard import navigation
from qa_checker.dashboard.visitor import Visitor, scope_of
from qa_checker.desk.accounts import Role

from .conftest import HOSTILE_AGENT, write_archive
from .visiting import Visit, drawn, visited


@pytest.fixture
def visit(archive_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Open a page with an address, over the small archive or another one."""

    def open_page(page: str, /, *, archive: Path = archive_root, **params: str | list[str]) -> AppTest:
        return visited(monkeypatch, page, archive, tmp_path / "desk.sqlite", **params)

    return open_page


def cells(app: AppTest, column: str) -> list[Any]:
    shown = [row["cells"][column] for row in drawn(app)["rows"]]
    return [cell["text"] if isinstance(cell, dict) else cell for cell in shown]


def test_the_overview_shows_the_periods_figures(visit: Visit) -> None:
    app = visit("overview", days="all")
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["已质检会话"] == "68"
    assert shown["红线会话"] == "1"
    assert list(shown)[:6] == ["已质检会话", "平均得分", "合格率", "红线会话", "罚款", "奖励"]
    assert cells(app, "agent")[0] in ("王明", "李婷")
    assert len(app.get("vega_lite_chart")) == 6


def test_every_metric_on_the_overview_is_explained_and_leads_to_its_sessions(visit: Visit) -> None:
    app = visit("overview", days="all")
    shown = {metric.label: metric for metric in app.metric}
    assert shown["首次响应"].value == "34秒"
    assert shown["未回复轮数"].value == "1"
    assert shown["3分钟回复率（轮次）"].value == "91.5%"
    assert "÷" in shown["平均响应"].help
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert "kind=slow" in links["等过 3 分钟以上：11 个会话"]
    assert "days=all" in links["等过 3 分钟以上：11 个会话"]
    listed = visit("sessions", days="all", kind="slow")
    assert any("共 11 个会话" in text.value for text in listed.markdown)


def test_agents_stand_side_by_side_and_one_beside_his_team(visit: Visit) -> None:
    together = visit("agents", days="all")
    assert cells(together, "agent") == sorted([HOSTILE_AGENT, "李婷", "王明", "郑凯"])
    alone = visit("agents", days="all", agent="郑凯")
    assert any(heading.value == "郑凯" for heading in alone.subheader)
    assert {metric.label: metric.value for metric in alone.metric}["咨询人数"] == "22"
    assert cells(alone, "day") == ["2026-09-16", "2026-09-17", "2026-09-18"]


def test_the_overview_counts_sessions_without_a_time_apart(visit: Visit) -> None:
    app = visit("overview")
    assert {metric.label: metric.value for metric in app.metric}["已质检会话"] == "67"
    assert any("1 个会话没有时间" in caption.value for caption in app.caption)


def test_agents_are_tied_unless_their_intervals_are_apart(visit: Visit) -> None:
    app = visit("overview", days="all")
    ranks = dict(zip(cells(app, "agent"), cells(app, "rank"), strict=True))
    assert ranks["王明"] == ranks["李婷"] == "并列 1~2"
    assert ranks["郑凯"] == "3"
    assert ranks[HOSTILE_AGENT] == "—"


def test_a_period_is_compared_with_the_one_before(visit: Visit) -> None:
    app = visit("overview", **{"from": "2026-09-17", "to": "2026-09-17"})
    assert next(metric for metric in app.metric if metric.label == "已质检会话").delta == "0"
    assert any("与 2026-09-16 至 2026-09-16 相比" in caption.value for caption in app.caption)


def test_filters_of_the_address_hold_and_the_widgets_show_them(visit: Visit) -> None:
    app = visit("sessions", days="all", agent=["郑凯"], rule="speed/each-reply", outcome="deducted", max="90", q="s1")
    assert app.multiselect(key="filter-agents").value == ["郑凯"]
    assert app.selectbox(key="filter-rule").value == "speed/each-reply"
    assert app.slider(key="filter-score").value == (0, 90)
    assert app.text_input(key="filter-session").value == "s1"
    assert set(cells(app, "agent")) == {"郑凯"}
    assert cells(app, "session") == ["S1-014"]


def test_changing_a_filter_rewrites_the_address_and_goes_back_to_page_one(visit: Visit) -> None:
    app = visit("sessions", days="all", page="3")
    assert len(drawn(app)["rows"]) == 18
    app.multiselect(key="filter-shops").set_value(["二店"]).run()
    assert dict(app.query_params) == {"days": "all", "shop": "二店"}
    assert set(cells(app, "shop")) == {"二店"}


def test_one_can_choose_days(visit: Visit) -> None:
    app = visit("sessions")
    app.segmented_control(key="filter-span").set_value("chosen").run()
    assert dict(app.query_params) == {"from": "2026-09-16", "to": "2026-09-18"}
    app.date_input(key="filter-days").set_value((date(2026, 9, 17), date(2026, 9, 17))).run()
    assert {time[:5] for time in cells(app, "time")} == {"09-17"}


def test_pages_beyond_the_last_show_the_last(visit: Visit) -> None:
    assert len(drawn(visit("sessions", days="all", page="99"))["rows"]) == 18


def test_a_draw_shows_its_seed_and_can_be_undone(visit: Visit) -> None:
    app = visit("sessions", days="all", draw="10", seed="4711")
    assert any("随机抽取的 10 个会话 · 种子 4711" in text.value for text in app.markdown)
    assert len(drawn(app)["rows"]) == 10
    next(button for button in app.button if button.label == "不再抽取").click().run()
    assert dict(app.query_params) == {"days": "all"}


def test_nothing_found_is_said(visit: Visit) -> None:
    app = visit("sessions", q="no such session")
    assert "没有符合条件的会话" in app.info[0].value
    assert not app.get("bidi_component")


def test_a_session_shows_its_place_in_the_list_and_its_transcript(visit: Visit) -> None:
    app = visit("session", batch="2026-09-18", id="X-red", days="all", sort="score")
    assert app.title[0].value == "会话 X\\-red"
    assert any(caption.value == "1 / 68" for caption in app.caption)
    assert drawn(app)["summary"]["result"] == "红线"
    previous, following = (next(b for b in app.button if b.label == label) for label in ("上一个", "下一个"))
    assert previous.disabled
    assert not following.disabled


@pytest.mark.parametrize("session", ["nothing", "'; DROP TABLE sessions; --"])
def test_a_session_that_is_not_there_is_said(visit: Visit, session: str) -> None:
    app = visit("session", batch="2026-09-18", id=session)
    assert "没有这个会话" in app.info[0].value


@pytest.mark.parametrize("page", ["overview", "sessions", "session"])
def test_an_archive_without_results_says_which_command_to_run(visit: Visit, tmp_path: Path, page: str) -> None:
    app = visit(page, archive=tmp_path / "missing")
    assert "还没有质检结果" in app.subheader[0].value
    assert app.code[0].value == f'qa-checker score 聊天记录.csv --archive "{tmp_path / "missing"}"'


def test_a_damaged_archive_is_an_error_in_words(visit: Visit, tmp_path: Path) -> None:
    write_archive(tmp_path)
    (tmp_path / "2026-09-17" / "manifest.json").write_text("{}", encoding="utf-8")
    app = visit("overview", archive=tmp_path)
    assert "批次清单读不出来" in app.error[0].value


def test_an_agent_finds_none_of_the_leaders_pages() -> None:
    agent = Visitor("王明", frozenset({Role.AGENT}), "王明")
    names = {room.name for room in navigation.rooms_for(agent)}
    assert names == {"my-overview", "my-sessions", "my-appeals", "self-check", "session"}
    assert scope_of(agent).agents == ("王明",)
    assert scope_of(Visitor("nobody", frozenset({Role.AGENT}))).agents == ()
    assert scope_of(Visitor("lead", frozenset({Role.SUPERVISOR, Role.AGENT}), "王明")).agents is None
