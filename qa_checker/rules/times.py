"""When it was asked and answered, as the reasons of rules on time tell it: 09:00:05 提问，09:04:10 回复."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..chats import NOBODY, Chats, Mask, Rows, Seconds
from ..clock import spoken

CLOCKS = {"wall": "自然时间", "service_hours": "营业时间", "working_hours": "工作时间"}
"""Clock of a rule → what people call it."""

TOO_COARSE = "精度不足：时间没有写到秒，误差以内不判超时"

_DAY = 24 * 3600 * 1000  # ms
_EPOCH = date(1970, 1, 1).toordinal()
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

    def told(self, name: str) -> pa.Array:
        """What stands in a reason for {since}, {until}, {due} or {waited}, a row a moment; '' for none.

        The day is told where there are several.
        """
        if name == "waited":
            return self._lengths()
        moment, exact = getattr(self, name), np.full(len(self.exact), name == "due") | self.exact
        clock = _nullable(moment // 1000, moment).cast(pa.timestamp("s")).cast(pa.time32("s")).cast(pa.string())
        if not exact.all():
            clock = pc.if_else(exact, clock, pc.utf8_slice_codeunits(clock, 0, len("00:00")))
        return pc.fill_null(pc.binary_join_element_wise(self._days(moment), clock, ""), "")

    def _days(self, moment: Rows) -> pa.Array:
        """The day of each moment (11月2日) where its times are of several, else ''."""
        days = [_nullable(each // _DAY, each) for each in (self.since, self.until, self.due)]
        several = pc.fill_null(pc.not_equal(pc.min_element_wise(*days), pc.max_element_wise(*days)), False)
        told = np.where(np.asarray(several) & (moment != NO_TIME), moment // _DAY, NO_TIME)
        different, which = np.unique(told, return_inverse=True)
        dates = [date.fromordinal(_EPOCH + day) if day != NO_TIME else None for day in different.tolist()]
        return pa.array([f"{day.month}月{day.day}日 " if day else "" for day in dates]).take(pa.array(which))

    def _lengths(self) -> pa.Array:
        ended = np.isfinite(self.waited)
        lengths, which = np.unique(np.where(ended, self.waited, 0), return_inverse=True)
        waited = pa.array(map(spoken, lengths.tolist()), pa.string()).take(pa.array(which))
        about = pc.if_else(self.exact, "", "约")
        return pc.if_else(ended, pc.binary_join_element_wise(about, waited, ""), "")


def _nullable(values: Rows, moment: Rows) -> pa.Array:
    return pa.array(values, pa.int64(), mask=moment == NO_TIME)
