"""Bursts: quick short messages of one person, read as one, so that 加我 / 薇 / xin123 is heard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..language import Scan
from .places import Rows

SECONDS = 60  # between one message and the next
MESSAGES = 5  # read as one at most
LONGEST = 15  # characters of each: who cuts a word into messages sends short ones


@dataclass(frozen=True)
class Joined:
    """Words of one list that run over several messages: for each its first row, and a piece in every row."""

    first: Rows
    row: Rows
    start: Rows
    end: Rows


@dataclass(frozen=True)
class Lines:
    """What was said, by row, sorted as chats are: chat, speaker, time in milliseconds, number of its text."""

    session: Rows
    speaker: NDArray[np.int8]
    milliseconds: Rows
    time_known: NDArray[np.bool_]
    text: Rows
    texts: Sequence[str]

    def length(self, row: int) -> int:
        """Characters of a line."""
        return len(self.texts[int(self.text[row])])


def heard(lines: Lines, scan: Scan) -> Mapping[str, Joined]:
    """What lists that join bursts say only across messages. Where a time is unknown, neighbours count as quick."""
    windows = _windows(lines)
    if not windows:
        return {}
    read_as: dict[str, list[tuple[int, int]]] = {}
    for first, last in windows:
        text = "".join(lines.texts[number] for number in lines.text[first : last + 1])
        read_as.setdefault(text, []).append((first, last))
    hits, places = scan(list(read_as), bursts=True), list(read_as.values())
    found: dict[str, list[tuple[int, int, int, int]]] = {}
    for name in hits.joins:
        spans = hits.spans[name]
        for number, start, end in zip(spans.text.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True):
            for first, last in places[number]:
                pieces = _pieces([lines.length(row) for row in range(first, last + 1)], start, end)
                if len(pieces) > 1:  # what one message says by itself is heard without us
                    opens = first + pieces[0][0]
                    found.setdefault(name, []).extend((opens, first + place, low, high) for place, low, high in pieces)
    return {name: Joined(*np.unique(np.array(pieces, np.int64), axis=0).T) for name, pieces in found.items()}


def _windows(lines: Lines) -> list[tuple[int, int]]:
    """First and last row of every stretch to read as one, from each message of a burst on."""
    session, known = lines.session, lines.time_known[1:] & lines.time_known[:-1]
    if len(session) < 2:
        return []
    short = np.fromiter((len(each) <= LONGEST for each in lines.texts), bool, len(lines.texts))[lines.text]
    quick = ~known | (np.diff(lines.milliseconds) <= SECONDS * 1000)
    together = (np.diff(session) == 0) & (np.diff(lines.speaker) == 0) & quick & short[1:] & short[:-1]
    apart = np.append(np.flatnonzero(~together), len(session) - 1)
    first = np.flatnonzero(together)
    ends = apart[np.searchsorted(apart, first)]
    last = np.minimum(ends, first + MESSAGES - 1)
    return list(zip(first.tolist(), last.tolist(), strict=True))


def _pieces(lengths: Sequence[int], start: int, end: int) -> list[tuple[int, int, int]]:
    """A span of the joined text as (message, start, end) in each message that it touches."""
    pieces, offset = [], 0
    for place, length in enumerate(lengths):
        low, high = max(start - offset, 0), min(end - offset, length)
        if low < high:
            pieces.append((place, low, high))
        offset += length
    return pieces
