"""Finds what every phrase list says in many texts, all lists in one pass."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property

from .compiled import Compiled
from .hits import Hits, Spans, joined
from .lexicon import NEGATION, Lexicon
from .phrases import PhraseList

BLOCK = 2_000_000  # characters folded at a time: bounds the memory, and NumPy is fastest here


class Scanner:
    """Some lists of a lexicon; scanning is a pure function of the texts."""

    def __init__(
        self, lexicon: Lexicon, names: Iterable[str] | None = None, inline: Mapping[str, PhraseList] | None = None
    ):
        """Take these lists (all, when no names are given), and lists made of phrases written inside rules."""
        self._lexicon = lexicon
        self.lists = lexicon.chosen(lexicon.lists if names is None else names, inline or {})
        self.names = tuple(each.name for each in self.lists)
        self._joins = frozenset(each.name for each in self.lists if "bursts" in each.joins)

    @cached_property
    def _compiled(self) -> Compiled:
        # Nine tenths of the time of reading a rulebook, and whoever only shows its rules needs none of it.
        return Compiled(self._lexicon, self.lists, self._of_bursts)

    @cached_property
    def _of_bursts(self) -> Set[str]:
        """The lists that what is said in several messages can say, and all that these hang on."""
        return self._lexicon.closure(set(self._joins)) | self._joins | {NEGATION}

    def compile(self) -> None:
        """Make ready to scan now, not when the first text comes."""
        self._compiled  # noqa: B018 - made when first asked for

    def scan(self, texts: Sequence[str], bursts: bool = False) -> Hits:
        """Find every list in every text (give distinct texts: nothing is remembered between them)."""
        wanted = [name for name in self.names if not bursts or name in self._of_bursts]
        parts: dict[str, list[Spans]] = {name: [] for name in wanted}
        for first, block in _blocks(texts):
            for name, spans in self._compiled.find(block, bursts).items():
                parts[name].append(spans._replace(text=spans.text + first))
        return Hits(len(texts), {name: joined(found) for name, found in parts.items()}, self._joins)


def _blocks(texts: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    first = size = 0
    for number, text in enumerate(texts):
        size += len(text) + 1
        if size >= BLOCK:
            yield first, texts[first : number + 1]
            first, size = number + 1, 0
    if first < len(texts):
        yield first, texts[first:]
