"""How figures and names are written on screen: durations, 元, points, and the trade's words for what is stored."""

import math
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from qa_checker.archive.selection import Outcome
from qa_checker.settings import DIMENSIONS

UNKNOWN = "—"
_SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUS = "−"  # as wide as a digit, so that columns of signed figures align

OUTCOME_NAMES = {
    Outcome.ALL: "全部",
    Outcome.RED_LINE: "红线",
    Outcome.FAILED: "不合格",
    Outcome.DEDUCTED: "有扣分",
    Outcome.REWARDED: "有奖励",
}


def known(value: float | None) -> bool:
    """Tell whether there is a figure: neither null nor the NaN that pandas makes of null."""
    return value is not None and not math.isnan(value)


def duration(seconds: float | None) -> str:
    """Write 80 seconds as 1分20秒 and 3725 as 1小时02分."""
    if seconds is None or math.isnan(seconds):
        return UNKNOWN
    whole = round(seconds)
    if whole < 60:
        return f"{whole}秒"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}分{rest:02d}秒"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}小时{minutes:02d}分"


def figure(value: float | None, digits: int = 1) -> str:
    """Write a figure with thousands separators and a fixed number of decimals, so that columns align."""
    if value is None or math.isnan(value):
        return UNKNOWN
    return f"{value:,.{digits}f}".replace("-", MINUS)


def points(value: float | None) -> str:
    """Write points without decimals that say nothing: 5, 2.5."""
    if value is None or math.isnan(value):
        return UNKNOWN
    return f"{value:,.2f}".rstrip("0").rstrip(".").replace("-", MINUS)


def signed(value: float, unit: str = "") -> str:
    """Write a difference with its sign: +2, −5."""
    text = points(abs(value)) + unit
    return text if value == 0 else ("+" if value > 0 else MINUS) + text


def share(value: float | None) -> str:
    """Write a share of 0…1 in percent."""
    return UNKNOWN if value is None or math.isnan(value) else f"{value * 100:.1f}%"


def moment(value: datetime | None, *, seconds: bool = False) -> str:
    """Write a time of the archive; NaT and null are unknown."""
    if value is None or value != value:
        return UNKNOWN
    return value.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%m-%d %H:%M")


def written(value: datetime | None) -> str:
    """Write a time of the desk, which has a zone, as clocks in China show it."""
    return value.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M") if value else UNKNOWN


def last_day(deadline: datetime) -> str:
    """Write a deadline at midnight as the day that ends with it."""
    return (deadline - timedelta(seconds=1)).astimezone(_SHANGHAI).strftime("%Y-%m-%d")


def dimension_name(dimension: str) -> str:
    """Name a dimension in Chinese; one that a later version added keeps its own name."""
    return DIMENSIONS.get(dimension, dimension)


def literally(text: str) -> str:
    """Write text that people typed, or that an export holds, so that nothing in it is Markdown."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()<>#+-.!|:$~" else letter for letter in text)
