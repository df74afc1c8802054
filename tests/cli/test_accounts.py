"""accounts on the command line: passwords come from a prompt or from standard input, never from arguments."""

from pathlib import Path

from typer.testing import CliRunner

from qa_checker.cli import app
from qa_checker.desk.accounts import sign_in, signed_in
from qa_checker.desk.database import Desk, desk_url

PASSWORD = "秋天的第一杯奶茶2026"


def accounts(archive: Path, *arguments: str, stdin: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, ["accounts", *arguments, "--archive", str(archive)], input=stdin)
    return done.exit_code, done.output


def test_an_account_is_added_listed_given_a_new_password_disabled_and_let_in_again(tmp_path: Path) -> None:
    assert accounts(tmp_path, "add", "wang", "--role", "agent", "--agent-id", "王明", stdin=f"{PASSWORD}\n")[0] == 0
    assert accounts(tmp_path, "add", "a@example.com", "--role", "supervisor", "--sso")[0] == 0
    listed = accounts(tmp_path, "list")[1].splitlines()
    assert listed == ["a@example.com\t班组长\t-\t单点登录\t可用", "wang\t客服\t王明\t密码\t可用"]
    desk = Desk(desk_url(tmp_path))
    token = sign_in(desk, "wang", PASSWORD)
    assert accounts(tmp_path, "password", "wang", stdin="另一个长长的新密码2026\n")[0] == 0
    assert signed_in(desk, token) is None
    token = sign_in(desk, "wang", "另一个长长的新密码2026")
    assert accounts(tmp_path, "disable", "wang")[0] == 0
    assert signed_in(desk, token) is None
    assert accounts(tmp_path, "enable", "wang")[0] == 0
    assert signed_in(desk, token) is None
    assert signed_in(desk, sign_in(desk, "wang", "另一个长长的新密码2026"))
    desk.close()


def test_what_is_refused_is_said_and_ends_with_2(tmp_path: Path) -> None:
    for arguments, stdin, words in (
        (("add", "wang", "--role", "agent"), f"{PASSWORD}\n", "--agent-id"),
        (("add", "wang", "--role", "operator"), "short\n", "至少 10"),
        (("disable", "nobody"), "", "没有账号 nobody"),
        (("list", "--desk", "nonsense://"), "", "地址看不懂"),
    ):
        code, output = accounts(tmp_path, *arguments, stdin=stdin)
        assert code == 2
        assert words in output
