"""Findings counted once by day, shop, agent and rule: what most questions about a period need to know of verdicts."""

from collections.abc import Iterable

import duckdb

from qa_checker.archive.manifest import Manifest
from qa_checker.archive.selection import EVERYTHING, Filter, Outcome, Scope, Sql

TABLE = "findings_by_day"


def roll_up(cursor: duckdb.DuckDBPyConnection, manifests: Iterable[Manifest]) -> None:
    """Count what was published since the last time; a night that is there already is not counted again.

    A session has one day and one shop, so that its sums may be added up over groups.
    """
    cursor.execute(
        f"CREATE TABLE IF NOT EXISTS {TABLE} (batch VARCHAR, run VARCHAR, day DATE, shop VARCHAR, agent_id VARCHAR, "
        "rule VARCHAR, dimension VARCHAR, fails BIGINT, sessions BIGINT, points DOUBLE, fine DOUBLE, reward DOUBLE)"
    )
    wanted = {(manifest.batch, manifest.run) for manifest in manifests}
    there = set(cursor.execute(f"SELECT DISTINCT batch, run FROM {TABLE}").fetchall())
    for batch, run in there - wanted:
        cursor.execute(f"DELETE FROM {TABLE} WHERE batch = ? AND run = ?", (batch, run))
    for batch, run in sorted(wanted - there):
        cursor.execute(
            f"""
            INSERT INTO {TABLE}
            SELECT ?, ?, held.started_at::DATE, held.shop, found.agent_id, found.rule, any_value(found.dimension),
                count(*) FILTER (outcome = 'fails'), count(DISTINCT session_id),
                coalesce(sum(points) FILTER (outcome = 'fails'), 0), sum(found.fine), sum(found.reward)
            FROM (FROM verdicts WHERE batch = ? AND outcome <> 'passes') AS found
            JOIN (SELECT session_id, started_at, shop FROM sessions WHERE batch = ?) AS held USING (session_id)
            GROUP BY ALL
            """,
            (batch, run, batch, batch),
        )


def answers(scope: Scope, wanted: Filter) -> bool:
    """Whether a question about these sessions can be answered from the counts alone."""
    return scope == EVERYTHING and wanted == Filter(
        since=wanted.since, until=wanted.until, shops=wanted.shops, agents=wanted.agents, outcome=Outcome.ALL
    )


def counted(wanted: Filter) -> Sql:
    """The counts of a period, as a subquery; a filter's agents are those who are charged."""
    conditions, values = ["true"], list[object]()
    for text, value in (("day >= ?", wanted.since), ("day <= ?", wanted.until)):
        if value:
            conditions.append(text)
            values.append(value)
    for column, several in (("shop", wanted.shops), ("agent_id", wanted.agents)):
        if several:
            conditions.append(f"{column} IN ({', '.join('?' * len(several))})")
            values += several
    return Sql(f"(SELECT * FROM {TABLE} WHERE {' AND '.join(conditions)})", tuple(values))
