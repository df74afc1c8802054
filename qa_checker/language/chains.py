"""Phrases of several pieces (核对…地址), of a recogniser, or of more ways than are spelt out: found piece by piece."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .choices import choice
from .guards import SENTENCE_ENDS, count_of
from .literals import Literals, Said
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


class _Needles(NamedTuple):
    """Literals of which a piece of many ways holds one, the rarest first."""

    piece: str
    place: int


@dataclass
class Chains:
    """Chains of a scanner; what literals their pieces stand for is among all of the scanner's, by piece."""

    literals: Literals
    plain_phrases: Callable[[str], list[str]]  # of a list
    _by_head: dict[str, list[Chain]] = field(default_factory=dict)
    _needles: dict[str, list[_Needles]] = field(default_factory=dict)  # piece of many ways → what it cannot be without
    _recognised: set[str] = field(default_factory=set)
    _chains_with: dict[str, list[Chain]] = field(default_factory=dict)  # piece of many ways → its chains

    def add(self, chain: Chain) -> None:
        """Take in a chain."""
        self._by_head.setdefault(chain.pieces[0].text, []).append(chain)
        for piece in chain.pieces:
            if piece.text in self.literals:
                continue
            if piece.text.startswith("@"):
                self._recognised.add(piece.text)
            elif piece.text.startswith("{"):
                self.literals.add(piece.text, self.plain_phrases(piece.text[1:-1]))
            elif piece.ways is not None:
                self.literals.add(piece.text, piece.ways)
            else:
                if piece.text not in self._needles:
                    self._needles[piece.text] = list(self._add_needles(piece.text))
                self._chains_with.setdefault(piece.text, []).append(chain)

    def _add_needles(self, piece: str) -> Iterator[_Needles]:
        for place, needles in enumerate(choice(piece).needles()):
            self.literals.add(name := _Needles(piece, place), needles)
            yield name

    def find(self, folded: Folded, said: Said) -> Iterator[tuple[Chain, list[Span]]]:
        """Where each chain occurs, piece by piece; an excuse twice, narrowest and widest: it covers all that it can.

        `said`: where the sets of literals are.
        """
        self._find_pieces(folded, said)
        heads = [head for head in self._by_head if head in said]
        if not heads:
            return
        stops = count_of(folded.codes, SENTENCE_ENDS)
        for head in heads:
            for chain in self._by_head[head]:
                for widest in (False, True) if chain.excuse else (False,):
                    pieces = chained(chain.pieces, said, stops, widest)
                    if pieces and len(pieces[0][0]):
                        yield chain, pieces

    def _find_pieces(self, folded: Folded, said: Said) -> None:
        """Put what is recognised, and pieces of many ways, beside the literals."""
        for name in self._recognised:
            if spans := list(RECOGNISERS[name[1:]].find(folded.text)):
                start, end = np.array(spans, np.int64).T
                said[name] = (start, end)
        holding = _Holding(folded, said)
        for piece, needles in self._needles.items():
            if all(each in said for each in needles):
                texts = np.logical_and.reduce([holding.piece(each) for each in needles]) & self._beside(piece, holding)
                start, end = matches(folded, choice(piece).pattern, np.flatnonzero(texts))
                if len(start):
                    said[piece] = (start, end)

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

    def __init__(self, folded: Folded, said: Said) -> None:
        self.count = len(folded.starts) - 1
        self._folded, self._said = folded, said
        self._texts: dict[Hashable, Texts] = {}

    def piece(self, piece: Hashable) -> Texts:
        """Texts in which the piece occurs."""
        if piece not in self._texts:
            self._texts[piece] = np.zeros(self.count, bool)
            if piece in self._said:
                self._texts[piece][self._folded.text_at(self._said[piece][0])] = True
        return self._texts[piece]
