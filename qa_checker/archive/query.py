"""Reads a published archive with DuckDB: one page of sessions, one session whole, what there is to choose from."""

import hashlib
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from qa_checker.archive.index import KEY, Index
from qa_checker.archive.manifest import ArchiveError, Manifest, manifest_paths, published
from qa_checker.archive.schema import SESSIONS
from qa_checker.archive.selection import EVERYTHING, Filter, Scope, charged, chosen


class ArchiveEmpty(Exception):
    """Nothing has been published in this archive yet, or there is no such folder."""


NAMED = f"key = {KEY.format(batch='?', session_id='?')} AND batch = ? AND session_id = ?"
"""SQL that chooses one session, quickly."""


@dataclass(frozen=True)
class SessionKey:
    """What names a session in an archive."""

    batch: str
    session_id: str

    @property
    def values(self) -> tuple[str, ...]:
        """The values for NAMED."""
        return (self.batch, self.session_id) * 2


@dataclass(frozen=True)
class Choices:
    """What a visitor can filter by, and the days on which there is anything."""

    shops: tuple[str, ...]
    agents: tuple[str, ...]
    rules: tuple[str, ...]
    first_day: date | None
    last_day: date | None
    highest_score: float | None


@dataclass(frozen=True)
class WholeSession:
    """One session with everything known about it; the lists hold one dict a row of the archive's tables."""

    session: dict[str, Any]
    messages: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]
    rounds: list[dict[str, Any]]


@dataclass(frozen=True)
class _Edition:
    """An archive's content at one time."""

    stamps: tuple[tuple[str, int], ...] = ()
    manifests: tuple[Manifest, ...] = ()
    index: Index | None = field(default=None, compare=False)

    @cached_property
    def version(self) -> str:
        names = " ".join(f"{manifest.batch}/{manifest.run}" for manifest in self.manifests)
        return hashlib.sha256(names.encode()).hexdigest() if names else ""


class Archive:
    """The published nights under a folder. Safe for many threads: every question has a cursor of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._edition = _Edition()
        self._refreshing = threading.Lock()

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """The nights that are there, by name."""
        return self._edition.manifests

    def refresh(self) -> str:
        """Take up what was published since; the answer changes exactly when the archive's content does.

        Whoever comes first does it. Others go on with what was there before, or wait where there was nothing yet.
        Raises ArchiveError where something that was published is missing or damaged.
        """
        if _manifest_stamps(self.root) != self._edition.stamps and self._refreshing.acquire(
            blocking=self._edition.index is None
        ):
            try:
                self._take_up()
            finally:
                self._refreshing.release()
        return self._edition.version

    def _take_up(self) -> None:
        stamps = _manifest_stamps(self.root)
        if stamps == self._edition.stamps:
            return
        try:
            manifests = tuple(published(self.root))
            index = Index(self.root, manifests) if manifests else None
        except (ArchiveError, duckdb.Error) as problem:
            if stamps != _manifest_stamps(self.root):  # replaced while we were reading: the old files are gone for good
                self._take_up()
                return
            if isinstance(problem, ArchiveError):
                raise
            raise ArchiveError(
                f"归档 {self.root} 里有结果文件不见了或已损坏。请运行 qa-checker archive verify --archive {self.root} "
                "看是哪个批次，再对它重新运行打分，或从备份恢复。"
            ) from problem
        # The one before is not closed: a question to it may be on its way.
        self._edition = _Edition(stamps, manifests, index)

    def on_disk(self, table: str, batches: Sequence[str]) -> str:
        """SQL for the rows of messages, verdicts or rounds in these batches."""
        return self._index.on_disk(table, batches)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """A query's rows as dicts, for the few rows of one session or one line of totals."""
        with self._cursor() as cursor:
            cursor.execute(sql, values)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def frame(self, sql: str, values: Sequence[Any] = ()) -> pd.DataFrame:
        """A query's rows as a frame, for what is drawn or shown as a table; a text that is not there is None."""
        with self._cursor() as cursor:
            found = cursor.execute(sql, values).df()
        for name in found.select_dtypes(include=["object", "string"]):
            found[name] = found[name].astype(object).where(found[name].notna(), None)  # pandas says NaN
        return found

    def close(self) -> None:
        """Let go of the files."""
        if self._edition.index:
            self._edition.index.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        return self._index.cursor()

    @property
    def _index(self) -> Index:
        if self._edition.index is None:
            raise ArchiveEmpty(str(self.root))
        return self._edition.index


