"""Phrase lists: text files in which supervisors write how something is said, one phrase a line."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from itertools import product
from typing import Literal, NamedTuple

from .choices import CHOICE, SPELT_OUT, canonical, choice, refuse_foreign
from .normalise import fold_one
from .recognisers import RECOGNISERS
from .spelling import latin_spellings

GAP = 8  # characters that … may stand for
SHORTEST_EXEMPLAR = 6  # characters
MOST_ALTERNATIVES = 200
_TOKEN = re.compile(r"…+|\.{3,}|@[a-z_]+|\{[a-z][a-z0-9-]*\}|(?:(?!…|\.{3}|@[a-z_]|\{[a-z]).)+")
_TOKEN_IN_CHOICE = re.compile(r"…|\.{3}|@[a-z_]|\{[a-z]")

GUARDS = ("negation", "quotation", "titles", "words", "clauses", "openings")
JOINS = ("bursts",)
SPELT = ("pinyin",)
_HEADS = {"guards": GUARDS, "joins": JOINS, "spelt": SPELT}

PhraseKind = Literal["anywhere", "word", "whole"]


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file that people wrote: where (line 0: not in a file), what, and what was perhaps meant."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else self.message


class Piece(NamedTuple):
    """A stretch of a phrase, at most `gap` characters after the last one.

    text: folded text, perhaps with choices `(a|b)`, `@name` for a recogniser, or `{name}` for any plain phrase of
    another list.
    """

    text: str
    gap: int

    @property
    def is_other(self) -> bool:
        """Whether it stands for a recogniser or another list."""
        return self.text[0] in "@{"

    @property
    def ways(self) -> list[str] | None:
        """The literals it stands for, or None where it is no literal or there are too many to spell out."""
        if self.is_other:
            return None
        if "(" not in self.text:
            return [self.text]
        return None if choice(self.text).ways > SPELT_OUT else choice(self.text).spelt_out()


@dataclass(frozen=True)
class Phrase:
    """One line of a list: its pieces in order, and how much of the message it must be.

    respelt: nobody wrote it so; it is how evasions would spell another phrase of this line.
    """

    line: int
    source: str
    pieces: tuple[Piece, ...]
    kind: PhraseKind = "anywhere"
    respelt: bool = False


@dataclass(frozen=True)
class PhraseList:
    """All ways to say one thing. `meaning` is the file's first comment."""

    name: str
    meaning: str = ""
    phrases: tuple[Phrase, ...] = ()
    excuses: tuple[Phrase, ...] = ()
    exemplars: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    spelt: tuple[str, ...] = ()

    @cached_property
    def borrowed(self) -> Sequence[tuple[int, str]]:
        """Other lists that stand as pieces of phrases: line and name."""
        phrases = (*self.phrases, *self.excuses)
        return [(each.line, piece.text[1:-1]) for each in phrases for piece in each.pieces if piece.text[0] == "{"]

    def content(self) -> dict[str, object]:
        """What decides a hit, without comments: for fingerprints."""
        return {
            "phrases": list(dict.fromkeys(phrase.source for phrase in self.phrases)),
            "excuses": list(dict.fromkeys(phrase.source for phrase in self.excuses)),
            "exemplars": self.exemplars,
            "includes": self.includes,
            "guards": self.guards,
            "joins": self.joins,
            "spelt": self.spelt,
        }


def parse(name: str, text: str, shown_path: str) -> tuple[PhraseList, tuple[Problem, ...]]:
    """Read one list from its text; what is wrong with it is told beside it."""
    problems: list[Problem] = []
    phrases: list[Phrase] = []
    excuses: list[Phrase] = []
    exemplars: list[str] = []
    includes: list[str] = []
    heads: dict[str, tuple[str, ...]] = {}
    meaning = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith("#"):
            comment = line.lstrip("# ").strip()
            meaning = meaning or comment
            head, _, values = comment.partition(":")
            if head in _HEADS and values:
                heads[head] = _head_values(head, values, shown_path, number, problems)
        elif line.startswith("+") and re.fullmatch(r"\+[a-z][a-z0-9-]*", line):
            includes.append(line[1:])
        elif line.startswith("~") and len(sentence := fold_one(line[1:]).strip()) >= SHORTEST_EXEMPLAR:
            exemplars.append(sentence)
        elif line.startswith("~"):
            problems.append(
                Problem(shown_path, number, f"例句（~）至少写 {SHORTEST_EXEMPLAR} 个字，短的请直接写成短语")
            )
        elif line:
            excuse = line.startswith("!")
            try:
                spelt_out = phrases_of(line.removeprefix("!"), number)
            except ValueError as error:
                problems.append(Problem(shown_path, number, str(error)))
            else:
                (excuses if excuse else phrases).extend(spelt_out)
    spelt = [other for each in phrases for other in _spelt(each)] if "spelt" in heads else []
    found = PhraseList(
        name=name,
        meaning=meaning,
        phrases=(*phrases, *spelt),
        excuses=tuple(excuses),
        exemplars=tuple(exemplars),
        includes=tuple(includes),
        **heads,
    )
    return found, tuple(problems)


