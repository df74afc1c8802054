"""One run: read the exports, judge them shard by shard, publish each batch whole or not at all."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from ..archive.disk import explained
from ..archive.manifest import Counts, Input, Manifest
from ..archive.masking import masked_rejects
from ..archive.publication import RulebookVersion, run_key
from ..archive.publish import Held, has_leftovers, holding
from ..exports import Export, Refused, Scratch
from ..exports.files.paths import changed
from ..exports.messages.partition import Shards
from ..exports.reading import Asked, Reading
from ..rulebook import Rulebook
from ..time_doubts import TimeDoubts
from . import on_spark
from .batches import Batch, cut
from .cluster import Cluster, connected
from .failures import note
from .hive import digest, is_table
from .judging import Circumstances, Judged, Judges, Shard, getting_ready, here, in_workers, workers_for
from .known import Known
from .result import Outcome, Result, TooManyBadRows, refuse_bad

SHARD = 75_000  # rows judged at a time: more take more memory, fewer take longer
BYTES_A_ROW = 200  # of an export, to guess how many rows a file has before it is read

Progress = Callable[[str, int, int], None]
"""Called with what is being done, rows done, rows in all (0: not known yet)."""


@dataclass(frozen=True)
class Options:
    """How to read, judge and store; `together` names one batch for all files, `workers` None is as many as pay."""

    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    layout: str | None = None
    max_bad_ratio: float = 0.2
    workers: int | None = None
    mask: bool = False
    together: str | None = None
    spark: str | None = None  # the master of the cluster that reads and judges

    @property
    def made_by(self) -> str:
        """The program and how it was told to read and store: told otherwise, the same file is another result."""
        told = [f"encoding={self.encoding}"] if self.encoding else []
        told += [f"layout={self.layout}"] if self.layout else []
        told += [f"{name}={header}" for name, header in sorted(self.columns.items())]
        told += ["masked"] if self.mask else []
        return " ".join([code_version(), *told])


def run(
    paths: Sequence[Path],
    archive: Path,
    rulebook: Rulebook,
    options: Options = Options(),
    *,
    progress: Progress = lambda doing, done, total: None,
    judged: Judged | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> Result:
    """Score export files into an archive; the same input, rulebook and program again is a no-op.

    A file that can't be read leaves the others alone and is among the `problems` of the result. `judged` sees every
    shard as it is scored, also where nothing new is published; `tell` hears what becomes of each file.
    Raises exports.Refused where there is nothing to read, ArchiveBusy, ArchiveError, WorkersLost, SparkFailed.
    """
    started = time.monotonic()
    known = Known.of(archive)
    with ExitStack() as stack:
        tables = [path for path in paths if is_table(path)]

        @cache
        def cluster() -> Cluster | None:
            return stack.enter_context(connected(options.spark, bool(tables))) if options.spark else None

        digests = {table: digest(cluster(), table) for table in tables}
        batches, warnings, unopened = cut(paths, options.together, digests)
        outcomes = [Outcome.refused(problem) for problem in unopened]
        for problem in unopened:
            note(archive, [Path(problem.file)], problem, time.monotonic() - started)
        held = stack.enter_context(holding(archive)) if has_leftovers(archive) else None
        for batch in batches:
            key = run_key(batch.sha256s, rulebook.fingerprint, options.made_by)
            manifest = known.published(key)
            tell(f"{known.state(batch, key, manifest)}  {batch.label}")
            if manifest and not judged:
                outcomes.append(Outcome.known(manifest))
                continue
            held = held or stack.enter_context(holding(archive))
            night = _Night(batch, held, rulebook, options, progress, judged, cluster())
            try:
                with explained(archive):  # the disk may fail whoever writes to it: readers, judges, workers
                    outcome = night.shown(manifest) if manifest else night.published()
            except (Refused, TooManyBadRows) as problem:
                note(archive, batch.paths, problem, time.monotonic() - started)
                outcomes.append(Outcome.refused(problem))
                continue
            outcomes.append(outcome)
            known.add(outcome.manifest)
    return Result.of(outcomes, warnings, time.monotonic() - started)


@dataclass(frozen=True)
class _Night:
    """One batch on its way into the archive."""

    batch: Batch
    held: Held
    rulebook: Rulebook
    options: Options
    progress: Progress
    judged: Judged | None
    cluster: Cluster | None

    def published(self) -> Outcome:
        """Read, judge and publish it."""
        began = time.monotonic()
        with getting_ready(self.rulebook, self._likely_workers()) as waiting:
            return self._published(began, waiting)

    def _published(self, began: float, waiting: Judges | None) -> Outcome:
        export = self._export()
        rulebook = RulebookVersion(self.rulebook.name, self.rulebook.fingerprint, self.rulebook.snapshot)
        sessions, doubts = 0, TimeDoubts()
        with self.held.publishing(self.batch.name, rulebook, self.options.made_by) as publication:
            publication.reject(masked_rejects(export.rejects) if self.options.mask else export.rejects)
            for shard in self._judged(export, waiting):
                for name, table in shard.tables.items():
                    publication.write(name, table)
                sessions += shard.tables["sessions"].num_rows
                doubts += shard.doubts
            counts = Counts(export.rows_in, export.shards.rows, len(export.rejects), export.duplicates, sessions)
            inputs = [Input(each.path, each.sha256, each.rows) for each in export.files]
            manifest = publication.commit(
                inputs,
                counts,
                (*export.warnings, *doubts.told()),
                masked=self.options.mask,
                seconds=time.monotonic() - began,
            )
        return Outcome(manifest, export.files)

    def shown(self, manifest: Manifest) -> Outcome:
        """Judge it for who wants to see; nothing is published."""
        export = self._export()
        for _ in self._judged(export):
            pass
        return Outcome.known(manifest)

    def _export(self) -> Export:
        scratch = Scratch(self.held.scratch)
        options, settings = self.options, self.rulebook.settings
        asked = Asked(
            *(options.encoding, dict(options.columns), options.layout),
            *(settings.session_gap, settings.session_by_day),
        )
        if self.cluster is None:
            at_once = min(self._likely_workers(), 3)  # each holds a shard; below a third of one they only cost time
            export = Reading(asked, self._count, scratch, SHARD // at_once).of(self.batch.paths)
        else:
            export = on_spark.read(self.cluster, self.batch, asked, scratch, SHARD, self._count)
        for file in export.files:
            if file.sha256 not in self.batch.sha256s:
                raise changed(file.path)
        refuse_bad(export, self.options.max_bad_ratio)
        return export

    def _count(self, rows: int) -> None:
        self.progress("读取", rows, 0)

    def _likely_workers(self) -> int:
        """How many processes will pay, as far as the size of the files tells."""
        if self.judged or self.cluster:
            return 1
        size = sum(path.stat().st_size for path in self.batch.paths if path.is_file())
        return workers_for(size // BYTES_A_ROW, self.options.workers)

    def _judged(self, export: Export, waiting: Judges | None = None) -> Iterator[Shard]:
        total, done = export.shards.rows, 0
        circumstances = Circumstances.of(self.batch.name, export.shards, self.options.mask)
        self.progress("评分", 0, total)
        for shard in self._judging(export.shards, circumstances, waiting):
            yield shard
            done += shard.rows
            self.progress("评分", done, total)

    def _judging(self, shards: Shards, circumstances: Circumstances, waiting: Judges | None) -> Iterator[Shard]:
        if isinstance(shards, on_spark.ShardsOnSpark):
            return shards.judged(circumstances, self.rulebook)
        workers = 1 if self.judged else workers_for(shards.rows, self.options.workers)
        if workers == 1:
            return here(shards, circumstances, self.rulebook, self.judged)
        return in_workers(shards, circumstances, self.rulebook, workers, self.held.scratch, waiting)


@cache
def code_version() -> str:
    """The package's version and a digest of its sources: another program may judge otherwise."""
    digest = hashlib.sha256()
    package = Path(str(files("qa_checker")))
    for path in sorted(package.rglob("*.py")):
        digest.update(path.read_bytes())
    return f"{version('qa-checker')}+{digest.hexdigest()[:12]}"
