"""How figures are written."""

from datetime import datetime

import pandas as pd
import pytest

from qa_checker.dashboard.wording import UNKNOWN, dimension_name, duration, figure, moment, points, share, signed


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, UNKNOWN),
        (float("nan"), UNKNOWN),
        (0, "0秒"),
        (59.4, "59秒"),
        (59.6, "1分00秒"),
        (80, "1分20秒"),
        (605, "10分05秒"),
        (3599.7, "1小时00分"),
        (3725, "1小时02分"),
    ],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


def test_figures() -> None:
    assert figure(1234.56) == "1,234.6"
    assert figure(1234, 0) == "1,234"
    assert points(5.0) == "5"
    assert points(2.5) == "2.5"
    assert points(0) == "0"
    assert points(1000) == "1,000"
    assert signed(-5, " 分") == "−5 分"
    assert signed(2.5) == "+2.5"
    assert signed(0) == "0"
    assert share(0.1234) == "12.3%"
    assert figure(None) == points(float("nan")) == share(None) == UNKNOWN


def test_times() -> None:
    assert moment(datetime(2026, 9, 1, 8, 5, 3)) == "09-01 08:05"
    assert moment(datetime(2026, 9, 1, 8, 5, 3), seconds=True) == "2026-09-01 08:05:03"
    assert moment(None) == moment(pd.NaT) == UNKNOWN  # type: ignore[arg-type]


def test_a_dimension_of_a_later_version_keeps_its_name() -> None:
    assert dimension_name("speed") == "响应时效"
    assert dimension_name("warmth") == "warmth"
