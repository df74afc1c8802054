"""Reading and judging a batch on Spark: the same steps as here, each shard wherever the cluster has room.

    files ─ read_apart ─► checked rows ─ shuffle ─► shards ─ look, change, judge ─► tables in files ─► publication

Only what is small goes through the driver: whose each session is, what a shard shows of the whole, names of files.
Files lie below the archive, which driver and workers must all reach under the same path.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from ..exports import Export, Refused, Scratch, SourceFile
from ..exports.cells.columns import named_by_user
from ..exports.distributed import FileRead, Source, deal, numbered, put_together, read_apart
from ..exports.files.paths import called
from ..exports.files.scratch import Pile
from ..exports.messages.partition import Customers, Endless, Plan, Shards
from ..exports.messages.rejects import Rejects
from ..exports.messages.whole import Repeated, whole
from ..exports.reading import Asked, refused_endless
from ..rulebook import Rulebook
from .batches import Batch
from .cluster import Cluster
from .hive import in_files, is_table
from .judging import Circumstances, Filed, Shard, loaded

Found = TypeVar("Found")


@dataclass(frozen=True)
class Part:
    """A file to be read, and what it is called: a table is read from files of the cluster's making."""

    path: Path
    name: Path


def read(
    cluster: Cluster,
    batch: Batch,
    asked: Asked,
    scratch: Scratch,
    shard_rows: int,
    count: Callable[[int], None],
) -> Export:
    """Read a batch as `exports.read` does, one file a task. Raises Refused and SparkFailed."""
    named_by_user(asked.columns, str(batch.paths[0]))
    parts = list(_parts(cluster, batch, scratch))
    reads = list(_sound(cluster.each(len(parts), partial(_read, parts, asked, scratch))))
    files = _files(batch, [file for each in reads for file in each.files])
    count(sum(file.rows for file in files))
    customers, rejects = Customers(), Rejects(scratch)
    sources: list[Source] = []
    checked: list[tuple[Pile, int]] = []
    for each in reads:
        customers.join(each.customers)
        rejects.join(each.rejects, len(sources))
        checked.append((each.rows, len(sources)))
        sources += each.sources
    try:
        plan = customers.shards(shard_rows)
    except Endless as endless:
        tables = chain.from_iterable(numbered(*each) for each in checked)
        raise refused_endless(endless, tables, [source.file for source in sources]) from None
    take = partial(_take, asked, sources, scratch)
    taken = cluster.shuffled(len(checked), partial(_deal, checked, plan), plan.numbers, take)
    for pile, _ in checked:
        pile.drop()
    return whole(
        ShardsOnSpark(cluster, scratch, [pile for pile, _ in taken]),
        [repeated for _, repeated in taken],
        rejects,
        any(each.has_unknown_speakers for each in reads),
        [*(warning for each in reads for warning in each.warnings), *plan.told()],
        files,
    )


def _parts(cluster: Cluster, batch: Batch, scratch: Scratch) -> Iterator[Part]:
    for path in batch.paths:
        if is_table(path):
            folder = Path(tempfile.mkdtemp(dir=scratch.folder))
            written = in_files(cluster, path, folder)
            yield from (Part(part, path / f"part-{number}.parquet") for number, part in enumerate(written))
        else:
            yield Part(path, called(path))


def _files(batch: Batch, read: Sequence[SourceFile]) -> list[SourceFile]:
    """Name the inputs of a batch, each table once."""
    files = [file for file in read if not is_table(Path(file.path))]
    for table, digest in zip(batch.paths, batch.sha256s, strict=True):
        if is_table(table):
            rows = sum(file.rows for file in read if Path(file.path).parent == table)
            files.append(SourceFile(str(table), digest, rows, "parquet", ""))
    return files


class ShardsOnSpark(Shards):
    """Shards in files that every machine reaches; what is to be done with each is done by the cluster."""

    def __init__(self, cluster: Cluster, scratch: Scratch, piles: list[Pile]) -> None:
        super().__init__(scratch, piles)
        self._cluster = cluster

    def survey(self, look: Callable[[pa.Table], Found]) -> Iterable[Found]:
        """Give what each shard shows, in order."""
        return self._cluster.each(len(self), partial(_look, self._piles, look))

    def change(self, change: Callable[[pa.Table], tuple[pa.Table, Found]]) -> list[Found]:
        """Replace every shard by what is made of it; gives what was found on the way, in order."""
        before = self._piles
        changed = self._cluster.each(len(self), partial(_change, before, change, self._scratch))
        self._piles = [pile for pile, _ in changed]
        self.rows = sum(pile.rows for pile in self._piles)
        for pile in before:
            pile.drop()
        return [found for _, found in changed]

    def judged(self, circumstances: Circumstances, rulebook: Rulebook) -> Iterator[Shard]:
        """Judge all shards; they come in order. Raises SparkFailed."""
        if rulebook.loaded_from is None:
            raise ValueError("workers load the rulebook themselves; this one has no file")
        by = (*rulebook.loaded_from, rulebook.fingerprint)
        filed = self._cluster.each(len(self), partial(_judge, self._piles, circumstances, by, self._scratch))
        return (each.taken() for each in filed)


def _sound(reads: Iterable[FileRead | Refused]) -> Iterator[FileRead]:
    for each in reads:
        if isinstance(each, Refused):
            raise each
        yield each


def _read(parts: Sequence[Part], asked: Asked, scratch: Scratch, number: int) -> FileRead | Refused:
    try:
        return read_apart(parts[number].path, parts[number].name, asked, scratch)
    except Refused as refused:  # no reason to try again
        return refused


def _deal(piles: Sequence[tuple[Pile, int]], plan: Plan, number: int) -> Iterator[tuple[int, pa.Table]]:
    return deal(*piles[number], plan)


def _take(
    asked: Asked, sources: Sequence[Source], scratch: Scratch, shard: int, rows: pa.Table
) -> tuple[Pile, Repeated]:
    messages, repeated = put_together(rows, asked, sources)
    return _in_file(messages, scratch), repeated


def _look(piles: Sequence[Pile], look: Callable[[pa.Table], Found], number: int) -> Found:
    return look(piles[number].table())


def _change(
    piles: Sequence[Pile], change: Callable[[pa.Table], tuple[pa.Table, Found]], scratch: Scratch, number: int
) -> tuple[Pile, Found]:
    table, found = change(piles[number].table())
    return _in_file(table, scratch), found


def _judge(
    piles: Sequence[Pile], circumstances: Circumstances, by: tuple[Path, Path, str], scratch: Scratch, number: int
) -> Filed:
    judged = circumstances.judge(piles[number].table(), *loaded(*by))
    # A name of its own: a machine that was given up may still be writing.
    return Filed.of(judged, Path(tempfile.mkdtemp(dir=scratch.folder)), number)


def _in_file(table: pa.Table, scratch: Scratch) -> Pile:
    pile = Pile(Scratch(scratch.folder))
    pile.append(table)
    pile.to_disk()
    pile.close()
    return pile
