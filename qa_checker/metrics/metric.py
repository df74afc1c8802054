"""What a metric is: its names, its definition in words, where it comes from, and how it is worked out and shown."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from qa_checker.archive.kinds import Kind

Better = Literal["up", "down", "either"]
"""Which way a figure should go."""


class Unit(StrEnum):
    """What a value is, and so how it is shown; the value is the unit people call it by."""

    COUNT = "个"
    PEOPLE = "人"
    ROUNDS = "轮"
    MESSAGES = "条"
    CHARACTERS = "字"
    SECONDS = "秒"
    DURATION = "时长"  # seconds, shown as 4分37秒
    RATIO = "比值"
    SHARE = "%"  # 0…1, shown in percent


class Over(StrEnum):
    """What a metric's SQL runs over; `measure` says what each of them is."""

    RECEPTIONS = "receptions"
    SEGMENTS = "segments"
    PERSON_DAYS = "person_days"
    RETURNS = "returns"
    LOADS = "loads"


@dataclass(frozen=True)
class Metric:
    """One metric. `name` is the trade's, `formula` and `source` are for people, `sql` aggregates the rows of `over`.

    `kind` are the sessions behind it: those one has to look at to see why the value is what it is.
    """

    key: str
    name: str
    english: str
    formula: str
    unit: Unit
    source: str
    over: Over
    sql: str
    kind: Kind | None = None
    better: Better = "either"


def share(part: str, whole: str) -> str:
    """SQL for a quotient, null where there is nothing to divide by."""
    return f"({part}) / nullif({whole}, 0)"
