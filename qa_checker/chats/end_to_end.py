"""The chats of one customer laid end to end, so that what comes later is found wherever it was said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..language.hits import stretches
from .batch import Chats, EndToEnd
from .bursts import Joined

_BY_ROW = ("speaker", "sent_at", "time_known", "to_the_second", "agent", "text", "asks_nothing")


def laid_end_to_end(chats: Chats) -> Chats:
    """The same rows with each customer's chats laid end to end: `after` and `onward` reach into later chats.

    A turn still ends with its chat. Chats of nobody known stand alone. Verdicts lead back by `laid_from`.
    """
    laid = chats.once(("end to end",), lambda: _lay(replace(chats, _memory={})))
    return laid.on(chats.clock)


def _lay(chats: Chats) -> Chats:
    """The same rows, customer by customer, each one's chats by when they began; of nobody known each by itself."""
    customer = chats.about["customer_id"]
    names = [name if name is not None else f"\0{chat}" for chat, name in enumerate(customer)]
    group = np.unique(names, return_inverse=True)[1] if names else np.zeros(0, np.int64)
    order = np.lexsort((np.arange(len(chats)), chats.sent_at[chats.first_in_chat], group))
    lengths = np.diff(chats.starts)[order]
    origin = stretches(chats.starts[:-1][order], chats.starts[1:][order])[1]
    place = np.empty(len(origin), np.int64)
    place[origin] = np.arange(len(origin))
    session = group[order].repeat(lengths)
    bursts = {}
    for name, joined in chats.bursts.items():
        moved = np.stack([place[joined.first], place[joined.row], joined.start, joined.end])
        bursts[name] = Joined(*moved[:, np.argsort(moved[0], kind="stable")])
    return replace(
        chats,
        **{name: getattr(chats, name)[origin] for name in _BY_ROW},
        session=session,
        starts=np.searchsorted(session, np.arange(int(group.max(initial=-1)) + 2)),
        bursts=bursts,
        laid_from=EndToEnd(chats, origin, np.concatenate([[0], np.cumsum(lengths)])),
        _memory={},
    )
