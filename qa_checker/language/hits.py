"""Hits: where the texts of a batch say what, by phrase list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
NOTHING: Positions = np.zeros(0, np.int64)


class Spans(NamedTuple):
    """Where one list is said: text number, start and end in its original, sorted by text and start."""

    text: Positions
    start: Positions
    end: Positions
    whole: NDArray[np.bool_]  # the message says nothing else


@dataclass(frozen=True)
class Hits:
    """What was found in `texts` texts, by list name; `joins` are the lists that read bursts as one."""

    texts: int
    spans: Mapping[str, Spans]
    joins: frozenset[str] = frozenset()

    def said(self, names: Iterable[str]) -> NDArray[np.bool_]:
        """For each text whether it says any of these lists."""
        return self._mark(names, whole=False)

    def said_only(self, names: Iterable[str]) -> NDArray[np.bool_]:
        """For each text whether it says nothing but one of these lists."""
        return self._mark(names, whole=True)

    def _mark(self, names: Iterable[str], whole: bool) -> NDArray[np.bool_]:
        marks = np.zeros(self.texts, bool)
        for name in names:
            spans = self.spans[name]
            marks[spans.text[spans.whole] if whole else spans.text] = True
        return marks

    def together(self, names: Sequence[str]) -> Spans:
        """Where any of these lists is said, overlaps merged."""
        if len(names) == 1:
            return self.spans[names[0]]
        return merged(joined([self.spans[name] for name in names]))

    def followed_by(self, others: "Hits") -> "Hits":
        """What was found in these texts and then in others, by the same scanner."""
        spans = {
            name: joined([mine, others.spans[name]._replace(text=others.spans[name].text + self.texts)])
            for name, mine in self.spans.items()
        }
        return Hits(self.texts + others.texts, spans, self.joins)

    def of(self, texts: Positions) -> "Hits":
        """What was found in some of the texts, each named once, in this order."""
        place = np.full(self.texts, -1, np.int64)
        place[texts] = np.arange(len(texts))
        spans = {}
        for name, (text, start, end, whole) in self.spans.items():
            kept = np.flatnonzero(place[text] >= 0)
            kept = kept[np.argsort(place[text[kept]], kind="stable")]
            spans[name] = Spans(place[text[kept]], start[kept], end[kept], whole[kept])
        return Hits(len(texts), spans, self.joins)

    def words(self, texts: Positions, names: Sequence[str]) -> tuple[Positions, Positions, Positions]:
        """Every place in these texts that says one of the lists: (index into `texts`, start, end)."""
        spans = self.together(names)
        index, place = stretches(np.searchsorted(spans.text, texts), np.searchsorted(spans.text, texts + 1))
        return index, spans.start[place], spans.end[place]


class Scan(Protocol):
    """Finds what texts say; in `bursts` read as one, only what lists that join them say."""

    def __call__(self, texts: Sequence[str], bursts: bool = False) -> Hits:
        """Find every list in every text."""


def stretches(low: Positions, high: Positions) -> tuple[Positions, Positions]:
    """Every position of the intervals `[low, high)`, one after another: (number of the interval, position)."""
    index = np.repeat(np.arange(len(low)), high - low)
    return index, np.arange(len(index)) - np.repeat(np.cumsum(high - low) - high, high - low)


def joined(parts: Sequence[Spans]) -> Spans:
    """Spans of several lists, or of one in several blocks, end to end."""
    if not parts:
        return Spans(NOTHING, NOTHING, NOTHING, NOTHING.astype(bool))
    text, start, end, whole = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Spans(text, start, end, whole)


def merged(spans: Spans) -> Spans:
    """Overlapping spans become one; the result is sorted."""
    if not len(spans.text):
        return spans
    order = np.lexsort((-spans.end, spans.start, spans.text))
    text, start, end, whole = spans.text[order], spans.start[order], spans.end[order], spans.whole[order]
    apart = text * (int(end.max()) + 1)
    reach = np.maximum.accumulate(end + apart)
    groups = np.flatnonzero(np.concatenate([[True], start[1:] + apart[1:] >= reach[:-1]]))
    return Spans(text[groups], start[groups], np.maximum.reduceat(end, groups), np.maximum.reduceat(whole, groups))
