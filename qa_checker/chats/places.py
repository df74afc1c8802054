"""Moments and places: the only vocabulary that rules use to say when and where."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
"""Moments: row numbers of a batch, ascending. One row a message, sorted by chat, then time, then source order."""
Mask = NDArray[np.bool_]
Seconds = NDArray[np.float64]

NOBODY = -1


@dataclass(frozen=True)
class Messages:
    """`within: 5 messages`: so many of the human agent's messages."""

    count: int


@dataclass(frozen=True)
class Duration:
    """`within: 3m`: so many seconds on the rule's clock."""

    seconds: float


Within = Messages | Duration | None


@dataclass(frozen=True)
class Places:
    """Intervals of rows `[start, stop)`, each inside one chat."""

    start: Rows
    stop: Rows

    def hold(self, rows: Rows) -> Mask:
        """For each place whether one of the moments lies in it."""
        return np.searchsorted(rows, self.start) < np.searchsorted(rows, self.stop)

    def first(self, rows: Rows) -> Rows:
        """For each place the first of the moments in it, or NOBODY."""
        index = np.searchsorted(rows, self.start)
        found = np.append(rows, NOBODY)[index]
        return np.where((found != NOBODY) & (found < self.stop), found, NOBODY)

    def last(self, rows: Rows) -> Rows:
        """For each place the last of the moments in it, or NOBODY."""
        index = np.searchsorted(rows, self.stop)
        found = np.concatenate([[NOBODY], rows])[index]
        return np.where(found >= self.start, found, NOBODY)

    def count(self, rows: Rows) -> Rows:
        """For each place how many of the moments lie in it."""
        return np.maximum(np.searchsorted(rows, self.stop) - np.searchsorted(rows, self.start), 0)

    def __getitem__(self, chosen: Any) -> "Places":
        return Places(self.start[chosen], self.stop[chosen])
