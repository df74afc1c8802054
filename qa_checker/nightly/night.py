"""One run: read the exports, judge them shard by shard, publish the batch whole or not at all."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..archive.manifest import Counts, Input, Manifest
from ..archive.publish import RulebookVersion, already_published, publishing, run_key, safe_batch_name
from ..archive.tables import tables
from ..exports import Export, SourceFile, read
from ..rulebook import Rulebook
from ..scorecard import Scored, score

SHARD = 500_000  # rows judged at a time; rules slow down past about a million

Progress = Callable[[str, int, int], None]
"""Called with what is being done, rows done, rows in all (0: not known yet)."""


@dataclass(frozen=True)
class Result:
    """What became of the rows: rows_in = scored + quarantined + duplicates. `skipped`: inputs published before."""

    rows_in: int
    scored: int
    quarantined: int
    duplicates: int
    sessions: int
    batch: str
    skipped: int
    warnings: tuple[str, ...]
    reasons: Mapping[str, int]
    seconds: float
    files: tuple[SourceFile, ...] = field(default=())


class TooManyBadRows(Exception):
    """More rows had to be set aside than the operator allows; nothing was published."""

    def __init__(self, result: Result, limit: float, worst: str):
        self.result = result
        share = result.quarantined / max(result.rows_in, 1)
        super().__init__(
            f"{result.rows_in} 行里有 {result.quarantined} 行（{share:.0%}）要隔离，超过上限 {limit:.0%}，没有发布。"
            f"第一处：{worst}。请先修好导出文件；确认无误也可以用 --max-bad-ratio 放宽。"
        )


def run(
    paths: Sequence[Path],
    archive: Path,
    rulebook: Rulebook,
    *,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    max_bad_ratio: float = 0.2,
    progress: Progress = lambda doing, done, total: None,
    judged: Callable[[Scored], None] | None = None,
) -> Result:
    """Score export files into an archive; the same input, rulebook and program again is a no-op.

    `judged` sees every shard as it is scored, also where nothing new is published. Raises exports.Refused,
    TooManyBadRows, ArchiveBusy, ArchiveError.
    """
    started = time.monotonic()
    export = read(
        paths,
        encoding=encoding,
        columns=columns or {},
        session_gap=rulebook.settings.session_gap,
        progress=lambda rows: progress("读取", rows, 0),
    )
    _refuse_bad(export, max_bad_ratio, started)
    made_by = _made_by(encoding, columns or {})
    key = run_key([each.sha256 for each in export.files], rulebook.fingerprint, made_by)
    known = already_published(archive, key)
    if known:
        if judged:
            for _ in _scored(export, rulebook, progress, judged):
                pass
        return _result(known, export, time.monotonic() - started)
    batch = batch_name(paths, export.files)
    sessions = 0
    version_of_rules = RulebookVersion(rulebook.name, rulebook.fingerprint, rulebook.snapshot)
    with publishing(archive, batch, version_of_rules, made_by) as publication:
        publication.reject(export.rejects)
        for scored in _scored(export, rulebook, progress, judged):
            for name, table in tables(scored, batch).items():
                publication.write(name, table)
            sessions += len(scored.chats)
        counts = Counts(export.rows_in, export.messages.num_rows, len(export.rejects), export.duplicates, sessions)
        inputs = [Input(each.path, each.sha256, each.rows) for each in export.files]
        manifest = publication.commit(inputs, counts, export.warnings, seconds=time.monotonic() - started)
    return _result(manifest, export, time.monotonic() - started, skipped=0)


def _scored(
    export: Export, rulebook: Rulebook, progress: Progress, judged: Callable[[Scored], None] | None
) -> Iterator[Scored]:
    total = export.messages.num_rows
    exported_until = pc.max(export.messages["sent_at"]).cast(pa.int64()).as_py()
    done = 0
    for shard in shards(export.messages):
        progress("评分", done, total)
        scored = score(rulebook.read(shard, exported_until), rulebook)
        if judged:
            judged(scored)
        yield scored
        done += shard.num_rows
    progress("评分", total, total)


def shards(messages: pa.Table, rows: int = SHARD) -> Iterator[pa.Table]:
    """Whole customers (whole sessions of nobody known), about so many rows at a time, each shard in source order."""
    if messages.num_rows <= rows:
        yield messages
        return
    customer = _customer_of_row(messages)
    shard = ((np.cumsum(np.bincount(customer)) - 1) // rows)[customer]
    for number in range(int(shard.max()) + 1):
        yield messages.take(pa.array(np.flatnonzero(shard == number)))


def _customer_of_row(messages: pa.Table) -> NDArray[np.int64]:
    """A number for each row's customer: the one its session names first, else the session itself."""
    session = np.asarray(pc.dictionary_encode(messages["session_id"].combine_chunks()).indices)
    named = np.asarray(messages["customer_id"].is_valid())
    names = pc.dictionary_encode(messages["customer_id"].combine_chunks())
    customers = len(names.dictionary)
    of_session = customers + np.arange(int(session.max()) + 1)
    rows = np.flatnonzero(named)[::-1]  # backwards, so that the first name stands
    of_session[session[rows]] = np.asarray(names.indices.fill_null(0))[rows]
    return np.unique(of_session, return_inverse=True)[1][session]


def batch_name(paths: Sequence[Path], files_read: Sequence[SourceFile]) -> str:
    """One file gives its name to the batch; several, their folder's name and a digest of what they hold."""
    first = paths[0].resolve()
    name = (first.parent if len(paths) > 1 else first).name.split(".")[0] or "batch"
    if len(files_read) > 1:
        name += "-" + hashlib.sha256("".join(sorted(each.sha256 for each in files_read)).encode()).hexdigest()[:8]
    return safe_batch_name(name)


@cache
def code_version() -> str:
    """The package's version and a digest of its sources: another program may judge otherwise."""
    digest = hashlib.sha256()
    package = Path(str(files("qa_checker")))
    for path in sorted(package.rglob("*.py")):
        digest.update(path.read_bytes())
    return f"{version('qa-checker')}+{digest.hexdigest()[:12]}"


def _made_by(encoding: str | None, columns: Mapping[str, str]) -> str:
    """The program and how it was told to read: read otherwise, the same file is another result."""
    told = [f"encoding={encoding}"] if encoding else []
    told += [f"{name}={header}" for name, header in sorted(columns.items())]
    return " ".join([code_version(), *told])


def _refuse_bad(export: Export, limit: float, started: float) -> None:
    if len(export.rejects) > limit * export.rows_in:
        worst = export.rejects[0]
        reasons = Counter(each.reason for each in export.rejects)
        result = Result(
            rows_in=export.rows_in,
            scored=0,
            quarantined=len(export.rejects),
            duplicates=export.duplicates,
            sessions=0,
            batch="",
            skipped=0,
            warnings=export.warnings,
            reasons=dict(reasons),
            seconds=round(time.monotonic() - started, 3),
            files=export.files,
        )
        raise TooManyBadRows(result, limit, f"{worst.file} 第 {worst.row} 行，{worst.detail}")


def _result(manifest: Manifest, export: Export, seconds: float, skipped: int | None = None) -> Result:
    return Result(
        rows_in=manifest.counts.rows_in,
        scored=manifest.counts.scored,
        quarantined=manifest.counts.quarantined,
        duplicates=manifest.counts.duplicates,
        sessions=manifest.counts.sessions,
        batch=manifest.batch,
        skipped=len(manifest.inputs) if skipped is None else skipped,
        warnings=manifest.warnings,
        reasons=dict(manifest.reasons),
        seconds=round(seconds, 3),
        files=export.files,
    )
