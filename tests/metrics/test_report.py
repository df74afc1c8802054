"""The report as a manager opens it: sheets, the trade's columns, definitions, and what stops it."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from qa_checker.archive.query import Archive
from qa_checker.cli import app
from qa_checker.metrics import METRICS

from .conftest import HEADER, archive_of

TRADE_COLUMNS = [
    *("日期", "旺旺昵称", "咨询人数", "接待人数", "直接接入人数", "转发接入人数", "转出人数"),
    *("总消息数", "买家消息数", "客服消息数", "答问比", "客服字数", "最大同时聊天数", "未回复人数", "回复率"),
    *("慢接待人数", "长接待人数", "首次响应(秒)", "平均响应(秒)", "平均接待时长"),
]


def report(archive: Archive, *arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["report", "--archive", str(archive.root), *map(str, arguments)])


def test_the_workbook_has_every_table_and_the_definitions(by_hand: Archive, tmp_path: Path) -> None:
    out = tmp_path / "报表.xlsx"
    assert report(by_hand, "--out", out).exit_code == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["概况", "客服每天", "客服", "店铺", "每天", "指标说明"]
    page = book["客服每天"]
    headings = [cell.value for cell in page[1]]
    assert headings[:20] == TRADE_COLUMNS
    assert page.freeze_panes == "C2"
    monday = dict(zip(headings, page[2], strict=True))
    assert (str(monday["日期"].value.date()), monday["旺旺昵称"].value) == ("2026-11-16", "小李")
    assert monday["接待人数"].value == 2
    assert (monday["回复率"].value, monday["回复率"].number_format) == (1, "0.0%")
    explained = {row[0]: row for row in book["指标说明"].values}
    assert set(explained) == {"指标", *(each.name for each in METRICS)}
    assert all(all(row) for row in explained.values())


def test_csv_and_json_say_the_same(by_hand: Archive, tmp_path: Path) -> None:
    for name in ("报表.csv", "报表.json"):
        assert report(by_hand, "--out", tmp_path / name, "--from", "2026-11-16", "--to", "2026-11-16").exit_code == 0
    lines = list(csv.DictReader(io.StringIO((tmp_path / "报表.csv").read_text("utf-8-sig"))))
    content = json.loads((tmp_path / "报表.json").read_text("utf-8"))
    assert [line["旺旺昵称"] for line in lines] == [row["agent_id"] for row in content["by_agent_and_day"]]
    assert [line["买家消息数"] for line in lines] == [
        str(row["customer_messages"]) for row in content["by_agent_and_day"]
    ]
    assert content["summary"]["sessions"] == 4
    assert content["summary"]["left_rate"] == 0
    assert content["summary"]["outside_rate"] is None
    assert content["metrics"]["average_response"]["name"] == "平均响应(秒)"
    assert (content["from"], content["to"]) == ("2026-11-16", "2026-11-16")


def test_without_a_file_the_agents_are_printed(by_hand: Archive) -> None:
    printed = report(by_hand)
    assert printed.exit_code == 0
    assert "小王" in printed.output
    assert "合计" in printed.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--from", "昨天"], "不是日期"),
        (["--from", "2026-11-18", "--to", "2026-11-16"], "比 --to 2026-11-16 还晚"),
        (["--from", "2027-01-01"], "归档里的会话从 2026-11-16 到 2026-11-18"),
        (["--out", "报表.pdf"], "请写成 .xlsx、.csv 或 .json"),
        (["--out", "没有这个文件夹/报表.xlsx"], "文件夹不存在"),
    ],
)
def test_what_cannot_be_reported_is_said_in_plain_chinese(by_hand: Archive, arguments: list[str], says: str) -> None:
    stopped = report(by_hand, *arguments)
    assert stopped.exit_code == 2
    assert says in stopped.output


def test_an_empty_archive_has_no_report(tmp_path: Path) -> None:
    stopped = CliRunner().invoke(app, ["report", "--archive", str(tmp_path / "空")])
    assert stopped.exit_code == 2
    assert "还没有打过分的批次" in stopped.output


def test_a_period_may_reach_to_the_end_of_the_calendar(by_hand: Archive) -> None:
    assert report(by_hand, "--from", "0001-01-01", "--to", "9999-12-31").output == report(by_hand).output


def test_a_period_of_sessions_without_times_is_said_to_be_none(tmp_path: Path) -> None:
    export = tmp_path / "无时间.csv"
    export.write_text(HEADER + "A1,一店,小王,甲,顾客,,有货吗,\nA1,一店,小王,甲,客服,,有的,\n", "utf-8")
    untimed = archive_of(tmp_path / "归档", export)
    stopped = report(untimed, "--from", "2026-11-16")
    assert stopped.exit_code == 2
    assert "去掉 --from 和 --to" in stopped.output
    untimed.close()
