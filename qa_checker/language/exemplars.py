"""Exemplars (`~` lines): sentences that mean the same as one written down, by the characters they share."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

ALIKE = 0.55
"""Cosine from which two sentences mean the same.

Measured on the 40 pairs of `tests/language/exemplars.tsv`: 18 of 20 rewordings found and 1 of 20 other sentences, the
plain opposite of its exemplar; 0.50 lets in two or three, 0.60 loses a third of the rewordings.
"""

NGRAM = 3  # characters; what a sentence alike must share some of, to be looked at


class Exemplars:
    """The exemplar sentences of one list, folded.

    Compared by the cosine of TF-IDF (smoothed, natural logarithm) of character 2–3-grams. A gram that no exemplar has
    weighs like one that a single exemplar has, so that saying something else besides makes a sentence less alike,
    whether the list is long or short. Written out: the library's takes a second to load, longer than a night needs.
    """

    def __init__(self, sentences: Sequence[str]):
        self.grams = sorted({gram for sentence in sentences for gram in _grams(sentence, NGRAM)})
        self.needed = min(2, *(len(set(_grams(sentence, NGRAM))) for sentence in sentences))
        held = Counter(chain.from_iterable(set(_compared(sentence)) for sentence in sentences))
        self._rare = _weight(len(sentences), 1)
        self._weights = {gram: _weight(len(sentences), holding) for gram, holding in held.items()}
        self._exemplars: dict[str, list[tuple[int, float]]] = {}  # gram → exemplars that hold it, what it weighs there
        for number, sentence in enumerate(sentences):
            for gram, weight in self._vector(sentence).items():
                self._exemplars.setdefault(gram, []).append((number, weight))

    def likeness(self, sentences: Sequence[str]) -> NDArray[np.float64]:
        """For each folded sentence its cosine with the exemplar most like it."""
        return np.array([self._nearest(sentence) for sentence in sentences], float)

    def _nearest(self, sentence: str) -> float:
        cosines: defaultdict[int, float] = defaultdict(float)
        for gram, weight in self._vector(sentence).items():
            for number, theirs in self._exemplars.get(gram, ()):
                cosines[number] += weight * theirs
        return max(cosines.values(), default=0.0)

    def _vector(self, sentence: str) -> dict[str, float]:
        """Weights of the sentence's grams, of length 1 together."""
        counts = Counter(_compared(sentence))
        weights = {gram: count * self._weights.get(gram, self._rare) for gram, count in counts.items()}
        length = math.hypot(*weights.values())
        return {gram: weight / length for gram, weight in weights.items()}


def _weight(sentences: int, holding: int) -> float:
    """Inverse document frequency of a gram that so many of the sentences hold."""
    return 1 + math.log((1 + sentences) / (1 + holding))


def _compared(sentence: str) -> list[str]:
    return _grams(sentence, 2) + (_grams(sentence, 3) if len(sentence) > 2 else [])


def _grams(sentence: str, length: int) -> list[str]:
    return [sentence[place : place + length] for place in range(max(len(sentence) - length + 1, 1))]
