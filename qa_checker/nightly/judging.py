"""Judging a batch shard by shard, in this process or in several that may die."""

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

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
from .workers import Workers

WORTH_A_WORKER = 200_000  # rows; a worker takes some 2 seconds to start, in which one process judges 40,000

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


@dataclass(frozen=True)
class _Task:
    """A shard in a file, judged by a worker into files of a folder."""

    circumstances: Circumstances
    file: Path
    folder: Path
    number: int


Judges = Workers[_Task, Filed]
"""Processes that judge shards."""


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
def getting_ready(rulebook: Rulebook, workers: int) -> Iterator[Judges | None]:
    """Start so many processes, which load the rulebook while the export is still being read; None for one."""
    if workers == 1 or rulebook.loaded_from is None:
        yield None
        return
    with _judges(rulebook, workers) as judges:
        yield judges


def _judges(rulebook: Rulebook, count: int) -> Judges:
    if rulebook.loaded_from is None:
        raise ValueError("workers load the rulebook themselves; this one has no file")
    return Workers(count, partial(_ready, *rulebook.loaded_from, rulebook.fingerprint))


def in_workers(
    shards: Shards,
    circumstances: Circumstances,
    rulebook: Rulebook,
    workers: int,
    folder: Path,
    waiting: Judges | None = None,
) -> Iterator[Shard]:
    """Judge in processes, those `waiting` or so many; the shards come in order, as soon as those before are there.

    What a worker has finished outlives it; what it was judging is tried again. Raises WorkersLost.
    """
    tasks = [_Task(circumstances, file, folder, number) for number, file in enumerate(shards.files())]
    done: dict[int, Filed] = {}
    given = 0
    with nullcontext(waiting) if waiting else _judges(rulebook, min(workers, len(tasks))) as judges:
        for number, result in judges.results(tasks):
            done[number] = result
            while given in done:
                yield done.pop(given).taken()
                given += 1


@cache
def loaded(file: Path, folder: Path, fingerprint: str) -> tuple[Rulebook, Remembered]:
    """Load the rulebook once a process, which must be the one the night began with, and remember what was heard."""
    gc.set_threshold(100_000)  # as the command line does
    rulebook = load(file, folder)
    if rulebook.fingerprint != fingerprint:
        raise RuntimeError("the rulebook was changed during the run")
    rulebook.scanner.compile()
    return rulebook, Remembered(rulebook.scanner)


def _ready(file: Path, folder: Path, fingerprint: str) -> Callable[[_Task], Filed]:
    """Make a worker ready while its first shard is on its way."""
    return partial(_judge, *loaded(file, folder, fingerprint))


def _judge(rulebook: Rulebook, heard: Remembered, task: _Task) -> Filed:
    """Judge one shard in a worker; the tables come back in files."""
    with pa.OSFile(str(task.file)) as file, pa.ipc.open_stream(file) as stream:
        messages = stream.read_all()
    return Filed.of(task.circumstances.judge(messages, rulebook, heard), task.folder, task.number)


def _taken(path: Path) -> pa.Table:
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as stream:
        table = stream.read_all()
    path.unlink()
    return table
