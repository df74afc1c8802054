"""Questions handed from one agent to the next before anybody answered them (淘宝: each has a round of his own)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from ..language.hits import stretches
from .messages import SYSTEM
from .places import NOBODY, Mask, Rows

if TYPE_CHECKING:
    from .batch import Chats


@dataclass(frozen=True)
class Handovers:
    """Rounds cut where another agent took over: for each part its round, where its clock starts, and who held it.

    is_last: the part that may have been answered. timed: false where nothing tells when he took over.
    """

    round: Rows
    asked: Rows
    agent: Rows
    is_last: Mask
    timed: Mask

    @classmethod
    def none(cls, chats: Chats, asked: Rows) -> Handovers:
        """Every round whole, held by whoever held the chat when the customer spoke."""
        all_of_them = np.ones(len(asked), bool)
        return cls(np.arange(len(asked)), asked, chats.agent[asked], all_of_them, all_of_them)


def handovers(chats: Chats, asked: Rows, replied: Rows, stop: Rows) -> Handovers:
    """Cut the rounds asked at these rows, answered at those (NOBODY: never) and over before `stop`.

    The next agent's clock starts with the notice of the transfer, or with the first line that names him the holder.
    """
    taken = _taken_over(chats)
    end = np.where(replied == NOBODY, stop - 1, replied)
    low, high = (np.searchsorted(taken, rows, side="right") for rows in (asked, end))
    cut, place = stretches(low, high)
    number = np.concatenate([np.arange(len(asked)), cut])
    starts = np.concatenate([asked, taken[place]])
    order = np.lexsort((starts, number))
    number, starts = number[order], starts[order]
    agent = chats.agent[starts]
    is_last = np.append(number[1:] != number[:-1], True)[: len(number)]
    # Who is first seen answering took over before: at a notice, or nobody knows when.
    answering = np.flatnonzero(is_last & (starts == replied[number]))
    before = starts[answering - 1]
    notices = np.append(NOBODY, _notices(chats))
    notice = notices[np.searchsorted(notices, starts[answering]) - 1]
    timed = np.ones(len(number), bool)
    timed[answering] = notice > before
    starts[answering] = np.maximum(notice, before)
    return Handovers(number, starts, agent, is_last, timed)


def _taken_over(chats: Chats) -> Rows:
    """The rows from which another agent holds the chat than at the row before."""
    agent, session = chats.agent, chats.session
    return np.flatnonzero((agent[1:] != agent[:-1]) & (session[1:] == session[:-1])) + 1


def _notices(chats: Chats) -> Rows:
    """The system's messages that speak of a transfer."""
    said = pc.match_substring_regex(chats.messages["text"], "转接|转交|转给")
    return np.flatnonzero((chats.speaker == SYSTEM) & np.asarray(said))
