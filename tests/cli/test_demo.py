"""What `demo` prints of the night it scored."""

from pathlib import Path

import pytest
from insight.small_shop import rule, shop

from qa_checker.cli.summary import Summary
from qa_checker.examples import chats, conversation
from qa_checker.rulebook import load
from qa_checker.scorecard import score


def test_a_night_at_a_glance_adds_up_to_half_points(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    greeting = rule("问好", "must_say: 您好\nin: first_reply\ncosts: 2.5")
    rulebook = load(shop(tmp_path, {}, {"process/greeting": greeting}))
    summary = Summary(rulebook)
    for said in ("嗯", "啊", "[2J", "您好"):
        talk = conversation(f"顾客 09:00:00 在吗\n客服 09:00:20 {said}")[0]
        summary.add(score(chats([talk], rulebook), rulebook))
    summary.show(tmp_path / "归档")
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["会话", "4", "段", "平均得分", "98.1"] in lines
    assert ["首响（中位数）", "20秒", "平响", "20秒"] in lines
    assert ["问好", "3", "7.5", "分"] in lines
    assert sum("得分" in line and "97.5" in line for line in lines) == 3  # the worst three, each in a box
