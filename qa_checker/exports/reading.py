"""From files to one export: each file checked by itself, then sessions, duplicates and speakers across all.

However large the files are, some of their rows are in memory at a time: pieces of a file while it is checked,
then shards of whole customers, who share nothing that sessions, duplicates or speakers depend on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_checker.chats import MESSAGES
from qa_checker.exports.cells.columns import named_by_user
from qa_checker.exports.files.paths import called, find_files, load, unpacked
from qa_checker.exports.files.scratch import Pile, let_go
from qa_checker.exports.layouts import read_layout
from qa_checker.exports.messages.canonical import UNKNOWN_ROLE, Checked, check
from qa_checker.exports.messages.export import SourceFile
from qa_checker.exports.messages.partition import LARGEST, Customers, Endless
from qa_checker.exports.messages.rejects import Rejects
from qa_checker.exports.messages.whole import Repeated, finished, whole
from qa_checker.exports.problems import Refused, Reject
from qa_checker.exports.records import Fields, Records, detail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import timedelta
    from pathlib import Path

    from qa_checker.exports.files.scratch import Scratch
    from qa_checker.exports.messages.export import Export

_ALL_AT_ONCE = 1 << 40  # rows


@dataclass(frozen=True)
class Asked:
    """How to read; see `exports.read`."""

    encoding: str | None
    columns: Mapping[str, str]
    layout: str | None
    session_gap: timedelta
    session_by_day: bool
    require_time: bool = True


@dataclass
class Reading:
    """One call of `read`: what was asked, and what has been found so far."""

    asked: Asked
    progress: Callable[[int], None] | None
    scratch: Scratch
    shard_rows: int | None
    sources: list[Records] = field(default_factory=list)  # one for each sheet or file, without its cells
    files: list[SourceFile] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    customers: Customers = field(default_factory=Customers)
    rows_read: int = 0
    has_unknown_speakers: bool = False

    def __post_init__(self) -> None:
        self.rejects = Rejects(self.scratch)
        self.checked = Pile(self.scratch)

    def of(self, paths: Sequence[Path]) -> Export:
        """Read these files and folders."""
        found, self.warnings = find_files(paths)
        if not found:
            raise Refused("not_found", "", "没有给出要读的文件", "请指定文件或文件夹")
        named_by_user(self.asked.columns, str(found[0]))
        for path in found:
            self.take_in(path)
        return self._divided()

    def take_in(self, path: Path, name: Path | None = None) -> None:
        """Read a file, under another name perhaps, as far as that goes by itself. Raises Refused."""
        name = name or called(path)
        packed, sha256 = load(path, self.scratch)
        data = unpacked(packed, name, self.scratch)
        told = (self.asked.encoding, self.asked.columns, self.asked.require_time)
        rows = 0
        layouts: dict[str, None] = {}  # of what is in an archive, each once
        encodings: dict[str, None] = {}
        for source in read_layout(data, name, *told, self._count, self.scratch, self.asked.layout):
            self._check(source)
            layouts[source.layout] = encodings[source.encoding] = None
            rows += source.cells.num_rows + len(source.rejects)
            let_go(data)
        if not rows:
            self.warnings.append(f"{name}：里面没有一条消息")
        if layouts:
            names, codings = ("、".join(filter(None, each)) for each in (layouts, encodings))
            self.files.append(SourceFile(str(name), sha256, rows, names, codings))

    def _check(self, source: Records) -> None:
        checked = check(source)
        if not self.sources or self.sources[-1].raw is not source.raw:
            self.sources.append(source.without_cells())
            self.warnings += source.warnings
        number = len(self.sources) - 1
        self.rejects.add(number, checked.rejects)
        rows = _with_origins(checked, source, number)
        self.customers.see(rows)
        self.has_unknown_speakers |= bool(pc.any(pc.equal(rows["role"], UNKNOWN_ROLE)).as_py())
        self.checked.append(rows)

    def _count(self, rows: int) -> None:
        self.rows_read += rows
        if self.progress is not None:
            self.progress(self.rows_read)

    def _divided(self) -> Export:
        try:
            plan = self.customers.shards(self.shard_rows or _ALL_AT_ONCE)
        except Endless as endless:
            raise refused_endless(endless, self.checked, [source.file for source in self.sources]) from None
        shards = plan.divide(self.checked, self.scratch)
        repeated = shards.change(self._finished)
        warnings = [*self.warnings, *plan.told()]
        export = whole(shards, repeated, self.rejects, self.has_unknown_speakers, warnings, self.files)
        return replace(export, rejects=tuple(export.rejects)) if self.scratch.folder is None else export

    def _finished(self, rows: pa.Table) -> tuple[pa.Table, Repeated]:
        origins = OriginsInFiles(self.sources, rows)
        return finished(rows, self.asked.session_gap, self.asked.session_by_day, origins)


def refused_endless(endless: Endless, rows: Iterable[pa.Table], files: Sequence[str]) -> Refused:
    """Say where a session begins that is too long to be one."""
    source, row = endless.begins(rows)
    problem = f"从这一行开始的会话有 {endless.rows:,} 条消息，超过 {LARGEST:,} 条，不像一段会话"
    remedy = "请用 --columns session_id=表头里的名字 指明会话ID列；没有这一列时，请检查顾客是不是都写成了同一个名字"
    return Refused("too_large", files[source], problem, remedy, row)


def _with_origins(checked: Checked, source: Records, number: int) -> pa.Table:
    """Add to messages what only the reading needs: who talked with whom, and where each message comes from."""
    places = checked.records if source.places is None else source.places[checked.records]
    origins = {
        "pair": checked.pairs,
        "source": np.full(len(places), number, np.int32),
        "place": places,
        "row": source.rows[checked.records],
    }
    return pa.table({**{name: checked.messages[name] for name in MESSAGES.names}, **origins})


class OriginsInFiles:
    """The way back from the rows of a table to files that are still open."""

    def __init__(self, sources: Sequence[Records], rows: pa.Table) -> None:
        self._sources = sources
        self._source, self._place, self._row = (rows[name].to_numpy() for name in ("source", "place", "row"))

    def alike(self, row: int) -> tuple[object, bytes]:
        """Give a row's bytes, and what must be equal for equal bytes to mean the same."""
        source = self._sources[self._source[row]]
        return (source.layout, tuple(source.headers.items())), source.raw(int(self._place[row]))

    def fields(self, row: int) -> Fields:
        """Give a row's fields under its file's own names."""
        return self._sources[self._source[row]].fields(int(self._place[row]))

    def reject(self, row: int, reason: str) -> tuple[int, Reject]:
        """Set a row aside; its source's number goes with it."""
        number = int(self._source[row])
        source = self._sources[number]
        raw = source.raw(int(self._place[row]))
        return number, Reject(source.file, int(self._row[row]), reason, detail(reason), raw)
