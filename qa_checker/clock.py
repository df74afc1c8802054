"""Clocks: how long a wait was, when the night, weekends and Chinese holidays do not count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Milliseconds = NDArray[np.int64]

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""Whose days and wall time everything here goes by."""

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
_EPOCH = date(1970, 1, 1)
_WEEKDAY_OF_EPOCH = 3  # a Thursday
_DAYS = ({"every_day"}, {"workdays"}, {"holidays"}, {"workdays", "holidays"})


@dataclass(frozen=True)
class Window:
    """One stretch of open time, in milliseconds from midnight; `close` may reach into the next day."""

    open: int
    close: int


@dataclass(frozen=True)
class Hours:
    """When somebody is there to answer; its clock stands still outside. No two windows overlap.

    `by_start`: the clock runs on through the night, but what began outside is not reckoned at all (京东).
    """

    workdays: tuple[Window, ...]
    holidays: tuple[Window, ...]
    by_start: bool = False

    @classmethod
    def parse(cls, spec: object) -> "Hours":
        """Read `{every_day: "08:00-23:00"}` or `{workdays: "09:00-12:00, 13:00-18:00", holidays: closed}`.

        Raises ValueError, in Chinese, for anything else.
        """
        keys = set(spec) if isinstance(spec, Mapping) else set()
        if not isinstance(spec, Mapping) or keys not in _DAYS:
            raise ValueError("营业时间请写 every_day，或 workdays 与 holidays")
        every_day = spec.get("every_day", "closed")
        hours = cls(_windows(spec.get("workdays", every_day)), _windows(spec.get("holidays", every_day)))
        if hours._overlap():
            raise ValueError("营业时间里有重叠的时段，重叠的时间会算两遍，请合成一段，或错开")
        return hours

    def _overlap(self) -> bool:
        """Whether a window reaches into another of its day, or over midnight into one of the next day."""
        days = [
            sorted(windows, key=lambda window: window.open) for windows in (self.workdays, self.holidays) if windows
        ]
        within = any(one.close > other.open for day in days for one, other in pairwise(day))
        return within or any(day[-1].close > next_day[0].open + DAY for day in days for next_day in days)

    @property
    def always(self) -> bool:
        """Whether this is the wall clock."""
        return self.workdays == self.holidays == (Window(0, DAY),)

    @property
    def closing(self) -> timedelta | None:
        """How long after midnight people go home (下班) on a working day; None where they never do."""
        return timedelta(milliseconds=max(each.close for each in self.workdays)) if self.workdays else None

    def read(self, wall: Milliseconds) -> Milliseconds:
        """The clock's reading, in open milliseconds, at wall times (milliseconds since 1970, local).

        Readings of one call compare with each other only.
        """
        return wall if self.by_start else self._open_time(wall)

    def _open_time(self, wall: Milliseconds) -> Milliseconds:
        if self.always or not len(wall):
            return wall
        day, time = np.divmod(wall, DAY)
        first = int(day.min())
        works = self._workdays(first, int(day.max()))
        opened = np.where(works[1:], _total(self.workdays), _total(self.holidays))
        before = np.concatenate([[0], np.cumsum(opened)[:-1]])
        reading = before[day - first]
        for windows, today in ((self.workdays, works[1:]), (self.holidays, ~works[1:])):
            reading += np.where(today[day - first], _passed(windows, time), 0)
        # What spills over midnight belongs to the day that opened it: counted there, taken back until it has passed.
        for windows, yesterday in ((self.workdays, works[:-1]), (self.holidays, ~works[:-1])):
            reading -= np.where(yesterday[day - first], _spill(windows) - _passed_spill(windows, time), 0)
        return reading

    def is_open(self, wall: Milliseconds) -> NDArray[np.bool_]:
        """Whether somebody is there at these wall times."""
        both = self._open_time(np.concatenate([wall, wall + 1])).reshape(2, -1)
        return np.asarray(both[1] > both[0])

    def unannounced(self, wall: Milliseconds) -> frozenset[int]:
        """The years among these times whose Chinese holidays are not known; weekends are all this clock has there."""
        if self.workdays == self.holidays:
            return frozenset()
        years = np.unique(wall.astype("datetime64[ms]").astype("datetime64[Y]").astype(np.int64) + 1970)
        return frozenset(years.tolist()) - _announced_years()

    def _workdays(self, first: int, last: int) -> NDArray[np.bool_]:
        """For the day before `first` to `last` (days since 1970): no weekend, no holiday, 调休 respected."""
        days = np.arange(first - 1, last + 1)
        if self.workdays == self.holidays:
            return np.ones(len(days), bool)
        works = (days + _WEEKDAY_OF_EPOCH) % 7 < 5
        for works_then, known in zip((False, True), _announced(), strict=True):
            works[known[(known >= days[0]) & (known <= days[-1])] - days[0]] = works_then
        return works


