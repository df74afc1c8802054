"""Open time between two moments, counted day by day."""

from datetime import date, timedelta

from chinese_calendar import is_workday

from qa_checker.clock import DAY, Hours

EPOCH = date(1970, 1, 1)


def open_stretches(hours: Hours, day: int) -> list[tuple[int, int]]:
    """When this day (since 1970) opens and closes, in ms since 1970; a window may reach into the next day."""
    works = is_workday(EPOCH + timedelta(days=day)) if hours.workdays != hours.holidays else True
    windows = hours.workdays if works else hours.holidays
    return [(day * DAY + window.open, day * DAY + window.close) for window in windows]


def open_between(hours: Hours, since: int, until: int) -> int:
    """Milliseconds in which the clock runs."""
    total = 0
    for day in range(since // DAY - 1, until // DAY + 1):
        for opens, closes in open_stretches(hours, day):
            total += max(0, min(closes, until) - max(opens, since))
    return total


def is_open(hours: Hours, at: int) -> bool:
    """Opening times belong to the open hours, closing times do not."""
    return any(
        opens <= at < closes for day in (at // DAY - 1, at // DAY) for opens, closes in open_stretches(hours, day)
    )
