"""Moments and places: which rows they are."""

from datetime import datetime

import numpy as np
import pytest
from dialogue import SCANNER, chats, rows, table

from qa_checker.chats import AGENT, BOT, CUSTOMER, NOBODY, SYSTEM, Chats, Duration, Messages, Places, chats_of

TWO_CHATS = (
    """customer 09:00:00 有货吗
       bot      09:00:01 您好
       customer 09:00:05 好的
       agent@甲 09:01:00 您好，稍等
       system   09:01:30 转接
       agent@乙 09:02:00 核对地址
       customer 09:05:00 拍下了
       agent@乙 09:05:30 再见""",
    """agent@丙 09:00:00 您好
       customer 09:10:00 谢谢""",
)


@pytest.fixture
def two() -> Chats:
    return chats(*TWO_CHATS)


def test_moments_by_speaker(two: Chats) -> None:
    assert two.by(CUSTOMER).tolist() == [0, 2, 6, 9]
    assert two.by(BOT, SYSTEM).tolist() == [1, 4]
    assert two.first_in_chat.tolist() == [0, 8]
    assert two.last_in_chat.tolist() == [7, 9]
    assert two.seq(np.array([0, 7, 9])).tolist() == [0, 7, 1]


def test_moments_by_what_is_said(two: Chats) -> None:
    assert two.says(["greeting"], by=AGENT).tolist() == [3, 8]
    assert two.says(["greeting"], by=BOT).tolist() == [1]
    assert two.says(["greeting", "closing"], by=AGENT).tolist() == [3, 7, 8]
    assert two.says_more_than(["courtesy"], by=CUSTOMER).tolist() == [0, 6]


def test_turns_end_with_the_other_side_or_the_chat_and_not_with_robots(two: Chats) -> None:
    customer, agent = two.turns(CUSTOMER), two.turns(AGENT)
    assert list(zip(customer.start, customer.stop, strict=True)) == [(0, 3), (6, 7), (9, 10)]
    assert list(zip(agent.start, agent.stop, strict=True)) == [(3, 6), (7, 8), (8, 9)]


def test_places_hold_find_and_count(two: Chats) -> None:
    places, moments = two.turns(AGENT), two.by(AGENT)
    assert places.hold(two.says(["address-check"], by=AGENT)).tolist() == [True, False, False]
    assert places.first(moments).tolist() == [3, 7, 8]
    assert places.last(moments).tolist() == [5, 7, 8]
    assert places.count(moments).tolist() == [2, 1, 1]
    nothing = np.zeros(0, np.int64)
    assert places.first(nothing).tolist() == places.last(nothing).tolist() == [NOBODY] * 3


def test_an_empty_place_holds_nothing() -> None:
    place = Places(np.array([5]), np.array([5]))
    assert not place.hold(np.array([4, 5, 6])).any()
    assert place.last(np.array([4, 5])).tolist() == place.first(np.array([5])).tolist() == [NOBODY]


def stops(batch: Chats, row: int, within: Messages | Duration | None) -> int:
    return int(batch.after(np.array([row]), within).stop[0])


def test_a_window_of_messages_counts_the_agent_s_only(two: Chats) -> None:
    assert [stops(two, 0, Messages(count)) for count in (1, 2, 3, 4)] == [4, 6, 8, 8]
    assert stops(two, 9, Messages(1)) == 10


def test_a_window_of_time_includes_its_last_moment_and_ends_with_the_chat(two: Chats) -> None:
    assert [stops(two, 0, Duration(seconds)) for seconds in (59.9, 60, 89, 90, 86_400)] == [3, 4, 4, 5, 8]


def test_backwards_a_window_of_time_includes_its_first_moment(two: Chats) -> None:
    assert two.since(np.array([5]), Duration(60)).tolist() == [3]
    assert two.since(np.array([5]), Duration(59.9)).tolist() == [4]


def test_upto_and_onward_meet_at_the_moment(two: Chats) -> None:
    at = np.array([3, 9])
    assert two.upto(at).stop.tolist() == two.onward(at).start.tolist() == [3, 9]
    assert two.upto(at).start.tolist() == [0, 8]
    assert two.onward(at).stop.tolist() == [8, 10]


