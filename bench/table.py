"""What every measurement starts from, and the table that all of them become, in two languages."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bench import generate
from bench.command import Cost, typical


class Words(NamedTuple):
    """The same thing said for both READMEs."""

    english: str
    chinese: str


@dataclass(frozen=True)
class Line:
    """One row of the table: what was measured, the figure, and what it should be."""

    what: Words
    measured: Words
    aim: Words


@dataclass(frozen=True)
class Setup:
    """One run on one machine: a folder to work in, how large an export, how often each command is repeated."""

    folder: Path
    messages: int
    repeats: int
    corpora: Path

    def export(self, messages: int, suffix: str = ".csv", longest: int | None = None) -> Path:
        """A generated export of about so many messages, in sessions no longer than this."""
        path = self.folder / f"export-{messages}-{longest}{suffix}"
        if not path.exists():
            generate.write(generate.export(messages, longest=longest), path)
        return path

    def typical(self, measured: Mapping[str, Callable[[], Cost]]) -> dict[str, Cost]:
        """The medians of several commands, run in turn, so that a slow minute of the machine touches all alike."""
        costs: dict[str, list[Cost]] = {name: [] for name in measured}
        for number in range(self.repeats):
            for name, each in measured.items():
                print(f"{number + 1}/{self.repeats} {name}", file=sys.stderr, flush=True)
                costs[name].append(each())
        return {name: typical(each) for name, each in costs.items()}


def printed(lines: Iterable[Line]) -> None:
    """Measure, tell each figure as it comes, and print both tables."""
    found = []
    for line in lines:
        print(f"{line.what.english}: {line.measured.english}", file=sys.stderr, flush=True)
        found.append(line)
    for heads, language in ((("what", "measured", "aim"), 0), (("项目", "实测", "目标"), 1)):
        print("| {} | {} | {} |\n|---|---|---|".format(*heads))
        for line in found:
            print(f"| {line.what[language]} | {line.measured[language]} | {line.aim[language]} |")
        print()


def ratio(one: float, other: float) -> Words:
    """How many times as much one is as the other, in seconds."""
    times = one / other
    rounded = f"{times:.1f}" if times < 20 else f"{times:.0f}"
    a, b = seconds(one), seconds(other)
    return Words(f"{rounded}× ({a} s against {b} s)", f"{rounded} 倍（{a} 秒比 {b} 秒）")


def seconds(figure: float) -> str:
    """Seconds with as many digits as mean something."""
    return f"{figure:.2f}" if figure < 2 else f"{figure:.1f}" if figure < 50 else f"{figure:.0f}"


def times(figure: str) -> Words:
    """An aim for a ratio."""
    return Words(f"{figure}×", f"{figure} 倍")
