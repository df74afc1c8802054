"""规则与词表: reading rules with their record, changing them, and what happens when two publish."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from qa_checker.archive.query import Archive, SessionKey
from qa_checker.desk.cases import cases
from qa_checker.desk.database import Desk
from qa_checker.desk.editions import editions, publish, texts_of
from qa_checker.desk.in_force import number_in_force, texts
from qa_checker.desk.reviews import Ruling, decide
from qa_checker.desk.rule_record import RuleRecord, records_of_rules
from qa_checker.rulebook import lexicons, load

from .conftest import write_archive
from .visiting import Visit, button, visited

APOLOGY = "phrases/apology.txt"
SHIRKING = SessionKey("2026-09-18", "S2-002")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive of one's own: publishing writes beside it."""
    write_archive(tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture
def desk(root: Path) -> Iterator[Desk]:
    opened = Desk(f"sqlite:///{root / 'desk.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def visit(root: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    def open_page(**params: str) -> AppTest:
        return visited(monkeypatch, "rules", root, root / "desk.sqlite", **params)

    return open_page


def press(app: AppTest, label: str) -> AppTest:
    return button(app, label).click().run()


def edit(app: AppTest, path: str, text: str) -> AppTest:
    app.selectbox(key="edit-file").select(path).run()
    return app.text_area[0].set_value(text).run()


def test_an_edited_list_is_checked_published_and_in_force(visit: Visit, desk: Desk, root: Path) -> None:
    app = edit(visit(view="edit"), APOLOGY, texts(lexicons())[APOLOGY] + "实在过意不去\n")
    assert "+实在过意不去" in app.code[0].value
    press(app, "发布")
    assert "请写一句为什么改" in app.warning[0].value
    app.text_input[-1].set_value("顾客爱听")
    press(app, "发布")
    (edition,) = editions(desk)
    assert (edition.note, edition.published_by) == ("顾客爱听", "本机用户")
    book = load(folder=lexicons(root))
    assert "实在过意不去" in book.snapshot
    assert edition.fingerprint == book.fingerprint


def test_what_is_wrong_is_told_with_its_line_and_not_published(visit: Visit, desk: Desk) -> None:
    app = edit(visit(view="edit"), "rules/attitude/calm.yaml", "why: 冷静\ncost: 5\nmust_say: apology\n")
    press(app, "检查")
    assert "还不能发布" in app.error[0].value
    problems = app.code[-1].value.splitlines()
    assert any(line.startswith("rules/attitude/calm.yaml:2: 不认识的键 cost") for line in problems)
    assert any("缺少 title" in line for line in problems)
    assert editions(desk) == ()


def test_the_second_of_two_supervisors_sees_the_first_ones_change_before_he_publishes(
    visit: Visit, desk: Desk, root: Path
) -> None:
    own = texts(lexicons())
    app = edit(visit(view="edit"), APOLOGY, own[APOLOGY] + "实在过意不去\n")
    theirs = own | {"phrases/urge.txt": own["phrases/urge.txt"] + "等得花儿都谢了\n"}
    publish(desk, theirs, "f" * 64, by="li", note_="催促", seen=0)
    app.text_input[-1].set_value("顾客爱听")
    press(app, "发布")
    assert "li 刚刚发布了第 1 版" in app.warning[0].value
    press(app, "看过了，在新版上继续")
    app.text_input[-1].set_value("顾客爱听")
    press(app, "发布")
    assert [each.published_by for each in editions(desk)] == ["本机用户", "li"]
    both = texts_of(desk, 2)
    assert "等得花儿都谢了" in both["phrases/urge.txt"]
    assert "实在过意不去" in both[APOLOGY]
    assert number_in_force(root) == 2


def test_an_earlier_edition_comes_back_as_a_new_one(visit: Visit, desk: Desk, root: Path) -> None:
    own = texts(lexicons())
    publish(desk, own, "1" * 64, by="zhang", note_="", seen=0)
    publish(desk, own | {APOLOGY: own[APOLOGY] + "失误了\n"}, "2" * 64, by="li", note_="", seen=1)
    press(visit(view="editions", edition="1"), "恢复到第 1 版")
    assert editions(desk)[0].note == "恢复第 1 版"
    assert texts(lexicons(root)) == own


def test_a_rule_shows_what_people_made_of_its_findings(visit: Visit, desk: Desk, archive: Archive) -> None:
    result, case = cases(desk, archive, [SHIRKING])[SHIRKING]
    first = case.open[0].finding
    decide(desk, result, first, Ruling.CONFIRMED, "zhang", seen=0)
    decide(desk, result, first, Ruling.OVERTURNED, "zhang", seen=1)
    assert records_of_rules(desk)[first.rule] == RuleRecord(overturned=1)
    other = SessionKey("2026-09-18", "S2-005")
    result, case = cases(desk, archive, [other])[other]
    shirking = next(each.finding for each in case.open if each.finding.rule == first.rule)
    decide(desk, result, shirking, Ruling.CONFIRMED, "zhang", seen=0)
    assert records_of_rules(desk)[first.rule] == RuleRecord(confirmed=1, overturned=1)
    shown = {metric.label: metric.value for metric in visit(rule="process/greeting").metric}
    assert shown["命中会话"] == "7"
    assert shown["准确率"] == "—"
