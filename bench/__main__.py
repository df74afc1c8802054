"""Measures the whole house and prints the table that README quotes: `python -m bench [--messages 1000000] [NAME …]`."""

from __future__ import annotations

import argparse
import math
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench import generate
from bench.command import Cost, python, qa_checker, run, typical
from qa_checker import rulebook

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"


@dataclass(frozen=True)
class Line:
    """One row of the table: what was measured, the figure, what the budget asks, and how it came about."""

    what: str
    figure: str
    budget: str
    detail: str


class Bench:
    """One run on one machine: a folder of generated exports, and how often each command is repeated."""

    def __init__(self, folder: Path, messages: int, repeats: int) -> None:
        self.folder, self.messages, self.repeats = folder, messages, repeats

    def export(self, messages: int, suffix: str = ".csv") -> Path:
        """A generated export of about so many messages."""
        path = self.folder / f"export-{messages}{suffix}"
        if not path.exists():
            generate.write(generate.export(messages), path)
        return path

    def score(self, export: Path, *options: str) -> Cost:
        """Score an export into a fresh archive."""
        archive = self.folder / "archive"
        shutil.rmtree(archive, ignore_errors=True)
        return run(*qa_checker("score", str(export), "--archive", str(archive), "--json", *options))

    def repeated(self, *measured: Callable[[], Cost]) -> list[Cost]:
        """The medians of several commands, run in turn, so that a slow minute of the machine touches all alike."""
        rounds = [[each() for each in measured] for _ in range(self.repeats)]
        return [typical(costs) for costs in zip(*rounds, strict=True)]

    # What is measured

    def peer(self) -> Iterator[Line]:
        """Against the plain pandas script, from CSV and from Parquet."""
        export, parquet, out = (
            self.export(self.messages),
            self.export(self.messages, ".parquet"),
            self.folder / "peer.csv",
        )
        script, ours, columnar = self.repeated(
            lambda: run(*python("-m", "bench.plain_pandas", str(export), str(out))),
            lambda: self.score(export, "--workers", "1"),
            lambda: self.score(parquet, "--workers", "1"),
        )
        agrees = same_first_response(pd.read_csv(out), self.folder / "archive")
        yield Line(
            "faster than the pandas script, CSV", times(script.wall / ours.wall), "≥ 80×", f"same 首响 in {agrees:.1%}"
        )
        yield Line(
            "faster than the pandas script, Parquet", times(script.wall / columnar.wall), "≥ 80×", seconds(columnar)
        )
        yield Line("peak memory", f"{ours.megabytes:.0f} MB", "≤ 1,024 MB", seconds(ours))

    def jieba(self) -> Iterator[Line]:
        """Against segmenting the same messages and doing nothing with it."""
        export = self.export(self.messages)
        alone, ours = self.repeated(
            lambda: run(*python("-m", "bench.jieba_alone", str(export))), lambda: self.score(export, "--workers", "1")
        )
        yield Line("faster than jieba.lcut alone", times(alone.wall / ours.wall), "≥ 5×", seconds(alone))

    def ripgrep(self) -> Iterator[Line]:
        """CPU against the physical yardstick: every plain phrase of the rulebook looked for in the same text."""
        export, text, phrases = self.export(self.messages), self.folder / "text.txt", self.folder / "phrases.txt"
        text.write_text("\n".join(pd.read_csv(export)["text"]), encoding="utf-8")
        phrases.write_text("\n".join(plain_phrases()), encoding="utf-8")
        rg, ours = self.repeated(
            lambda: run("rg", "-j1", "-F", "-c", "-f", str(phrases), str(text)),
            lambda: self.score(export, "--workers", "1"),
        )
        yield Line("CPU against rg -F -f phrases", times(ours.cpu / rg.cpu), "≤ 25×", f"rg {rg.cpu:.2f} s")

    def workers(self) -> Iterator[Line]:
        """One process against two."""
        export = self.export(self.messages)
        one, two = self.repeated(
            lambda: self.score(export, "--workers", "1"), lambda: self.score(export, "--workers", "2")
        )
        yield Line("2 processes against 1", times(one.wall / two.wall), "≥ 1.6×", seconds(two))

    def size(self) -> Iterator[Line]:
        """How cost grows with messages and with rules: the exponent of the fitted power."""
        counts = [self.messages // part for part in (10, 5, 2, 1)]
        costs = [
            self.repeated(lambda count=count: self.score(self.export(count), "--workers", "1"))[0] for count in counts
        ]
        yield Line(
            "cost against messages", f"n^{exponent(counts, costs):.2f}", "about 1", f"{counts[0]:,} to {counts[-1]:,}"
        )
        books = [self._rulebook(share) for share in (0.125, 0.25, 0.5, 1.0)]
        export = self.export(self.messages // 5)
        costs = [
            self.repeated(lambda path=path: self.score(export, "--workers", "1", "--rulebook", str(path)))[0]
            for _, path in books
        ]
        rules = [count for count, _ in books]
        yield Line(
            "cost against rules", f"n^{exponent(rules, costs):.2f}", "below 1", f"{rules[0]} to {rules[-1]} rules"
        )

    def _rulebook(self, share: float) -> tuple[int, Path]:
        """The default rulebook with a share of its rules: how many, and its file."""
        rules = [rule.id for rule in rulebook.load().rules]
        chosen = rules[:: round(1 / share)]
        source = rulebook.load().settings.model_dump(include={"dimensions"})
        path = self.folder / f"rules-{len(chosen)}.yaml"
        lines = ["name: 测速", f"dimensions: {source['dimensions']}", "use:", *(f"  - {each}" for each in chosen)]
        path.write_text("\n".join(lines), encoding="utf-8")
        return len(chosen), path

    def start(self) -> Iterator[Line]:
        """How long a person waits for the first answer."""
        chat = self.folder / "chat.txt"
        chat.write_text("顾客 09:00:00 在吗，我拍下了\n客服 09:02:10 好的，今天发货\n", encoding="utf-8")
        told, checked = self.repeated(lambda: run(*qa_checker("--help")), lambda: run(*qa_checker("check", str(chat))))
        yield Line("qa-checker --help", f"{told.wall:.2f} s", "≤ 0.4 s", "")
        yield Line("qa-checker check, one chat, cold", f"{checked.wall:.2f} s", "≤ 1.5 s", "")


MEASURES = ("peer", "jieba", "ripgrep", "workers", "size", "start")


def plain_phrases() -> list[str]:
    """Every phrase of the default rulebook's lists that is one plain stretch of text."""
    lists = rulebook.load().scanner.lists
    pieces = [phrase.pieces[0] for each in lists for phrase in each.phrases if len(phrase.pieces) == 1]
    return sorted({way for piece in pieces for way in piece.ways or ()})


def same_first_response(peer: pd.DataFrame, archive: Path) -> float:
    """Share of the sessions answered by both for which both say the same first response time."""
    (table,) = archive.glob("*/*/sessions.parquet")
    ours = pd.read_parquet(table, columns=["session_id", "first_response_s"])
    both = peer.merge(ours, on="session_id", suffixes=("", "_ours")).dropna()
    return float((both["first_response_s"] - both["first_response_s_ours"]).abs().lt(0.5).mean())


def exponent(sizes: list[int], costs: list[Cost]) -> float:
    """The power of size that CPU time grows with, by least squares on the logarithms."""
    return float(np.polyfit([math.log(size) for size in sizes], [math.log(cost.cpu) for cost in costs], 1)[0])


def times(ratio: float) -> str:
    """A ratio for the table."""
    return f"{ratio:.1f}×" if ratio < 20 else f"{ratio:.0f}×"


def seconds(cost: Cost) -> str:
    """What a run took, for the table."""
    return f"{cost.wall:.1f} s, {cost.megabytes:.0f} MB"


def main() -> None:
    """Measure what was asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="、".join(MEASURES))
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(Path(folder), told.messages, told.repeats)
        print("| what | figure | budget | |\n|---|---|---|---|")
        for name in told.names or MEASURES:
            for line in getattr(bench, name)():
                print(f"| {line.what} | {line.figure} | {line.budget} | {line.detail} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
