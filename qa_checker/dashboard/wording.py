"""How figures and names are written on screen: durations, 元, points, and the trade's words for what is stored."""

import math
from datetime import datetime, timedelta

from qa_checker.archive.kinds import Kind
from qa_checker.archive.selection import Outcome
from qa_checker.clock import SHANGHAI
from qa_checker.metrics import Metric, Unit
from qa_checker.settings import DIMENSIONS

UNKNOWN = "—"
MINUS = "−"  # as wide as a digit, so that columns of signed figures align

OUTCOME_NAMES = {
    Outcome.ALL: "全部",
    Outcome.RED_LINE: "红线",
    Outcome.FAILED: "不合格",
    Outcome.DEDUCTED: "有扣分",
    Outcome.REWARDED: "有奖励",
}

KIND_NAMES = {
    Kind.SLOW: "等过 3 分钟以上",
    Kind.SLOW_FIRST: "首响超过 30 秒",
    Kind.NOT_QUICK: "等过 30 秒以上",
    Kind.UNANSWERED: "有问题没回",
    Kind.MISSED: "漏接",
    Kind.LONG: "接待超过 30 分钟",
    Kind.TRANSFERRED: "转给了别人",
    Kind.OUTSIDE: "营业时间外有提问",
    Kind.ROBOTS_ONLY: "仅机器人",
    Kind.UNINVITED: "没有邀评",
    Kind.SOLICITED: "要好评",
    Kind.DISSATISFIED: "顾客不满意",
    Kind.RETURNED: "24 小时内又来",
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


def metric_value(metric: Metric, value: float | None) -> str:
    """Write a metric's value by its unit."""
    if metric.unit in (Unit.SECONDS, Unit.DURATION):
        return duration(value)
    if metric.unit is Unit.SHARE:
        return share(value)
    return figure(value, 2 if metric.unit is Unit.RATIO else 0)


def metric_label(metric: Metric) -> str:
    """Name a metric where its unit stands beside the value."""
    return metric.name.removesuffix("(秒)")


def metric_heading(metric: Metric) -> str:
    """Name a metric at the top of a column: without its definition in brackets, which hovering shows."""
    return metric_label(metric).partition("（")[0]


def definition(metric: Metric) -> str:
    """Say what a metric is and whose it is, for a tooltip."""
    return f"{metric.formula}。\n\n口径：{metric.source}"


def moment(value: datetime | None, *, seconds: bool = False) -> str:
    """Write a time of the archive; NaT and null are unknown."""
    if value is None or value != value:
        return UNKNOWN
    return value.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%m-%d %H:%M")


def written(value: datetime | None) -> str:
    """Write a time of the desk, which has a zone, as clocks in China show it."""
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if value else UNKNOWN


def last_day(deadline: datetime) -> str:
    """Write a deadline at midnight as the day that ends with it."""
    return (deadline - timedelta(seconds=1)).astimezone(SHANGHAI).strftime("%Y-%m-%d")


def dimension_name(dimension: str) -> str:
    """Name a dimension in Chinese; one that a later version added keeps its own name."""
    return DIMENSIONS.get(dimension, dimension)


def literally(text: str) -> str:
    """Write text that people typed, or that an export holds, so that nothing in it is Markdown."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()<>#+-.!|:$~" else letter for letter in text)
