"""Phrases of several pieces (核对…地址), of a recogniser, or of more ways than are spelt out: found piece by piece."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .choices import choice
from .guards import SENTENCE_ENDS, count_of
from .matching import Span, chained, matches
from .normalise import Folded
from .phrases import Piece
from .recognisers import RECOGNISERS

Texts = NDArray[np.bool_]
"""For each text of a block whether it is one of some."""


@dataclass(frozen=True)
class Chain:
    """A phrase, or an excuse, of one list (by number)."""

    list: int
    excuse: bool
    pieces: tuple[Piece, ...]


@dataclass
class Chains:
    """All chains of a scanner, and the literals that their pieces stand for (by number)."""

    literal: Callable[[str], int]  # the number of a literal
    plain_phrases: Callable[[str], list[str]]  # of a list
    _by_head: dict[str, list[Chain]] = field(default_factory=dict)
    _literals: dict[str, list[int]] = field(default_factory=dict)  # piece → the literals it stands for
    _needles: dict[str, list[int]] = field(default_factory=dict)  # piece of many ways → literals of which it holds one
    _recognised: set[str] = field(default_factory=set)
    _chains_with: dict[str, list[Chain]] = field(default_factory=dict)  # piece of many ways → its chains

    def add(self, chain: Chain) -> None:
        """Take in a chain."""
        self._by_head.setdefault(chain.pieces[0].text, []).append(chain)
        for piece in chain.pieces:
            if piece.text in self._literals:
                continue
            if piece.text.startswith("@"):
                self._recognised.add(piece.text)
            elif piece.text.startswith("{"):
                plain = self.plain_phrases(piece.text[1:-1])
                self._literals[piece.text] = [self.literal(way) for way in plain]
            elif piece.ways is not None:
                self._literals[piece.text] = [self.literal(way) for way in piece.ways]
            else:
                if piece.text not in self._needles:
                    self._needles[piece.text] = [self.literal(needle) for needle in choice(piece.text).needles()]
                self._chains_with.setdefault(piece.text, []).append(chain)

    def find(self, folded: Folded, literals: Mapping[int, Span]) -> Iterator[tuple[Chain, list[Span]]]:
        """Where each chain occurs, piece by piece; an excuse twice, narrowest and widest: it covers all that it can."""
        places = self._places(folded, literals)
        heads = [head for head in self._by_head if head in places]
        if not heads:
            return
        stops = count_of(folded.codes, SENTENCE_ENDS)
        for head in heads:
            for chain in self._by_head[head]:
                for widest in (False, True) if chain.excuse else (False,):
                    pieces = chained(chain.pieces, places, stops, widest)
                    if pieces and len(pieces[0][0]):
                        yield chain, pieces

    def _places(self, folded: Folded, literals: Mapping[int, Span]) -> dict[str, Span]:
        """Start and end of every piece that occurs, sorted; of those that begin alike the longest first."""
        places: dict[str, Span] = {}
        for name in self._recognised:
            if spans := list(RECOGNISERS[name[1:]].find(folded.text)):
                start, end = np.array(spans, np.int64).T
                places[name] = (start, end)
        for piece, numbers in self._literals.items():
            if present := [literals[number] for number in numbers if number in literals]:
                start, end = (np.concatenate(column) for column in zip(*present, strict=True))
                order = np.lexsort((-end, start))
                places[piece] = (start[order], end[order])
        of_many_ways = {}
        holding = _Holding(folded, places)
        for piece, numbers in self._needles.items():
            if present := [literals[number] for number in numbers if number in literals]:
                texts = holding.any([start for start, _ in present]) & self._beside(piece, holding)
                start, end = matches(folded, choice(piece).pattern, np.flatnonzero(texts))
                if len(start):
                    of_many_ways[piece] = (start, end)
        return places | of_many_ways

    def _beside(self, piece: str, holding: "_Holding") -> Texts:
        """Texts in which some chain of this piece has all its other pieces, as far as they are known without it."""
        texts = np.zeros(holding.count, bool)
        for chain in self._chains_with[piece]:
            others = {other.text for other in chain.pieces} - self._needles.keys()
            if not others:
                return np.ones(holding.count, bool)
            texts |= np.logical_and.reduce([holding.piece(other) for other in others])
        return texts


class _Holding:
    """Which texts of a block hold a piece, worked out once each."""

    def __init__(self, folded: Folded, places: Mapping[str, Span]) -> None:
        self.count = len(folded.starts) - 1
        self._folded, self._places = folded, places
        self._texts: dict[str, Texts] = {}

    def any(self, starts: list[NDArray[np.int64]]) -> Texts:
        """Texts in which one of these positions lies."""
        texts = np.zeros(self.count, bool)
        texts[self._folded.text_at(np.concatenate(starts))] = True
        return texts

    def piece(self, piece: str) -> Texts:
        """Texts in which the piece occurs."""
        if piece not in self._texts:
            found = self._places.get(piece)
            self._texts[piece] = self.any([found[0]]) if found else np.zeros(self.count, bool)
        return self._texts[piece]
