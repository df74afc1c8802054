"""Phrase lists made ready to be found: what each phrase is looked for by, and from there to what counts."""

from collections.abc import Mapping, Sequence, Set
from itertools import chain, product
from typing import NamedTuple

import numpy as np

from .chains import Chain, Chains
from .choices import choice
from .exemplars import ALIKE, Exemplars
from .guards import SENTENCE_ENDS, Cover, Guards, count_of
from .hits import NOTHING, Positions, Spans
from .lexicon import NEGATION, Lexicon
from .literals import Literals, Said
from .matching import are_words
from .normalise import Folded, fold
from .phrases import Phrase, PhraseList
from .resolving import Found, Resolved, original_spans, unexcused, unexcused_wholes
from .segment import segmenter
from .wholes import Whole


class _Single(NamedTuple):
    """The phrases of a list (by number) that are one stretch of text, or its excuses; perhaps only as whole words."""

    list: int
    excuse: bool
    whole_word: bool


class _Wanted(NamedTuple):
    """Lists to look for (by number, in the order of their includes), and all chains of theirs."""

    lists: Sequence[int]
    chains: Chains


class Compiled:
    """Lists compiled once; what they find in a block is a pure function of its texts."""

    def __init__(self, lexicon: Lexicon, lists: Sequence[PhraseList], of_bursts: Set[str]):
        """Compile these lists, each after those it includes; those `of_bursts` also for themselves."""
        self._lexicon = lexicon
        self._lists = lists
        self._segmenter = segmenter(lexicon.userdict)
        self._literals = Literals()
        self._all = _Wanted(range(len(lists)), self._no_chains())
        numbers = [number for number, each in enumerate(lists) if each.name in of_bursts]
        self._of_bursts = _Wanted(numbers, self._no_chains())
        self._exemplars = {number: Exemplars(each.exemplars) for number, each in enumerate(lists) if each.exemplars}
        whole_texts: dict[int, list[str]] = {}
        for number, each in enumerate(lists):
            for phrase in each.phrases:
                if phrase.kind == "whole":
                    whole_texts.setdefault(number, []).extend(self._whole_texts(phrase))
                else:
                    self._add(number, phrase, excuse=False)
            for phrase in each.excuses:
                self._add(number, phrase, excuse=True)
        for exemplars in self._exemplars.values():
            self._literals.add(exemplars, exemplars.grams)
        self._wholes = {number: Whole(texts) for number, texts in whole_texts.items()}
        self._any_whole = Whole(set(chain.from_iterable(whole_texts.values())))
        self._literals.compile()

    def _add(self, number: int, phrase: Phrase, excuse: bool) -> None:
        ways = phrase.pieces[0].ways if len(phrase.pieces) == 1 else None
        if ways is not None:
            self._literals.add(_Single(number, excuse, phrase.kind == "word"), ways)
            return
        for wanted in (self._all, self._of_bursts):
            if number in wanted.lists:
                wanted.chains.add(Chain(number, excuse, phrase.pieces))

    def _no_chains(self) -> Chains:
        return Chains(self._literals, self._plain_phrases)

    def _plain_phrases(self, name: str) -> list[str]:
        """Every phrase of a list, and of those it includes, that is one stretch of text."""
        phrases = [each for other in self._lexicon.closure({name}) for each in self._lexicon.lists[other].phrases]
        single = [each.pieces[0] for each in phrases if len(each.pieces) == 1 and each.kind == "anywhere"]
        return [way for piece in single if not piece.is_other for way in choice(piece.text).spelt_out()]

    def _whole_texts(self, phrase: Phrase) -> list[str]:
        """What a message may consist of to say this phrase, its lists spelt out."""
        if len(phrase.pieces) == 1 and not phrase.pieces[0].text.startswith("{"):
            return [phrase.pieces[0].text]
        ways = [
            self._plain_phrases(piece.text[1:-1]) if piece.is_other else choice(piece.text).spelt_out()
            for piece in phrase.pieces
        ]
        return ["".join(chosen) for chosen in product(*ways)]

    def find(self, texts: Sequence[str], bursts: bool) -> dict[str, Spans]:
        """What each list says in a block of texts; lists that say nothing are left out."""
        wanted = self._of_bursts if bursts else self._all
        folded = fold(texts)
        said = self._literals.find(folded)
        found = {number: Found() for number in wanted.lists}
        self._take_singles(folded, said, found)
        self._take_chains(folded, said, wanted.chains, found)
        self._take_wholes(folded, found)
        self._take_exemplars(folded, said, found)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        resolved = self._resolve(folded, found)
        return {name: original_spans(folded, lengths, counts) for name, counts in resolved.items()}

    def _take_singles(self, folded: Folded, said: Said, found: Mapping[int, Found]) -> None:
        for name in said:
            if not isinstance(name, _Single) or name.list not in found:
                continue
            start, end = said[name]
            if name.whole_word:
                words = are_words(folded, start, end, self._segmenter)
                start, end = start[words], end[words]
            if name.excuse:
                found[name.list].excuses.append((start, end))
            else:
                found[name.list].hits.append(((start, end), ()))

    def _take_chains(self, folded: Folded, said: Said, chains: Chains, found: Mapping[int, Found]) -> None:
        for each, pieces in chains.find(folded, said):
            span = (pieces[0][0], pieces[-1][1])
            if each.excuse:
                found[each.list].excuses.append(span)
            else:
                found[each.list].hits.append((span, pieces))

    def _take_wholes(self, folded: Folded, found: Mapping[int, Found]) -> None:
        """Short messages that one list's `==` phrases and fillers spell out completely."""
        wholes = {number: whole for number, whole in self._wholes.items() if number in found}
        if not wholes:
            return
        spans = self._any_whole.candidates(folded)
        candidates = [span for span in spans if self._any_whole.spells_out(folded.text[span[0] : span[1]])]
        for number, whole in wholes.items():
            said = [span for span in candidates if whole.spells_out(folded.text[span[0] : span[1]])]
            if said:
                start, end = np.array(said, np.int64).T
                found[number].wholes.append((start, end))

    def _take_exemplars(self, folded: Folded, said: Said, found: Mapping[int, Found]) -> None:
        """Sentences that share n-grams with an exemplar, where they are like it."""
        for number, exemplars in self._exemplars.items():
            if exemplars not in said or number not in found:
                continue
            stops = count_of(folded.codes, SENTENCE_ENDS)
            ends = np.flatnonzero(np.diff(stops))
            sentences, shared = np.unique(stops[said[exemplars][0]], return_counts=True)
            sentences = sentences[shared >= exemplars.needed]
            start = np.append(-1, ends)[sentences] + 1
            end = ends[sentences]
            spans = zip(start.tolist(), end.tolist(), strict=True)
            alike = exemplars.likeness([folded.text[low:high] for low, high in spans]) >= ALIKE
            found[number].hits.append(((start[alike], end[alike]), ()))

    def _resolve(self, folded: Folded, found: Mapping[int, Found]) -> dict[str, Resolved]:
        """Apply excuses, guards and includes."""
        guards = Guards(folded, self._segmenter)
        negations: Positions = NOTHING
        resolved: dict[str, Resolved] = {}
        for number, mine in found.items():
            each = self._lists[number]
            excuses = Cover(mine.excuses)
            spans = [Resolved.of(unexcused(span, pieces, excuses)) for span, pieces in mine.hits]
            spans += [Resolved.of(unexcused_wholes(span, excuses), whole=True) for span in mine.wholes]
            included = Resolved.together([resolved[name] for name in each.includes if name in resolved])
            spans.append(included.only(~excuses.holds(included.start, included.end)))
            said = Resolved.together(spans)
            if each.guards and len(said.start):
                said = said.only(~guards.excused(said.start, said.end, each.guards, negations))
            if len(said.start):
                resolved[each.name] = said
            if each.name == NEGATION:
                negations = said.end
        return resolved