def phrases_of(line: str, number: int = 0) -> tuple[Phrase, ...]:
    """The phrases that a line stands for: several where a choice in it holds a gap, a recogniser or a list.

    ValueError in Chinese where it cannot be matched.
    """
    refuse_foreign(line)
    return tuple(_phrase(each, number) for each in _filled(line))


def _filled(line: str) -> list[str]:
    """A line for each way to fill those choices, as in 核对(…|一下)地址; the others stay in their piece."""
    parts = CHOICE.split(line)
    ways = [[part] if place % 2 == 0 else _ways_of(part) for place, part in enumerate(parts)]
    if math.prod(map(len, ways)) > MOST_ALTERNATIVES:
        raise ValueError(f"带 …、@ 或 {{}} 的选项展开后超过 {MOST_ALTERNATIVES} 种，请拆成几行")
    return ["".join(chosen) for chosen in product(*ways)]


def _ways_of(choice: str) -> list[str]:
    return choice.split("|") if _TOKEN_IN_CHOICE.search(choice) else [f"({choice})"]


def _phrase(line: str, number: int) -> Phrase:
    kind: PhraseKind = "whole" if line.startswith("==") else "word" if line.startswith("=") else "anywhere"
    body = line.lstrip("=") if kind != "anywhere" else line
    pieces = tuple(_pieces(body))
    if not pieces:
        raise ValueError("这一行没有可以匹配的字")
    if kind == "word" and (len(pieces) > 1 or pieces[0].is_other):
        raise ValueError("整词（=）后面只能写一个词，不能带 …、@ 或 {}")
    if kind == "whole" and any(piece.gap for piece in pieces):
        raise ValueError("整句（==）后面不能带 …")
    if kind == "whole" and len(pieces) > 1 and any(piece.text.startswith("@") for piece in pieces):
        raise ValueError("整句（==）里的识别器（@）前后不能再写字")
    return Phrase(number, line, pieces, kind)


def _pieces(body: str) -> Iterator[Piece]:
    gap = 0
    for token in _TOKEN.findall(body):
        if token[0] == "…" or token.startswith("..."):
            gap = GAP
            continue
        if token.startswith("@"):
            if token[1:] not in RECOGNISERS:
                raise ValueError(f"没有识别器 {token}，可用的有 {'、'.join('@' + name for name in RECOGNISERS)}")
            yield Piece(token, gap)
        elif token.startswith("{"):
            yield Piece(token, gap)
        elif stretch := canonical(token):
            if choice(stretch).shortest == 0:
                raise ValueError(f"{token} 可以什么都不说，请至少留一个必须出现的字")
            yield Piece(stretch, gap)
        else:
            continue
        gap = 0


def _spelt(each: Phrase) -> Iterator[Phrase]:
    """A phrase that is one stretch of text, as evasions write it with pinyin."""
    if len(each.pieces) == 1 and each.kind == "anywhere":
        for way in each.pieces[0].ways or ():
            yield from (replace(each, pieces=(Piece(other, 0),), respelt=True) for other in latin_spellings(way))


def _head_values(head: str, values: str, path: str, number: int, problems: list[Problem]) -> tuple[str, ...]:
    known = _HEADS[head]
    names = tuple(value.strip() for value in values.replace("，", ",").split(",") if value.strip())
    problems += (
        Problem(path, number, f"{head} 不认识 {value}，可用的有 {'、'.join(known)}")
        for value in names
        if value not in known
    )
    return tuple(value for value in names if value in known)


def suggestion(name: str, known: Mapping[str, object]) -> str:
    """`，是不是 xxx？` for the nearest known name, or nothing."""
    near = get_close_matches(name, list(known), 1, 0.6)
    return f"，是不是 {near[0]}？" if near else ""
