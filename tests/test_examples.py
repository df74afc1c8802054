"""The examples beside the rules do what their files show."""

import pytest

from qa_checker.examples import BadExample, conversation, run
from qa_checker.rulebook import lexicons, load_rules
from qa_checker.rules import Rule
from qa_checker.rules.earns import Earns
from qa_checker.rules.reviewer_asks import ReviewerAsks

RULES = load_rules(lexicons())


def test_every_rule_does_what_its_examples_show() -> None:
    count, failures = run(RULES)
    assert count
    assert not failures, "\n" + "\n".join(map(str, failures))


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_every_rule_shows_both_sides_and_when_it_keeps_silent(rule: Rule) -> None:
    shown = rule.examples
    if isinstance(rule, ReviewerAsks):  # until a person answers it skips, whatever the chat
        assert len(shown.skips) >= 1
        return
    broken = shown.earns if isinstance(rule, Earns) else shown.fails
    assert len(broken) >= 2
    assert all("«" in example for example in broken), "每个反例都要圈出该引用的原话"
    assert len(shown.passes) >= (0 if isinstance(rule, Earns) else 2)
    assert len(shown.skips) >= 1


def test_a_conversation_is_read_line_by_line() -> None:
    rows, marks = conversation(
        "顾客 09:00:00 在吗\n\n  客服：«您好»，«稍等»\n系统 第2天 8:30 买家已付款\n机器人 12:00 到了"
    )
    assert [(row["role"], row["text"]) for row in rows] == [
        ("customer", "在吗"),
        ("agent", "您好，稍等"),
        ("system", "买家已付款"),
        ("bot", "到了"),
    ]
    assert marks == {(1, 0, 2), (1, 3, 5)}
    assert [str(row["sent_at"])[8:16] if row["sent_at"] else None for row in rows] == [
        "16 09:00",
        None,
        "17 08:30",
        "16 12:00",
    ]


def test_a_day_beyond_all_calendars_is_no_time() -> None:
    [row], _ = conversation("顾客 第9999999天 09:00 在吗")
    assert (row["sent_at"], row["text"]) == (None, "第9999999天 09:00 在吗")


@pytest.mark.parametrize("line", ["您好", "客服", "买家 在吗"])
def test_a_line_without_a_speaker_is_refused(line: str) -> None:
    with pytest.raises(BadExample, match=line):
        conversation(f"顾客 在吗\n{line}")
