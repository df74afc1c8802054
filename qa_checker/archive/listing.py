"""Lists of sessions: chosen by a filter, in an order, page by page, and who stands beside whom."""

from dataclasses import dataclass

import pandas as pd

from qa_checker.archive.index import KEY
from qa_checker.archive.query import NAMED, Archive, SessionKey
from qa_checker.archive.selection import POINTS_LOST, Filter, Scope, Sql, chosen

SORT_KEYS = {
    "time": "coalesce(started_at, TIMESTAMP '0001-01-01')",
    "score": "coalesce(score, -1)",
    "review": "coalesce(final, score, -1)",
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


@dataclass(frozen=True)
class Order:
    """The order of a list of sessions; ties go by batch and session id so that pages never overlap."""

    key: str = "time"
    descending: bool = True
    finals: tuple[tuple[str, str, float], ...] = ()  # batch, session, score after review: of use by "review" alone


@dataclass(frozen=True)
class Neighbours:
    """Where a session stands in a list: the one before and after it, its place (from 1) and the list's length."""

    before: SessionKey | None
    after: SessionKey | None
    place: int
    total: int


def count_sessions(archive: Archive, scope: Scope, wanted: Filter) -> int:
    """How many sessions a filter chooses."""
    few = chosen(scope, wanted)
    return int(archive.rows(f"SELECT count(*) AS n FROM {few.text}", few.values)[0]["n"])


def session_page(archive: Archive, scope: Scope, wanted: Filter, order: Order, *, page: int, size: int) -> pd.DataFrame:
    """One page (from 1) of the list of sessions, with points lost and the rules broken, the dearest first."""
    few = _ordered(chosen(scope, wanted), order)
    direction = "DESC" if order.descending else "ASC"
    return archive.frame(
        f"""
        WITH listed AS (
            SELECT n, k, {_LISTED}, {POINTS_LOST} AS lost FROM {few.text}
            ORDER BY k {direction}, n {direction} LIMIT ? OFFSET ?
        ), broken AS (
            SELECT n, list(DISTINCT {{'points': -points, 'rule': rule}}) AS found
            FROM findings SEMI JOIN listed USING (n) WHERE fails > 0 GROUP BY n
        )
        SELECT {_LISTED}, lost,
            list_transform(list_sort(coalesce(found, [])), lambda f: f.rule) AS rules
        FROM listed LEFT JOIN broken USING (n)
        ORDER BY k {direction}, n {direction}
        """,
        (*few.values, size, (page - 1) * size),
    )


def _ordered(few: Sql, order: Order) -> Sql:
    """Chosen sessions with `k`, what they are ordered by."""
    if order.key == "review":
        named = f"SELECT {KEY.format(batch='batch', session_id='session_id')} AS key, *"
        finals = (
            "SELECT unnest(?::VARCHAR[]) AS batch, unnest(?::VARCHAR[]) AS session_id, unnest(?::DOUBLE[]) AS final"
        )
        joined = f"({few.text} LEFT JOIN ({named} FROM ({finals})) USING (key, batch, session_id))"
        columns = [list(column) for column in zip(*order.finals, strict=True)] or [[], [], []]
        few = Sql(joined, (*few.values, *columns))
    return Sql(f"(SELECT *, {SORT_KEYS[order.key]} AS k FROM {few.text})", few.values)


def neighbours(archive: Archive, scope: Scope, wanted: Filter, order: Order, session: SessionKey) -> Neighbours | None:
    """Who stands before and after a session in a list; None when it is not in the list (any more)."""
    few = _ordered(chosen(scope, wanted), order)
    here = archive.rows(f"SELECT n, k FROM {few.text} WHERE {NAMED}", (*few.values, *session.values))
    if not here:
        return None
    n, k = here[0]["n"], here[0]["k"]
    around = archive.rows(
        f"""
        SELECT count(*) AS total, count(*) FILTER (k < mine OR (k = mine AND n < here)) AS below,
            max(n) FILTER (k = mine AND n < here) AS lower_tie, max(k) FILTER (k < mine) AS lower_k,
            min(n) FILTER (k = mine AND n > here) AS higher_tie, min(k) FILTER (k > mine) AS higher_k
        FROM (SELECT n, k, ? AS mine, ? AS here FROM {few.text})
        """,
        (k, n, *few.values),
    )[0]
    lower, higher = around["lower_tie"], around["higher_tie"]
    if lower is None or higher is None:
        ends = archive.rows(
            f"SELECT max(n) FILTER (k = ?) AS lower, min(n) FILTER (k = ?) AS higher FROM {few.text}",
            (around["lower_k"], around["higher_k"], *few.values),
        )[0]
        lower, higher = lower or ends["lower"], higher or ends["higher"]
    lower, higher, below, total = _named(archive, lower), _named(archive, higher), around["below"], around["total"]
    if order.descending:
        return Neighbours(before=higher, after=lower, place=total - below, total=total)
    return Neighbours(before=lower, after=higher, place=below + 1, total=total)


def _named(archive: Archive, n: int | None) -> SessionKey | None:
    """The session of a number; one at a time, because the database passes over all others only then."""
    rows = archive.rows("SELECT batch, session_id FROM sessions WHERE n = ?", [n]) if n else []
    return SessionKey(rows[0]["batch"], rows[0]["session_id"]) if rows else None
