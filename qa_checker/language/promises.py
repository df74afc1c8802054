"""Promises of time: when at the latest is 10分钟内, 明天上午 or 3个工作日, counted from a moment."""

import re
from datetime import datetime, time, timedelta

from ..clock import is_workday

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2, "十": 10}
_NUMBER = r"(\d+(?:\.\d+)?|[一二两三四五六七八九十]{1,3}|半)"
_SPAN = re.compile(
    rf"(?:{_NUMBER}个?(?:-|~|—|至|到|、))?{_NUMBER}(个?半)?个?(工作日|分钟|刻钟|小时|钟头|天|日|周|星期|礼拜|月|h|min)(半)?"
)
_DAYS = {"今": 0, "当": 0, "明": 1, "次": 1, "隔": 1, "后": 2, "大后": 3, "第二": 1}
_DAY = re.compile(r"(大后|第二|今|当|明|次|隔|后)(?:天|日|早|晚)")
_WEEKDAY = re.compile(r"(下)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])")
_CLOCK = re.compile(r"(\d{1,2}|[一二两三四五六七八九十]{1,3})(?:点(半)?|[:：](\d{2}))")
_PARTS = (("凌晨", 6), ("早", 12), ("上午", 12), ("中午", 14), ("下午", 18), ("傍晚", 20), ("晚", 24), ("夜", 24))
_END_OF_WEEK = re.compile(r"(本|这|下)个?(?:周|星期|礼拜)")
_HOME = "下班"
_UNITS = {"分钟": 60, "刻钟": 900, "min": 60, "小时": 3600, "钟头": 3600, "h": 3600}
_CALENDAR = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}


def deadline(promise: str, said_at: datetime, closing: timedelta | None = None) -> datetime | None:
    """The last moment that keeps the promise, or None where the words fix none.

    A span of time counts from the promise (3-5天 to its far end, 工作日 by the Chinese calendar); a day without an
    hour lasts to its midnight, 上午 to 12:00, 下午 to 18:00, 晚上 to midnight, a week to its Sunday; 10点到11点 to 11;
    下班前 to `closing`, so long after midnight (18:00 where it is not given).
    """
    if match := _SPAN.search(promise):
        return _after(said_at, _number(match[2]) + (0.5 if match[3] or match[5] else 0), match[4])
    day = _day(promise, said_at)
    clock = list(_CLOCK.finditer(promise))[-1:]
    part = next((hour for word, hour in _PARTS if word in promise), None)
    if day is None and not clock and part is None and _HOME not in promise:
        return None
    midnight = datetime.combine((day or said_at).date(), time())
    if not clock:
        home = (closing or timedelta(hours=18)) if _HOME in promise else None
        return midnight + (home or timedelta(hours=part or 24))
    found = midnight + _hour(clock[0], part)
    return found if day is not None or found >= said_at else found + timedelta(hours=12)


def _hour(clock: re.Match[str], part: int | None) -> timedelta:
    hour = int(_number(clock[1]))
    if hour <= 12 and part is not None and part > 14 and hour != 12:
        hour += 12
    return timedelta(hours=hour, minutes=30 if clock[2] else int(clock[3] or 0))


def _after(said_at: datetime, count: float, unit: str) -> datetime:
    if unit in _UNITS:
        return said_at + timedelta(seconds=count * _UNITS[unit])
    if unit == "工作日":
        day = said_at
        for _ in range(int(count)):
            day += timedelta(days=1)
            while not is_workday(day.date()):
                day += timedelta(days=1)
        return day
    return said_at + timedelta(days=count * _CALENDAR[unit])


def _day(promise: str, said_at: datetime) -> datetime | None:
    if match := _DAY.search(promise):
        return said_at + timedelta(days=_DAYS[match[1]])
    if match := _WEEKDAY.search(promise):
        ahead = ("一二三四五六日".index(match[2].replace("天", "日")) - said_at.weekday()) % 7
        next_week = 7 if match[1] and ahead + said_at.weekday() < 7 else 0
        return said_at + timedelta(days=ahead + next_week)
    if match := _END_OF_WEEK.search(promise):
        return said_at + timedelta(days=6 - said_at.weekday() + (7 if match[1] == "下" else 0))
    return None


def _number(figure: str) -> float:
    if figure == "半":
        return 0.5
    if figure[0].isdigit():
        return float(figure)
    tens, _, ones = figure.rpartition("十")
    if "十" not in figure:
        return _DIGITS[figure[-1]]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
