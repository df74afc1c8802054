"""What excuses a hit: a longer phrase around it, a negation before it, a quotation, a mention, a title, a cut word."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .hits import NOTHING, Positions
from .matching import word_edges
from .normalise import HAN, Folded
from .segment import Segmenter

SENTENCE_ENDS = frozenset("\0\n。！？!?")
_CLAUSE_ENDS = SENTENCE_ENDS | frozenset("，,；;")
_NEGATION_REACH = 6  # characters
# As in recognisers, patterns begin with plain characters.
_QUOTED = (
    r"[“「『\">【](?:(?<=“)[^”\0]*”|(?<=「)[^」\0]*」|(?<=『)[^』\0]*』|(?<=\")[^\"\n\0]*\""
    r"|(?<![^\n\0].)(?:(?<=>)|(?<=【)引用】)[^\n\0]*)"
)
_CALLED_WORDS = re.compile(
    r"[这那的说字](?:(?<=[这那])(?<!过.)(?:种|样的|类|句|个)(?:话|词|说法)|(?<=这)[几两]个字"
    r"|(?<=的)(?:说法|字眼|字样)|(?<=说)法|(?<=字)[眼样])"
)
_MENTION_REACH = 4  # characters: 国家级的产品这种话我们不能讲
_MODEL = r"[a-z](?:[a-z]*-?\d{1,4}(?![a-z\d])|[a-z]+-[a-z]\d+)"  # longer numbers are accounts
_TITLE = r"https?://[^\s\0]+|【[^】\n\0]*】|《[^》\n\0]*》"


class Guards:
    """What excuses hits of a block besides their list's own lines; looked for once, when first asked."""

    def __init__(self, folded: Folded, segmenter: Segmenter):
        self._folded = folded
        self._segmenter = segmenter

    def excused(
        self, start: Positions, end: Positions, guards: Iterable[str], negation_ends: Positions
    ) -> NDArray[np.bool_]:
        """For each hit whether one of the guards excuses it."""
        excused = np.zeros(len(start), bool)
        for guard in guards:
            if guard == "negation":
                excused |= self._negated(start, np.sort(negation_ends))
            elif guard == "words":
                excused |= self._cuts_a_word(start, end)
            elif guard == "clauses":
                excused |= ~(self._opens_a_clause(start) & self._closes_a_clause(end))
            elif guard == "openings":
                excused |= ~self._opens_a_clause(start)
            else:
                around = self._quotations if guard == "quotation" else self._titles
                excused |= around.holds(start, start + 1)
                if guard == "quotation":
                    excused |= self._mentioned(end)
        return excused

    def _negated(self, start: Positions, ends: Positions) -> NDArray[np.bool_]:
        if not len(ends):
            return np.zeros(len(start), bool)
        nearest = np.searchsorted(ends, start, side="right") - 1
        end = ends[np.maximum(nearest, 0)]
        return (nearest >= 0) & (start - end <= _NEGATION_REACH) & (self._clauses[end] == self._clauses[start])

    def _mentioned(self, end: Positions) -> NDArray[np.bool_]:
        """Whether a hit is spoken of as words right after it: 全网最低这种话我们不能讲."""
        if not len(self._called_words):
            return np.zeros(len(end), bool)
        nearest = np.searchsorted(self._called_words, end)
        start = self._called_words[np.minimum(nearest, len(self._called_words) - 1)]
        return (start >= end) & (start - end <= _MENTION_REACH) & (self._clauses[start] == self._clauses[end])

    def _cuts_a_word(self, start: Positions, end: Positions) -> NDArray[np.bool_]:
        """Whether a hit begins or ends inside a word, 加微 in 加微波炉, or lies in a model number, sb in sb-200."""
        edges = word_edges(self._folded, start, self._segmenter)
        han = np.pad(self._folded.kinds == HAN, 1)
        cut = [~np.isin(at, edges) & (han[at] | han[at + 1]) for at in (start, end)]
        return np.asarray(cut[0] | cut[1] | self._models.holds(start, end), bool)

    def _opens_a_clause(self, start: Positions) -> NDArray[np.bool_]:
        """Whether nothing stands between a hit and the mark before it."""
        return np.asarray((start == 0) | (self._clauses[start] > self._clauses[np.maximum(start - 1, 0)]), bool)

    def _closes_a_clause(self, end: Positions) -> NDArray[np.bool_]:
        """Whether nothing stands between a hit and the mark after it."""
        return np.asarray(self._clauses[end + 1] > self._clauses[end], bool)

    @cached_property
    def _clauses(self) -> NDArray[np.int32]:
        return count_of(self._folded.codes, _CLAUSE_ENDS)

    @cached_property
    def _called_words(self) -> Positions:
        return np.array([match.start() for match in _CALLED_WORDS.finditer(self._folded.text)], np.int64)

    @cached_property
    def _quotations(self) -> "Cover":
        return self._cover(_QUOTED)

    @cached_property
    def _models(self) -> "Cover":
        return self._cover(_MODEL)

    @cached_property
    def _titles(self) -> "Cover":
        return self._cover(_TITLE)

    def _cover(self, pattern: str) -> "Cover":
        spans = [match.span() for match in re.finditer(pattern, self._folded.text)]
        first, after = np.array(spans, np.int64).reshape(-1, 2).T
        return Cover([(first, after)])


class Cover:
    """Spans that excuse whatever lies inside one of them."""

    def __init__(self, spans: Sequence[tuple[Positions, Positions]]):
        start = np.concatenate([start for start, _ in spans]) if spans else NOTHING
        end = np.concatenate([end for _, end in spans]) if spans else NOTHING
        order = np.argsort(start, kind="stable")
        self._start, self._reach = start[order], np.maximum.accumulate(end[order])

    def holds(self, start: Positions, end: Positions) -> NDArray[np.bool_]:
        """For each span whether it lies inside one of the cover's."""
        if not len(self._start):
            return np.zeros(len(start), bool)
        last = np.searchsorted(self._start, start, side="right") - 1
        return (last >= 0) & (self._reach[np.maximum(last, 0)] >= end)

    def lies_in(self, start: Positions, end: Positions) -> NDArray[np.bool_]:
        """For each span whether one of the cover's begins in it."""
        return np.searchsorted(self._start, start) < np.searchsorted(self._start, end)


def count_of(codes: NDArray[np.uint32], characters: frozenset[str]) -> NDArray[np.int32]:
    """At each position how many of these characters stand before it."""
    counts = np.zeros(len(codes) + 1, np.int32)
    np.cumsum(np.isin(codes, [ord(character) for character in characters]), out=counts[1:])
    return counts
