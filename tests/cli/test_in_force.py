"""Commands that try rules use the edition in force of the archive they are told of."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from qa_checker.cli import app
from qa_checker.rulebook import EDITIONS, IN_FORCE, lexicons

CHAT = "顾客 09:00:00 在吗\n客服 09:00:10 阿巴阿巴\n"
RULE = """title: 不说怪话
why: 顾客听不懂
advice: 您好
source: 测试
must_not_say: 阿巴阿巴
in: anywhere
costs: 7
examples:
  fails: ["客服 «阿巴阿巴»"]
"""


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive in which somebody published one rule more, as the dashboard writes it."""
    edition = tmp_path / "归档" / EDITIONS / "1"
    shutil.copytree(lexicons(), edition, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    (edition / "rules" / "attitude" / "no-babble.yaml").write_text(RULE, "utf-8")
    (edition.parent / IN_FORCE).write_text("1\n", "utf-8")
    return tmp_path / "归档"


def test_every_command_that_tries_rules_reads_the_edition_in_force(archive: Path, tmp_path: Path) -> None:
    assert "不说怪话" not in run("check", "-", stdin=CHAT).stdout
    assert "不说怪话" in run("check", "-", "--archive", archive, stdin=CHAT).stdout
    listed = run("rules", "list", "--archive", archive).stdout
    assert "attitude/no-babble" in listed
    assert str(archive / EDITIONS / "1") in listed
    assert run("rules", "show", "attitude/no-babble").exit_code == 2
    assert "顾客听不懂" in run("rules", "show", "attitude/no-babble", "--archive", archive).stdout
    (archive / EDITIONS / "1" / "rules" / "attitude" / "no-babble.yaml").write_text(
        RULE.replace("fails", "passes"), "utf-8"
    )
    tested = run("rules", "test", "--archive", archive)
    assert (tested.exit_code, "no-babble" in tested.stdout) == (1, True)
    labels = tmp_path / "标注.jsonl"
    message = {"seq": 0, "role": "agent", "text": "您好", "labels": ["greeting"]}
    labels.write_text(json.dumps({"session_id": "1", "messages": [message]}), "utf-8")
    greeting = archive / EDITIONS / "1" / "phrases" / "greeting.txt"
    greeting.write_text("阿巴\n", "utf-8")
    told = run("evaluate", labels, "--archive", archive, "--json")
    assert run("evaluate", labels, "--floor", "greeting=0.9").exit_code == 0, told.output
    assert run("evaluate", labels, "--floor", "greeting=0.9", "--archive", archive).exit_code == 1


def test_check_tells_what_is_doubtful_about_the_times_as_score_does() -> None:
    checked = run("check", "-", stdin="顾客 09:00 在吗\n客服 09:02 您好\n")
    assert "时间没有写到秒" in checked.stderr
    assert "时间没有写到秒" in json.loads(run("check", "-", "--json", stdin="顾客 09:00 在吗\n").stdout)["warnings"][0]
    assert "时间" not in run("check", "-", stdin=CHAT).stderr
