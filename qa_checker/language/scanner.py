"""Finds what every phrase list says in many texts, all lists in one pass."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

from .guards import SENTENCE_ENDS, Guards, count_of, covered
from .hits import NOTHING, Hits, Positions, Spans, joined, merged
from .normalise import DIGIT, LETTER, Folded, fold
from .phrases import Lexicon, Phrase, PhraseList, Piece
from .recognisers import RECOGNISERS
from .segment import Segmenter, segmenter

NEGATION = "negation"  # the list that the guard of this name looks for
BLOCK = 2_000_000  # characters folded at a time: bounds the memory, and NumPy is fastest here
_FILLER = r"[\s\0，。！？!?、；;：:,.~～…·\-—_*#()（）\[\]【】\"'“”‘’^亲哦噢呢哈啊呀哒滴嘛啦\U0001f000-\U0001faff\u2600-\u27bf]"
_LONGEST_WHOLE = 30  # a message that says nothing more than a courtesy is short


@dataclass(frozen=True)
class _Chain:
    """A phrase of several pieces (核对…地址), or one with a recogniser."""

    list: int
    excuse: bool
    pieces: tuple[Piece, ...]


@dataclass
class _Found:
    """Hits and excuses of one list in one block, as positions in the joined copy."""

    hits: list[tuple[Positions, Positions]] = field(default_factory=list)
    excuses: list[tuple[Positions, Positions]] = field(default_factory=list)
    whole: list[tuple[Positions, Positions]] = field(default_factory=list)


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
        self._userdict = lexicon.userdict
        self._literals: dict[str, int] = {}
        self._singles: dict[int, list[tuple[int, bool, bool]]] = {}  # literal → (list, excuse, whole word only)
        self._chains: list[_Chain] = []
        whole_texts: dict[int, list[str]] = {}
        for number, each in enumerate(self.lists):
            for phrase in each.phrases:
                if phrase.kind == "whole":
                    whole_texts.setdefault(number, []).append(phrase.pieces[0].text)
                else:
                    self._add(number, phrase, excuse=False)
            for phrase in each.excuses:
                self._add(number, phrase, excuse=True)
        self._wholes = {number: _Whole(texts) for number, texts in whole_texts.items()}
        self._any_whole = _Whole(set(chain.from_iterable(whole_texts.values())))
        self._compile()

    def _add(self, number: int, phrase: Phrase, excuse: bool) -> None:
        if len(phrase.pieces) > 1 or phrase.pieces[0].text.startswith("@"):
            self._chains.append(_Chain(number, excuse, phrase.pieces))
            for piece in phrase.pieces:
                if not piece.text.startswith("@"):
                    self._literal(piece.text)
        else:
            literal = self._literal(phrase.pieces[0].text)
            self._singles.setdefault(literal, []).append((number, excuse, phrase.kind == "word"))

    def _literal(self, text: str) -> int:
        return self._literals.setdefault(text, len(self._literals))

    def _compile(self) -> None:
        self._automaton = AhoCorasick(list(self._literals)) if self._literals else None
        edges = fold([text[0] for text in self._literals] + [text[-1] for text in self._literals]).kinds[::2]
        count = len(self._literals)
        self._left_edge, self._right_edge = edges[:count], edges[count:]
        self._recognised = {piece.text for each in self._chains for piece in each.pieces if piece.text.startswith("@")}
        self._chains_by_head: dict[str, list[_Chain]] = {}
        for each in self._chains:
            self._chains_by_head.setdefault(each.pieces[0].text, []).append(each)

    def scan(self, texts: Sequence[str]) -> Hits:
        """Find every list in every text (give distinct texts: nothing is remembered between them)."""
        parts: dict[int, list[Spans]] = {number: [] for number in range(len(self.lists))}
        for first, block in _blocks(texts):
            folded = fold(block)
            for number, spans in self._scan_block(folded, block).items():
                parts[number].append(spans._replace(text=spans.text + first))
        return Hits(len(texts), {self.names[number]: joined(found) for number, found in parts.items()})

    def _scan_block(self, folded: Folded, originals: Sequence[str]) -> dict[int, Spans]:
        literals = self._find_literals(folded)
        found: dict[int, _Found] = {}
        self._take_singles(folded, literals, found)
        self._take_chains(folded, literals, found)
        self._take_wholes(folded, found)
        return self._resolve(folded, originals, found)

    def _find_literals(self, folded: Folded) -> dict[int, tuple[Positions, Positions]]:
        """Start and end of every literal that occurs, each sorted; Latin ones only at Latin word edges."""
        if self._automaton is None:
            return {}
        matches = self._automaton.find_matches_as_indexes(folded.text, overlapping=True)
        if not matches:
            return {}
        table = np.fromiter(chain.from_iterable(matches), np.int64, 3 * len(matches)).reshape(-1, 3)
        literal, start, end = table.T
        before = folded.kinds[np.maximum(start - 1, 0)] * (start > 0)
        after = folded.kinds[np.minimum(end, len(folded.kinds) - 1)]
        inside = _same_script(self._left_edge[literal], before) | _same_script(self._right_edge[literal], after)
        literal, start, end = literal[~inside], start[~inside], end[~inside]
        order = np.lexsort((start, literal))
        literal, start, end = literal[order], start[order], end[order]
        present, first = np.unique(literal, return_index=True)
        bounds = [*first.tolist(), len(literal)]
        return {
            number: (start[low:high], end[low:high])
            for number, low, high in zip(present.tolist(), bounds[:-1], bounds[1:], strict=True)
        }

    def _take_singles(
        self, folded: Folded, literals: Mapping[int, tuple[Positions, Positions]], found: dict[int, _Found]
    ) -> None:
        for literal, (start, end) in literals.items():
            for number, excuse, whole_word in self._singles.get(literal, ()):
                if whole_word:
                    words = _are_words(folded, start, end, segmenter(self._userdict))
                    span = (start[words], end[words])
                else:
                    span = (start, end)
                each = found.setdefault(number, _Found())
                (each.excuses if excuse else each.hits).append(span)

    def _take_chains(
        self, folded: Folded, literals: Mapping[int, tuple[Positions, Positions]], found: dict[int, _Found]
    ) -> None:
        places = {text: literals[number] for text, number in self._literals.items() if number in literals}
        for name in self._recognised:
            spans = list(RECOGNISERS[name[1:]].find(folded.text))
            if spans:
                start, end = np.array(spans, np.int64).T
                places[name] = (start, end)
        heads = [head for head in self._chains_by_head if head in places]
        if not heads:
            return
        stops = count_of(folded.text, SENTENCE_ENDS)
        for head in heads:
            for each in self._chains_by_head[head]:
                span = _chained(each.pieces, places, stops)
                if len(span[0]):
                    mine = found.setdefault(each.list, _Found())
                    (mine.excuses if each.excuse else mine.hits).append(span)

    def _take_wholes(self, folded: Folded, found: dict[int, _Found]) -> None:
        """Short messages that one list's `==` phrases and fillers spell out completely."""
        if not self._wholes:
            return
        short = np.flatnonzero(np.diff(folded.starts) <= _LONGEST_WHOLE)
        spans = zip(folded.starts[short].tolist(), (folded.starts[short + 1] - 1).tolist(), strict=True)
        candidates = [span for span in spans if self._any_whole.spells_out(folded.text[span[0] : span[1]])]
        for number, whole in self._wholes.items():
            said = [span for span in candidates if whole.spells_out(folded.text[span[0] : span[1]])]
            if said:
                start, end = np.array(said, np.int64).T
                found.setdefault(number, _Found()).whole.append((start, end))

    def _resolve(self, folded: Folded, originals: Sequence[str], found: Mapping[int, _Found]) -> dict[int, Spans]:
        """Apply includes, excuses and guards, then go back to the originals."""
        guards = Guards(folded)
        negations: Positions = NOTHING
        resolved: dict[str, tuple[Positions, Positions, NDArray[np.bool_]]] = {}
        for number, each in enumerate(self.lists):
            mine = found.get(number, _Found())
            start, end, whole = _gathered([*mine.hits, *mine.whole], len(mine.hits))
            if each.guards and len(start):
                kept = ~guards.excused(start, each.guards, negations)
                start, end, whole = start[kept], end[kept], whole[kept]
            for name in each.includes:
                if name in resolved:
                    start, end, whole = (
                        np.concatenate(pair) for pair in zip((start, end, whole), resolved[name], strict=True)
                    )
            if mine.excuses and len(start):
                kept = ~covered(start, end, *_gathered(mine.excuses, len(mine.excuses))[:2])
                start, end, whole = start[kept], end[kept], whole[kept]
            if len(start):
                resolved[each.name] = (start, end, whole)
            if each.name == NEGATION:
                negations = end
        lengths = np.fromiter(map(len, originals), np.int64, len(originals))
        numbers = {name: number for number, name in enumerate(self.names)}
        return {numbers[name]: _original_spans(folded, lengths, *spans) for name, spans in resolved.items()}


