"""Running a whole command and what it cost: wall time, CPU of the process tree, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]

# Modules are compiled once, as where the package is installed.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Cost:
    """Of one run: seconds on the wall, CPU seconds (children included), and the peak of one process in MB."""

    wall: float
    cpu: float
    megabytes: float


def run(*command: str) -> Cost:
    """Run a command to its end, output thrown away. Raises RuntimeError with what it said where it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=_ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {said.decode()[-2000:]}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def python(*arguments: str) -> tuple[str, ...]:
    """A command of this interpreter."""
    return (sys.executable, *arguments)


def qa_checker(*arguments: str) -> tuple[str, ...]:
    """A command of the package."""
    return python("-m", "qa_checker.cli", *arguments)


def typical(costs: Sequence[Cost]) -> Cost:
    """The median of several runs, figure by figure."""
    return Cost(*(median(getattr(cost, name) for cost in costs) for name in ("wall", "cpu", "megabytes")))
