"""A page stands open while the night is scored anew: what is clicked on it then is neither lost nor counted twice."""

from pathlib import Path

import pytest
from desk.night import key, publish_night
from streamlit.testing.v1 import AppTest

from qa_checker.archive.query import Archive
from qa_checker.dashboard import views
from qa_checker.dashboard.controls.components import Acted
from qa_checker.desk.cases import cases
from qa_checker.desk.database import Desk
from qa_checker.desk.ledger import ledger
from qa_checker.desk.reviews import Ruling, standing

from .visiting import visited


@pytest.fixture
def before(tmp_path: Path) -> Archive:
    return publish_night(tmp_path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(f"sqlite:///{tmp_path / 'desk.sqlite'}")


@pytest.fixture
def opened(before: Archive, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    of = {"batch": "night", "id": "S3", "days": "all"}
    return visited(monkeypatch, "session", before.root, tmp_path / "desk.sqlite", **of)


def confirm(app: AppTest) -> None:
    next(each for each in app.button if each.label == "确认").click().run()
    assert not app.exception


def test_a_click_on_yesterdays_page_holds_for_the_same_words_today(opened: AppTest, desk: Desk, tmp_path: Path) -> None:
    today = publish_night(tmp_path, rude="must_not_say: 别处\nin: anywhere\ncosts: 6")
    confirm(opened)
    (carried,) = cases(desk, today, [key("S3")])[key("S3")][1].findings
    assert (carried.ruling, carried.number) == (Ruling.CONFIRMED, 1)
    assert [(line.fine, line.past) for line in ledger(desk, today)] == [(2, False)]
    assert "会话 S3 刚刚重新评过分。您的裁定已经保存" in opened.warning[0].value


def test_a_card_clicked_after_it_is_gone_is_told_and_decides_nothing(
    opened: AppTest, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clicks = [Acted(finding="gone since", action="overturn")]
    monkeypatch.setattr(views.session, "transcript", lambda *_, **__: clicks.pop() if clicks else None)
    opened.run()
    assert "在新结果里没有了，操作没有保存" in opened.warning[0].value
    assert not standing(desk, [key("S3")])


def test_a_click_on_what_is_gone_today_is_kept_as_of_yesterday_and_counted_once(
    opened: AppTest, before: Archive, desk: Desk, tmp_path: Path
) -> None:
    yesterday = cases(desk, before, [key("S3")])[key("S3")][0].run
    today = publish_night(tmp_path, closing="must_not_say: 在\nin: anywhere\ncosts: 1\nfine: 1")
    confirm(opened)
    (kept,) = standing(desk, [key("S3")])[key("S3")]
    assert (kept.result.run, kept.finding.fine) == (yesterday, 2)
    assert [(line.fine, line.past) for line in ledger(desk, today)] == [(2, True)]
    opened.query_params["id"] = "S3"  # after the last verdict the next session came
    opened.run()
    assert "针对旧结果的决定（1 条）" in [each.label for each in opened.expander]
    confirm(opened)
    assert [(line.fine, line.past) for line in ledger(desk, today)] == [(1, False)]
