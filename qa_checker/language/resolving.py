"""From what was found in a block to what counts: excuses applied, positions taken back to the originals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .guards import Cover
from .hits import NOTHING, Positions, Spans, merged
from .matching import Span
from .normalise import Folded


@dataclass
class Found:
    """What one list finds in one block, as positions in the joined copy; of a chain also where its pieces are."""

    hits: list[tuple[Span, Sequence[Span]]] = field(default_factory=list)
    excuses: list[Span] = field(default_factory=list)
    wholes: list[Span] = field(default_factory=list)


class Resolved(NamedTuple):
    """Hits of one list that nothing excuses, as positions in the joined copy."""

    start: Positions
    end: Positions
    whole: NDArray[np.bool_]

    @classmethod
    def of(cls, span: Span, whole: bool = False) -> "Resolved":
        """Hits at these positions."""
        return cls(*span, np.full(len(span[0]), whole))

    @classmethod
    def together(cls, parts: Sequence["Resolved"]) -> "Resolved":
        """The hits of several parts, one after another."""
        parts = [part for part in parts if len(part.start)]
        if not parts:
            return cls(NOTHING, NOTHING, NOTHING.astype(bool))
        start, end, whole = (np.concatenate(column) for column in zip(*parts, strict=True))
        return cls(start, end, whole)

    def only(self, kept: NDArray[np.bool_]) -> "Resolved":
        """The hits chosen."""
        return Resolved(self.start[kept], self.end[kept], self.whole[kept])


def unexcused(span: Span, pieces: Sequence[Span], excuses: Cover) -> Span:
    """The hits that no excuse covers, nor any one piece of them: 保证金 excuses 保证…退."""
    start, end = span
    excused = excuses.holds(start, end)
    for piece in pieces:
        excused |= excuses.holds(*piece)
    return start[~excused], end[~excused]


def unexcused_wholes(span: Span, excuses: Cover) -> Span:
    """The whole messages in which no excuse lies."""
    start, end = span
    excused = excuses.lies_in(start, end)
    return start[~excused], end[~excused]


def original_spans(folded: Folded, lengths: Positions, said: Resolved) -> Spans:
    """From positions in the joined copy to offsets of the original texts."""
    text = folded.text_at(said.start)
    first = folded.origin[said.start].astype(np.int64)
    last = folded.until[np.maximum(said.end - 1, said.start)].astype(np.int64)
    return merged(Spans(text, first, np.minimum(last, lengths[text]), said.whole))
