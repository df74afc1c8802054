"""Remembers what was found in texts scanned before: chats repeat themselves from shard to shard of one night."""

from collections.abc import Sequence
from itertools import count

import numpy as np

from .hits import Hits
from .scanner import Scanner

MOST = 150_000  # texts; some 50 MB, and what half a million messages say


class Remembered:
    """A scanner for many batches in turn that scans each text once, until it has seen MOST of them and starts anew."""

    def __init__(self, scanner: Scanner):
        self._scanner = scanner
        self._forget()

    def _forget(self) -> None:
        self._numbers: dict[str, int] = {}
        self._hits = self._scanner.scan([])

    def scan(self, texts: Sequence[str], bursts: bool = False) -> Hits:
        """Find every list in every text (distinct, as for Scanner)."""
        if bursts:  # few, and seldom the same
            return self._scanner.scan(texts, bursts)
        new = [text for text in texts if text not in self._numbers]
        if self._numbers and len(self._numbers) + len(new) > MOST:
            self._forget()
            new = list(texts)
        self._numbers.update(zip(new, count(len(self._numbers))))
        self._hits = self._hits.followed_by(self._scanner.scan(new))
        return self._hits.of(np.array([self._numbers[text] for text in texts], np.int64))
