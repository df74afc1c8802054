"""By when a promise has to be kept."""

from datetime import datetime, timedelta

import pytest

from qa_checker.language.promises import deadline

TUESDAY = datetime(2026, 11, 17, 14, 0)


@pytest.mark.parametrize(
    ("promise", "by"),
    [
        ("10分钟内", "17 14:10"),
        ("一刻钟", "17 14:15"),
        ("半小时后", "17 14:30"),
        ("一个半小时", "17 15:30"),
        ("1-2个小时", "17 16:00"),
        ("二十四小时内", "18 14:00"),
        ("3到5天", "22 14:00"),
        ("今天", "18 00:00"),
        ("今天下班前", "17 18:00"),
        ("明天下班前", "18 18:00"),
        ("明天上午", "18 12:00"),
        ("明早", "18 12:00"),
        ("明天上午10点前", "18 10:00"),
        ("下午3点半", "17 15:30"),
        ("下午三点到四点", "17 16:00"),
        ("晚上8点", "17 20:00"),
        ("4点前", "17 16:00"),
        ("周五前", "21 00:00"),
        ("本周内", "23 00:00"),
        ("下周", "30 00:00"),
        ("3个工作日", "20 14:00"),
        ("5个工作日", "24 14:00"),
    ],
)
def test_promises_end_when_people_take_them_to(promise: str, by: str) -> None:
    assert deadline(promise, TUESDAY) == datetime.strptime(f"2026-11-{by}", "%Y-%m-%d %H:%M")


def test_working_days_leave_out_holidays_and_take_in_the_weekends_worked_instead() -> None:
    assert deadline("1个工作日", datetime(2026, 9, 30, 14)) == datetime(2026, 10, 8, 14)
    assert deadline("2个工作日", datetime(2026, 10, 9, 14)) == datetime(2026, 10, 12, 14)  # Saturday the 10th is worked


def test_people_go_home_when_their_hours_say() -> None:
    assert deadline("今天下班前", TUESDAY, timedelta(hours=23)) == datetime(2026, 11, 17, 23)


@pytest.mark.parametrize("promise", ["尽快", "马上", "稍后", "一会儿"])
def test_some_words_fix_no_time(promise: str) -> None:
    assert deadline(promise, TUESDAY) is None
