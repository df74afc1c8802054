"""When it was asked and answered, as the reasons of rules on time tell it: 09:00:05 提问，09:04:10 回复."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..chats import NOBODY, Chats, Mask, Rows, Seconds
from ..clock import spoken

CLOCKS = {"wall": "自然时间", "service_hours": "营业时间", "working_hours": "工作时间"}
"""Clock of a rule → what people call it."""

TOO_COARSE = "精度不足：时间没有写到秒，误差以内不判超时"

_DAY = 24 * 3600 * 1000  # ms
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

    def told(self) -> Mapping[str, pa.Array]:
        """What may stand in a reason's braces, a row a moment: since, until, due, waited.

        The day is told where there are several.
        """
        moments = {name: getattr(self, name) for name in ("since", "until", "due")}
        days = [_nullable(moment // _DAY, moment) for moment in moments.values()]
        several = pc.not_equal(pc.min_element_wise(*days), pc.max_element_wise(*days))
        every = np.ones(len(self.exact), bool)
        told = {
            name: _clock_times(moment, several, every if name == "due" else self.exact)
            for name, moment in moments.items()
        }
        ended = np.isfinite(self.waited)
        lengths, which = np.unique(np.where(ended, self.waited, 0), return_inverse=True)
        waited = pa.array(map(spoken, lengths.tolist()), pa.string()).take(pa.array(which))
        about = pc.if_else(self.exact, "", "约")
        return told | {"waited": pc.if_else(ended, pc.binary_join_element_wise(about, waited, ""), "")}


def _clock_times(moment: Rows, with_day: pa.Array, with_seconds: Mask) -> pa.Array:
    """Times of day as text, '' for none."""
    time = _nullable(moment // 1000, moment).cast(pa.timestamp("s"))
    clock = pc.if_else(with_seconds, pc.strftime(time, "%H:%M:%S"), pc.strftime(time, "%H:%M"))
    month, day = (part(time).cast(pa.string()) for part in (pc.month, pc.day))
    date = pc.if_else(with_day, pc.binary_join_element_wise(month, "月", day, "日 ", ""), "")
    return pc.fill_null(pc.binary_join_element_wise(date, clock, ""), "")


def _nullable(values: Rows, moment: Rows) -> pa.Array:
    return pa.array(values, pa.int64(), mask=moment == NO_TIME)
