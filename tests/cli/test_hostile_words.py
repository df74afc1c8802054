"""Words of strangers stay words: no command prints an escape, a direction mark or half a character to a terminal."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qa_checker.cli import app
from qa_checker.cli.saying import harmless, json_of

HOSTILE = "\x1b[2J\x1b]0;x\x07\x9b1m\u202e退款\u2066\u200f[bold]傻逼[/nope]<script>"
HEADER = "会话ID,消息ID,客服,顾客,角色,发送时间,内容"


def lines(*middle: str) -> str:
    first = f"S{HOSTILE},M1,店{HOSTILE},tb1,顾客,2026-08-26 11:00:00,在吗"
    last = f"S{HOSTILE},M2,店{HOSTILE},tb1,客服,2026-08-26 11:20:00,{HOSTILE}"
    return "\n".join((HEADER, first, *middle, last)) + "\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(*arguments: str | Path) -> str:
    """Run a command as on a terminal, which is where colours would be kept."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], color=True)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output


@pytest.mark.parametrize(
    "command",
    [
        ("check", "a.csv"),
        ("check", "a.csv", "--json"),
        ("scan", "a.csv"),
        ("score", "a.csv", "--archive", "archive"),
        ("score", "a.csv", "--archive", "archive", "--json"),
        ("score", "b.csv", "--archive", "archive"),
        ("check", "b.csv"),
        ("scan", "b.csv"),
        ("score", HOSTILE.replace("/", "") + ".csv", "--archive", "archive"),
        ("check", HOSTILE.replace("/", "") + ".csv"),
        ("check", "none" + HOSTILE),
        ("score", "a.csv", "--archive", "archive", "--layout", HOSTILE),
        ("score", "a.csv", "--archive", "archive", "--encoding", HOSTILE),
        ("scan", "a.csv", "--lists", HOSTILE),
    ],
    ids=" ".join,
)
def test_nothing_printed_commands_the_terminal(folder, command):
    (folder / "a.csv").write_text(lines("S1,M3,a,b,路人,x,y"))
    (folder / "b.csv").write_text(f"会话{HOSTILE},角色,{HOSTILE}\n1,2,3\n")
    (folder / (HOSTILE.replace("/", "") + ".csv")).write_text(lines())
    found = printed(*command)
    assert found
    assert [each for each in found if not each.isprintable() and each != "\n"] == []


def test_nothing_that_is_kept_in_an_archive_commands_the_terminal(folder):
    name = HOSTILE.replace("/", "") + ".csv"
    (folder / name).write_text(lines())
    printed("score", name, "--archive", "archive")
    for command in ("report", "archive list", "archive verify", "archive prune --before 2100-01-01"):
        found = printed(*command.split(), "--archive", "archive")
        assert "退款" in found or command == "archive verify"
        assert [each for each in found if not each.isprintable() and each != "\n"] == [], command


def test_json_keeps_every_character():
    for words in (HOSTILE, "\ud83d", "\U000e0041", "👩‍👧", '"\\\n'):
        written = json_of({"text": words})
        assert written.isprintable()
        assert json.loads(written) == {"text": words}


def test_what_is_harmless_stays():
    assert harmless("第一行\n👩‍👧 “引号”") == "第一行\n👩‍👧 “引号”"


def test_names_of_files_in_no_encoding(folder):
    name = os.fsdecode(b"\xff\xfe.csv")
    (folder / name).write_text(lines())
    assert "评分 2" in printed("score", name, "--archive", "archive")
    (counts,) = (line for line in printed("score", ".", "--archive", "other", "--json").splitlines() if line[0] == "{")
    assert json.loads(counts)["scored"] == 2


@pytest.mark.parametrize("command", [("score", "--archive", "archive"), ("check",), ("scan",)])
def test_a_pipe_or_a_loop_is_refused_and_never_waited_for(folder, command):
    os.mkfifo(folder / "pipe.csv")
    (folder / "loop.csv").symlink_to("loop.csv")
    for name in ("pipe.csv", "loop.csv"):
        assert name in printed(command[0], name, *command[1:])


def test_a_folder_leaves_pipes_and_loops_aside(folder):
    (folder / "in").mkdir()
    (folder / "in" / "a.csv").write_text(lines())
    os.mkfifo(folder / "in" / "pipe.csv")
    (folder / "in" / "loop.csv").symlink_to("loop.csv")
    (folder / "in" / "gone.csv").symlink_to("nowhere.csv")
    found = printed("score", "in", "--archive", "archive")
    assert "评分 2" in found
    assert all(name in found for name in ("pipe.csv", "loop.csv", "gone.csv"))


@pytest.mark.parametrize("name", ["夜班 8月.csv", "👩‍👧.csv", "a;b&c$(x).csv", "-x.csv", "长" * 80 + ".csv"])
def test_names_of_all_kinds(folder, name):
    (folder / name).write_text(lines())
    assert "评分 2" in printed("score", "--archive", "archive", "--", name)


def test_a_folder_named_like_a_file_is_a_folder(folder):
    (folder / "d.csv").mkdir()
    assert "没有可以读的文件" in printed("score", "d.csv", "--archive", "archive")
    (folder / "d.csv" / "a.csv").write_text(lines())
    assert "评分 2" in printed("score", "d.csv", "--archive", "archive")
