"""When it was asked and answered, as the reasons of rules on time tell it: 09:00:05 提问，09:04:10 回复."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import numpy as np

from ..chats import NOBODY, Chats, Mask, Rows, Seconds
from ..clock import spoken

CLOCKS = {"wall": "自然时间", "service_hours": "营业时间", "working_hours": "工作时间"}
"""Clock of a rule → what people call it."""

TOO_COARSE = "精度不足：时间没有写到秒，误差以内不判超时"

_EPOCH = datetime(1970, 1, 1)
NO_TIME = np.iinfo(np.int64).min
"""Stands for no time among milliseconds."""


@dataclass(frozen=True)
class Times:
    """One row a moment. since, until, due: ms since 1970, wall time, or NO_TIME; due: by when it was promised.

    waited: seconds between the first two on the rule's clock, inf where until never came. exact: both have seconds.
    """

    since: Rows
    until: Rows
    due: Rows
    waited: Seconds
    exact: Mask

    @classmethod
    def between(cls, chats: Chats, since: Rows, until: Rows, waited: Seconds, due: Rows | None = None) -> "Times":
        """The times of rows of these chats, `until` NOBODY where it never came."""
        return cls(
            chats.sent_at[since],
            np.where(until == NOBODY, NO_TIME, chats.sent_at[until]),
            np.full(len(since), NO_TIME) if due is None else due,
            waited,
            chats.doubt(since, until) == 0,
        )

    @classmethod
    def none(cls, count: int) -> "Times":
        """So many moments of which no time is told."""
        never = np.full(count, NO_TIME)
        return cls(never, never, never, np.full(count, np.nan), np.ones(count, bool))

    @classmethod
    def joined(cls, parts: Sequence["Times"]) -> "Times":
        """Several, one after the other."""
        names = [field.name for field in fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def __getitem__(self, chosen: Rows | Mask | slice) -> "Times":
        return Times(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def told(self, number: int) -> Mapping[str, str]:
        """What may stand in a reason's braces: since, until, due, waited. The day is told where there are several."""
        times = {name: int(getattr(self, name)[number]) for name in ("since", "until", "due")}
        moments = {name: _EPOCH + timedelta(milliseconds=ms) for name, ms in times.items() if ms != NO_TIME}
        days = len({moment.date() for moment in moments.values()}) > 1
        exact = bool(self.exact[number])
        waited = float(self.waited[number])
        told = dict.fromkeys(times, "") | {
            name: _clock_time(moment, days, exact or name == "due") for name, moment in moments.items()
        }
        return told | {"waited": ("" if exact else "约") + spoken(waited) if np.isfinite(waited) else ""}


def _clock_time(moment: datetime, with_day: bool, with_seconds: bool) -> str:
    day = f"{moment.month}月{moment.day}日 " if with_day else ""
    return day + moment.strftime("%H:%M:%S" if with_seconds else "%H:%M")
