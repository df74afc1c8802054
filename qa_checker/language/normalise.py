"""Folds texts to one spelling (width, case, traditional, separators) with an exact map back to the original."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from html import unescape
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from .lookalikes import DOUBLE_WORDS, LETTERS, ORNAMENTAL_WORDS, SPLIT, WORDS

END = "\0"  # closes every text in the joined copy, so that nothing matches across two messages

# What a folded character is to the matching. Separators, marks and brackets left over become OTHER.
OTHER, HAN, LETTER, DIGIT, SEPARATOR, MARK, OPENING, CLOSING, DROPPED = range(9)

LONGEST_SEPARATOR = 3  # 微*信 and 微 ❤️ 信 are one word; 微 - - - - 信 is a drawing

_SEPARATORS = frozenset(" \t\xa0\u3000*.-_·•・~^'`|/\\=#&@$丨丶灬ˇˊˋˉ—–―‐‑‒")
_BRACKETS = dict.fromkeys("([{<【〔《〈", OPENING) | dict.fromkeys(")]}>】〕》〉", CLOSING)
_MARKS = frozenset("，。、；：！？…,;:!?%")
_ORNAMENTS = ((0x3280, 0x32B1), (0x1F200, 0x1F266))  # ㊙ ㊣ 🈲: Chinese characters in circles, mostly for decoration
_ENCLOSED = ((0x1F150, 26), (0x1F170, 26), (0x1F1E6, 26), (0x1F110, 26), (0x249C, 26))  # 🅥 🅇 🇻 🄥 ⒱: a to z in order
_ENTITY = re.compile(r"&(?:#x[0-9a-fA-F]{2,6}|#[0-9]{2,7}|[a-zA-Z]{2,8});")
_SPLIT = re.compile("|".join(" ?".join(parts) for parts in SPLIT))
_UNICODE = 0x110000
_DOUBLE = _UNICODE  # from here on the table holds signs read as two characters, in the order of DOUBLE_WORDS


@dataclass(frozen=True)
class Folded:
    """Texts folded and joined, each closed by END.

    text: the joined copy. starts: where each text begins in it, one more entry than texts.
    origin, until: for each character where in its own original text it begins and ends, in code points.
    kinds: for each character OTHER, HAN, LETTER or DIGIT.
    """

    text: str
    starts: NDArray[np.int64]
    origin: NDArray[np.int32]
    until: NDArray[np.int32]
    kinds: NDArray[np.uint8]

    @cached_property
    def codes(self) -> NDArray[np.uint32]:
        """The code points of the joined copy."""
        return np.frombuffer(self.text.encode("utf-32-le"), "<u4")

    def text_at(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which text each position of the joined copy belongs to."""
        return self._texts[positions]

    @cached_property
    def _texts(self) -> NDArray[np.int64]:
        count = len(self.starts) - 1
        return np.append(np.repeat(np.arange(count), np.diff(self.starts)), count)


def fold(texts: Sequence[str], punctuated: bool = False) -> Folded:
    """Fold many texts at once; the map back is exact. `punctuated` keeps all punctuation, as phrases mean it.

    One character becomes one or none; an HTML entity or a split character becomes one, and 🧧 becomes the two of 红包,
    each of which leads back to the whole of it.
    """
    table, kind_table = _tables()
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    joined = END.join(texts) + END
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    ends = np.cumsum(lengths) - 1
    folded, kinds = table[codes], kind_table[codes]
    folded[ends], kinds[ends] = 0, OTHER
    origin = (np.arange(len(codes)) - np.repeat(ends + 1 - lengths, lengths)).astype(np.int32)
    until = origin + 1
    for first, after, character in (*_entities(joined), *_split(joined)):
        folded[first], kinds[first] = table[ord(character)], kind_table[ord(character)]
        kinds[first + 1 : after] = DROPPED
        until[first] = origin[first] + after - first

    kept = np.flatnonzero(kinds != DROPPED)
    kept = kept[~_skipped(kinds[kept], punctuated)]
    folded, kept = _doubled(folded[kept], kept)
    kinds, origin, until = kinds[kept], origin[kept], until[kept]
    starts = np.concatenate([[0], np.flatnonzero(folded == 0) + 1])
    kinds = np.where(kinds >= SEPARATOR, OTHER, kinds).astype(np.uint8)
    return Folded(folded.astype("<u4").tobytes().decode("utf-32-le"), starts, origin, until, kinds)