def test_waits_stand_still_out_of_hours() -> None:
    night = chats("customer 22:59:00 有货吗\nagent 17T08:02:00 您好")
    since, until = np.array([0]), np.array([1])
    assert night.waited(since, until).tolist() == [9 * 3600 + 180]
    assert night.on("service_hours").waited(since, until).tolist() == [180]


def test_a_wait_is_endless_where_nothing_came_and_unknown_where_a_time_is() -> None:
    batch = chats("customer 09:00:00 有货吗\nagent - 您好\ncustomer - 谢谢")
    waits = batch.waited(np.array([0, 0, 1, 2]), np.array([1, NOBODY, 2, NOBODY]))
    assert np.isnan(waits[[0, 2, 3]]).all()
    assert waits[1] == np.inf


def test_hours_include_the_opening_and_not_the_closing() -> None:
    batch = chats("customer 07:59:59 在吗\ncustomer 08:00:00 在吗\ncustomer 22:59:59 在吗\ncustomer 23:00:00 在吗")
    assert batch.on("service_hours").is_open(np.arange(4)).tolist() == [False, True, True, False]
    assert batch.is_open(np.arange(4)).all()


def test_the_agent_in_charge_is_the_last_one_named_and_before_the_first_the_first() -> None:
    batch = chats(*TWO_CHATS, "customer 09:00:00 在吗\nbot@服务助手 09:00:01 您好", "customer@丁 09:00:00 在吗")
    names = [None if number == NOBODY else batch.agents[number] for number in batch.agent.tolist()]
    assert names == [*"甲甲甲甲甲乙乙乙", *"丙丙", None, None, "丁"]


def test_unknown_times_stay_where_they_stand_in_the_file() -> None:
    batch = chats("customer - 一\nagent 09:01:00 二\nagent - 三\ncustomer 09:00:00 四\nsystem 09:01:00 五")
    assert [message.text for message in batch.conversation(0)] == ["四", "一", "二", "三", "五"]
    assert batch.time_known.tolist() == [True, False, True, False, True]


def test_source_order_breaks_ties_in_time() -> None:
    batch = chats("agent 09:00:00 二\nagent 09:00:00 一\ncustomer 09:00:00 零")
    assert [message.text for message in batch.conversation(0)] == ["二", "一", "零"]


def test_sessions_may_be_mixed_in_the_file() -> None:
    first, second = (
        rows("customer 09:00:00 一\nagent 09:01:00 二", "甲"),
        rows("customer 08:00:00 三\nagent 08:01:00 四", "乙"),
    )
    mixed = [first[1], second[0], first[0], second[1]]
    batch = chats_of(table(mixed), SCANNER.scan)
    told = {
        name: [message.text for message in batch.conversation(number)] for number, name in enumerate(batch.session_ids)
    }
    assert told == {"甲": ["一", "二"], "乙": ["三", "四"]}


def test_a_date_of_1970_disturbs_no_other_chat() -> None:
    old, new = rows("customer 09:00:00 在吗", "旧"), rows("customer 09:00:00 在吗\nagent 09:01:00 您好", "新")
    old[0]["sent_at"] = datetime(1970, 1, 1)
    batch = chats_of(table(old + new), SCANNER.scan)
    assert stops(batch, 0, Duration(60)) == 1
    assert stops(batch, 1, Duration(60)) == 3


def test_a_message_without_text_says_nothing() -> None:
    picture, greeting = rows("agent 09:00:00 图\nagent 09:00:01 您好")
    picture["text"] = None
    assert chats_of(table([picture, greeting]), SCANNER.scan).says(["greeting"], by=AGENT).tolist() == [1]


def test_an_empty_batch_has_no_moments_and_no_places() -> None:
    empty = chats()
    assert len(empty) == len(empty.by(AGENT)) == len(empty.turns(CUSTOMER).start) == len(empty.whole().start) == 0
    assert not len(empty.on("service_hours").is_open(empty.by(CUSTOMER)))
