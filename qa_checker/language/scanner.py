"""Finds what every phrase list says in many texts, all lists in one pass."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, product
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

from .chains import Chain, Chains
from .choices import choice
from .exemplars import ALIKE, Exemplars
from .guards import SENTENCE_ENDS, Cover, Guards, count_of
from .hits import NOTHING, Hits, Positions, Spans, joined
from .lexicon import Lexicon
from .matching import Span, are_words, same_script
from .normalise import DIGIT, LETTER, Folded, fold
from .phrases import Phrase, PhraseList
from .resolving import Found, Resolved, original_spans, unexcused, unexcused_wholes
from .segment import segmenter
from .wholes import Whole

NEGATION = "negation"  # the list that the guard of this name looks for
BLOCK = 2_000_000  # characters folded at a time: bounds the memory, and NumPy is fastest here


class _Wanted(NamedTuple):
    """Lists to look for (by number, in the order of their includes), and all chains of theirs."""

    lists: Sequence[int]
    chains: Chains


class Scanner:
    """Some lists of a lexicon, compiled once; scanning is a pure function of the texts."""

    def __init__(
        self, lexicon: Lexicon, names: Iterable[str] | None = None, inline: Mapping[str, PhraseList] | None = None
    ):
        """Compile these lists (all, when no names are given), and lists made of phrases written inside rules."""
        wanted = set(lexicon.lists if names is None else names)
        lists = {name: lexicon.lists[name] for name in lexicon.closure(wanted) | ({NEGATION} & set(lexicon.lists))}
        lists.update(inline or {})
        self.names = tuple(_includes_first(lists))
        self.lists = [lists[name] for name in self.names]
        self._lexicon = lexicon
        self._segmenter = segmenter(lexicon.userdict)
        self._literals: dict[str, int] = {}
        self._singles: dict[int, list[tuple[int, bool, bool]]] = {}  # literal → (list, excuse, whole word only)
        self._joins = frozenset(each.name for each in self.lists if "bursts" in each.joins)
        joining = lexicon.closure(set(self._joins)) | self._joins | {NEGATION}
        numbers = range(len(self.lists))
        self._all = _Wanted(list(numbers), self._no_chains())
        self._of_bursts = _Wanted([each for each in numbers if self.names[each] in joining], self._no_chains())
        self._exemplars: dict[int, tuple[Exemplars, list[int]]] = {}  # list → its exemplars, and their n-grams
        whole_texts: dict[int, list[str]] = {}
        for number, each in enumerate(self.lists):
            for phrase in each.phrases:
                if phrase.kind == "whole":
                    whole_texts.setdefault(number, []).extend(self._whole_texts(phrase))
                else:
                    self._add(number, phrase, excuse=False)
            for phrase in each.excuses:
                self._add(number, phrase, excuse=True)
        for number, each in enumerate(self.lists):
            if each.exemplars:
                alike = Exemplars(each.exemplars)
                self._exemplars[number] = (alike, [self._literal(gram) for gram in alike.grams])
        self._wholes = {number: Whole(texts) for number, texts in whole_texts.items()}
        self._any_whole = Whole(set(chain.from_iterable(whole_texts.values())))
        self._compile()

    def _add(self, number: int, phrase: Phrase, excuse: bool) -> None:
        ways = phrase.pieces[0].ways if len(phrase.pieces) == 1 else None
        if ways is None:
            for wanted in (self._all, self._of_bursts):
                if number in wanted.lists:
                    wanted.chains.add(Chain(number, excuse, phrase.pieces))
            return
        said = (number, excuse, phrase.kind == "word")
        for way in ways:
            self._singles.setdefault(self._literal(way), []).append(said)

    def _no_chains(self) -> Chains:
        return Chains(self._literal, self._plain_phrases)

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

    def _literal(self, text: str) -> int:
        return self._literals.setdefault(text, len(self._literals))

    def _compile(self) -> None:
        longer = sorted(text for text in self._literals if len(text) > 1)  # so the automaton is built sooner
        self._automaton = AhoCorasick(longer) if longer else None
        self._longer = np.array([self._literals[text] for text in longer], np.int64)
        # Single characters are more than half of all that is found, and a table finds them at once.
        single = {ord(text): number for text, number in self._literals.items() if len(text) == 1}
        self._by_character = np.full(sys.maxunicode + 1, -1, np.int32)
        self._by_character[list(single)] = list(single.values())
        characters = "".join({text[0] for text in self._literals} | {text[-1] for text in self._literals})
        kinds = dict(zip(characters, fold(characters).kinds[::2].tolist(), strict=True))
        self._left_edge = np.array([kinds[text[0]] for text in self._literals], np.uint8)
        self._right_edge = np.array([kinds[text[-1]] for text in self._literals], np.uint8)
        self._has_latin_edge = np.isin(self._left_edge, (LETTER, DIGIT)) | np.isin(self._right_edge, (LETTER, DIGIT))
        self._narrow = np.min_scalar_type(len(self._literals))  # NumPy sorts 16 bits in linear time

    def scan(self, texts: Sequence[str], bursts: bool = False) -> Hits:
        """Find every list in every text (give distinct texts: nothing is remembered between them)."""
        wanted = self._of_bursts if bursts else self._all
        parts: dict[int, list[Spans]] = {number: [] for number in wanted.lists}
        for first, block in _blocks(texts):
            folded = fold(block)
            for number, spans in self._scan_block(folded, block, wanted).items():
                parts[number].append(spans._replace(text=spans.text + first))
        return Hits(len(texts), {self.names[number]: joined(found) for number, found in parts.items()}, self._joins)

    def _scan_block(self, folded: Folded, originals: Sequence[str], wanted: "_Wanted") -> dict[int, Spans]:
        literals = self._find_literals(folded)
        found = {number: Found() for number in wanted.lists}
        self._take_singles(folded, literals, found)
        self._take_chains(folded, literals, wanted.chains, found)
        self._take_wholes(folded, found)
        self._take_exemplars(folded, literals, found)
        return self._resolve(folded, originals, found)

    def _find_literals(self, folded: Folded) -> dict[int, Span]:
        """Start and end of every literal that occurs, each sorted; Latin ones only at Latin word edges."""
        literal, start, end = np.concatenate([self._find_single(folded), self._find_longer(folded)], axis=1)
        kept = np.flatnonzero(~self._cut_off(folded, literal, start, end))
        # They come in order of their ends, so one literal's in order of its starts too.
        order = kept[np.argsort(literal[kept].astype(self._narrow), kind="stable")]
        literal, start, end = literal[order], start[order], end[order]
        present, first = np.unique(literal, return_index=True)
        bounds = [*first.tolist(), len(literal)]
        return {
            number: (start[low:high], end[low:high])
            for number, low, high in zip(present.tolist(), bounds[:-1], bounds[1:], strict=True)
        }

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

    def _take_singles(self, folded: Folded, literals: Mapping[int, Span], found: Mapping[int, Found]) -> None:
        for literal, (start, end) in literals.items():
            for number, excuse, whole_word in self._singles.get(literal, ()):
                if number not in found:
                    continue
                if whole_word:
                    words = are_words(folded, start, end, self._segmenter)
                    span = (start[words], end[words])
                else:
                    span = (start, end)
                if excuse:
                    found[number].excuses.append(span)
                else:
                    found[number].hits.append((span, ()))

    def _take_chains(
        self, folded: Folded, literals: Mapping[int, Span], chains: Chains, found: Mapping[int, Found]
    ) -> None:
        for each, pieces in chains.find(folded, literals):
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

    def _take_exemplars(self, folded: Folded, literals: Mapping[int, Span], found: Mapping[int, Found]) -> None:
        """Sentences that share n-grams with an exemplar, where they are like it."""
        for number, (exemplars, grams) in self._exemplars.items():
            present = [literals[gram][0] for gram in grams if gram in literals]
            if not present or number not in found:
                continue
            stops = count_of(folded.codes, SENTENCE_ENDS)
            ends = np.flatnonzero(np.diff(stops))
            sentences, shared = np.unique(stops[np.concatenate(present)], return_counts=True)
            sentences = sentences[shared >= exemplars.needed]
            start = np.append(-1, ends)[sentences] + 1
            end = ends[sentences]
            spans = zip(start.tolist(), end.tolist(), strict=True)
            alike = exemplars.likeness([folded.text[low:high] for low, high in spans]) >= ALIKE
            found[number].hits.append(((start[alike], end[alike]), ()))

    def _resolve(self, folded: Folded, originals: Sequence[str], found: Mapping[int, Found]) -> dict[int, Spans]:
        """Apply excuses, guards and includes, then go back to the originals."""
        guards = Guards(folded, self._segmenter)
        negations: Positions = NOTHING
        resolved: dict[str, Resolved] = {}
        for number, mine in found.items():
            each = self.lists[number]
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
        lengths = np.fromiter(map(len, originals), np.int64, len(originals))
        numbers = {name: number for number, name in enumerate(self.names)}
        return {numbers[name]: original_spans(folded, lengths, said) for name, said in resolved.items()}


def _blocks(texts: Sequence[str]) -> Iterable[tuple[int, Sequence[str]]]:
    first = size = 0
    for number, text in enumerate(texts):
        size += len(text) + 1
        if size >= BLOCK:
            yield first, texts[first : number + 1]
            first, size = number + 1, 0
    if first < len(texts):
        yield first, texts[first:]


def _includes_first(lists: Mapping[str, PhraseList]) -> list[str]:
    """Names ordered so that a list comes after `negation` and after every list it includes."""
    ordered: list[str] = []

    def visit(name: str, above: tuple[str, ...] = ()) -> None:
        if name in ordered or name in above or name not in lists:
            return
        for include in lists[name].includes:
            visit(include, (*above, name))
        ordered.append(name)

    for name in [NEGATION, *sorted(lists)]:
        visit(name)
    return ordered
