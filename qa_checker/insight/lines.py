"""The lines of a phrase list, each found by itself: which of them it is that matches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language import Lexicon, Phrase, PhraseList, Scanner, Spans
from ..language.hits import joined

_WHOLE = "=="
NONE = -1


@dataclass(frozen=True)
class Line:
    """A line of a list's file and the phrases it stands for: several where a choice holds a gap, or by respelling."""

    list: str
    number: int
    phrases: tuple[Phrase, ...]

    @property
    def written(self) -> tuple[Phrase, ...]:
        """Those that somebody wrote."""
        return tuple(phrase for phrase in self.phrases if not phrase.respelt)

    @property
    def said(self) -> str:
        """The line for people, its first phrase standing for all."""
        count = len(self.written)
        return self.phrases[0].source + (f"（等 {count} 种）" if count > 1 else "")

    @property
    def place(self) -> str:
        """The file and line."""
        return f"phrases/{self.list}.txt:{self.number}"


def lines(name: str, phrases: Iterable[Phrase]) -> list[Line]:
    """The phrases or excuses of a list by line."""
    by_line = sorted(phrases, key=_number)
    return [Line(name, number, tuple(same)) for number, same in groupby(by_line, key=_number)]


def _number(phrase: Phrase) -> int:
    return phrase.line


class LineFinder:
    """Some lines, compiled as a list each, with the excuses and guards of their host or, without one, bare."""

    def __init__(self, lexicon: Lexicon, found: Sequence[Line], host: PhraseList | None = None):
        self.lines = tuple(found)
        excuses, guards = (host.excuses, host.guards) if host else ((), ())
        inline: dict[str, PhraseList] = {}
        for number, line in enumerate(self.lines):
            apart = tuple(phrase for phrase in line.phrases if phrase.kind != "whole")
            inline[_apart(number)] = PhraseList(_apart(number), phrases=apart, excuses=excuses, guards=guards)
            parts = tuple(replace(phrase, kind="anywhere") for phrase in line.phrases if phrase.kind == "whole")
            inline[_part(number)] = PhraseList(_part(number), phrases=parts)
        # Whole messages are spelt out by several phrases together (好的谢谢): apart none of them would be all of it.
        whole = tuple(phrase for line in self.lines for phrase in line.phrases if phrase.kind == "whole")
        inline[_WHOLE] = PhraseList(_WHOLE, phrases=whole, guards=guards)
        self._scanner = Scanner(lexicon, (), inline)

    def find(self, texts: Sequence[str]) -> list[Spans]:
        """Where each line is said, in order of the lines; one of `==` where it has a part in the whole message."""
        spans = self._scanner.scan(texts).spans
        numbers = range(len(self.lines))
        whole = np.unique(spans[_WHOLE].text)
        parts = [_chosen(spans[_part(number)], np.isin(spans[_part(number)].text, whole)) for number in numbers]
        parts = [_chosen(part, around == NONE) for part, around in zip(parts, enclosing(parts), strict=True)]
        return [_in_order(joined([spans[_apart(number)], parts[number]])) for number in numbers]


def enclosing(found: Sequence[Spans], equal: bool = False) -> list[NDArray[np.int64]]:
    """For each hit of each line another line (its place among them) with a longer hit around it, or NONE.

    equal: of two hits of the same words the later line's counts as inside the earlier's.
    """
    by_text: dict[int, list[tuple[int, int, int]]] = {}
    for number, spans in enumerate(found):
        for text, start, end in zip(spans.text.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True):
            by_text.setdefault(text, []).append((start, end, number))
    around = []
    for number, spans in enumerate(found):
        mine = np.full(len(spans.text), NONE, np.int64)
        hits = zip(spans.text.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True)
        for place, (text, start, end) in enumerate(hits):
            for low, high, other in by_text[text]:
                longer = high - low > end - start or (equal and other < number)
                if other != number and low <= start and end <= high and longer:
                    mine[place] = other
                    break
        around.append(mine)
    return around


def _apart(number: int) -> str:
    return f"{number}"


def _part(number: int) -> str:
    return f"=={number}"


def _in_order(spans: Spans) -> Spans:
    return _chosen(spans, np.lexsort((spans.start, spans.text)))


def _chosen(spans: Spans, places: Any) -> Spans:
    return Spans(spans.text[places], spans.start[places], spans.end[places], spans.whole[places])