class _Whole:
    """Phrases of which a message must consist, fillers aside; atomic patterns, so that no message takes long."""

    def __init__(self, texts: Iterable[str]):
        phrases = "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))
        self._all = re.compile(rf"(?>(?:{phrases}|{_FILLER})+)")
        self._one = re.compile(phrases)

    def spells_out(self, text: str) -> bool:
        """Whether the text is made of these phrases and fillers, with at least one phrase."""
        return self._all.fullmatch(text) is not None and self._one.search(text) is not None


def _blocks(texts: Sequence[str]) -> Iterable[tuple[int, Sequence[str]]]:
    first = size = 0
    for number, text in enumerate(texts):
        size += len(text) + 1
        if size >= BLOCK:
            yield first, texts[first : number + 1]
            first, size = number + 1, 0
    if first < len(texts):
        yield first, texts[first:]


def _same_script(edge: NDArray[np.uint8], neighbour: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether a literal's edge runs on in its neighbour: vx inside avx, 100 inside 1000."""
    return ((edge == LETTER) & (neighbour == LETTER)) | ((edge == DIGIT) & (neighbour == DIGIT))


def _are_words(folded: Folded, start: Positions, end: Positions, words: Segmenter) -> NDArray[np.bool_]:
    """Whether each span, in order of start, is exactly one word of its text's segmentation."""
    are = np.zeros(len(start), bool)
    texts, first = np.unique(folded.text_at(start), return_index=True)
    for text, low, high in zip(texts.tolist(), first.tolist(), [*first[1:].tolist(), len(start)], strict=True):
        offset, after = int(folded.starts[text]), int(folded.starts[text + 1])
        cut = {(offset + begin, offset + stop) for _, begin, stop in words.words(folded.text[offset : after - 1])}
        spans = zip(start[low:high].tolist(), end[low:high].tolist(), strict=True)
        are[low:high] = [span in cut for span in spans]
    return are


def _chained(
    pieces: tuple[Piece, ...], places: Mapping[str, tuple[Positions, Positions]], stops: NDArray[np.int32]
) -> tuple[Positions, Positions]:
    """Spans in which the pieces follow one another within their gaps and one sentence; the nearest follower wins."""
    start, end = places[pieces[0].text]
    for piece in pieces[1:]:
        if piece.text not in places:
            return NOTHING, NOTHING
        next_start, next_end = places[piece.text]
        nearest = np.searchsorted(next_start, end)
        reached = np.minimum(nearest, len(next_start) - 1)
        fits = (
            (nearest < len(next_start))
            & (next_start[reached] - end <= piece.gap)
            & (stops[next_start[reached]] == stops[end])
        )
        start, end = start[fits], next_end[reached[fits]]
    return start, end


def _gathered(
    spans: Sequence[tuple[Positions, Positions]], not_whole: int
) -> tuple[Positions, Positions, NDArray[np.bool_]]:
    if not spans:
        return NOTHING, NOTHING, NOTHING.astype(bool)
    whole = np.concatenate([np.full(len(start), number >= not_whole) for number, (start, _) in enumerate(spans)])
    return np.concatenate([start for start, _ in spans]), np.concatenate([end for _, end in spans]), whole


def _original_spans(
    folded: Folded, lengths: Positions, start: Positions, end: Positions, whole: NDArray[np.bool_]
) -> Spans:
    """From positions in the joined copy to offsets of the original texts."""
    text = folded.text_at(start)
    first, last = folded.origin[start].astype(np.int64), folded.origin[np.maximum(end - 1, start)].astype(np.int64) + 1
    return merged(Spans(text, first, np.minimum(last, lengths[text]), whole))


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
