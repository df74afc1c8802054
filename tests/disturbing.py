"""Killing work on an archive at any of its steps, or at any time, in children of this process."""

import os
import signal
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

_PATHS = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(_PATHS)}
"""In which a process finds the modules that tests share."""

STEPS: list[tuple[Any, str]] = [
    *((os, name) for name in ("mkdir", "fsync", "rename", "replace", "unlink", "rmdir")),
    *((pq.ParquetWriter, name) for name in ("write_table", "close")),
]
"""Everything that publishing does to the disk, piece by piece."""


def before_each_step(act: Callable[[int, str], None]) -> None:
    """Let this process do something before each of its steps, counted from 0."""
    steps = count()

    def acting(step: Callable[..., Any], name: str) -> Callable[..., Any]:
        def stepping(*args: Any, **options: Any) -> Any:
            act(next(steps), name)
            return step(*args, **options)

        return stepping

    for owner, name in STEPS:
        setattr(owner, name, acting(getattr(owner, name), name))


def die_before(fatal: int) -> None:
    """Let this process be killed by SIGKILL just before one of its steps."""

    def die(step: int, name: str) -> None:
        if step == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    before_each_step(die)


def in_a_child(work: Callable[[], object], kill_after: float | None = None) -> int:
    """Do the work in a fork of this process, which has everything imported; return its exit status."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
