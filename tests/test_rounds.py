"""Customer rounds and response times, by the worked examples of the trade."""

from collections.abc import Sequence

import numpy as np
import pytest
from dialogue import chats

from qa_checker.chats import NOBODY, Chats
from qa_checker.rounds import COUNTED, Responses, responses, rounds


def waits(batch: Chats) -> list[float | None]:
    """Seconds of every counted round, None where unknown."""
    return [None if np.isnan(waited) else float(waited) for waited in rounds(batch).only(COUNTED).waited]


def summed_up(*dialogues: str, cap: float = 600) -> Responses:
    batch = chats(*dialogues)
    return responses(batch, rounds(batch), cap)


NEVER = float("inf")


@pytest.mark.parametrize(
    ("dialogue", "expected"),
    [
        (
            "customer 10:10:15 有货吗\ncustomer 10:15:20 在吗\nagent 10:18:10 您好",
            [475],
        ),  # one round, from its first line
        ("customer 10:00:00 有货吗\nbot 10:00:01 您好\nagent 10:01:00 您好", [60]),  # robots stop no clock
        ("customer 10:00:00 有货吗\nsystem 10:00:30 转接\ncustomer 10:00:40 在吗", [NEVER]),
        ("agent 10:00:00 您好\ncustomer 10:01:00 有货吗\nagent 10:01:20 有\nagent 10:05:00 还在吗", [20]),
        (
            "customer 10:00:00 好的\ncustomer 10:00:50 有货吗\nagent 10:01:00 您好",
            [10],
        ),  # a leading courtesy starts nothing
        ("customer 10:00:00 谢谢", []),
        ("customer 10:00:00 谢谢\nagent 10:00:30 再见", [30]),
        ("customer 10:00:00 谢谢\nagent 10:03:00 再见", [180]),
        ("customer 10:00:00 谢谢\nagent 10:03:01 再见", []),
        ("customer - 有货吗\nagent 10:00:00 您好", [None]),
        ("customer 10:00:00 有货吗\nagent - 您好\ncustomer 10:01:00 多少钱\nagent 10:01:09 您好", [None, 9]),
        ("customer 22:59:30 有货吗\nagent 17T08:00:30 您好", [60]),  # half a minute each evening and morning
        ("customer 23:30:00 有货吗\nagent 17T08:01:00 您好", [60]),
        ("customer 23:30:00 有货吗", []),  # a message left
        ("customer 23:30:00 有货吗\nagent 23:31:00 您好", []),  # no second of it in hours
        ("customer 22:30:00 有货吗", [NEVER]),
        ("customer - 有货吗", [None]),
    ],
)
def test_what_counts_as_a_round(dialogue: str, expected: Sequence[float | None]) -> None:
    assert waits(chats(dialogue)) == expected


def test_a_round_belongs_to_who_held_the_chat_when_the_customer_spoke() -> None:
    batch = chats("agent@甲 10:00:00 您好\ncustomer 10:01:00 有货吗\nagent@乙 10:05:00 您好\ncustomer 10:06:00 多少钱")
    found = rounds(batch)
    assert [batch.agents[number] for number in found.agent] == ["甲", "乙"]
    assert found.replied.tolist() == [2, NOBODY]
    assert found.in_hours.all()


def test_rounds_of_one_chat_are_not_answered_in_the_next() -> None:
    assert waits(chats("customer 10:00:00 有货吗", "agent 10:00:05 您好")) == [NEVER]


def test_only_the_average_is_capped_and_never_answered_counts_as_the_cap() -> None:
    found = summed_up(
        """customer 10:00:00 有货吗
           agent    10:00:20 有
           customer 10:01:00 多少钱
           agent    10:21:00 五十
           customer 10:22:00 包邮吗"""
    )
    assert found.first.tolist() == [20]
    assert found.average.tolist() == [pytest.approx((20 + 600 + 600) / 3)]
    assert found.longest.tolist() == [1200]
    assert found.rounds.tolist() == [3]
    assert found.unanswered.tolist() == [1]


def test_the_first_response_is_none_where_the_first_round_is_unanswered() -> None:
    found = summed_up("customer 10:00:00 有货吗")
    assert np.isnan(found.first[0])
    assert np.isnan(found.longest[0])
    assert found.average.tolist() == [600]


def test_a_chat_without_rounds_has_no_times_and_disturbs_no_other() -> None:
    found = summed_up("agent 10:00:00 您好", "customer 10:00:00 有货吗\nagent 10:00:10 有", "customer 10:00:00 谢谢")
    assert np.isnan(found.first[[0, 2]]).all()
    assert np.isnan(found.average[[0, 2]]).all()
    assert found.first[1] == found.average[1] == found.longest[1] == 10
    assert found.rounds.tolist() == [0, 1, 0]


def test_nothing_comes_of_nothing() -> None:
    assert len(summed_up().first) == 0
