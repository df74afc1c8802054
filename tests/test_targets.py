"""Targets of a rulebook: what a period has to reach, and what is refused."""

from datetime import timedelta
from pathlib import Path

import pytest

from qa_checker.rulebook import RulebookError, load

RULE = """\
title: 题
why: 因
advice: 议
source: 源
must_say: 您好
in: first_reply
costs: 3
examples: {}
"""


def book(folder: Path, targets: str) -> Path:
    """A rulebook of one rule with these targets; they stand on its fourth line."""
    for name in ("rulebooks", "rules/process", "phrases"):
        (folder / name).mkdir(parents=True)
    (folder / "rules" / "process" / "greeting.yaml").write_text(RULE, "utf-8")
    path = folder / "rulebooks" / "book.yaml"
    path.write_text(f"name: 测试\ndimensions: {{process: 100}}\nuse: ['*']\ntargets: {targets}\n", "utf-8")
    return path


def test_a_target_is_a_share_and_perhaps_a_time(tmp_path: Path) -> None:
    targets = load(book(tmp_path, "{first_contact_resolution: {at_least: 82.5%, within: 24h}}")).settings.targets
    assert targets.first_contact_resolution is not None
    assert targets.first_contact_resolution.at_least == 0.825
    assert targets.first_contact_resolution.within == timedelta(days=1)
    assert targets.satisfaction is None


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ("{reply_rat: {at_least: 90%}}", "不认识的键 reply_rat，是不是 reply_rate？"),
        ("{satisfaction: {}}", "缺少 at_least"),
        ("{satisfaction: {at_least: 0.9}}", "0.9 看不懂，请写百分数，如 95%"),
        ("{satisfaction: {at_least: 900%}}", "900% 看不懂"),
        ("{satisfaction: {at_least: 90%, within: 1 day}}", "时长 1 day 看不懂"),
    ],
)
def test_what_is_no_target_is_refused_with_its_line(tmp_path: Path, targets: str, words: str) -> None:
    with pytest.raises(RulebookError) as refused:
        load(book(tmp_path, targets))
    assert [(problem.line, words in problem.message) for problem in refused.value.problems] == [(4, True)]


def test_targets_are_part_of_what_a_result_was_judged_by(tmp_path: Path) -> None:
    without = load(book(tmp_path / "a", "{}")).fingerprint
    assert load(book(tmp_path / "b", "{satisfaction: {at_least: 90%}}")).fingerprint != without
