"""Reads a published archive with DuckDB: one page of sessions, one session whole, what there is to choose from."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from qa_checker.archive.manifest import Manifest, manifest_paths, published
from qa_checker.archive.rollup import answers, counted, roll_up
from qa_checker.archive.schema import TABLES
from qa_checker.archive.selection import EVERYTHING, POINTS_LOST, Filter, Scope, Sql, chosen

SORT_KEYS = {
    "time": "coalesce(started_at, TIMESTAMP '0001-01-01')",
    "score": "coalesce(score, -1)",
    "first": "coalesce(first_response_s, -1)",
    "average": "coalesce(average_response_s, -1)",
    "messages": "coalesce(messages, 0)",
    "fine": "coalesce(fine, 0)",
}
"""What a list of sessions may be ordered by; unknown values come first when ascending."""


_LISTED = (
    "batch, session_id, started_at, shop, agent_id, messages, first_response_s, average_response_s, "
    "score, passed, red_line, fine, reward"
)


class ArchiveEmpty(Exception):
    """Nothing has been published in this archive yet, or there is no such folder."""


@dataclass(frozen=True)
class Order:
    """The order of a list of sessions; ties go by batch and session so that pages never overlap."""

    key: str = "time"
    descending: bool = True


@dataclass(frozen=True)
class SessionKey:
    """What names a session in an archive."""

    batch: str
    session_id: str


@dataclass(frozen=True)
class Neighbours:
    """Where a session stands in a list: the one before and after it, its place (from 1) and the list's length."""

    before: SessionKey | None
    after: SessionKey | None
    place: int
    total: int


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


class Archive:
    """The published nights under a folder. Safe for many threads: every question has a cursor of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.manifests: tuple[Manifest, ...] = ()
        self._connection = duckdb.connect(":memory:")
        self._refreshing = threading.Lock()
        self._seen: tuple[tuple[str, int], ...] = ()

    def refresh(self) -> str:
        """Take up what was published since; the answer changes exactly when the archive's content does."""
        with self._refreshing:
            seen = _manifest_stamps(self.root)
            if seen != self._seen:
                self.manifests = tuple(published(self.root)) if seen else ()
                self._point_views_at(self.manifests)
                self._seen = seen
            return " ".join(f"{manifest.batch}/{manifest.run}" for manifest in self.manifests)

    def _point_views_at(self, manifests: Iterable[Manifest]) -> None:
        runs = [manifest.folder(self.root) for manifest in manifests]
        cursor = self._connection.cursor()
        cursor.begin()
        for table in TABLES:
            if runs:
                files = ", ".join(_quoted(run / f"{table}.parquet") for run in runs)
                cursor.execute(f"CREATE OR REPLACE VIEW {table} AS SELECT * FROM read_parquet([{files}])")
            else:
                cursor.execute(f"DROP VIEW IF EXISTS {table}")
        if runs:
            roll_up(cursor, self.manifests)
        cursor.commit()
        cursor.close()

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
        self._connection.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        if not self.manifests:
            raise ArchiveEmpty(str(self.root))
        return self._connection.cursor()


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
    if answers(scope, Filter()):
        broken = Sql(f"SELECT DISTINCT rule FROM {counted(Filter()).text} ORDER BY rule")
    else:
        found = f"verdicts SEMI JOIN {visible.text} USING (batch, session_id) WHERE outcome <> 'passes'"
        broken = Sql(f"SELECT DISTINCT rule FROM {found} ORDER BY rule", visible.values)
    rules = archive.rows(broken.text, broken.values)
    return Choices(
        shops=tuple(row["shops"] or ()),
        agents=tuple(row["agents"] or ()),
        rules=tuple(found["rule"] for found in rules),
        first_day=row["first_day"],
        last_day=row["last_day"],
        highest_score=row["highest_score"],
    )


def count_sessions(archive: Archive, scope: Scope, wanted: Filter) -> int:
    """How many sessions a filter chooses."""
    few = chosen(scope, wanted)
    return int(archive.rows(f"SELECT count(*) AS n FROM {few.text}", few.values)[0]["n"])


