"""How a night's cost grows with messages, sessions, rules and phrases.

Measured within one process, CPU seconds without its start, which would make small exports look dear.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from bench.table import Line, Setup, Words
from qa_checker import rulebook
from qa_checker.language import Lexicon, Scanner
from qa_checker.nightly import Options, run

_SHARES = (0.125, 0.25, 0.5, 1.0)
_LONGEST = (12, 8, 5, 3)  # messages a session, of as many messages


def exponents(setup: Setup) -> Iterator[Line]:
    """The power of the size that each cost grows with."""
    whole = rulebook.load()
    _night(setup, setup.export(setup.messages // 10), whole)()  # loads what is loaded once
    counts = [setup.messages // part for part in (10, 5, 2, 1)]
    costs = [_seconds(setup, _night(setup, setup.export(count), whole)) for count in counts]
    yield _growth(Words("messages", "消息数"), Words("about 1", "约 1"), counts, costs)

    less = Words("below 1", "小于 1")
    fifth = setup.messages // 5
    exports = [setup.export(fifth, longest=longest) for longest in _LONGEST]
    sessions = [pd.read_csv(export)["session_id"].nunique() for export in exports]
    costs = [_seconds(setup, _night(setup, export, whole)) for export in exports]
    yield _growth(Words("sessions, of as many messages", "会话数（消息数不变）"), less, sessions, costs)

    export = setup.export(fifth)
    books = [_part_of(whole, share, setup.folder) for share in _SHARES]
    costs = [_seconds(setup, _night(setup, export, book)) for book in books]
    yield _growth(Words("rules", "规则数"), less, [len(book.rules) for book in books], costs)

    texts = pd.read_csv(export, keep_default_na=False)["text"].unique().tolist()
    scanners = [_scanner(whole, share) for share in _SHARES]
    costs = [_seconds(setup, lambda scanner=scanner: scanner.scan(texts)) for scanner in scanners]
    phrases = [sum(len(each.phrases) for each in scanner.lists) for scanner in scanners]
    yield _growth(Words("phrases, the scan alone", "短语数（只算查找）"), less, phrases, costs)


def _night(setup: Setup, export: Path, book: rulebook.Rulebook) -> Callable[[], object]:
    """Score an export into a fresh archive, in this process."""
    archive = setup.folder / "archive"

    def scored() -> None:
        shutil.rmtree(archive, ignore_errors=True)
        run([export], archive, book, Options(workers=1))

    return scored


def _seconds(setup: Setup, measured: Callable[[], object]) -> float:
    """CPU seconds, the median of several runs."""
    found = []
    for _ in range(setup.repeats):
        began = time.process_time()
        measured()
        found.append(time.process_time() - began)
    return median(found)


def _part_of(whole: rulebook.Rulebook, share: float, folder: Path) -> rulebook.Rulebook:
    """The default rulebook with a share of its rules."""
    chosen = [rule.id for rule in whole.rules][:: round(1 / share)]
    path = folder / f"rules-{len(chosen)}.yaml"
    lines = ["name: 测速", f"dimensions: {dict(whole.dimensions)}", "use:", *(f"  - {each}" for each in chosen)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return rulebook.load(path)


def _scanner(whole: rulebook.Rulebook, share: float) -> Scanner:
    """A share of the lists."""
    lists = whole.scanner.lists[:: round(1 / share)]
    return Scanner(Lexicon({each.name: each for each in lists}))


def _growth(what: Words, aim: Words, sizes: Sequence[int], costs: Sequence[float]) -> Line:
    """The power by least squares on the logarithms."""
    power = f"n^{np.polyfit(np.log(sizes), np.log(costs), 1)[0]:.2f}"
    low, high = f"{sizes[0]:,}", f"{sizes[-1]:,}"
    return Line(
        Words(f"cost against {what.english}", f"开销随{what.chinese}"),
        Words(f"{power}, {low} to {high}", f"{power}，{low} 到 {high}"),
        aim,
    )