def choices(archive: Archive, scope: Scope = EVERYTHING) -> Choices:
    """What there is to choose from among the sessions this visitor may see."""
    visible = chosen(scope, Filter())
    row = archive.rows(
        "SELECT list_sort(list(DISTINCT shop) FILTER (shop IS NOT NULL)) AS shops,"
        " list_sort(list(DISTINCT agent_id) FILTER (agent_id IS NOT NULL)) AS agents,"
        " min(started_at)::DATE AS first_day, max(started_at)::DATE AS last_day,"
        f" max(score) AS highest_score FROM {visible.text}",
        visible.values,
    )[0]
    found = charged(scope, Filter())
    rules = archive.rows(f"SELECT DISTINCT rule FROM {found.text} ORDER BY rule", found.values)
    return Choices(
        shops=tuple(row["shops"] or ()),
        agents=tuple(row["agents"] or ()),
        rules=tuple(each["rule"] for each in rules),
        first_day=row["first_day"],
        last_day=row["last_day"],
        highest_score=row["highest_score"],
    )


def whole_session(archive: Archive, scope: Scope, session: SessionKey) -> WholeSession | None:
    """One session with its messages, verdicts and rounds; None when there is none this visitor may see."""
    visible = chosen(scope, Filter())
    columns = ", ".join(SESSIONS.names)
    found = archive.rows(f"SELECT {columns} FROM {visible.text} WHERE {NAMED}", (*visible.values, *session.values))
    if not found:
        return None
    return WholeSession(
        session=found[0],
        messages=_of_session(archive, "messages", session, "seq"),
        verdicts=_of_session(archive, "verdicts", session, "points DESC, rule"),
        rounds=_of_session(archive, "rounds", session, "asked_seq"),
    )


def verdicts_of(
    archive: Archive, scope: Scope, sessions: Sequence[SessionKey]
) -> dict[SessionKey, tuple[str, list[dict[str, Any]]]]:
    """The rulebook (name@fingerprint) and verdicts of several sessions; those the visitor may not see are left out."""
    if not sessions or not archive.manifests:
        return {}
    visible = chosen(scope, Filter())
    batches, ids = [key.batch for key in sessions], [key.session_id for key in sessions]
    asked = "(SELECT unnest(?::VARCHAR[]) AS batch, unnest(?::VARCHAR[]) AS session_id)"
    by_key = f"(SELECT {KEY.format(batch='batch', session_id='session_id')} AS key, * FROM {asked})"
    found: dict[SessionKey, tuple[str, list[dict[str, Any]]]] = {
        SessionKey(row["batch"], row["session_id"]): (row["rulebook"] or "", [])
        for row in archive.rows(
            f"SELECT batch, session_id, rulebook FROM {visible.text} SEMI JOIN {by_key} USING (key, batch, session_id)",
            (*visible.values, batches, ids),
        )
    }
    verdicts = archive.rows(
        f"SELECT * FROM {archive.on_disk('verdicts', sorted(set(batches)))} SEMI JOIN {asked}"
        " USING (batch, session_id) ORDER BY points DESC, rule",
        (batches, ids),
    )
    for row in verdicts:
        key = SessionKey(row["batch"], row["session_id"])
        if key in found:
            found[key][1].append(row)
    return found


def _of_session(archive: Archive, table: str, session: SessionKey, order: str) -> list[dict[str, Any]]:
    rows = archive.on_disk(table, [session.batch])
    return archive.rows(f"SELECT * FROM {rows} WHERE session_id = ? ORDER BY {order}", [session.session_id])


def _manifest_stamps(root: Path) -> tuple[tuple[str, int], ...]:
    stamps = []
    for path in manifest_paths(root):
        with suppress(FileNotFoundError):  # cleared out meanwhile
            stamps.append((str(path), path.stat().st_mtime_ns))
    return tuple(stamps)
