"""From files to one export: each file checked by itself, then sessions, duplicates and speakers across all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
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
from qa_checker.exports.paths import find_files, load, sha256_of, unpacked
from qa_checker.exports.records import Fields, Records, detail
from qa_checker.exports.roles import ROLE_WORDS
from qa_checker.exports.sessions import with_sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import timedelta
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass
class Reading:
    """One call of `read`: what was asked, and what has been found so far."""

    encoding: str | None
    columns: Mapping[str, str]
    session_gap: timedelta
    session_by_day: bool
    require_time: bool
    progress: Callable[[int], None] | None
    sources: list[Records] = field(default_factory=list)
    checked: list[Checked] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rows_read: int = 0

    def of(self, paths: Sequence[Path]) -> Export:
        """Read these files and folders."""
        found, self.warnings = find_files(paths)
        if not found:
            raise Refused("not_found", "", "没有给出要读的文件", "请指定文件或文件夹")
        named_by_user(self.columns, str(found[0]))
        with ThreadPoolExecutor(1) as beside:  # hashing lets go of the interpreter
            for path in found:
                data = load(path)
                digest = beside.submit(sha256_of, data)
                self._read(unpacked(data, path), path, digest.result)
        return self._joined()

    def _read(self, data: bytes, path: Path, digest: Callable[[], str]) -> None:
        sources = read_layout(data, path, self.encoding, self.columns, self.require_time, self._count)
        rows = 0
        for source in sources:
            checked = check(source)
            self.sources.append(source)
            self.checked.append(checked)
            rows += source.cells.num_rows + len(source.rejects)
        if not rows:
            self.warnings.append(f"{path}：里面没有一条消息")
        self.files.append(SourceFile(str(path), digest(), rows, sources[0].layout, sources[0].encoding))

    def _count(self, rows: int) -> None:
        self.rows_read += rows
        if self.progress is not None:
            self.progress(self.rows_read)

    def _joined(self) -> Export:
        warnings = [*self.warnings, *(warning for source in self.sources for warning in source.warnings)]
        rows = _Rows(self.sources, self.checked)
        messages = with_sessions(rows.messages, rows.pairs, self.session_gap, self.session_by_day)
        same, contradicts = repeated_ids(messages)
        same |= repeated_rows(messages, rows.to_the_second, rows.alike, rows.fields)
        kept = ~(same | contradicts)
        set_aside = {int(row): "duplicate_id" for row in np.flatnonzero(contradicts)}
        messages, nameless, warning = _with_speakers(messages, kept)
        for row in nameless:
            kept[row] = False
            set_aside[int(row)] = "bad_role"
        rejects = [*rows.rejects(set_aside)]
        if not kept.all():
            messages = messages.filter(pa.array(kept))
        export = Export(
            messages.cast(MESSAGES),
            tuple(rejects),
            sum(file.rows for file in self.files),
            int(same.sum()),
            tuple([*warnings, warning] if warning else warnings),
            tuple(self.files),
        )
        total = export.messages.num_rows + len(export.rejects) + export.duplicates
        if export.rows_in != total:
            raise AssertionError(f"{export.rows_in} rows came in and {total} are accounted for")
        return export


class _Rows:
    """The messages of all files in one table, and the way back from each row to its file."""

    def __init__(self, sources: Sequence[Records], checked: Sequence[Checked]) -> None:
        self.sources, self.checked = sources, checked
        self.messages = pa.concat_tables([one.messages for one in checked])
        self.pairs = pa.chunked_array([chunk for one in checked for chunk in one.pairs.chunks], pa.string())
        self.to_the_second = np.concatenate([one.to_the_second for one in checked])
        self.records = np.concatenate([one.records for one in checked])
        self._starts = np.cumsum([0, *(one.messages.num_rows for one in checked)])

    def _source(self, row: int) -> int:
        return int(np.searchsorted(self._starts, row, "right")) - 1

    def alike(self, row: int) -> tuple[object, bytes]:
        """Give a row's bytes, and what must be equal for equal bytes to mean the same."""
        source = self.sources[self._source(row)]
        return (source.layout, tuple(source.headers.items())), source.raw(int(self.records[row]))

    def fields(self, row: int) -> Fields:
        """Give a row's fields under its file's own names."""
        return self.sources[self._source(row)].fields(int(self.records[row]))

    def rejects(self, set_aside: Mapping[int, str]) -> list[Reject]:
        """Give all rejects, file by file and row by row."""
        per_source: list[list[Reject]] = [list(one.rejects) for one in self.checked]
        for row, reason in set_aside.items():
            number, record = self._source(row), int(self.records[row])
            source = self.sources[number]
            reject = Reject(source.file, int(source.rows[record]), reason, detail(reason), source.raw(record))
            per_source[number].append(reject)
        return [reject for some in per_source for reject in sorted(some, key=lambda one: one.row)]


def _with_speakers(messages: pa.Table, kept: NDArray[np.bool_]) -> tuple[pa.Table, NDArray[np.int64], str]:
    """Ask who speaks where the export doesn't know; give the rows for which there is no answer too."""
    unknown = pc.equal(messages["role"], UNKNOWN_ROLE).to_numpy() & kept
    if not unknown.any():
        return messages, np.zeros(0, np.int64), ""
    from qa_checker.exports.speakers import infer_speakers  # loads the phrase lists: only where it is needed

    roles, warning = infer_speakers(messages, unknown)
    named = pc.is_in(pa.chunked_array([roles]), pa.array(list(ROLE_WORDS))).to_numpy()
    position = messages.schema.get_field_index("role")
    return messages.set_column(position, "role", roles), np.flatnonzero(~named & kept), warning
