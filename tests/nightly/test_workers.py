import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from qa_checker.nightly.workers import Workers, WorkersLost


def squares() -> Callable[[int], int]:
    return square


def square(number: int) -> int:
    return number * number


def squares_with_accidents(folder: Path) -> Callable[[int], int]:
    return partial(square_at_the_second_try, folder)


def square_at_the_second_try(folder: Path, number: int) -> int:
    tried = folder / str(number)
    if not tried.exists():
        tried.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number)


def deaths() -> Callable[[int], int]:
    os.kill(os.getpid(), signal.SIGKILL)
    return square


def complaints() -> Callable[[int], int]:
    raise LookupError("no rulebook")


def reciprocals() -> Callable[[int], float]:
    return (1.0).__truediv__


def test_every_task_is_done_once_by_whichever_worker() -> None:
    with Workers(2, squares) as workers:
        assert sorted(workers.results(range(50))) == [(number, number * number) for number in range(50)]
        assert sorted(workers.results([7])) == [(0, 49)]
        assert list(workers.results([])) == []
    assert multiprocessing.active_children() == []


def test_what_a_killed_worker_was_doing_is_done_again_and_nothing_twice(tmp_path: Path) -> None:
    with Workers(2, partial(squares_with_accidents, tmp_path)) as workers:
        assert sorted(workers.results(range(5))) == [(number, number * number) for number in range(5)]
    assert multiprocessing.active_children() == []


def test_a_task_that_kills_every_worker_is_given_up() -> None:
    with Workers(2, deaths) as workers, pytest.raises(WorkersLost, match="--workers 1"):
        list(workers.results(range(100)))
    assert multiprocessing.active_children() == []


def test_what_a_worker_raises_is_raised_with_the_place_where() -> None:
    with Workers(1, reciprocals) as workers, pytest.raises(ZeroDivisionError) as raised:
        list(workers.results([1.0, 0.0]))
    assert "_work" in raised.value.__notes__[0]
    with Workers(1, complaints) as workers, pytest.raises(LookupError, match="no rulebook"):
        list(workers.results([1]))
    assert multiprocessing.active_children() == []


def test_workers_end_with_a_night_that_is_killed(tmp_path: Path) -> None:
    begun = tmp_path / "night.py"
    begun.write_text(
        "import time\n"
        "from qa_checker.nightly.workers import Workers\n"
        "def prepare():\n"
        "    return abs\n"
        "if __name__ == '__main__':\n"
        "    with Workers(2, prepare) as workers:\n"
        "        print(sorted(workers.results([-1, -2])), flush=True)\n"
        "        time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, begun], stdout=subprocess.PIPE) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == b"[(0, 1), (1, 2)]\n"
        killed.kill()
        killed.communicate(timeout=60)  # the end of what it may print: nobody who could print is left