WALL = Hours((Window(0, DAY),), (Window(0, DAY),))


@cache
def _announced() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Days since 1970 that are holidays though perhaps in the week, and that are worked though perhaps not."""
    from chinese_calendar import constants

    holidays, workdays = (
        np.array(sorted((day - _EPOCH).days for day in table), np.int64)
        for table in (constants.holidays, constants.workdays)
    )
    return holidays, workdays


@cache
def _announced_years() -> frozenset[int]:
    from chinese_calendar import constants

    return frozenset(day.year for day in constants.holidays)


def midnight(day: date) -> datetime:
    """The moment a day begins in China."""
    return datetime.combine(day, time(), SHANGHAI)


def is_workday(day: date) -> bool:
    """Whether people work that day in China, 调休 respected; by the weekday in years not yet announced."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # a year whose holidays are not yet announced
        return day.weekday() < 5


def _windows(spec: object) -> tuple[Window, ...]:
    if not isinstance(spec, str):  # YAML takes 8:00 for a number and an empty value for none
        raise ValueError(f'营业时间 {spec} 看不懂，请写成 "08:00-23:00"，休息写 closed')
    if spec.strip().lower() in ("closed", "休息"):
        return ()
    windows = []
    for part in spec.replace("，", ",").split(","):
        try:
            opens, closes = (_minutes(time) for time in part.split("-"))
        except ValueError:
            raise ValueError(f"营业时间 {part.strip()} 看不懂，请写成 08:00-23:00") from None
        windows.append(Window(opens * MINUTE, (closes if closes > opens else closes + 24 * 60) * MINUTE))
    return tuple(windows)


def _minutes(time: str) -> int:
    hours, minutes = (int(part) for part in time.strip().split(":"))
    if not (0 <= hours <= 24 and 0 <= minutes < 60):
        raise ValueError(time)
    return hours * 60 + minutes


def _total(windows: Iterable[Window]) -> int:
    return sum(window.close - window.open for window in windows)


def _spill(windows: Iterable[Window]) -> int:
    return sum(max(0, window.close - max(DAY, window.open)) for window in windows)


def _passed(windows: Iterable[Window], time: Milliseconds) -> Milliseconds:
    """Open time between midnight and `time` in this day's own windows."""
    return sum(
        (np.clip(time - window.open, 0, min(window.close, DAY) - window.open) for window in windows),
        np.zeros_like(time),
    )


def _passed_spill(windows: Iterable[Window], time: Milliseconds) -> Milliseconds:
    """Open time between midnight and `time` in yesterday's windows that reach over it."""
    return sum((np.clip(time, 0, max(0, window.close - DAY)) for window in windows), np.zeros_like(time))


def spoken(seconds: float) -> str:
    """A duration as people say it: 45秒, 1分20秒, 2小时5分, 3天2小时."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}秒"
    for size, name, smaller, smaller_name in (
        (86_400, "天", 3_600, "小时"),
        (3_600, "小时", 60, "分"),
        (60, "分", 1, "秒"),
    ):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size}{name}" + (f"{rest}{smaller_name}" if rest else "钟" if name == "分" else "")
    raise AssertionError(seconds)