def session_page(archive: Archive, scope: Scope, wanted: Filter, order: Order, *, page: int, size: int) -> pd.DataFrame:
    """One page (from 1) of the list of sessions, with points lost and the rules broken, the dearest first."""
    few = chosen(scope, wanted)
    direction = "DESC" if order.descending else "ASC"
    return archive.frame(
        f"""
        WITH listed AS (
            SELECT {_LISTED}, {POINTS_LOST} AS lost, {SORT_KEYS[order.key]} AS sort_key FROM {few.text}
            ORDER BY sort_key {direction}, batch {direction}, session_id {direction} LIMIT ? OFFSET ?
        ), broken AS (
            SELECT batch, session_id, list(DISTINCT {{'points': -points, 'rule': rule}}) AS found
            FROM verdicts SEMI JOIN listed USING (batch, session_id) WHERE outcome = 'fails' GROUP BY ALL
        )
        SELECT {_LISTED}, lost,
            list_transform(list_sort(coalesce(found, [])), lambda f: f.rule) AS rules
        FROM listed LEFT JOIN broken USING (batch, session_id)
        ORDER BY sort_key {direction}, batch {direction}, session_id {direction}
        """,
        (*few.values, size, (page - 1) * size),
    )


def neighbours(archive: Archive, scope: Scope, wanted: Filter, order: Order, session: SessionKey) -> Neighbours | None:
    """Who stands before and after a session in a list; None when it is not in the list (any more)."""
    few = chosen(scope, wanted)
    row = archive.rows(
        f"""
        WITH listed AS (SELECT {{'k': {SORT_KEYS[order.key]}, 'b': batch, 's': session_id}} AS spot FROM {few.text}),
        here AS (SELECT spot AS mine FROM listed WHERE spot.b = ? AND spot.s = ?)
        SELECT max(spot) FILTER (spot < mine) AS lower, min(spot) FILTER (spot > mine) AS higher,
            count(*) FILTER (spot < mine) AS below, count(*) AS total
        FROM listed, here
        """,
        (*few.values, session.batch, session.session_id),
    )[0]
    if not row["total"]:
        return None
    lower, higher = (SessionKey(end["b"], end["s"]) if end else None for end in (row["lower"], row["higher"]))
    below, total = int(row["below"]), int(row["total"])
    if order.descending:
        return Neighbours(before=higher, after=lower, place=total - below, total=total)
    return Neighbours(before=lower, after=higher, place=below + 1, total=total)


def whole_session(archive: Archive, scope: Scope, session: SessionKey) -> WholeSession | None:
    """One session with its messages, verdicts and rounds; None when there is none this visitor may see."""
    visible = chosen(scope, Filter())
    found = archive.rows(
        f"SELECT * FROM {visible.text} WHERE batch = ? AND session_id = ?", (*visible.values, *_key(session))
    )
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
    found: dict[SessionKey, tuple[str, list[dict[str, Any]]]] = {
        SessionKey(row["batch"], row["session_id"]): (row["rulebook"] or "", [])
        for row in archive.rows(
            f"SELECT batch, session_id, rulebook FROM {visible.text} SEMI JOIN {asked} USING (batch, session_id)",
            (*visible.values, batches, ids),
        )
    }
    verdicts = archive.rows(
        f"SELECT * FROM verdicts SEMI JOIN {asked} USING (batch, session_id) ORDER BY points DESC, rule",
        (batches, ids),
    )
    for row in verdicts:
        key = SessionKey(row["batch"], row["session_id"])
        if key in found:
            found[key][1].append(row)
    return found


def _of_session(archive: Archive, table: str, session: SessionKey, order: str) -> list[dict[str, Any]]:
    sql = Sql(f"SELECT * FROM {table} WHERE batch = ? AND session_id = ? ORDER BY {order}", _key(session))
    return archive.rows(sql.text, sql.values)


def _key(session: SessionKey) -> tuple[str, str]:
    return session.batch, session.session_id


def _manifest_stamps(root: Path) -> tuple[tuple[str, int], ...]:
    return tuple((str(path), path.stat().st_mtime_ns) for path in manifest_paths(root))


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
