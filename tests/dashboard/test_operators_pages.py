"""批量任务, 数据质量 and 导出中心: where every row went, why some were set aside, and what may be taken away."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from qa_checker.archive.query import Archive, SessionKey, choices
from qa_checker.archive.selection import Filter
from qa_checker.dashboard.controls.address import Asked, Span
from qa_checker.dashboard.figures import takeaway
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.visitor import LOCAL_VISITOR, Visitor, scope_of
from qa_checker.desk.accounts import Role
from qa_checker.desk.cases import cases
from qa_checker.desk.database import Desk
from qa_checker.desk.reviews import Ruling, decide
from qa_checker.exports import Refused
from qa_checker.nightly import Options, SparkFailed, failures, noting_failures, run
from qa_checker.rulebook import load

from .visiting import Visit, visited

HOSTILE_FILE = "<img src=x onerror=window.__xss=7>.csv"  # its batch has two underscores in its name
EXPORT = """会话ID,角色,时间,内容,客服
s1,顾客,2026-11-16 09:00:00,在吗,
s1,客服,2026-11-16 09:00:10,您好,王明
s1,客服,2026-11-16 09:00:10,您好,王明
s1,火星人,2026-11-16 09:02:00,<b>你好</b>,
s1,顾客,昨天,=cmd|calc,
"""


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with one real night, and one that was refused."""
    folder = tmp_path_factory.mktemp("nights")
    export = folder / HOSTILE_FILE
    export.write_text(EXPORT, encoding="utf-8")
    run([export], folder / "archive", load(), Options(max_bad_ratio=0.9))
    again = folder / "again.csv"
    again.write_text(EXPORT + "s2,顾客,明天,您好,\n", encoding="utf-8")
    assert run([again], folder / "archive", load(), Options(max_bad_ratio=0.1)).problems
    return folder / "archive"


@pytest.fixture
def visit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    def open_page(page: str, archive: Path, /, **params: str) -> AppTest:
        return visited(monkeypatch, page, archive, tmp_path / "desk.sqlite", **params)

    return open_page


def rows(app: AppTest) -> list[dict[str, Any]]:
    drawn = [json.loads(each.proto.json) for each in app.get("bidi_component")]
    return [row["cells"] for table in drawn for row in table["rows"]]


def test_every_row_of_a_night_is_accounted_for(visit: Visit, nights: Path) -> None:
    app = visit("batches", nights)
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown == {"读入行": "5", "评分": "2", "隔离": "2", "重复": "1"}
    failed, published = rows(app)
    assert "超过上限 10%" in failed["why"]
    assert (published["rows_in"], published["scored"], published["quarantined"], published["duplicates"]) == tuple(
        "5221"
    )


def test_rows_set_aside_are_told_with_reason_and_remedy(visit: Visit, nights: Path) -> None:
    app = visit("quality", nights)
    told = [row for row in rows(app) if "detail" in row]
    assert [row["row"] for row in told] == ["5", "6"]
    assert "请写成 顾客、客服、机器人 或 系统" in told[0]["detail"]
    app.selectbox[1].select("bad_time").run()
    assert [row["row"] for row in rows(app)] == ["6"]


def test_what_nobody_foresaw_is_noted_without_its_words(tmp_path: Path) -> None:
    with pytest.raises(KeyError), noting_failures(tmp_path, [Path("x.csv")]):
        raise KeyError("顾客说的话")
    with pytest.raises(Refused), noting_failures(tmp_path, [Path("y.csv")]):
        raise Refused("empty_file", "y.csv", "文件是空的")
    with pytest.raises(SparkFailed), noting_failures(tmp_path, [Path("z.csv")]):
        raise SparkFailed("没有找到 Java。请安装后再运行。")
    last, latest, first = failures(tmp_path)
    assert last.why == "没有找到 Java。请安装后再运行。"
    assert "文件是空的" in latest.why
    assert "KeyError" in first.why
    assert "顾客" not in first.why


def reading(archive: Archive, desk: Desk, visitor: Visitor = LOCAL_VISITOR) -> Reading:
    return Reading(archive, str(archive.root), scope_of(visitor), desk, visitor)


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    opened = Desk(f"sqlite:///{tmp_path / 'own.sqlite'}")
    yield opened
    opened.close()


def table(written: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))


EVERYTHING = Asked(span=Span.ALL)


def test_exported_sessions_keep_the_machines_score_and_the_reviewed_one_apart(archive: Archive, desk: Desk) -> None:
    key = SessionKey("2026-09-18", "S2-002")
    result, case = cases(desk, archive, [key])[key]
    decide(desk, result, case.open[0].finding, Ruling.OVERTURNED, "zhang", seen=0)
    by_id = {row["会话编号"]: row for row in table(takeaway.sessions(reading(archive, desk), EVERYTHING))}
    assert len(by_id) == 68
    assert (by_id["S2-002"]["机器得分"], by_id["S2-002"]["复核后得分"]) == ("90.0", "100.0")
    assert by_id["S2-001"]["复核后得分"] == ""


def test_an_export_holds_what_its_visitor_may_see(archive: Archive, desk: Desk) -> None:
    mine = reading(archive, desk, Visitor("wang", frozenset({Role.AGENT}), "王明"))
    assert {row["客服"] for row in table(takeaway.sessions(mine, EVERYTHING))} == {
        "王明",
        "李婷",
    }  # one was handed over
    assert "郑凯" not in takeaway.verdicts(mine, EVERYTHING).decode("utf-8-sig")


def test_no_cell_of_the_workbook_is_a_formula(archive: Archive, desk: Desk) -> None:
    key = SessionKey("2026-09-18", "S2-002")
    result, case = cases(desk, archive, [key])[key]
    fined = next(each.finding for each in case.open if each.finding.fine)
    decide(desk, result, fined, Ruling.CONFIRMED, "=HYPERLINK(1)", seen=0)
    book = load_workbook(io.BytesIO(takeaway.report(reading(archive, desk), EVERYTHING)))
    assert book.sheetnames == [
        "概况",
        "客服每天",
        "客服",
        "店铺",
        "每天",
        "复核",
        "规则",
        "会话",
        "奖惩台账",
        "指标说明",
    ]
    cells = [cell for page in book for line in page.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "'=HYPERLINK(1)" in [cell.value for cell in cells]
    assert book["会话"].max_row == 69


def test_four_files_are_offered(visit: Visit, archive_root: Path) -> None:
    app = visit("exports", archive_root, days="all")
    assert [button.proto.label for button in app.get("download_button")] == ["下载"] * 4


def test_the_period_bounds_what_is_taken(archive: Archive, desk: Desk) -> None:
    there = choices(archive)
    day = Filter(since=date(2026, 9, 17), until=date(2026, 9, 17))
    assert there.first_day == date(2026, 9, 16)
    found = table(takeaway.sessions(reading(archive, desk), Asked(span=Span.CHOSEN, filter=day)))
    assert {row["开始"][:10] for row in found} == {"2026-09-17"}
