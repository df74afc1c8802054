"""The examples beside the rules do what their files show."""

import pytest

from qa_checker.examples import BadExample, conversation, run
from qa_checker.rulebook import load


def test_the_rules_of_the_shop_s_rulebook_do_what_their_examples_show() -> None:
    count, failures = run(load("ecommerce"))
    assert count
    assert not failures, "\n" + "\n".join(map(str, failures))


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


@pytest.mark.parametrize("line", ["您好", "客服", "买家 在吗"])
def test_a_line_without_a_speaker_is_refused(line: str) -> None:
    with pytest.raises(BadExample, match=line):
        conversation(f"顾客 在吗\n{line}")
