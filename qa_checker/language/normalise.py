"""Folds texts to one spelling (width, case, traditional, separators) with an exact map back to the original."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

END = "\0"  # closes every text in the joined copy, so that nothing matches across two messages

# What a folded character is to the matching; OTHER includes punctuation, which is never skipped.
OTHER, HAN, LETTER, DIGIT, SEPARATOR, DROPPED = range(6)

LONGEST_SEPARATOR = 3  # 微*信 and 微 ❤️ 信 are one word; 微 - - - - 信 is a drawing

_SEPARATORS = frozenset(" \t\xa0\u3000*.-_·•・~^'`|/\\=#丨丶灬")


def _turned(written: Mapping[str, str]) -> dict[str, str]:
    """From one spelling and all its look-alikes to each look-alike and its spelling."""
    return {sign: spelling for spelling, signs in written.items() for sign in signs}


# Signs that stand for one Chinese character, and variants that OpenCC leaves alone.
_WORDS = _turned(
    {
        "加": "➕✚✙⊕",
        "你": "妳伱祢",
        "我": "莪",
        "微": "嶶溦",
        "没": "沒",
        "什": "甚",
        "宝": "寳",
        "口": "囗ロ",
        "日": "曰",
        "草": "艹艸",
        "操": "肏",
        "妈": "嬤",
        "马": "🐴🐎",
        "猪": "🐷🐖🐽",
        "狗": "🐶🐕",
        "屎": "💩",
        "鹅": "🐧",
        "卫": "🛰📡",
    }
)

# Letters of other alphabets that look like Latin ones (вx, ωеiхin, ᴠx), and × for x.
_LETTERS = _turned(
    {
        "a": "аɑαᴀ",
        "b": "вβʙ",
        "c": "сᴄ",
        "d": "ԁᴅ",
        "e": "еεᴇ",
        "f": "ꜰ",
        "g": "ɡɢ",
        "h": "һʜн",
        "i": "іιıɪ",
        "j": "јᴊ",
        "k": "кκᴋ",
        "l": "ʟ",
        "m": "мᴍ",
        "n": "ηɴ",
        "o": "оοσᴏø",
        "p": "рρᴘ",
        "q": "ԛ",
        "r": "гʀ",
        "s": "ѕꜱ",
        "t": "тτᴛ",
        "u": "υμᴜ",
        "v": "νѵᴠ",
        "w": "ωѡԝᴡ",
        "x": "хχ×",
        "y": "уүʏ",
        "z": "ᴢ",
    }
)
_ENCLOSED = ((0x1F150, 26), (0x1F170, 26), (0x1F1E6, 26), (0x1F110, 26), (0x249C, 26))  # 🅥 🅇 🇻 🄥 ⒱: a to z in order
_ENTITY = re.compile(r"&(?:#x[0-9a-fA-F]{2,6}|#[0-9]{2,7}|[a-zA-Z]{2,8});")
_UNICODE = 0x110000


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

    def text_at(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which text each position of the joined copy belongs to."""
        return np.searchsorted(self.starts, positions, side="right") - 1


def fold(texts: Sequence[str]) -> Folded:
    """Fold many texts at once; one character, or one HTML entity, becomes one or none: the map back is exact."""
    table, kind_table = _tables()
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    joined = END.join(texts) + END
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    ends = np.cumsum(lengths) - 1
    folded, kinds = table[codes], kind_table[codes]
    folded[ends], kinds[ends] = 0, OTHER
    origin = (np.arange(len(codes)) - np.repeat(ends + 1 - lengths, lengths)).astype(np.int32)
    until = origin + 1
    for first, after, character in _entities(joined):
        folded[first], kinds[first] = table[ord(character)], kind_table[ord(character)]
        kinds[first + 1 : after] = DROPPED
        until[first] = origin[first] + after - first

    kept = np.flatnonzero(kinds != DROPPED)
    kept = kept[~_skipped_separators(kinds[kept])]
    folded, kinds, origin, until = folded[kept], kinds[kept], origin[kept], until[kept]
    starts = np.concatenate([[0], np.flatnonzero(folded == 0) + 1])
    kinds = np.where(kinds == SEPARATOR, OTHER, kinds).astype(np.uint8)
    return Folded(folded.astype("<u4").tobytes().decode("utf-32-le"), starts, origin, until, kinds)


def fold_one(text: str) -> str:
    """The folded spelling of one text, as phrases are stored."""
    table, kinds = _tables()
    codes = list(map(ord, text))
    if any(kinds[code] >= SEPARATOR for code in codes):
        return fold([text]).text[:-1]
    return "".join(chr(table[code]) for code in codes)


def _entities(joined: str) -> Iterator[tuple[int, int, str]]:
    """HTML entities of one character, as exports and evasions write them: start, end, character."""
    for match in _ENTITY.finditer(joined):
        character = unescape(match.group())
        if len(character) == 1:
            yield match.start(), match.end(), character


def _skipped_separators(kinds: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Separators inside a word: between Chinese characters, beside one, or between two lone letters (v-x)."""
    separator = kinds == SEPARATOR
    skipped = np.zeros(len(kinds), bool)
    edges = np.diff(separator.astype(np.int8), prepend=0, append=0)
    first, after = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    inside = (first > 0) & (after < len(kinds)) & (after - first <= LONGEST_SEPARATOR)
    first, after = first[inside], after[inside]
    left, right = kinds[first - 1], kinds[after]
    word = (left == HAN) & np.isin(right, (HAN, LETTER, DIGIT)) | np.isin(left, (LETTER, DIGIT)) & (right == HAN)
    padded = np.concatenate([[OTHER, OTHER], kinds, [OTHER, OTHER]])
    alnum = (padded == LETTER) | (padded == DIGIT)
    lone = (left == LETTER) & (right == LETTER) & ~alnum[first] & ~alnum[after + 3]
    run = word | lone
    marks = np.zeros(len(kinds) + 1, np.int32)
    np.add.at(marks, first[run], 1)
    np.add.at(marks, after[run], -1)
    skipped[:] = np.cumsum(marks[:-1]) > 0
    return skipped


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
    for traditional, simple in simplified.items():
        table[ord(traditional)] = ord(simple)
    for sign, word in _WORDS.items():
        table[ord(sign)], kinds[ord(sign)] = ord(word), HAN
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
    character = base if base in _LETTERS or (base.isascii() and base.isalpha()) else character
    digit = unicodedata.digit(character, None)
    return str(digit) if digit is not None else _LETTERS.get(character, character)


def _simplified() -> dict[str, str]:
    """Traditional → simplified, character by character, from OpenCC's own dictionary (Apache-2.0)."""
    lines = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line)
    return {old: new.split(" ")[0] for old, new in pairs if len(old) == 1 and len(new.split(" ")[0]) == 1}
