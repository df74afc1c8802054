"""`score` of exports of any layout: named to the user, piped in, or read as the user says."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from qa_checker.cli import app

CHAT = (
    "tb263147182 --> 店铺 2026-8-26 11:00:00\n怎么连接手机\n"
    "加普威旗舰店:小丹 2026-8-26 11:00:20\n您好，打开蓝牙就可以\n"
    "tb263147182 2026-8-26 11:00:40\n好的谢谢\n"
)
WEIXIN = "2026-10-05 21:40:12 老王\n多少钱\n2026-10-05 21:40:19 张三\n您好，很高兴为您服务，99 元\n"


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def test_score_reads_what_is_piped_in_and_names_the_layout(tmp_path: Path) -> None:
    scored = run("score", "-", "--archive", tmp_path / "归档", "--json", stdin=WEIXIN)
    assert scored.exit_code == 0, scored.output
    counts = json.loads(scored.stdout)
    assert (counts["rows_in"], counts["scored"], counts["sessions"]) == (2, 2, 1)
    assert "识别为 微信聊天记录文本" in scored.stderr
    assert "按昵称认定为客服 1 条、顾客 1 条" in scored.stderr
    other = run("score", "-", "--archive", tmp_path / "归档", "--json", stdin=CHAT)
    assert json.loads(other.stdout)["batch"] != counts["batch"]
    refused = run("score", "-", "--archive", tmp_path / "归档", stdin="我住在和平路\n")
    for told in (scored, other, refused):
        assert "标准输入-" in told.stderr
        assert "qa-checker-stdin" not in told.stderr


def test_a_column_may_be_called_by_its_chinese_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("对话号,角色,时间,内容\ns1,顾客,2026-11-16 09:00:00,在吗\n", "utf-8")
    assert run("score", path, "--archive", tmp_path / "归档", "--columns", "会话=对话号").exit_code == 0
    wrong = run("score", path, "--archive", tmp_path / "归档", "--columns", "sesion_id=对话号")
    assert wrong.exit_code == 2
    assert "是不是 session_id？" in wrong.stderr
    assert "session_id（会话）、message_id（消息ID）" in wrong.stderr


def test_the_named_layout_goes_first_and_a_wrong_name_lists_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(WEIXIN)
    assert run("score", path, "--archive", tmp_path / "归档", "--layout", "wechat-txt").exit_code == 0
    wrong = run("score", path, "--archive", tmp_path / "归档", "--layout", "weixin")
    assert wrong.exit_code == 2
    assert "wechat-txt（微信聊天记录文本）" in wrong.stderr
