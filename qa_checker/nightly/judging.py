"""Judging a batch shard by shard, in this process or in several that may die."""

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

import pyarrow as pa
import pyarrow.compute as pc

from ..archive.masking import masked
from ..archive.tables import tables
from ..chats import auto_texts, instant_texts
from ..exports.messages.partition import Shards
from ..language import Remembered
from ..rulebook import Rulebook, load
from ..scorecard import Scored, score
from ..time_doubts import TimeDoubts, time_doubts

WORTH_A_WORKER = 200_000  # rows; a worker takes some 2 seconds to start, in which one process judges 40,000
_TRIES = 3  # how often a shard may be lost with its worker

Tables = Mapping[str, pa.Table]


@dataclass(frozen=True)
class Shard:
    """A judged shard: how many rows it had, its tables for the archive, and what was doubtful about its times."""

    rows: int
    tables: Tables
    doubts: TimeDoubts


@dataclass(frozen=True)
class Filed:
    """A shard that was judged elsewhere, its tables still in files."""

    rows: int
    paths: Mapping[str, Path]
    doubts: TimeDoubts

    @classmethod
    def of(cls, shard: Shard, folder: Path, number: int) -> "Filed":
        """Put the tables into files."""
        paths = {}
        for name, table in shard.tables.items():
            paths[name] = folder / f"{number}-{name}.arrow"
            with pa.ipc.new_stream(str(paths[name]), table.schema) as writer:
                writer.write_table(table)
        return cls(shard.rows, paths, shard.doubts)

    def taken(self) -> Shard:
        """Read the files, and delete them."""
        return Shard(self.rows, {name: _taken(path) for name, path in self.paths.items()}, self.doubts)


Judged = Callable[[Scored], None]


class WorkersLost(Exception):
    """Worker processes were killed again and again; the message is plain Chinese."""


@dataclass(frozen=True)
class Circumstances:
    """What must be known of a whole batch before its first shard is judged."""

    batch: str
    exported_until: int  # ms; nobody can know what came after
    automatic: frozenset[str]  # texts of automatic replies
    mask: bool = False

    @classmethod
    def of(cls, batch: str, shards: Shards, mask: bool) -> "Circumstances":
        """Look through all shards once."""
        last, instant = 0, Counter[str]()
        for latest, texts in shards.survey(_facts):
            last = max(last, latest)
            instant.update(texts)
        return cls(batch, last, auto_texts(instant), mask)

    def judge(self, messages: pa.Table, rulebook: Rulebook, heard: Remembered, judged: Judged | None = None) -> Shard:
        """Judge a shard and lay the result out for the archive; `heard` is what earlier shards said."""
        scored = score(rulebook.read(messages, self.exported_until, self.automatic, heard.scan), rulebook)
        if judged:
            judged(scored)
        found = tables(scored, self.batch)
        doubts = time_doubts(scored.chats, rulebook)
        return Shard(messages.num_rows, masked(found) if self.mask else found, doubts)


def _facts(messages: pa.Table) -> tuple[int, Counter[str]]:
    return pc.max(messages["sent_at"]).cast(pa.int64()).as_py() or 0, instant_texts(messages)


def here(
    shards: Shards, circumstances: Circumstances, rulebook: Rulebook, judged: Judged | None = None
) -> Iterator[Shard]:
    """Judge in this process."""
    heard = Remembered(rulebook.scanner)
    for messages in shards:
        yield circumstances.judge(messages, rulebook, heard, judged)


def workers_for(rows: int, wanted: int | None) -> int:
    """Say how many processes pay: as many as were wanted or there are cores, but none that would hardly work."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(wanted or cores, rows // WORTH_A_WORKER + 1))


@contextmanager
def getting_ready(rulebook: Rulebook, workers: int) -> Iterator[ProcessPoolExecutor | None]:
    """Start so many processes, which load the rulebook while the export is still being read; None for one."""
    if workers == 1 or rulebook.loaded_from is None:
        yield None
        return
    with _pool(rulebook, workers) as pool:
        for _ in range(workers):
            pool.submit(int)  # a process starts where a task finds none waiting
        yield pool


def _pool(rulebook: Rulebook, workers: int) -> ProcessPoolExecutor:
    if rulebook.loaded_from is None:
        raise ValueError("workers load the rulebook themselves; this one has no file")
    start = partial(_start, *rulebook.loaded_from, rulebook.fingerprint)
    return ProcessPoolExecutor(workers, get_context("spawn"), initializer=start)


def in_workers(
    shards: Shards,
    circumstances: Circumstances,
    rulebook: Rulebook,
    workers: int,
    folder: Path,
    waiting: ProcessPoolExecutor | None = None,
) -> Iterator[Shard]:
    """Judge in so many processes, those `waiting` first; the shards come in order, as soon as those before are there.

    What a worker has finished outlives it; what it was judging is tried again. Raises WorkersLost.
    """
    files = shards.files()
    done: dict[int, Filed] = {}
    lost: Counter[int] = Counter()
    given = 0
    while given < len(files):
        left = [number for number in range(given, len(files)) if number not in done]
        pool, waiting = waiting or _pool(rulebook, min(workers, len(left))), None
        try:
            tasks = {pool.submit(_judge, circumstances, files[number], folder, number): number for number in left}
            for number, result in _finished(tasks):
                done[number] = result
                while given in done:
                    filed = done.pop(given)
                    given += 1
                    yield filed.taken()
        except BrokenProcessPool:
            lost.update(number for number in left if number not in done and number >= given)
        finally:
            pool.shutdown(cancel_futures=True)
        if lost and max(lost.values()) >= _TRIES:
            raise WorkersLost(
                f"评分进程被系统终止了 {_TRIES} 次，没有发布，已发布的结果没有受影响。"
                "多半是内存不足：请用 --workers 1 重新运行，或先关掉占内存的程序。"
            )


def _finished(tasks: Mapping[Future[Filed], int]) -> Iterator[tuple[int, Filed]]:
    """Give results as they come; those that were ready when the pool broke too."""
    broken: BrokenProcessPool | None = None
    for task in as_completed(tasks):
        try:
            yield tasks[task], task.result()
        except BrokenProcessPool as error:
            broken = error
    if broken:
        raise broken


_loaded: tuple[Rulebook, Remembered] | None = None


@cache
def loaded(file: Path, folder: Path, fingerprint: str) -> tuple[Rulebook, Remembered]:
    """Load the rulebook once a process, which must be the one the night began with, and remember what was heard."""
    gc.set_threshold(100_000)  # as the command line does
    rulebook = load(file, folder)
    if rulebook.fingerprint != fingerprint:
        raise RuntimeError("the rulebook was changed during the run")
    return rulebook, Remembered(rulebook.scanner)


def _start(file: Path, folder: Path, fingerprint: str) -> None:
    """Make ready while the first shard is on its way."""
    global _loaded
    Thread(target=_end_with_the_night, daemon=True).start()
    _loaded = loaded(file, folder, fingerprint)


def _end_with_the_night() -> None:
    """A worker whose night was killed would wait for ever for its next shard."""
    if night := parent_process():
        night.join()
        os._exit(1)


def _judge(circumstances: Circumstances, shard: Path, folder: Path, number: int) -> Filed:
    """Judge one shard in a worker; the tables come back in files."""
    assert _loaded is not None
    with pa.OSFile(str(shard)) as file, pa.ipc.open_stream(file) as stream:
        messages = stream.read_all()
    return Filed.of(circumstances.judge(messages, *_loaded), folder, number)


def _taken(path: Path) -> pa.Table:
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as stream:
        table = stream.read_all()
    path.unlink()
    return table
