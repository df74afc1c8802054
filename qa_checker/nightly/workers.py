"""Processes that do tasks side by side; any may be killed, and what it was doing is done again by another.

Each has a line of its own to us. Those of `concurrent.futures` share queues, and where one of them dies while tasks are
being handed in, CPython 3.11 can lose a task and wait for it for ever.
"""

import os
import signal
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from threading import Thread
from types import TracebackType
from typing import Any, Generic, TypeVar

TRIES = 3
"""How often a task may be lost with its worker."""

_AHEAD = 2  # tasks: while we are busy with one result, the worker goes on with the next
_SPAWN = get_context("spawn")

T = TypeVar("T")
R = TypeVar("R")


class WorkersLost(Exception):
    """Worker processes were killed again and again; the message is plain Chinese."""


@dataclass(frozen=True)
class _Failure:
    """What a worker raised, with its traceback as a note."""

    error: Exception


class Workers(Generic[T, R]):
    """So many processes, started at once. Each calls `prepare`, and what that returns does its tasks.

    `prepare`, tasks and results are pickled. Use it in a `with`: the processes end with it.
    """

    def __init__(self, count: int, prepare: Callable[[], Callable[[T], R]]) -> None:
        self._prepare = prepare
        self._all = [_Worker(prepare) for _ in range(count)]

    def __enter__(self) -> "Workers[T, R]":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for worker in self._all:
            worker.end()

    def results(self, tasks: Sequence[T]) -> Iterator[tuple[int, R]]:
        """Have all tasks done: the number of each and its result, as they come.

        Raises WorkersLost, and whatever a task or `prepare` raised.
        """
        waiting = deque(range(len(tasks)))
        lost: Counter[int] = Counter()
        while waiting or any(worker.doing for worker in self._all):
            self._hand_out(waiting, tasks)
            lines = {worker.line: worker for worker in self._all}
            for line in wait(list(lines)):
                worker = lines[line]  # type: ignore[index]
                try:
                    answer = worker.line.recv()
                except (EOFError, OSError):  # it is dead
                    lost.update(list(worker.doing)[:1])
                    if max(lost.values(), default=0) >= TRIES:
                        raise WorkersLost(
                            f"评分进程被系统终止了 {TRIES} 次，没有发布，已发布的结果没有受影响。"
                            "多半是内存不足：请用 --workers 1 重新运行，或先关掉占内存的程序。"
                        ) from None
                    waiting.extendleft(reversed(worker.doing))
                    self._bury(worker, replace=bool(waiting))
                    continue
                if isinstance(answer, _Failure):
                    raise answer.error
                yield worker.doing.popleft(), answer

    def _hand_out(self, waiting: deque[int], tasks: Sequence[T]) -> None:
        for ahead in range(_AHEAD):
            for worker in self._all:
                enough = len(waiting) > (len(self._all) if ahead else 0)  # the last ones go to whoever is free first
                if enough and len(worker.doing) <= ahead:
                    number = waiting.popleft()
                    worker.begin(number, tasks[number])

    def _bury(self, worker: "_Worker", *, replace: bool) -> None:
        worker.end()
        self._all.remove(worker)
        if replace:
            self._all.append(_Worker(self._prepare))


class _Worker:
    """One process, our end of its line, and the numbers of the tasks it was given."""

    def __init__(self, prepare: Callable[[], Callable[[Any], Any]]) -> None:
        self.line, theirs = _SPAWN.Pipe()
        self.doing: deque[int] = deque()
        self._process = _SPAWN.Process(target=_work, args=(theirs, prepare), daemon=True)
        self._process.start()
        theirs.close()  # or the line would stay open when the process dies

    def begin(self, number: int, task: object) -> None:
        self.doing.append(number)
        with suppress(OSError):  # it is dead: so says the line when it is read
            self.line.send(task)

    def end(self) -> None:
        self.line.close()
        self._process.terminate()
        self._process.join()


def _work(line: Connection, prepare: Callable[[], Callable[[Any], Any]]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all: the night ends us
    Thread(target=_end_with_the_night, daemon=True).start()
    try:
        work = prepare()
        while True:
            line.send(work(line.recv()))
    except EOFError:
        return
    except Exception as error:
        error.add_note(traceback.format_exc())
        line.send(_Failure(error))


def _end_with_the_night() -> None:
    """A worker whose night was killed would finish its task first."""
    if night := parent_process():
        night.join()
        os._exit(1)
