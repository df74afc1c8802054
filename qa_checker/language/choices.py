"""Alternatives in a phrase, `(帮|给)您查(一下|下|)`: spelt out while they are few, else a pattern and a key to it."""

import math
import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product

from .normalise import fold_one

SPELT_OUT = 60  # ways to say it; more are cheaper to look for as a pattern, where one of its keys occurs

SELDOM = 0.002  # for each character of a chat; literals more frequent are no help in finding something

_FREQUENT = "的了是我您你不有一个在这就好到可以要没会能发下看上么什吗呢哦亲们给天来后还都收货件单点号元说请大小多家"

CHOICE = re.compile(r"[(（]([^()（）]*\|[^()（）]*)[)）]")


_FOREIGN = (
    (re.compile(r"[)）][?*+]"), "选项后面不能跟 ? * +；可有可无的写成空选项，如 (帮|给|)您"),
    (re.compile(r"\.[*+?]"), "中间隔一小段请写 …，词表不认 .* 这样的写法"),
    (re.compile(r"[,，、;；]\?"), "问号只是问号，不表示可有可无；可有可无的写成空选项，如 (,|)"),
    (re.compile(r"\\[a-zA-Z.]|\[[^\]|]*\w-\w[^\]|]*\]|\{\d|^\^|\$$"), "词表不认正则表达式的写法，请直接写说法"),
    (re.compile(r"[(（][^()（）]*[(（][^()（）]*\|"), "选项里不能再套选项，请拆成几行"),
)


def refuse_foreign(line: str) -> None:
    """Refuse what habit brings from regular expressions, and bars that no parentheses hold: ValueError in Chinese."""
    for pattern, remedy in _FOREIGN:
        if pattern.search(line):
            raise ValueError(remedy)
    if re.search(r"[|｜]", CHOICE.sub("", line)):
        raise ValueError("竖线要写在成对的圆括号里，如 (您好|你好)")


def canonical(text: str) -> str:
    """A stretch of a phrase with everything folded and its parentheses half width; '' where nothing is left.

    How a space or sign folds depends on what stands on both sides: one beside a choice is folded with each way.
    """
    parts = [part.split("|") for part in CHOICE.split(text.strip())]
    joined = parts[:1]
    for part in parts[1:]:
        if any(_ends_in_a_sign(way) for way in joined[-1]) or any(_ends_in_a_sign(way[::-1]) for way in part):
            joined[-1] = [left + right for left, right in product(joined[-1], part)]
        else:
            joined.append(part)
    folded = [[fold_one(way) for way in part] for part in joined]
    folded[0] = [way.lstrip() for way in folded[0]]
    folded[-1] = [way.rstrip() for way in folded[-1]]
    return "".join(f"({'|'.join(part)})" if len(part) > 1 else part[0] for part in folded)


def _ends_in_a_sign(way: str) -> bool:
    return bool(way) and not way[-1].isalnum()


@dataclass(frozen=True)
class Choice:
    """A stretch as its parts in order, each with one or more ways to say it ('' is one)."""

    parts: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, text: str) -> "Choice":
        """Read a canonical stretch."""
        split = CHOICE.split(text)
        return cls(tuple(tuple(part.split("|")) if place % 2 else (part,) for place, part in enumerate(split)))

    @property
    def ways(self) -> int:
        """How many ways there are to say it."""
        return _ways(self.parts)

    @property
    def shortest(self) -> int:
        """Characters of the shortest way to say it."""
        return sum(min(map(len, part)) for part in self.parts)

    def spelt_out(self) -> list[str]:
        """Every way to say it."""
        return _spelt_out(self.parts)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What matches every way to say it."""
        return re.compile("".join(_alternation(part) for part in self.parts))

    def needles(self) -> list[list[str]]:
        """One or two sets of literals, one of each occurs wherever it is said: of the stretches of parts the rarest."""
        count = len(self.parts)
        stretches = [(low, high) for low in range(count) for high in range(low + 1, count + 1)]
        ways = {(low, high): self.parts[low:high] for low, high in stretches}
        few = [each for each in stretches if len(ways[each]) == 1 or _ways(ways[each]) <= SPELT_OUT]
        low, high = rarest = min(few, key=lambda each: _frequency(ways[each]))
        apart = [each for each in few if (each[1] <= low or high <= each[0]) and _frequency(ways[each]) < SELDOM]
        second = sorted(apart, key=lambda each: _frequency(ways[each]))[:1]
        return [_spelt_out(ways[each]) for each in (rarest, *second)]


@cache
def choice(text: str) -> Choice:
    """The choice that a canonical stretch is."""
    return Choice.of(text)


def _ways(parts: tuple[tuple[str, ...], ...]) -> int:
    return math.prod(map(len, parts))


def _spelt_out(parts: tuple[tuple[str, ...], ...]) -> list[str]:
    return sorted({"".join(chosen) for chosen in product(*parts)})


def _frequency(parts: tuple[tuple[str, ...], ...]) -> float:
    """About how often one of the ways occurs, for each character of a chat."""
    return math.prod(sum(map(_frequency_of, part)) for part in parts)


@cache
def _frequency_of(way: str) -> float:
    frequent = sum(character in _FREQUENT for character in way)
    return 0.01**frequent * 0.0003 ** (len(way) - frequent)


def _alternation(part: tuple[str, ...]) -> str:
    return "(?:" + "|".join(re.escape(way) for way in sorted(part, key=len, reverse=True)) + ")"
