"""What is counted of sessions and of agents' parts of them, worked out by hand."""

from dataclasses import fields

import numpy as np
import pytest
from dialogue import SERVICE_HOURS, chats, rows, table
from reference.strategies import LEXICON

from qa_checker.chats import chats_of
from qa_checker.language import Lexicon, Scanner, parse
from qa_checker.receptions import Receptions, by_agent, by_session, ratings
from qa_checker.rounds import RoundSettings, rounds

HANDED_OVER = """
    customer 09:00:00 有货吗
    agent@小王 09:00:20 您好
    customer@小王 09:01:00 什么时候发货呀
    customer@小王 09:01:10 在吗
    system@小王 09:03:00 转接
    agent@小李 09:05:00 抱歉，今天发
    customer@小李 09:06:00 好的
    agent@小李 09:40:00 再见
"""
NIGHT = """
    customer 22:59:50 有货吗
    customer@小张 23:10:00 有人吗
    agent@小张 17T08:10:00 您好
    customer@小张 17T23:30:00 那尺码呢
    customer@小张 17T23:31:00 有吗
"""


def session(*dialogues: str) -> Receptions:
    batch = chats(*dialogues)
    return by_session(batch, rounds(batch), cap=600)


def parts(*dialogues: str) -> tuple[list[str | None], Receptions]:
    batch = chats(*dialogues)
    found = by_agent(batch, rounds(batch), cap=600)
    return [batch.agents[agent] if agent >= 0 else None for agent in found.agent], found


def test_a_session_is_counted_as_by_hand() -> None:
    found = session(HANDED_OVER)
    counts = {"customer_messages": 4, "agent_messages": 3, "bot_messages": 0, "agent_chars": 2 + 6 + 2}
    # 好的 is a courtesy answered after 34 minutes: no round. The second question waits from 09:01:00 to 09:05:00.
    counts |= {"rounds": 2, "untimed": 0, "unanswered": 0, "within_30s": 1, "within_3min": 1, "waited_s": 260}
    counts |= {"first_response_s": 20, "max_response_s": 240, "handled_s": 40 * 60}
    counts |= {"transferred_in": 1, "transferred_out": 1, "left_messages": 0, "asked_outside": 0}
    assert {name: getattr(found, name)[0] for name in counts} == counts


def test_a_wait_belongs_to_who_held_the_chat_when_the_customer_spoke() -> None:
    names, found = parts(HANDED_OVER)
    assert names == ["小王", "小李"]
    assert found.rounds.tolist() == [2, 0]
    assert found.first_response_s.tolist() == [20, pytest.approx(np.nan, nan_ok=True)]
    assert found.agent_messages.tolist() == [1, 2]
    assert found.customer_messages.tolist() == [3, 1]
    assert (found.transferred_out.tolist(), found.transferred_in.tolist()) == ([1, 0], [0, 1])
    assert found.handled_s.tolist() == [180, 34 * 60]


def test_where_a_transfer_ends_a_round_the_new_part_begins_to_wait_at_the_transfer() -> None:
    batch = chats(HANDED_OVER)
    found = by_agent(batch, rounds(batch, RoundSettings(unreplied_on_transfer=True)), cap=600)
    assert (found.rounds.tolist(), found.unanswered.tolist()) == ([2, 1], [1, 0])
    assert found.first_response_s.tolist() == [20, 120]  # transferred at 09:03:00
    assert found.waited_s.tolist() == [20 + 600, 120]


def test_what_is_asked_out_of_hours_and_never_answered_is_left_not_counted() -> None:
    found = session(NIGHT)
    # 22:59:50 to 08:10 next day: ten seconds of the evening and ten minutes of the morning.
    assert (found.rounds[0], found.first_response_s[0], found.within_3min[0]) == (1, 610, 0)
    assert found.waited_s[0] == 600  # capped
    assert (found.left_messages[0], found.asked_outside[0], found.outside_in_time[0]) == (1, 1, 0)


def test_what_is_asked_at_night_is_in_time_half_an_hour_after_opening() -> None:
    early = "customer 23:30:00 有货吗\nagent@小张 17T08:30:00 有"
    late = "customer 23:30:00 有货吗\nagent@小张 17T08:30:01 有"
    found = session(early, late)
    assert found.asked_outside.tolist() == [1, 1]
    assert found.outside_in_time.tolist() == [1, 0]
    assert found.left_messages.tolist() == [0, 0]


