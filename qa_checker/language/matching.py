"""Where patterns, words and chains of pieces stand in a folded copy: pure functions of positions."""

import re
from collections.abc import Hashable, Mapping

import numpy as np
from numpy.typing import NDArray

from .hits import Positions
from .normalise import DIGIT, LETTER, Folded
from .phrases import Piece
from .segment import Segmenter

Span = tuple[Positions, Positions]
"""Starts and ends, in step, sorted by start."""


def same_script(edge: NDArray[np.uint8], neighbour: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether a literal's edge runs on in its neighbour: vx inside avx, 100 inside 1000."""
    return ((edge == LETTER) & (neighbour == LETTER)) | ((edge == DIGIT) & (neighbour == DIGIT))


def are_words(folded: Folded, start: Positions, end: Positions, words: Segmenter) -> NDArray[np.bool_]:
    """Whether each span, in order of start, is exactly one word of its text's segmentation."""
    are = np.zeros(len(start), bool)
    texts, first = np.unique(folded.text_at(start), return_index=True)
    for text, low, high in zip(texts.tolist(), first.tolist(), [*first[1:].tolist(), len(start)], strict=True):
        offset, after = int(folded.starts[text]), int(folded.starts[text + 1])
        cut = {(offset + begin, offset + stop) for _, begin, stop in words.words(folded.text[offset : after - 1])}
        spans = zip(start[low:high].tolist(), end[low:high].tolist(), strict=True)
        are[low:high] = [span in cut for span in spans]
    return are


def word_edges(folded: Folded, positions: Positions, words: Segmenter) -> Positions:
    """Where the words of the texts at these positions begin, sorted."""
    edges: list[int] = []
    for text in np.unique(folded.text_at(positions)).tolist():
        offset, after = int(folded.starts[text]), int(folded.starts[text + 1])
        edges += (offset + begin for _, begin, _ in words.words(folded.text[offset : after - 1]))
        edges.append(after - 1)
    return np.array(edges, np.int64)


def matches(folded: Folded, pattern: re.Pattern[str], texts: Positions) -> Span:
    """Where a pattern matches in these texts, in order, Latin edges at Latin word edges."""
    low, high = folded.starts[texts], folded.starts[texts + 1]
    together = "".join([folded.text[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True)])
    found = np.array([match.span() for match in pattern.finditer(together)], np.int64).reshape(-1, 2)
    begins = np.cumsum(high - low) - (high - low)  # of each text in `together`
    moved = (low - begins)[np.searchsorted(begins, found[:, 0], side="right") - 1]
    start, end = (found + moved[:, None]).T
    inside = same_script(folded.kinds[start], folded.kinds[np.maximum(start - 1, 0)] * (start > 0))
    inside |= same_script(folded.kinds[np.maximum(end - 1, 0)], folded.kinds[np.minimum(end, len(folded.kinds) - 1)])
    return start[~inside], end[~inside]


def chained(
    pieces: tuple[Piece, ...], places: Mapping[Hashable, Span], stops: NDArray[np.int32], widest: bool = False
) -> list[Span]:
    """Where the pieces follow one another within their gaps and one sentence.

    Each is followed by the nearest that is itself followed on, or by the farthest within its gap (`widest`).

    For each piece the spans of all chains found, in step.
    """
    if any(piece.text not in places for piece in pieces):
        return []
    chains: list[Span] = [places[pieces[-1].text]]
    for piece, follower in zip(pieces[-2::-1], pieces[:0:-1], strict=True):
        start, end = places[piece.text]
        following = chains[0][0]
        if not len(following):
            return []
        reached = np.searchsorted(following, end + follower.gap, side="right") - 1
        if not widest:
            reached = np.minimum(np.searchsorted(following, end), reached)
        near = (reached >= 0) & (following[reached] >= end)
        fits = near & (stops[following[reached]] == stops[end])
        chains = [(first[reached[fits]], last[reached[fits]]) for first, last in chains]
        chains.insert(0, (start[fits], end[fits]))
    return chains
