"""Literals: the fixed stretches of text that phrases consist of, all found in one pass over a block."""

import sys
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import chain

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

from .hits import Positions, stretches
from .matching import Span, same_script
from .normalise import DIGIT, LETTER, Folded, fold


class Said(Mapping[Hashable, Span]):
    """What each set of literals says in a block: start and end in order, of those that begin alike the longest first.

    Only sets that say something are there; where, is worked out when first asked. Pieces of phrases that are no
    literals are put beside them.
    """

    def __init__(
        self, members: Mapping[Hashable, Positions], start: Positions, bounds: Positions, lengths: Positions
    ) -> None:
        """`members`: the literals of each set. `start`: of literal n those from bounds[n] to bounds[n + 1]."""
        self._members, self._start, self._bounds, self._lengths = members, start, bounds, lengths
        self._spans: dict[Hashable, Span] = {}

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._members.keys() | self._spans.keys())

    def __len__(self) -> int:
        return len(self._members.keys() | self._spans.keys())

    def __contains__(self, name: object) -> bool:
        return name in self._members or name in self._spans

    def __getitem__(self, name: Hashable) -> Span:
        if name not in self._spans:
            self._spans[name] = self._span(self._members[name])
        return self._spans[name]

    def __setitem__(self, name: Hashable, span: Span) -> None:
        self._spans[name] = span

    def _span(self, literals: Positions) -> Span:
        which, place = stretches(self._bounds[literals], self._bounds[literals + 1])
        length = self._lengths[literals[which]]
        longest = int(length.max())
        bits = longest.bit_length()
        found = self._start[place] << bits | (longest - length)
        found.sort(kind="stable")  # each literal's are sorted
        start = found >> bits
        return start, start + longest - (found & ((1 << bits) - 1))


class Literals:
    """Sets of literals by name; what one of a set says, the set says."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._sets: dict[Hashable, set[int]] = {}

    def __contains__(self, name: Hashable) -> bool:
        return name in self._sets

    def add(self, name: Hashable, texts: Iterable[str]) -> None:
        """Take in a set, or more of one that is there."""
        self._sets.setdefault(name, set()).update(
            [self._numbers.setdefault(text, len(self._numbers)) for text in texts]
        )

    def compile(self) -> None:
        """Make ready to find them; nothing is added afterwards."""
        longer = sorted(text for text in self._numbers if len(text) > 1)  # so the automaton is built sooner
        self._automaton = AhoCorasick(longer) if longer else None
        self._longer = np.array([self._numbers[text] for text in longer], np.int64)
        # Single characters are more than half of all that is found, and a table finds them at once.
        single = {ord(text): number for text, number in self._numbers.items() if len(text) == 1}
        self._by_character = np.full(sys.maxunicode + 1, -1, np.int32)
        self._by_character[list(single)] = list(single.values())
        characters = "".join({text[0] for text in self._numbers} | {text[-1] for text in self._numbers})
        kinds = dict(zip(characters, fold(characters).kinds[::2].tolist(), strict=True))
        self._left_edge = np.array([kinds[text[0]] for text in self._numbers], np.uint8)
        self._right_edge = np.array([kinds[text[-1]] for text in self._numbers], np.uint8)
        self._has_latin_edge = np.isin(self._left_edge, (LETTER, DIGIT)) | np.isin(self._right_edge, (LETTER, DIGIT))
        self._lengths = np.array([len(text) for text in self._numbers], np.int64)
        self._members = {name: np.sort(np.fromiter(each, np.int64, len(each))) for name, each in self._sets.items()}
        self._all_members = np.concatenate([*self._members.values(), np.zeros(0, np.int64)])
        self._firsts = np.cumsum([0, *(len(each) for each in self._members.values())])

    def find(self, folded: Folded) -> "Said":
        """Find all of them, Latin ones only at Latin word edges."""
        literal, start, end = np.concatenate([self._find_single(folded), self._find_longer(folded)], axis=1)
        kept = ~self._cut_off(folded, literal, start, end)
        # In one integer: NumPy sorts plain integers many times as fast as rows.
        bits = len(folded.text).bit_length()
        found = np.sort(literal[kept] << bits | start[kept])
        bounds = np.searchsorted(found, np.arange(len(self._numbers) + 1) << bits)
        said_so_far = np.append(0, np.cumsum(np.diff(bounds)[self._all_members]))[self._firsts]
        present = np.flatnonzero(np.diff(said_so_far)).tolist()
        names = list(self._members)
        members = {names[number]: self._members[names[number]] for number in present}
        return Said(members, found & ((1 << bits) - 1), bounds, self._lengths)

    def _find_single(self, folded: Folded) -> Positions:
        """The literals of one character: (number, start, end) in columns."""
        numbers = self._by_character[folded.codes]
        start = np.flatnonzero(numbers >= 0)
        return np.stack([numbers[start].astype(np.int64), start, start + 1])

    def _find_longer(self, folded: Folded) -> Positions:
        """The other literals: (number, start, end) in columns."""
        matches = self._automaton.find_matches_as_indexes(folded.text, overlapping=True) if self._automaton else []
        found = np.fromiter(chain.from_iterable(matches), np.int64, 3 * len(matches)).reshape(-1, 3).T
        return np.stack([self._longer[found[0]], found[1], found[2]])

    def _cut_off(self, folded: Folded, literal: Positions, start: Positions, end: Positions) -> NDArray[np.bool_]:
        """Which are only part of a Latin word or a number: vx inside avx, 100 inside 1000."""
        cut = np.zeros(len(literal), bool)
        latin = np.flatnonzero(self._has_latin_edge[literal])
        literal, start, end = literal[latin], start[latin], end[latin]
        before = folded.kinds[np.maximum(start - 1, 0)] * (start > 0)
        after = folded.kinds[np.minimum(end, len(folded.kinds) - 1)]
        cut[latin] = same_script(self._left_edge[literal], before) | same_script(self._right_edge[literal], after)
        return cut
