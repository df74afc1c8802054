"""Clocks that stand still at night, at weekends and on Chinese holidays."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import numpy as np
import pytest
from reference.clock import is_open, open_between

from qa_checker.clock import WALL, Hours, spoken

EPOCH = datetime(1970, 1, 1)
OFFICE = Hours.parse({"workdays": "09:00-12:00, 13:00-18:00"})
HOURS = {
    "wall": WALL,
    "service": Hours.parse({"every_day": "08:00-23:00"}),
    "office": OFFICE,
    "night shift": Hours.parse({"workdays": "22:00-02:00", "holidays": "20:00-24:00"}),
    "all but a lunch": Hours.parse({"every_day": "13:00-12:00"}),
    "never": Hours.parse({"workdays": "closed"}),
}


def milliseconds(time: str) -> int:
    return round((datetime.fromisoformat(time) - EPOCH) / timedelta(milliseconds=1))


def open_seconds(hours: Hours, since: str, until: str) -> float:
    first, last = hours.read(np.array([milliseconds(since), milliseconds(until)]))
    return float(last - first) / 1000


@pytest.mark.parametrize("hours", HOURS.values(), ids=HOURS)
def test_readings_differ_by_the_open_time_counted_day_by_day(hours: Hours) -> None:
    random = Random(7)
    start = milliseconds("2026-09-25T00:00:00")
    times = sorted(start + random.randrange(0, 20 * 86_400) * 1000 for _ in range(60))
    readings = hours.read(np.array(times))
    for since, until, passed in zip(times, times[1:], np.diff(readings), strict=False):
        assert passed == open_between(hours, since, until)
    assert hours.is_open(np.array(times)).tolist() == [is_open(hours, time) for time in times]


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2026-11-16T09:00", "2026-11-16T18:00", 8),  # a Monday, less its lunch
        ("2026-11-20T17:00", "2026-11-23T10:00", 2),  # over a weekend
        ("2026-09-30T17:00", "2026-10-08T10:00", 2),  # over the National Day holiday
        ("2026-10-10T09:00", "2026-10-10T12:00", 3),  # a Saturday on which people work (调休)
        ("2031-01-06T09:00", "2031-01-06T12:00", 3),  # a Monday of a year not yet announced
    ],
)
def test_office_hours_know_weekends_and_holidays(since: str, until: str, hours: float) -> None:
    assert open_seconds(OFFICE, since, until) == hours * 3600


def test_a_window_over_midnight_belongs_to_the_day_that_opened_it() -> None:
    friday_night = open_seconds(HOURS["night shift"], "2026-11-20T23:00", "2026-11-21T12:00")
    assert friday_night == 3 * 3600


def test_a_clock_that_goes_by_the_start_runs_through_the_night_but_knows_its_hours() -> None:
    by_start = replace(HOURS["service"], by_start=True)
    assert open_seconds(by_start, "2026-11-16T22:59:00", "2026-11-17T08:01:00") == 9 * 3600 + 120
    moments = np.array(
        [milliseconds(f"2026-11-16T{time}") for time in ("07:59:59.999", "08:00", "22:59:59.999", "23:00")]
    )
    assert by_start.is_open(moments).tolist() == [False, True, True, False]


def test_years_without_announced_holidays_are_named_where_they_matter() -> None:
    times = np.array([milliseconds(f"{year}-03-01T09:00") for year in (2003, 2004, 2026, 2031)])
    assert OFFICE.unannounced(times) == {2003, 2031}
    assert HOURS["service"].unannounced(times) == frozenset()


def test_people_go_home_at_the_last_closing() -> None:
    assert OFFICE.closing == timedelta(hours=18)
    assert HOURS["night shift"].closing == timedelta(hours=26)
    assert HOURS["never"].closing is None


def test_an_empty_clock_reads_nothing() -> None:
    assert len(OFFICE.read(np.zeros(0, np.int64))) == 0
    assert len(OFFICE.is_open(np.zeros(0, np.int64))) == 0


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"every_day": "全天"},
        {"every_day": "8-23"},
        {"every_day": "08:00-25:00"},
        {"mondays": "08:00-09:00"},
        {"every_day": "08:00-23:00", "workdays": "08:00-23:00"},
        {"every_day": 540},  # what YAML makes of 9:00
        {"every_day": None},
        {"workdays": ["09:00-18:00"]},
        None,
        "08:00-23:00",
    ],
)
def test_hours_that_cannot_be_read_are_refused_in_chinese(spec: object) -> None:
    with pytest.raises(ValueError, match="营业时间"):
        Hours.parse(spec)


@pytest.mark.parametrize(
    "spec",
    [
        {"every_day": "08:00-12:00, 11:00-18:00"},
        {"every_day": "13:00-18:00, 09:00-14:00"},
        {"every_day": "08:00-23:00, 20:00-09:00"},
        {"workdays": "20:00-10:00", "holidays": "09:00-12:00"},
    ],
)
def test_hours_that_would_count_time_twice_are_refused(spec: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="重叠"):
        Hours.parse(spec)


def test_windows_may_meet() -> None:
    assert Hours.parse({"every_day": "08:00-12:00, 12:00-20:00, 20:00-08:00"}).workdays


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0秒"),
        (45.4, "45秒"),
        (59.6, "1分钟"),
        (60, "1分钟"),
        (80, "1分20秒"),
        (3600, "1小时"),
        (7_500, "2小时5分"),
        (266_400, "3天2小时"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert spoken(seconds) == words
