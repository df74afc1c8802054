"""What of a judged batch the archive keeps."""

import pyarrow as pa

from qa_checker.archive.tables import tables
from qa_checker.chats import MESSAGES
from qa_checker.examples import conversation
from qa_checker.rulebook import load
from qa_checker.scorecard import score

BOOK = load("ecommerce")


def verdicts(text: str) -> list[dict[str, object]]:
    rows, _ = conversation(text, "1")
    chats = BOOK.read(pa.Table.from_pylist(rows, MESSAGES))
    found: list[dict[str, object]] = tables(score(chats, BOOK), "b")["verdicts"].to_pylist()
    return found


def test_a_question_raised_by_a_cue_waits_for_a_person_with_its_quote() -> None:
    asked = [each for each in verdicts("顾客 在吗\n客服 您好\n系统 客服撤回了一条消息") if each["outcome"] == "asks"]
    assert [(each["rule"], each["points"], each["reason"]) for each in asked] == [
        ("process/recalled-messages", 0, "待人工判断")
    ]
    (quote,) = asked[0]["quotes"]  # type: ignore[misc, str-unpack]
    assert quote["seq"] == 2
    assert quote["text"] in "客服撤回了一条消息"


def test_questions_for_every_chat_and_skips_are_not_kept() -> None:
    assert {each["outcome"] for each in verdicts("顾客 在吗\n客服 您好")} <= {"passes", "fails", "hint", "earns"}
