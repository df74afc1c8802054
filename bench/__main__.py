"""Measures a night and prints the table that README quotes: `python -m bench [--messages 1000000] [NAME …]`.

Ratios are of CPU seconds, children included, where both sides are one process: a busy machine slows both alike.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from bench import generate
from bench.command import Cost, python, qa_checker, run, typical
from qa_checker import rulebook
from qa_checker.language import Lexicon, Scanner

PEER_SHARE = 10  # the pandas script is timed on this part of the messages


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

    def export(self, messages: int, suffix: str = ".csv", longest: int | None = None) -> Path:
        """A generated export of about so many messages, in sessions no longer than this."""
        path = self.folder / f"export-{messages}-{longest}{suffix}"
        if not path.exists():
            generate.write(generate.export(messages, longest=longest), path)
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
        """Against the plain pandas script, from CSV and from Parquet.

        The script's cost grows with the messages and no slower: a tenth of them is timed, and taken ten times.
        """
        tenth, out = self.export(self.messages // PEER_SHARE), self.folder / "peer.csv"
        export, parquet = self.export(self.messages), self.export(self.messages, ".parquet")
        script, ours, columnar = self.repeated(
            lambda: run(*python("-m", "bench.plain_pandas", str(tenth), str(out))),
            lambda: self.score(export, "--workers", "1"),
            lambda: self.score(parquet, "--workers", "1"),
        )
        self.score(tenth)
        agrees = same_first_response(pd.read_csv(out), self.folder / "archive")
        whole = script.cpu * PEER_SHARE
        told = f"{whole:.0f} s against {ours.cpu:.1f} s; same 首响 in {agrees:.1%}"
        yield Line("cheaper than the pandas script, from CSV", times(whole / ours.cpu), "≥ 80×", told)
        told = f"{columnar.cpu:.1f} s"
        yield Line("cheaper than the pandas script, from Parquet", times(whole / columnar.cpu), "≥ 80×", told)
        yield Line("peak memory, from CSV", f"{ours.megabytes:,.0f} MB", "≤ 1,024 MB", "")
        yield Line("peak memory, from Parquet", f"{columnar.megabytes:,.0f} MB", "≤ 1,024 MB", "")

    def jieba(self) -> Iterator[Line]:
        """Against segmenting the same messages and doing nothing with it."""
        export = self.export(self.messages)
        alone, ours = self.repeated(
            lambda: run(*python("-m", "bench.jieba_alone", str(export))), lambda: self.score(export, "--workers", "1")
        )
        told = f"{alone.cpu:.1f} s against {ours.cpu:.1f} s"
        yield Line("cheaper than jieba.lcut alone", times(alone.cpu / ours.cpu), "≥ 5×", told)

    def ripgrep(self) -> Iterator[Line]:
        """CPU against the physical yardstick: every plain phrase of the rulebook looked for in the same text."""
        export, text, phrases = self.export(self.messages), self.folder / "text.txt", self.folder / "phrases.txt"
        text.write_text("\n".join(pd.read_csv(export)["text"]), encoding="utf-8")
        phrases.write_text("\n".join(plain_phrases()), encoding="utf-8")
        rg, ours = self.repeated(
            lambda: run("rg", "-j1", "-F", "-c", "-f", str(phrases), str(text)),
            lambda: self.score(export, "--workers", "1"),
        )
        told = f"{ours.cpu:.1f} s against {rg.cpu:.2f} s"
        yield Line("dearer than rg -F -f phrases -c", times(ours.cpu / rg.cpu), "≤ 25×", told)

    def workers(self) -> Iterator[Line]:
        """One process against two."""
        export = self.export(self.messages)
        one, two = self.repeated(
            lambda: self.score(export, "--workers", "1"), lambda: self.score(export, "--workers", "2")
        )
        told = f"{one.wall:.1f} s against {two.wall:.1f} s by the clock"
        yield Line("faster in 2 processes than in 1", times(one.wall / two.wall), "≥ 1.6×", told)

    def size(self) -> Iterator[Line]:
        """How cost grows with messages, sessions, rules and phrases: the exponent of the fitted power."""
        counts = [self.messages // part for part in (10, 5, 2, 1)]
        yield growth("messages", "about 1", counts, [self._cpu(self.export(count)) for count in counts])
        fifth = self.messages // 5
        exports = [self.export(fifth, longest=longest) for longest in (12, 8, 5, 3)]
        sessions = [pd.read_csv(export)["session_id"].nunique() for export in exports]
        yield growth("sessions, messages alike", "below 1", sessions, [self._cpu(export) for export in exports])
        export, shares = self.export(fifth), (0.125, 0.25, 0.5, 1.0)
        books = [self._rulebook(share) for share in shares]
        costs = [self._cpu(export, "--rulebook", str(path)) for _, path in books]
        yield growth("rules", "below 1", [count for count, _ in books], costs)
        scans = [self._scan(export, share) for share in shares]
        yield growth("phrases, the scan alone", "below 1", [count for count, _ in scans], [cpu for _, cpu in scans])

    def _cpu(self, export: Path, *options: str) -> float:
        """CPU seconds of scoring an export in one process."""
        return typical([self.score(export, "--workers", "1", *options) for _ in range(self.repeats)]).cpu

    def _scan(self, export: Path, share: float) -> tuple[int, float]:
        """How many phrases a share of the lists has, and the CPU seconds of finding them in the export's texts."""
        lists = rulebook.load().scanner.lists[:: round(1 / share)]
        scanner = Scanner(Lexicon({each.name: each for each in lists}))
        texts = pd.read_csv(export)["text"].unique().tolist()
        scanner.scan(texts[:100])  # loads what is loaded once
        seconds = []
        for _ in range(self.repeats):
            began = time.process_time()
            scanner.scan(texts)
            seconds.append(time.process_time() - began)
        return sum(len(each.phrases) for each in scanner.lists), median(seconds)

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


def growth(what: str, budget: str, sizes: Sequence[int], seconds: Sequence[float]) -> Line:
    """The power of size that CPU time grows with, by least squares on the logarithms."""
    power = float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
    return Line(f"cost against {what}", f"n^{power:.2f}", budget, f"{sizes[0]:,} to {sizes[-1]:,}")


def times(ratio: float) -> str:
    """A ratio for the table."""
    return f"{ratio:.1f}×" if ratio < 20 else f"{ratio:.0f}×"


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
    main()
