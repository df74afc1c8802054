"""What the operator is told about doubtful times."""

import pytest
from dialogue import rows, table

from qa_checker.chats import Chats
from qa_checker.rulebook import Rulebook, load
from qa_checker.time_doubts import TimeDoubts, time_doubts


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load("contract")


def read(book: Rulebook, *dialogues: str, year: int = 2026) -> Chats:
    mine = [row for number, each in enumerate(dialogues) for row in rows(each, f"会话{number}")]
    return book.read(table([{**row, "sent_at": row["sent_at"] and row["sent_at"].replace(year=year)} for row in mine]))


def test_nothing_is_told_of_times_that_are_in_order(book: Rulebook) -> None:
    assert time_doubts(read(book, "customer 10:00:00 在吗\nagent - 您好"), book).told() == ()


def test_a_year_whose_holidays_are_unknown_is_named_with_what_is_assumed(book: Rulebook) -> None:
    (told,) = time_doubts(read(book, "customer 10:00:00 在吗", year=2031), book).told()
    assert "2031 年" in told
    assert "周一至周五" in told


def test_a_clock_that_asks_for_no_holidays_misses_none() -> None:
    shop = load("ecommerce")
    assert time_doubts(read(shop, "customer 10:00:00 在吗", year=2031), shop).unannounced == frozenset()


def test_doubts_of_shards_add_up_to_one_sentence_each(book: Rulebook) -> None:
    back = time_doubts(read(book, "agent 10:00:00 一\nagent 10:02:00 二\nagent 10:01:00 三"), book)
    coarse = time_doubts(read(book, "agent 10:00 一\nagent 10:02 二", "agent 10:01 三"), book)
    told = sum([back, back, coarse], start=TimeDoubts()).told()
    assert [sentence[:5] for sentence in told] == ["2 段会话", "2 段会话"]
    assert "忽前忽后" in told[0]
    assert "60 秒误差" in told[1]
