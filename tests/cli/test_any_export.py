"""`check` and `scan` of exports of any layout: named to the user, or piped in."""

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from qa_checker.cli import app
from qa_checker.nightly import failures

CHAT = (
    "tb263147182 --> 店铺 2026-8-26 11:00:00\n怎么连接手机\n"
    "加普威旗舰店:小丹 2026-8-26 11:00:20\n您好，打开蓝牙就可以\n"
    "tb263147182 2026-8-26 11:00:40\n好的谢谢\n"
)


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def test_check_names_what_it_recognised(tmp_path: Path) -> None:
    path = tmp_path / "千牛.txt"
    path.write_text(CHAT, "gb18030")
    checked = run("check", path, "--json")
    assert checked.exit_code == 0, checked.output
    assert "千牛.txt：识别为 千牛聊天记录文本（gb18030）" in checked.stderr
    assert [message["role"] for message in json.loads(checked.stdout)["messages"]] == ["customer", "agent", "customer"]


@pytest.mark.parametrize("piped", [CHAT.encode(), CHAT.encode("gb18030"), gzip.compress(CHAT.encode(), mtime=0)])
def test_check_reads_whatever_is_piped_in(piped: bytes) -> None:
    checked = run("check", "-", "--json", stdin=piped)
    assert checked.exit_code == 0, checked.output
    assert "识别为 千牛聊天记录文本" in checked.stderr
    assert len(json.loads(checked.stdout)["messages"]) == 3


def test_scan_reads_what_is_piped_in() -> None:
    scanned = run("scan", "-", "--lists", "greeting", stdin=CHAT)
    assert [list(json.loads(line)["lists"]) for line in scanned.stdout.splitlines()] == [[], ["greeting"], []]


def test_nothing_piped_in_is_said_so() -> None:
    checked = run("check", "-", stdin="")
    assert checked.exit_code == 2
    assert "标准输入：是空的" in checked.stderr


def test_a_night_to_which_nothing_was_piped_is_noted_with_its_reason(tmp_path: Path) -> None:
    assert run("score", "-", "--archive", str(tmp_path), stdin="").exit_code == 2
    [failure] = failures(tmp_path)
    assert "标准输入：是空的" in failure.why
