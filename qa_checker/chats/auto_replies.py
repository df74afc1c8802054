"""Automatic replies that no flag marks: what came sooner than anybody can type."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from .columns import Sorted, codes, speakers
from .messages import AGENT, CUSTOMER
from .places import NOBODY, Mask, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from .batch import Chats

INSTANT = 2_000  # ms after the customer's last line
REPEATED = 3  # sessions in which a text came that instant
AT_ONCE = 1_000  # ms; a reply "in 0 seconds" (淘宝 2020)


def instant_texts(messages: pa.Table) -> Counter[str]:
    """In how many sessions each text was sent by the agent's side the instant the customer had written.

    `messages` are canonical rows of whole sessions; counts of several tables of one batch add up.
    """
    rows = Sorted.of(messages)
    speaker = speakers(rows.messages["role"])
    instant = _instant(speaker, rows.session, rows.sent_at, rows.time_known & rows.to_the_second)
    text, texts = codes(rows.messages["text"].take(pa.array(instant)))
    once = np.unique(np.stack([rows.session[instant], text]), axis=1)[1]
    counts = np.bincount(once[once != NOBODY], minlength=len(texts))
    return Counter(dict(zip(texts, counts.tolist(), strict=True)))


def auto_texts(counts: Mapping[str, int]) -> frozenset[str]:
    """The texts that come that instant again and again: nobody types them."""
    return frozenset(text for text, sessions in counts.items() if sessions >= REPEATED)


def automatic(chats: Chats, texts: frozenset[str], courtesies: Sequence[str]) -> Rows:
    """The agent's rows that no person can have typed.

    One of `texts` the instant the customer had written, or anything in the very second of the line that it answers.
    Times are the wall's, and must have been given to the second.
    """
    exact = chats.time_known & chats.to_the_second
    instant = _instant(chats.speaker, chats.session, chats.sent_at, exact)
    known = np.fromiter((text in texts for text in chats.texts), bool, len(chats.texts))
    return np.union1d(instant[known[chats.text[instant]]], _at_once(chats, exact, courtesies))


def _instant(speaker: NDArray[np.int8], session: Rows, sent_at: Rows, exact: Mask) -> Rows:
    """The agent's rows within `INSTANT` of the customer's last line before them."""
    rows = np.arange(len(speaker))
    asked = np.maximum.accumulate(np.where(speaker == CUSTOMER, rows, -1))
    instant = (speaker == AGENT) & (asked >= 0) & (session[asked] == session) & exact & exact[asked]
    return np.flatnonzero(instant & (sent_at - sent_at[asked] <= INSTANT))


def _at_once(chats: Chats, exact: Mask, courtesies: Sequence[str]) -> Rows:
    """The agent's rows in the second in which the turn that they answer began to ask."""
    turns, agents = chats.turns(CUSTOMER), chats.by(AGENT)
    if not len(turns.start):
        return turns.start
    asking = turns.first(chats.says_more_than(courtesies, by=CUSTOMER))
    asked = np.where(asking == NOBODY, turns.start, asking)
    turn = np.searchsorted(turns.start, agents) - 1
    answers = (turn >= 0) & (chats.session[turns.start[turn]] == chats.session[agents])
    agents, asked = agents[answers], asked[turn[answers]]
    soon = chats.sent_at[agents] - chats.sent_at[asked] < AT_ONCE
    return agents[soon & exact[agents] & exact[asked]]
