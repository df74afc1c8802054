"""Findings: the moments a rule judges alike, before they are put together as verdicts."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..chats import NOBODY, Chats, Mask, Rows, Seconds
from .times import Times
from .wording import Lists


class Quote(NamedTuple):
    """Rows to quote, one a moment (NOBODY: nothing): the words of these lists there, else the whole message."""

    rows: Rows
    lists: Lists


@dataclass(frozen=True)
class Found:
    """Moments judged alike. `until` bounds what may still excuse the moment; `doubt`: seconds `waited` may be less.

    `because`, and `never` where the wait has no end, may hold {since}, {until}, {due} and {waited} of `times`.
    """

    at: Rows
    because: str
    quotes: tuple[Quote, ...] = ()
    waited: Seconds | None = None
    doubt: Seconds | None = None
    times: Times | None = None
    charged: Rows | None = None
    until: Rows | None = None
    never: str = ""

    def only(self, chosen: Mask | Rows) -> "Found":
        """The moments chosen, with everything that belongs to them."""
        return replace(
            self,
            at=self.at[chosen],
            quotes=tuple(Quote(quote.rows[chosen], quote.lists) for quote in self.quotes),
            waited=None if self.waited is None else self.waited[chosen],
            doubt=None if self.doubt is None else self.doubt[chosen],
            times=None if self.times is None else self.times[chosen],
            charged=None if self.charged is None else self.charged[chosen],
            until=None if self.until is None else self.until[chosen],
        )

    def in_batch(self, chats: Chats) -> "Found":
        """The same moments as rows of the batch, where `chats` were laid end to end."""
        if chats.laid_from is None:
            return self
        origin = np.append(chats.laid_from.origin, NOBODY)  # NOBODY stays NOBODY
        return replace(
            self,
            at=origin[self.at],
            quotes=tuple(Quote(origin[quote.rows], quote.lists) for quote in self.quotes),
            charged=None if self.charged is None else origin[self.charged],
        )

    def charged_agents(self, chats: Chats) -> Rows:
        """Who pays for each moment: agent number or NOBODY."""
        return chats.agent[self.at if self.charged is None else self.charged]

    @property
    def waited_seconds(self) -> Seconds:
        """How long was waited until each moment; NaN where nothing was waited for."""
        return np.full(len(self.at), np.nan) if self.waited is None else self.waited

    @property
    def waits_forever(self) -> Mask:
        """Whether the wait has no end."""
        return np.isinf(self.waited_seconds if self.times is None else self.times.waited)


NOTHING = Found(np.zeros(0, np.int64), "")