def test_unknown_times_are_in_no_wait() -> None:
    found = session("customer - 有货吗\nagent@小张 09:00:00 有\ncustomer 09:01:00 多少钱\nagent@小张 09:01:09 九元")
    assert (found.rounds[0], found.untimed[0], found.within_30s[0], found.waited_s[0]) == (2, 1, 1, 9)
    assert np.isnan(found.first_response_s[0])


def test_times_without_seconds_are_counted_and_marked() -> None:
    lines = rows("customer 09:00:00 有货吗\nagent@小张 09:01:00 有\ncustomer 09:02:00 多少钱\ncustomer 09:02:00 在吗")
    batch = chats_of(table([line | {"to_the_second": False} for line in lines]), Scanner(LEXICON).scan, SERVICE_HOURS)
    found = by_session(batch, rounds(batch), cap=600)
    assert (found.rounds[0], found.imprecise[0], found.within_3min[0]) == (2, 1, 1)


def test_the_parts_of_a_session_add_up_to_it() -> None:
    alone = "customer 09:00:00 有货吗\nbot 09:00:01 稍后\ncustomer 09:05:00 在吗"
    back_and_forth = (
        "agent@小王 09:00:00 您好\nagent@小李 09:00:09 您好\ncustomer@小王 09:00:20 有货吗\nagent@小王 09:01:00 有"
    )
    dialogues = (HANDED_OVER, alone, NIGHT, back_and_forth)
    whole, (names, held) = session(*dialogues), parts(*dialogues)
    assert names == ["小王", "小李", None, "小张", "小王", "小李"]
    added = [each.name for each in fields(Receptions) if each.name not in ("chat", "agent", "first_row", "last_row")]
    added = [name for name in added if not name.endswith("_s") or name == "waited_s"]
    for name in set(added) - {"timed", "invited", "solicited", "satisfaction"}:
        assert np.bincount(held.chat, getattr(held, name)).tolist() == getattr(whole, name).tolist(), name


def test_words_are_what_was_written_without_addresses_and_placeholders() -> None:
    said = "agent@小王 09:00:00 亲，看 https://item.example.com/a?id=1&b=2这里 [图片][微笑] ok👌"
    assert session(said).agent_chars[0] == len("亲，看这里ok👌")


def test_invitations_are_told_from_begging_for_praise() -> None:
    words = {"invite-rating": "评价一下", "solicit-praise": "给个五星"}
    lists = {name: parse(name, lines, name)[0] for name, lines in words.items()}
    lines = [
        rows("agent@小王 09:00:00 麻烦评价一下\ncustomer 09:01:00 评价一下什么", "中性"),
        rows("agent@小王 09:00:00 给个五星吧", "求好评"),
        rows("customer 09:00:00 在吗\nagent@小王 09:00:20 在", "没有"),
        [row | {"message_type": "rating"} for row in rows("system 09:00:00 请评价", "卡片")],
    ]
    batch = chats_of(
        table([row for each in lines for row in each]),
        Scanner(Lexicon(LEXICON.lists | lists)).scan,
        SERVICE_HOURS,
    )
    found = by_session(batch, rounds(batch), cap=600)
    assert found.invited.tolist() == [True, True, False, True]
    assert found.solicited.tolist() == [False, True, False, False]


def test_the_last_rating_counts_for_who_held_the_chat_then() -> None:
    lines = rows(HANDED_OVER)
    lines[2]["rating"], lines[6]["rating"], lines[7]["rating"] = "非常满意", "差", ""
    batch = chats_of(table(lines), Scanner(LEXICON).scan, SERVICE_HOURS)
    assert ratings(batch) == ["差"]
    assert by_session(batch, rounds(batch), cap=600).satisfaction.tolist() == [-1]
    assert by_agent(batch, rounds(batch), cap=600).satisfaction.tolist() == [pytest.approx(np.nan, nan_ok=True), -1]


def test_no_chats_are_no_receptions() -> None:
    assert len(session().chat) == len(parts()[1].chat) == 0