@lru_cache(maxsize=1 << 16)  # phrases say the same in many ways
def fold_one(text: str) -> str:
    """The folded spelling of one phrase, punctuation as it was written."""
    alone = [_folded_alone(character) for character in text]
    if None in alone or _SPLIT.search(text):
        return fold([text], punctuated=True).text[:-1]
    return "".join(filter(None, alone))


@cache
def _folded_alone(character: str) -> str | None:
    """What a character becomes whatever stands beside it; None where that decides."""
    table, kinds = _tables()
    code = ord(character)
    return None if kinds[code] in (SEPARATOR, DROPPED) or table[code] >= _DOUBLE else chr(table[code])


def _doubled(folded: NDArray[np.uint32], kept: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Spells out signs read as two characters, each of which stands where the sign stood."""
    at = np.flatnonzero(folded >= _DOUBLE)
    if not len(at):
        return folded, kept
    spelt = np.array([list(map(ord, word)) for word in DOUBLE_WORDS.values()], np.uint32)[folded[at] - _DOUBLE]
    folded, kept = np.insert(folded, at, 0), np.insert(kept, at, kept[at])
    first = at + np.arange(len(at))
    folded[first], folded[first + 1] = spelt.T
    return folded, kept


def _entities(joined: str) -> Iterator[tuple[int, int, str]]:
    """HTML entities of one character, as exports and evasions write them: start, end, character."""
    for match in _ENTITY.finditer(joined):
        character = unescape(match.group())
        if len(character) == 1:
            yield match.start(), match.end(), character


def _split(joined: str) -> Iterator[tuple[int, int, str]]:
    """Characters written as their parts, as evasions do: start, end, character."""
    for match in _SPLIT.finditer(joined):
        yield match.start(), match.end(), SPLIT[match.group().replace(" ", "")]


def _skipped(kinds: NDArray[np.uint8], punctuated: bool) -> NDArray[np.bool_]:
    """What stands inside a word without being of it.

    Separators between Chinese characters, beside one, or between two lone letters (v-x); punctuation between two lone
    Chinese characters (傻。逼); brackets around one (加【微】信).
    """
    beyond = np.concatenate([[OTHER, OTHER], kinds, [OTHER, OTHER]])
    latin = (beyond == LETTER) | (beyond == DIGIT)
    written = latin | (beyond == HAN)
    first, after = _runs(kinds == SEPARATOR if punctuated else np.isin(kinds, (SEPARATOR, MARK)))
    left, right = kinds[first - 1], kinds[after]
    marked = np.add.reduceat(kinds == MARK, np.stack([first, after], 1).ravel())[::2] > 0 if len(first) else first > 0
    han = (left == HAN) & (right == HAN)
    word = ((left == HAN) & np.isin(right, (HAN, LETTER, DIGIT))) | (np.isin(left, (LETTER, DIGIT)) & (right == HAN))
    lone = ~written[first] & ~written[after + 3]
    letters = (left == LETTER) & (right == LETTER) & ~latin[first] & ~latin[after + 3]
    run = np.where(marked, han & lone, word | letters)
    edges = np.zeros(len(kinds) + 1, np.int32)
    np.add.at(edges, first[run], 1)
    np.add.at(edges, after[run], -1)
    skipped = np.cumsum(edges[:-1]) > 0
    if punctuated:
        return np.asarray(skipped, bool)
    opening = np.flatnonzero((kinds[:-2] == OPENING) & (kinds[1:-1] == HAN) & (kinds[2:] == CLOSING))
    skipped[opening] = skipped[opening + 2] = True
    return np.asarray(skipped, bool)


def _runs(chosen: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where short runs of what is chosen begin and end, with something on either side."""
    edges = np.diff(chosen.astype(np.int8), prepend=0, append=0)
    first, after = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    inside = (first > 0) & (after < len(chosen)) & (after - first <= LONGEST_SEPARATOR)
    return first[inside], after[inside]


# Blocks whose characters fold one by one; scripts beyond them (and private use) stay as they are.
_SPELT_OUT = (
    range(0x3400),
    range(0xA000, 0xA4D0),
    range(0xF900, 0x10000),
    range(0x1D400, 0x1D800),
    range(0x1F000, 0x1FB00),
    range(0xE0000, 0xE0200),
)


@cache
def _tables() -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """For every code point its folded code point and its kind."""
    table = np.arange(_UNICODE, dtype=np.uint32)
    kinds = np.zeros(_UNICODE, np.uint8)
    simplified = _simplified()
    for block in _SPELT_OUT:
        for code in block:
            table[code], kinds[code] = _fold_character(chr(code))
    for low, high in ((0x3400, 0xA000), (0x20000, 0x32000)):
        kinds[low:high] = HAN
    table[0xD800:0xE000] = 0xFFFD  # lone surrogates
    for sign in _SEPARATORS:
        kinds[ord(sign)] = SEPARATOR
    for low, high in _ORNAMENTS:
        table[low:high], kinds[low:high] = ord("*"), SEPARATOR
    for traditional, simple in simplified.items():
        table[ord(traditional)] = ord(simple)
    for sign, word in (*WORDS.items(), *ORNAMENTAL_WORDS.items()):
        table[ord(sign)], kinds[ord(sign)] = ord(word), HAN if sign in WORDS else SEPARATOR
    table[ord("＋")], kinds[ord("＋")] = ord(WORDS["+"]), HAN
    for number, sign in enumerate(DOUBLE_WORDS):
        table[ord(sign)], kinds[ord(sign)] = _DOUBLE + number, HAN
    for first, count in _ENCLOSED:
        table[first : first + count], kinds[first : first + count] = np.arange(count) + ord("a"), LETTER
    return table, kinds


def _fold_character(character: str) -> tuple[int, int]:
    category = unicodedata.category(character)
    if category == "Cs":
        return 0xFFFD, OTHER
    if category in ("Cf", "Mn", "Me") or (category == "Cc" and character not in "\t\n"):
        return ord(character), DROPPED
    character = _plain(character)
    if character in _SEPARATORS or category == "Zs" or unicodedata.category(character) in ("So", "Sk"):
        return ord(character), SEPARATOR
    if character in _MARKS or character in _BRACKETS:
        return ord(character), _BRACKETS.get(character, MARK)
    if "\u3400" <= character < "\ua000" or "\uf900" <= character < "\ufb00":
        return ord(character), HAN
    if character.isdigit():
        return ord(character), DIGIT
    return ord(character), LETTER if character.isalpha() else OTHER


def _plain(character: str) -> str:
    """Half width, lower case, without accent, circle or foreign alphabet: Ⓥ, 𝓿, ν and v are one, ❶ and 1 too."""
    wide = unicodedata.normalize("NFKC", character)
    if len(wide) == 1 and len(wide.lower()) == 1:
        character = wide.lower()
    base = unicodedata.normalize("NFD", character)[0]
    character = base if base in LETTERS or (base.isascii() and base.isalpha()) else character
    digit = unicodedata.digit(character, None)
    return str(digit) if digit is not None else LETTERS.get(character, character)


def _simplified() -> dict[str, str]:
    """Traditional → simplified, character by character, from OpenCC's own dictionary (Apache-2.0)."""
    lines = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line)
    return {old: new.split(" ")[0] for old, new in pairs if len(old) == 1 and len(new.split(" ")[0]) == 1}
