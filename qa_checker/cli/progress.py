"""How far a run is: a bar with speed and time left on a terminal, a plain line now and then in a log."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from .saying import say, shown

_SECONDS_BETWEEN_LINES = 10.0


class Report(Protocol):
    """Who wants to know."""

    def __call__(self, doing: str, done: int, total: int) -> None:
        """What is being done, rows done, rows in all (0: not known yet)."""

    def tell(self, line: str) -> None:
        """Something worth a line of its own."""


@contextmanager
def progress() -> Iterator[Report]:
    """Report on stderr, as suits where that leads."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), _Rows(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Bar(bar)


class _Rows(ProgressColumn):
    """Rows done, and a second."""

    def render(self, task: Task) -> Text:
        speed = f"，{task.speed:,.0f} 行/秒" if task.speed else ""
        return Text(f"{task.completed:,.0f} 行{speed}")


class _Bar:
    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("读取", total=None)
        self._doing = "读取"

    def __call__(self, doing: str, done: int, total: int) -> None:
        if doing != self._doing:  # another speed, another time left
            self._bar.reset(self._task, total=total or None, description=doing)
            self._doing = doing
        self._bar.update(self._task, completed=done, total=total or None)

    def tell(self, line: str) -> None:
        self._bar.console.print(shown(line), highlight=False, soft_wrap=True)


class _Lines:
    def __init__(self) -> None:
        self._doing = ""
        self._since = self._last = time.monotonic()

    def __call__(self, doing: str, done: int, total: int) -> None:
        now = time.monotonic()
        if doing != self._doing:
            self._doing, self._since, self._last = doing, now, now
        elif now - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = now
            speed = done / (now - self._since)
            of = f" / {total:,}" if total else ""
            left = f"，还需约 {(total - done) / speed:,.0f} 秒" if total and speed else ""
            say(f"{doing} {done:,}{of} 行，{speed:,.0f} 行/秒{left}")

    def tell(self, line: str) -> None:
        say(line)
