"""A batch in the making: its tables and rejects in files, its books balanced, its manifest written last."""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Protocol

from qa_checker.archive.disk import ESCAPED, WRITING, explained, flush_file
from qa_checker.archive.manifest import ArchiveError, Counts, Input, Manifest, PublishedFile
from qa_checker.archive.schema import TABLES
from qa_checker.archive.tablefile import Rows, TableFile, pieces
from qa_checker.clock import SHANGHAI

REJECTS = "rejects.jsonl"


class Reject(Protocol):
    """A row that could not be scored."""

    @property
    def file(self) -> str:
        """The file it stood in."""

    @property
    def row(self) -> int:
        """Where it stood."""

    @property
    def reason(self) -> str:
        """Why, in a stable word."""

    @property
    def detail(self) -> str:
        """Why, for people."""

    @property
    def raw(self) -> bytes:
        """Its bytes as they were."""


def run_key(input_sha256s: Sequence[str], fingerprint: str, code_version: str) -> str:
    """Return what a result is made from as one hex digest; the order of the input files doesn't matter."""
    made_from = json.dumps([sorted(input_sha256s), fingerprint, code_version])
    return hashlib.sha256(made_from.encode()).hexdigest()


@dataclass(frozen=True)
class RulebookVersion:
    """The rulebook that judged: `snapshot` is its full text, kept as rulebooks/<fingerprint>.json."""

    name: str
    fingerprint: str
    snapshot: str


class Publication:
    """A batch in the making, unseen by readers until the block of `publishing` is left after `commit`."""

    def __init__(self, root: Path, batch: str, rulebook: RulebookVersion, code_version: str) -> None:
        self.manifest: Manifest | None = None
        self.folder = root / WRITING / "run"
        self._root, self._batch, self._rulebook, self._code_version = root, batch, rulebook, code_version
        self.folder.mkdir(parents=True)
        self._tables = {name: TableFile(name, self.folder) for name in TABLES}
        self._rejects = (self.folder / REJECTS).open("w", encoding="utf-8", errors=ESCAPED, newline="\n")
        self._reasons: Counter[str] = Counter()

    def write(self, table: str, rows: Rows) -> None:
        """Add rows to one of the four tables, columns as in schema.py.

        Conversations open fastest where each call brings its rows sorted by session_id. Raises ArchiveError
        where the disk refuses, ValueError where the columns or their types are wrong.
        """
        for piece in pieces(rows):  # may read from elsewhere, whose errors are not the archive's
            with explained(self._root):
                self._tables[table].append(piece)

    def reject(self, rejects: Iterable[Reject]) -> None:
        """Add rows that could not be scored; the manifest counts their reasons. Raises ArchiveError."""
        for reject in rejects:
            line = {"file": reject.file, "row": reject.row, "reason": reject.reason, "detail": reject.detail}
            line["raw"] = base64.b64encode(reject.raw).decode("ascii")
            with explained(self._root):
                self._rejects.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._reasons[reject.reason] += 1

    def commit(
        self,
        inputs: Sequence[Input],
        counts: Counts,
        warnings: Sequence[str] = (),
        *,
        masked: bool = False,
        seconds: float = 0.0,
    ) -> Manifest:
        """Close the books: nothing can be added after. Raises ArchiveError where rows are unaccounted for."""
        self._balance(counts)
        with explained(self._root):
            files = self._close()
        key = run_key([file.sha256 for file in inputs], self._rulebook.fingerprint, self._code_version)
        self.manifest = Manifest(
            batch=self._batch,
            run=_unused_run(self._root / self._batch, key),
            key=key,
            inputs=tuple(inputs),
            rulebook=self._rulebook.name,
            fingerprint=self._rulebook.fingerprint,
            snapshot_sha256=hashlib.sha256(self._rulebook.snapshot.encode()).hexdigest(),
            code_version=self._code_version,
            counts=counts,
            reasons=dict(sorted(self._reasons.items())),
            warnings=tuple(warnings),
            published_at=datetime.now(SHANGHAI),
            files=files,
            masked=masked,
            seconds=round(seconds, 3),
        )
        return self.manifest

    def abandon(self) -> None:
        """Let go of files that are still open."""
        with suppress(OSError):
            self._rejects.close()
        for table in self._tables.values():
            with suppress(OSError):
                table.abandon()

    def _balance(self, counts: Counts) -> None:
        accounts = {
            "读入行数与打分、隔离、重复之和": (
                counts.rows_in,
                counts.scored + counts.quarantined + counts.duplicates,
            ),
            "打分行数与消息表行数": (counts.scored, self._tables["messages"].rows),
            "隔离行数与 rejects.jsonl 行数": (counts.quarantined, self._reasons.total()),
            "会话数与会话表行数": (counts.sessions, self._tables["sessions"].rows),
        }
        wrong = [f"{what}不一致({one} 与 {other})" for what, (one, other) in accounts.items() if one != other]
        if wrong:
            raise ArchiveError(
                f"批次“{self._batch}”账目不平，没有发布：{'；'.join(wrong)}。"
                "这是程序的错误，请带上这句话联系维护者；已发布的结果没有受影响。"
            )

    def _close(self) -> dict[str, PublishedFile]:
        self._rejects.close()
        for table in self._tables.values():
            table.close()
        rows = {table.path: table.rows for table in self._tables.values()}
        rows[self.folder / REJECTS] = self._reasons.total()
        return {path.name: _durable(path, rows[path]) for path in rows}


def _unused_run(folder: Path, key: str) -> str:
    """Return a name from the key: a run that was killed and started again ends up under the same one."""
    name = f"run-{key[:12]}"
    names = (f"{name}-{n}" if n > 1 else name for n in count(1))
    return next(name for name in names if not (folder / name).exists())


def _durable(path: Path, rows: int) -> PublishedFile:
    flush_file(path)
    with path.open("rb") as content:
        return PublishedFile(rows, path.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest())
