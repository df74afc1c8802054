"""From files to one export: each file checked by itself, then sessions, duplicates and speakers across all.

However large the files are, some of their rows are in memory at a time: pieces of a file while it is checked,
then shards of whole customers, who share nothing that sessions, duplicates or speakers depend on.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_checker.chats import MESSAGES
from qa_checker.exports.canonical import UNKNOWN_ROLE, Checked, check
from qa_checker.exports.columns import named_by_user
from qa_checker.exports.duplicates import repeated_ids, repeated_rows
from qa_checker.exports.export import Export, Refused, Reject, SourceFile
from qa_checker.exports.layouts import read_layout
from qa_checker.exports.partition import Customers, Shards
from qa_checker.exports.paths import find_files, load, sha256_of, unpacked
from qa_checker.exports.records import Fields, Records, detail
from qa_checker.exports.rejects import Rejects
from qa_checker.exports.scratch import Pile, let_go
from qa_checker.exports.sessions import with_sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import timedelta
    from pathlib import Path

    from qa_checker.exports.scratch import Scratch

_ALL_AT_ONCE = 1 << 40  # rows


@dataclass
class Reading:
    """One call of `read`: what was asked, and what has been found so far."""

    encoding: str | None
    columns: Mapping[str, str]
    layout: str | None
    session_gap: timedelta
    session_by_day: bool
    require_time: bool
    progress: Callable[[int], None] | None
    scratch: Scratch
    shard_rows: int | None
    sources: list[Records] = field(default_factory=list)  # one for each sheet or file, without its cells
    files: list[SourceFile] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    customers: Customers = field(default_factory=Customers)
    rows_read: int = 0
    duplicates: int = 0
    has_unknown_speakers: bool = False

    def __post_init__(self) -> None:
        self.rejects = Rejects(self.scratch)
        self.checked = Pile(self.scratch)

    def of(self, paths: Sequence[Path]) -> Export:
        """Read these files and folders."""
        found, self.warnings = find_files(paths)
        if not found:
            raise Refused("not_found", "", "没有给出要读的文件", "请指定文件或文件夹")
        named_by_user(self.columns, str(found[0]))
        for path in found:
            self._read(path)
        return self._divided()

    def _read(self, path: Path) -> None:
        data = unpacked(load(path, self.scratch), path, self.scratch)
        told = (self.encoding, self.columns, self.require_time)
        rows = 0
        layouts: dict[str, None] = {}  # of what is in an archive, each once
        encodings: dict[str, None] = {}
        for source in read_layout(data, path, *told, self._count, self.scratch, self.layout):
            self._take_in(source)
            layouts[source.layout] = encodings[source.encoding] = None
            rows += source.cells.num_rows + len(source.rejects)
            let_go(data)
        if not rows:
            self.warnings.append(f"{path}：里面没有一条消息")
        if layouts:
            names, codings = ("、".join(filter(None, each)) for each in (layouts, encodings))
            self.files.append(SourceFile(str(path), sha256_of(path), rows, names, codings))

    def _take_in(self, source: Records) -> None:
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
        shards = self.customers.shards(self.shard_rows or _ALL_AT_ONCE).divide(self.checked, self.scratch)
        shards.change(self._finished)
        if self.has_unknown_speakers:
            self.warnings.append(_infer_speakers(shards))
        rejects = tuple(self.rejects) if self.scratch.folder is None else self.rejects
        rows_in = sum(file.rows for file in self.files)
        total = shards.rows + len(rejects) + self.duplicates
        if rows_in != total:
            raise AssertionError(f"{rows_in} rows came in and {total} are accounted for")
        return Export(shards, rejects, rows_in, self.duplicates, tuple(filter(None, self.warnings)), tuple(self.files))

    def _finished(self, rows: pa.Table) -> pa.Table:
        """Split sessions and take out what comes twice."""
        messages = with_sessions(rows.select(MESSAGES.names), rows["pair"], self.session_gap, self.session_by_day)
        origins = _Origins(self.sources, rows)
        same, contradicts = repeated_ids(messages)
        same |= repeated_rows(messages, messages["to_the_second"].to_numpy(), origins.alike, origins.fields)
        self.duplicates += int(same.sum())
        for row in np.flatnonzero(contradicts).tolist():
            self.rejects.add_late(*origins.reject(row, "duplicate_id"))
        kept = ~(same | contradicts)
        return (messages if kept.all() else messages.filter(pa.array(kept))).cast(MESSAGES)


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


class _Origins:
    """The way back from the rows of a table to their files."""

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


def _infer_speakers(shards: Shards) -> str:
    """Fill in the speakers the export doesn't name; every shard learns from what all shards say."""
    from qa_checker.exports import speakers  # loads the phrase lists: only where it is needed

    turns = speakers.Turns()
    inferred: Counter[str] = Counter()

    def open_(messages: pa.Table) -> pa.Table:
        role = pc.if_else(pc.equal(messages["role"], UNKNOWN_ROLE), None, messages["role"])
        return messages.set_column(messages.schema.get_field_index("role"), "role", role)

    def weigh(messages: pa.Table) -> pa.Table:
        nonlocal turns
        weighed, more = speakers.weigh(open_(messages), voices)
        turns += more
        unknown = pc.equal(messages["role"], UNKNOWN_ROLE)
        return weighed.append_column("inferred", unknown)

    def decide(weighed: pa.Table) -> pa.Table:
        roles = speakers.decide(weighed, turns)
        inferred.update(roles.filter(weighed["inferred"].combine_chunks()).to_pylist())
        messages = weighed.set_column(weighed.schema.get_field_index("role"), "role", roles)
        return messages.select(MESSAGES.names).cast(MESSAGES)

    voices = reduce(speakers.Voices.__or__, (speakers.Voices.of(open_(messages)) for messages in shards))
    shards.change(weigh)
    shards.change(decide)
    return speakers.told(inferred)
