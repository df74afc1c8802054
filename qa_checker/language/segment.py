"""Chinese words by jieba's dictionary: asked only where a boundary decides (`=滚`), never for long phrases."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from math import inf, log
from pathlib import Path

Word = tuple[str, int, int]

_BLOCKS = re.compile(r"([\u4e00-\u9fd5a-zA-Z0-9+#&._%\-]+)|\r\n|[\s\S]")  # words are looked for in the former only
_ALONE = re.compile(r"[a-zA-Z0-9]")
_SHORT = 4  # characters: one word in fifty is longer
_COMMON = 100_000  # times: a word so frequent stays whole


@dataclass(frozen=True)
class _Dictionary:
    """Words and how often each occurs; for the beginnings of long words the length of the longest; all occurrences."""

    frequency: Mapping[str, int]
    longest: Mapping[str, int]
    total: int

    @classmethod
    def of(cls, words: Sequence[str], frequencies: Sequence[int]) -> "_Dictionary":
        longest: dict[str, int] = {}
        for word in words:
            if len(word) > _SHORT:
                longest[word[:_SHORT]] = max(len(word), longest.get(word[:_SHORT], 0))
        return cls(dict(zip(words, frequencies, strict=True)), longest, sum(frequencies))


class Segmenter:
    """Cuts a text along its most probable path of words, exactly as `jieba.cut(text, HMM=False)` does.

    jieba's own code takes half a second longer to start, and trusts a copy of its dictionary in the temporary folder,
    where any user of the machine may have put another one.
    """

    def __init__(self, userdict: Path | None = None):
        """With words of one's own from a file of `word frequency`; 0 says that it is no word at all."""
        self._own = _user_words(userdict.read_text("utf-8") if userdict and userdict.exists() else "")

    def words(self, text: str) -> Iterator[Word]:
        """The words of one text in order, each with start and end in code points; they tile the text."""
        start = 0
        for block in _BLOCKS.finditer(text):
            for word in self._cut(block[0]) if block[1] else (block[0],):
                yield word, start, start + len(word)
                start += len(word)

    def _cut(self, block: str) -> Iterator[str]:
        lengths = self._most_probable(block)
        start = letters = 0  # letters: of those right before `start`, which stay together
        while start < len(block):
            end = start + lengths[start]
            if lengths[start] == 1 and _ALONE.match(block, start):
                letters += 1
            else:
                if letters:
                    yield block[start - letters : start]
                    letters = 0
                yield block[start:end]
            start = end
        if letters:
            yield block[start - letters :]

    def _most_probable(self, block: str) -> list[int]:
        """For each place the length of the word that begins there, if one does."""
        known, own, size = _jieba(), self._own, len(block)
        log_total = log(known.total + own.total)
        best, lengths = [0.0] * (size + 1), [1] * size
        for start in range(size - 1, -1, -1):
            beginning = block[start : start + _SHORT]
            longest = max(known.longest.get(beginning, _SHORT), own.longest.get(beginning, _SHORT))
            found = -inf
            for end in range(start + 1, min(start + longest, size) + 1):
                word = block[start:end]
                if frequency := own.frequency.get(word, known.frequency.get(word)):
                    likelihood = log(frequency) - log_total + best[end]
                    if likelihood >= found:
                        found, lengths[start] = likelihood, end - start
            best[start] = best[start + 1] - log_total if found == -inf else found
        return lengths


@cache
def _jieba() -> _Dictionary:
    """jieba's dictionary: a word, its frequency and its part of speech a line."""
    spec = find_spec("jieba")
    assert spec is not None
    assert spec.origin is not None
    fields = Path(spec.origin).with_name("dict.txt").read_text("utf-8").split()
    return _Dictionary.of(fields[::3], list(map(int, fields[1::3])))


def _user_words(text: str) -> _Dictionary:
    lines = filter(None, (line.partition("#")[0].strip() for line in text.splitlines()))
    pairs = [line.partition(" ")[::2] for line in lines]
    return _Dictionary.of([word for word, _ in pairs], [int(frequency or _COMMON) for _, frequency in pairs])
