"""Customer rounds by the worked examples of the trade, and by the readings a to j settled for spec B.3."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import median

import numpy as np
import pytest
from dialogue import SCANNER, SERVICE_HOURS, chats, rows, table

from qa_checker.chats import NOBODY, Chats, auto_texts, chats_of, instant_texts
from qa_checker.rounds import COUNTED, KINDS, Responses, RoundSettings, responses, rounds

NEVER = float("inf")
BY_START = {"service_hours": replace(SERVICE_HOURS["service_hours"], by_start=True)}
BY_SPEAKER, BY_HOLDER = RoundSettings(), RoundSettings(unreplied_on_transfer=True)

Told = tuple[str, float | None]


def found(batch: Chats, settings: RoundSettings = BY_SPEAKER) -> list[Told]:
    """Kind and seconds of every round, None where unknown."""
    every = rounds(batch, settings)
    return [
        (KINDS[kind], None if np.isnan(waited) else float(waited))
        for kind, waited in zip(every.kind, every.waited, strict=True)
    ]


def waits(batch: Chats) -> list[float | None]:
    """Seconds of every counted round."""
    return [waited for kind, waited in found(batch) if kind == "counted"]


def summed_up(*dialogues: str, cap: float = 600) -> Responses:
    batch = chats(*dialogues)
    return responses(batch, rounds(batch), cap)


# The sources' own numbers


def test_taobao_merges_what_is_asked_again_and_starts_at_the_first_line() -> None:
    batch = chats(
        """customer 10:10:15 有货吗
           customer 10:15:20 在吗
           agent    10:18:10 有
           customer 10:18:30 多少钱
           agent    10:19:00 五十"""
    )
    assert waits(batch) == [475, 30]
    assert sum(waited <= 180 for waited in waits(batch)) == 1  # 0/1, then 1/2


def test_taobao_counts_ten_questions_unanswered_till_midnight_as_one_round() -> None:
    assert waits(chats("\n".join(f"customer 22:{minute:02}:00 在吗" for minute in range(10)))) == [NEVER]


def test_jd_leaves_out_what_began_before_nine() -> None:
    nine = {"service_hours": replace(SERVICE_HOURS["service_hours"].parse({"every_day": "09:00-23:00"}), by_start=True)}
    assert found(chats("customer 08:56:00 在吗\nagent 09:01:00 您好", clocks=nine)) == [("left", 300)]


# A shop's log: who spoke, and seconds after the one before. Its replies took 10 to 272 s, in the middle 45 s.
LOG = """
c a14 c20 a13 c3 a10 c9 a17 c18 a83 c55 a14 a9 a5
c a26 c34 a46 a10 a6 a3 c203 c55 a106 a12 c129 a49 a3
c a82 c126 c50 a27 a14 c52 c6 a62 c33 a272 a10 a6 a54
c a99 c157 c3 a9 a31 a2 a2 c22 a23 c317 a45 a20 c212 a48
c a26 c7 c24 a44 a7 c31 a24 c52 a18 c23 c8 a61 c1413 a22
"""


def test_the_reply_gaps_of_a_shop_s_log() -> None:
    random = Random(5)
    dialogues = []
    for line in LOG.strip().splitlines():
        at = datetime(2026, 11, 16, 11, 35, 8)
        lines = []
        for each in line.split():
            at += timedelta(seconds=int(each[1:] or 0))
            drifting = at + timedelta(microseconds=random.randrange(-400, 400))  # as such logs are stored
            lines.append(
                f"{'customer' if each[0] == 'c' else 'agent'} {drifting.time()} {'有货吗' if each[0] == 'c' else '有'}"
            )
        dialogues.append("\n".join(lines))
    gaps = [waited for waited in waits(chats(*dialogues)) if waited is not None]
    assert (len(gaps), min(gaps), median(gaps), max(gaps)) == (25, 10, 45, 272)


# The readings, one by one


@pytest.mark.parametrize(
    ("dialogue", "expected"),
    [
        # a. courtesies
        ("customer 10:00:00 好的\ncustomer 10:00:50 有货吗\nagent 10:01:00 您好", [("counted", 10)]),
        ("customer 10:00:00 有货吗\ncustomer 10:00:50 谢谢\nagent 10:01:00 您好", [("counted", 60)]),
        ("customer 10:00:00 谢谢\ncustomer 10:00:10 好的\nagent 10:00:30 再见", [("counted", 30)]),
        ("customer 10:00:00 谢谢", [("polite", NEVER)]),
        ("customer 10:00:00 谢谢\nagent 10:03:00 再见", [("counted", 180)]),
        ("customer 10:00:00 谢谢\nagent 10:03:01 再见", [("polite", 181)]),
        ("customer#emotion 10:00:00 有货吗", [("polite", NEVER)]),
        ("customer#rate 10:00:00 有货吗", [("polite", NEVER)]),
        # b. robots
        ("customer 10:00:00 有货吗\nbot 10:00:01 您好\nagent 10:01:00 您好", [("counted", 60)]),
        ("customer 10:00:00 有货吗\nbot 10:00:01 您好\ncustomer 10:00:30 人工\nagent 10:01:00 您好", [("counted", 60)]),
        ("customer 10:00:00 有货吗\nbot 10:00:01 您好", [("robot", NEVER)]),
        ("customer 10:00:00 有货吗\nbot 10:00:01 您好\ncustomer 10:01:00 多少钱", [("robot", NEVER)]),
        ("customer 10:00:00 有货吗\nagent@小王! 10:00:01 您好", [("counted", NEVER)]),  # 小王 should have answered
        ("customer 10:00:00 有货吗\nagent@店:服务助手 10:00:01 您好", [("robot", NEVER)]),
        # d. out of hours
        ("customer 22:59:30 有货吗\nagent 17T08:00:30 您好", [("counted", 60)]),
        ("customer 23:00:00 有货吗\nagent 17T08:01:00 您好", [("counted", 60)]),
        ("customer 22:59:59 有货吗", [("counted", NEVER)]),
        ("customer 23:00:00 有货吗", [("left", NEVER)]),
        ("customer 23:30:00 有货吗\nagent 23:31:00 您好", [("left", 0)]),
        ("customer 23:30:00 有货吗\nagent 17T08:00:00 您好", [("left", 0)]),
        ("customer 23:30:00 好的谢谢", [("polite", NEVER)]),
        ("customer 22:50:00 有货吗\ncustomer 17T00:10:00 在吗\nagent 17T09:00:00 您好", [("counted", 4200)]),
        # g. times not known
        ("customer - 有货吗\nagent 10:00:00 您好", [("counted", None)]),
        ("customer 10:00:00 有货吗\nagent - 您好\ncustomer 10:01:00 多少钱\nagent 10:01:09 您好",
         [("counted", None), ("counted", 9)]),
        ("customer - 有货吗", [("counted", None)]),
        # h. recalled, notices, pictures
        ("customer 10:00:00 有货吗\nagent#recall 10:00:20 您好\nagent 10:01:00 有", [("counted", 60)]),
        ("customer#recall 10:00:00 有货吗\ncustomer 10:00:40 多少钱\nagent 10:01:00 有", [("counted", 20)]),
        ("customer 10:00:00 有货吗\nsystem 10:00:30 转接\ncustomer 10:00:40 在吗", [("counted", NEVER)]),
        ("customer 10:00:00 有货吗\nagent 10:02:30 【即将超时】您即将超3分钟未回复买家\nagent 10:02:50 有",
         [("counted", 170)]),
        ("customer 10:00:00 用户超时未回复，系统关闭会话", []),
        ("customer 10:00:00 有货吗\nagent#image 10:00:20", [("counted", 20)]),
        ("customer#image 10:00:00\nagent 10:00:20 有", [("counted", 20)]),
        ("customer#video 10:00:00 好的呀\nagent 10:00:20 有", [("counted", 20)]),
        ("customer#voice 10:00:00", [("counted", NEVER)]),
        # who speaks first, and again
        ("agent 10:00:00 您好\ncustomer 10:01:00 有货吗\nagent 10:01:20 有\nagent 10:05:00 还在吗", [("counted", 20)]),
    ],
)  # fmt: skip
def test_what_becomes_of_a_round(dialogue: str, expected: Sequence[Told]) -> None:
    assert found(chats(dialogue)) == expected


def test_seq_counts_recalled_messages() -> None:
    batch = chats("customer 10:00:00 有货吗\nagent#recall 10:00:20 您好\nagent 10:01:00 有")
    assert batch.seq(rounds(batch).replied).tolist() == [2]
    assert batch.messages["role"].to_pylist() == ["customer", "agent", "agent"]


# c. automatic replies


@pytest.mark.parametrize(
    ("reply", "waited"),
    [
        ("agent 10:00:00 有", 60),  # in no time
        ("agent 10:00:01 有", 1),  # quick, but nothing that machines say
        ("agent 10:00:02 您好", 60),  # known to be automatic, two seconds after the last line
        ("agent 10:00:03 您好", 3),
        ("agent! 10:00:20 有", 60),
        ("agent 10:00:20 [自动回复] 有", 60),
        ("agent@店:机器人小蜜 10:00:20 有", 60),
        ("agent 10:00 有", 0),  # no seconds given: in the same minute says nothing
    ],
)
def test_what_no_person_typed_stops_no_clock(reply: str, waited: float) -> None:
    batch = chats(f"customer 10:00:00 有货吗\n{reply}\nagent 10:01:00 有", auto_texts=frozenset(("您好",)))
    assert waits(batch) == [waited]
    assert (batch.messages["role"][1].as_py() == "bot") == (waited == 60)


def test_an_automatic_reply_is_instant_after_the_last_line_not_the_first() -> None:
    batch = chats(
        "customer 10:00:00 有货吗\ncustomer 10:00:30 在吗\nagent@甲 10:00:32 您好", auto_texts=frozenset(("您好",))
    )
    assert waits(batch) == [NEVER]


def test_a_reply_at_once_is_at_once_after_the_question_not_the_last_line() -> None:
    assert waits(chats("customer 10:00:00 有货吗\ncustomer 10:00:30 在吗\nagent 10:00:30 您好")) == [30]


def test_a_wait_that_the_night_swallowed_was_not_at_once() -> None:
    assert found(chats("customer 23:30:00 有货吗\nagent 17T07:00:00 有")) == [("left", 0)]


def test_texts_are_automatic_that_come_that_instant_in_three_sessions() -> None:
    instant, slow = "customer 10:00:00 在吗\nagent 10:00:02 您好", "customer 10:00:00 在吗\nagent 10:00:30 您好"
    no_seconds = "customer 10:00 在吗\nagent 10:00 您好"
    twice = f"{instant}\ncustomer 10:05:00 在吗\nagent 10:05:01 您好"

    def automatic(*dialogues: str) -> frozenset[str]:
        mine = [row for number, each in enumerate(dialogues) for row in rows(each, f"会话{number}")]
        one_by_one = (instant_texts(table(rows(each, f"会话{number}"))) for number, each in enumerate(dialogues))
        counts = instant_texts(table(mine))
        assert sum(one_by_one, start=type(counts)()) == counts  # shards add up
        return auto_texts(counts)

    assert automatic(instant, instant, instant, slow) == {"您好"}
    assert automatic(instant, twice, slow, slow) == automatic(instant, instant, no_seconds) == frozenset()


# e. transfers


def test_a_round_belongs_to_who_held_the_chat_when_the_customer_spoke() -> None:
    batch = chats("agent@甲 10:00:00 您好\ncustomer 10:01:00 有货吗\nagent@乙 10:05:00 您好\ncustomer 10:06:00 多少钱")
    every = rounds(batch)
    assert [batch.agents[number] for number in every.agent] == ["甲", "乙"]
    assert every.replied.tolist() == [2, NOBODY]
    assert every.in_hours.all()


def test_a_notice_of_transfer_says_who_holds_the_chat() -> None:
    batch = chats(
        "agent@甲 10:00:00 您好\nsystem 10:00:30 由 甲 转交给 乙\ncustomer 10:01:00 有货吗\nagent@乙 10:05:00 有"
    )
    assert [batch.agents[number] for number in rounds(batch).agent] == ["乙"]


@pytest.mark.parametrize(
    ("handover", "expected"),
    [
        ("system 10:03:00 由甲转交给乙", [("甲", NEVER), ("乙", 120)]),
        ("system#transfer 10:03:00 已转接", [("甲", NEVER), ("乙", 120)]),
        ("customer@乙 10:04:00 在吗", [("甲", NEVER), ("乙", 60)]),
        ("customer 10:04:00 在吗", [("甲", NEVER), ("乙", None)]),  # nobody knows when 乙 took over
    ],
)
def test_taobao_charges_who_hands_over_unanswered(handover: str, expected: Sequence[tuple[str, float | None]]) -> None:
    batch = chats(f"agent@甲 10:00:00 您好\ncustomer 10:01:00 有货吗\n{handover}\nagent@乙 10:05:00 有")
    assert found(batch) == [("counted", 240)]  # one round, the whole wait
    every = rounds(batch, BY_HOLDER)
    told = zip((batch.agents[number] for number in every.agent), found(batch, BY_HOLDER), strict=True)
    assert [(agent, waited) for agent, (_, waited) in told] == expected


# Hours by the start


@pytest.mark.parametrize(
    ("dialogue", "expected"),
    [
        ("customer 22:59:30 有货吗\nagent 17T08:00:30 您好", [("counted", 9 * 3600 + 60)]),
        ("customer 23:00:00 有货吗\nagent 17T08:01:00 您好", [("left", 9 * 3600 + 60)]),
        ("customer 07:59:59 有货吗\nagent 08:00:20 您好\ncustomer 08:01:00 有吗\nagent 08:01:30 有",
         [("left", 21), ("counted", 30)]),
    ],
)  # fmt: skip
def test_by_start_only_what_began_in_hours_counts_and_counts_whole(dialogue: str, expected: Sequence[Told]) -> None:
    assert found(chats(dialogue, clocks=BY_START)) == expected


def test_what_was_left_can_be_held_against_the_next_opening() -> None:
    dialogue = "customer 23:30:00 有货吗\nagent 17T08:10:00 您好"
    for clocks in (SERVICE_HOURS, BY_START):
        assert rounds(chats(dialogue, clocks=clocks)).open_seconds.tolist() == [600]


# B.3.9 and 10


def test_rounds_say_where_a_time_had_no_seconds() -> None:
    batch = chats("customer 10:00 有货吗\nagent 10:03 有\ncustomer 10:04:00 多少钱\nagent 10:05:00 五十")
    assert rounds(batch).to_the_second.tolist() == [False, True]
    assert waits(batch) == [180, 60]


@pytest.mark.parametrize(
    ("minutes", "chats_running_back"),
    [((0, 1, 1, 2), 0), ((3, 2, 2, 1), 0), ((0, 2, 1, 3), 1)],
    ids=["in order", "newest first", "back and forth"],
)
def test_times_that_run_back_are_sorted_and_told(minutes: Sequence[int], chats_running_back: int) -> None:
    lines = [f"customer 10:{minute:02}:00 在吗" for minute in minutes]
    batch = chats("\n".join(lines), "customer 10:00:00 在吗")
    assert batch.running_back == chats_running_back
    assert all(first <= second for first, second in pairwise(batch.sent_at[:4].tolist()))


def test_rounds_of_one_chat_are_not_answered_in_the_next() -> None:
    assert waits(chats("customer 10:00:00 有货吗", "agent 10:00:05 您好")) == [NEVER]


# i. what is summed up


def test_only_the_average_is_capped_and_never_answered_counts_as_the_cap() -> None:
    summed = summed_up(
        """customer 10:00:00 有货吗
           agent    10:00:20 有
           customer 10:01:00 多少钱
           agent    10:21:00 五十
           customer 10:22:00 包邮吗"""
    )
    assert summed.first.tolist() == [20]
    assert summed.average.tolist() == [pytest.approx((20 + 600 + 600) / 3)]
    assert summed.longest.tolist() == [1200]
    assert summed.rounds.tolist() == [3]
    assert summed.unanswered.tolist() == [1]


def test_the_first_response_is_none_where_the_first_round_is_unanswered() -> None:
    summed = summed_up("customer 10:00:00 有货吗")
    assert np.isnan(summed.first[0])
    assert np.isnan(summed.longest[0])
    assert summed.average.tolist() == [600]


def test_a_chat_without_rounds_has_no_times_and_disturbs_no_other() -> None:
    summed = summed_up(
        "agent 10:00:00 您好",
        "customer 10:00:00 有货吗\nagent 10:00:10 有",
        "customer 10:00:00 谢谢",
        "customer 23:30:00 有货吗",
        "customer 10:00:00 有货吗\nbot 10:00:10 有",
    )
    assert np.isnan(summed.first[[0, 2, 3, 4]]).all()
    assert np.isnan(summed.average[[0, 2, 3, 4]]).all()
    assert summed.first[1] == summed.average[1] == summed.longest[1] == 10
    assert summed.rounds.tolist() == [0, 1, 0, 0, 0]


def test_nothing_comes_of_nothing() -> None:
    assert len(summed_up().first) == 0
    assert len(rounds(chats(), BY_HOLDER).only(COUNTED).asked) == 0
    assert not instant_texts(table([]))
    assert chats_of(table([]), SCANNER.scan).running_back == 0
