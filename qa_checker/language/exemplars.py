"""Exemplars (`~` lines): sentences that mean the same as one written down, by the characters they share."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

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

    Compared by TF-IDF of character 2–3-grams. A gram that no exemplar has weighs like one that a single exemplar has,
    so that saying something else besides makes a sentence less alike, whether the list is long or short.
    """

    def __init__(self, sentences: Sequence[str]):
        self._sentences = list(sentences)
        self.grams = sorted({gram for sentence in sentences for gram in _grams(sentence)})
        self.needed = min(2, *(len(_grams(sentence)) for sentence in sentences))

    def likeness(self, sentences: Sequence[str]) -> NDArray[np.float64]:
        """For each folded sentence its cosine with the exemplar most like it."""
        if not sentences:
            return np.zeros(0)
        counts, weights, exemplars = self._vectors
        found = weights.transform(counts.transform(sentences)) @ exemplars.T
        return np.asarray(found.max(axis=1).todense()).ravel()

    @cached_property
    def _vectors(self) -> tuple[Any, Any, Any]:
        """Counts of n-grams, their weights, and the exemplars as vectors; scikit-learn loads slowly."""
        from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

        counts = HashingVectorizer(analyzer="char", ngram_range=(2, 3), norm=None, alternate_sign=False)
        counted = counts.transform(self._sentences)
        weights = TfidfTransformer().fit(counted)
        weights.idf_ = np.minimum(weights.idf_, 1 + np.log((1 + len(self._sentences)) / 2))
        return counts, weights, weights.transform(counted)


def _grams(sentence: str) -> set[str]:
    return {sentence[place : place + NGRAM] for place in range(max(len(sentence) - NGRAM + 1, 1))}
