"""The commands as people type them: what they print, and the exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from qa_checker.cli import app

HEADER = "会话ID,消息ID,客服,顾客,角色,发送时间,消息内容\n"
GOOD = (
    "S1,1,小禾,甲,顾客,2026-11-16 09:00:00,在吗 我拍下了\n"
    "S1,2,小禾,甲,客服,2026-11-16 09:00:20,您好亲，跟您核对一下收货地址对吗\n"
    "S1,3,小禾,甲,顾客,2026-11-16 09:00:50,对的\n"
    "S1,4,小禾,甲,客服,2026-11-16 09:01:00,好的，感谢您的光临，祝您生活愉快\n"
)


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "夜班.csv"
    path.write_text(HEADER + GOOD, "gb18030")
    return path


def test_score_publishes_and_a_second_run_does_nothing(export: Path, tmp_path: Path) -> None:
    archive = tmp_path / "归档"
    first = run("score", export, "--archive", archive, "--json")
    assert first.exit_code == 0, first.output
    counts = json.loads(first.stdout)
    assert {key: counts[key] for key in ("rows_in", "scored", "quarantined", "duplicates", "sessions", "skipped")} == {
        "rows_in": 4,
        "scored": 4,
        "quarantined": 0,
        "duplicates": 0,
        "sessions": 1,
        "skipped": 0,
    }
    manifest = json.loads((archive / counts["batch"] / "manifest.json").read_text("utf-8"))
    sessions = pq.read_table(archive / counts["batch"] / manifest["run"] / "sessions.parquet").to_pylist()
    assert [(row["session_id"], row["agent_id"], row["first_response_s"], row["score"]) for row in sessions] == [
        ("S1", "小禾", 20.0, 100.0)
    ]
    second = run("score", export, "--archive", archive, "--json")
    assert json.loads(second.stdout)["skipped"] == 1
    assert json.loads((archive / counts["batch"] / "manifest.json").read_text("utf-8")) == manifest


def test_a_bad_row_is_set_aside_with_its_line_and_bytes(tmp_path: Path) -> None:
    export = tmp_path / "一处坏行.csv"
    export.write_text(HEADER + GOOD + "S1,5,小禾,甲,顾客,昨天下午,还在吗\n", "utf-8")
    scored = run("score", export, "--archive", tmp_path / "归档", "--json")
    assert scored.exit_code == 0
    counts = json.loads(scored.stdout)
    assert counts["reasons"] == {"bad_time": 1}
    assert counts["rows_in"] == counts["scored"] + counts["quarantined"] + counts["duplicates"] == 5
    (rejects,) = (tmp_path / "归档").rglob("rejects.jsonl")
    reject = json.loads(rejects.read_text("utf-8"))
    assert (reject["row"], reject["reason"]) == (6, "bad_time")


def test_too_many_bad_rows_publish_nothing(tmp_path: Path) -> None:
    export = tmp_path / "坏.csv"
    export.write_text(HEADER + GOOD + "S2,1,小禾,乙,谁,2026-11-16 09:00:00,在吗\n" * 3, "utf-8")
    refused = run("score", export, "--archive", tmp_path / "归档", "--json")
    assert refused.exit_code == 3
    assert "没有发布" in refused.stderr
    assert json.loads(refused.stdout)["quarantined"] >= 1
    assert not list((tmp_path / "归档").rglob("manifest.json"))


@pytest.mark.parametrize(
    ("content", "word"),
    [("", "空"), ("会话ID,内容\nS1,在吗\n", "角色"), ("\x00\x01\x02\x03" * 50, "")],
    ids=["empty", "missing columns", "not a table"],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, content: str, word: str) -> None:
    export = tmp_path / "导出.csv"
    export.write_text(content, "utf-8")
    refused = run("score", export, "--archive", tmp_path / "归档")
    assert refused.exit_code == 2
    assert "导出.csv" in refused.stderr
    assert word in refused.stderr
    assert "Traceback" not in refused.output


def test_a_missing_file_and_an_unknown_rulebook_are_refused(tmp_path: Path, export: Path) -> None:
    assert run("score", tmp_path / "没有.csv", "--archive", tmp_path).exit_code == 2
    refused = run("score", export, "--archive", tmp_path, "--rulebook", "ecomerce")
    assert refused.exit_code == 2
    assert "是不是 ecommerce" in refused.stderr


def test_check_shows_what_would_have_passed(tmp_path: Path) -> None:
    talk = "顾客 09:00:00 在吗，我付款了\n客服 09:05:00 好的，今天发货\n"
    printed = run("check", "-", stdin=talk)
    assert printed.exit_code == 0
    assert "下单后要核对收货地址" in printed.stdout
    assert "可以这样说" in printed.stdout
    card = json.loads(run("check", "-", "--json", stdin=talk).stdout)
    verdicts = {verdict["rule"]: verdict for verdict in card["verdicts"]}
    late = verdicts["speed/first-reply"]
    assert (late["outcome"], late["points"], late["waited_s"]) == ("fails", 10, 300)
    for verdict in card["verdicts"]:
        for quote in verdict["quotes"]:
            assert card["messages"][quote["seq"]]["text"][quote["start"] : quote["end"]] == quote["text"]
    assert not list(tmp_path.iterdir())


def test_check_reads_a_conversation_from_an_export(export: Path) -> None:
    card = json.loads(run("check", export, "--json").stdout)
    assert (card["session_id"], card["passed"]) == ("S1", True)


def test_check_says_which_line_it_cannot_read() -> None:
    refused = run("check", "-", stdin="顾客 在吗\n老板 你好\n")
    assert refused.exit_code == 2
    assert "老板 你好" in refused.stderr


def test_scan_gives_positions_in_the_original(export: Path) -> None:
    printed = run("scan", export, "--lists", "greeting,closing,address-check")
    records = [json.loads(line) for line in printed.stdout.splitlines()]
    assert [record["seq"] for record in records] == [0, 1, 2, 3]
    assert set(records[0]) == {"session_id", "message_id", "seq", "role", "lists"}
    start, end = records[1]["lists"]["greeting"][0]
    assert "您好亲，跟您核对一下收货地址对吗"[start:end].startswith("您好")
    assert list(records[3]["lists"]) == ["closing"]
    assert run("scan", export, "--lists", "greetings").exit_code == 2


def test_rules_can_be_listed_shown_and_tested(tmp_path: Path) -> None:
    assert "process/greeting" in run("rules", "list").stdout
    shown = run("rules", "show", "process/verify-address").stdout
    assert "罚 5 元" in shown
    assert "顾客" in shown
    assert run("rules", "show", "process/verify").exit_code == 2
    tested = run("rules", "test")
    assert tested.exit_code == 0, tested.output


def test_a_wrong_example_exits_1_and_says_what_was_quoted(tmp_path: Path) -> None:
    (tmp_path / "rules/process").mkdir(parents=True)
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases/greeting.txt").write_text("# 问好\n您好\n", "utf-8")
    rule = tmp_path / "rules/process/greeting.yaml"
    rule.write_text(
        "title: 问好\nwhy: 礼貌\nadvice: 您好\nsource: 店规\nmust_say: greeting\nin: first_reply\ncosts: 3\n"
        "examples:\n  passes: ['客服 在的']\n",
        "utf-8",
    )
    wrong = run("rules", "test", rule)
    assert wrong.exit_code == 1
    assert "得到的是 fails" in wrong.stdout


def test_help_starts_without_the_heavy_libraries() -> None:
    code = """
import contextlib, sys
from qa_checker.cli import main
sys.argv = ["qa-checker", "--help"]
with contextlib.suppress(SystemExit):
    main()
print([name for name in ("numpy", "pandas", "pyarrow", "streamlit", "sklearn", "jieba") if name in sys.modules])
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "[]"
