"""Alternatives in a phrase, `(帮|给)您查(一下|下|)`: spelt out while they are few, else a pattern and a key to it."""

import math
import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product

from .normalise import fold_one

SPELT_OUT = 60  # ways to say it; more are cheaper to look for as a pattern, where one of its keys occurs

CHOICE = re.compile(r"[(（]([^()（）]*\|[^()（）]*)[)）]")


def canonical(text: str) -> str:
    """A stretch of a phrase with everything folded and its parentheses half width; '' where nothing is left."""
    parts = [
        "(" + "|".join(fold_one(way).strip() for way in part.split("|")) + ")" if place % 2 else fold_one(part).strip()
        for place, part in enumerate(CHOICE.split(text))
    ]
    return "".join(parts)


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

    def needles(self) -> list[str]:
        """Literals of which one occurs wherever it is said: the stretch of parts that is longest at its shortest."""
        count = len(self.parts)
        windows = [self.parts[low:high] for low in range(count) for high in range(low + 1, count + 1)]
        few = [window for window in windows if len(window) == 1 or _ways(window) <= SPELT_OUT]
        best = max(few, key=lambda window: (sum(min(map(len, part)) for part in window), -_ways(window)))
        return _spelt_out(best)


@cache
def choice(text: str) -> Choice:
    """The choice that a canonical stretch is."""
    return Choice.of(text)


def _ways(parts: tuple[tuple[str, ...], ...]) -> int:
    return math.prod(map(len, parts))


def _spelt_out(parts: tuple[tuple[str, ...], ...]) -> list[str]:
    return sorted({"".join(chosen) for chosen in product(*parts)})


def _alternation(part: tuple[str, ...]) -> str:
    return "(?:" + "|".join(re.escape(way) for way in sorted(part, key=len, reverse=True)) + ")"
