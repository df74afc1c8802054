"""Works metrics out: one query over the counters for each kind of rows that the metrics asked for run over."""

from collections.abc import Sequence
from enum import StrEnum
from functools import reduce

import pandas as pd

from qa_checker.archive.kinds import CONDITIONS, LONG, Kind
from qa_checker.archive.query import Archive
from qa_checker.archive.selection import Filter, Scope, Sql, chosen, held, returns

from .metric import Metric, Over


class By(StrEnum):
    """What a table of metrics is grouped by; the value is the column's name."""

    BATCH = "batch"
    SHOP = "shop"
    AGENT = "agent_id"
    DAY = "day"
    SESSION = "session_id"


def measure(
    archive: Archive, scope: Scope, wanted: Filter, metrics: Sequence[Metric], by: Sequence[By] = ()
) -> pd.DataFrame:
    """One row a group, with a column for each of `by` and one for each metric by its key; null where undefined.

    A session counts on the day it began. Where agents are told apart, or asked for, each answers for what he held
    of a session; otherwise sessions count as wholes.
    """
    told_apart = By.AGENT in by or bool(wanted.agents) or scope.agents is not None
    sources = {
        Over.RECEPTIONS: held(scope, wanted) if told_apart else _whole(scope, wanted),
        Over.SEGMENTS: held(scope, wanted),
        Over.PERSON_DAYS: _person_days(held(scope, wanted) if told_apart else _whole(scope, wanted), by),
        Over.RETURNS: _returns(scope, wanted),
        Over.LOADS: _loads(held(scope, wanted)),
    }
    asked = [Over.RECEPTIONS, *dict.fromkeys(each.over for each in metrics if each.over is not Over.RECEPTIONS)]
    tables = [
        _aggregated(archive, sources[over], [each for each in metrics if each.over is over], by) for over in asked
    ]
    merged = reduce(_beside, tables)
    return merged[[*by, *(each.key for each in metrics)]]


def behind(archive: Archive, scope: Scope, wanted: Filter, kinds: Sequence[Kind]) -> dict[Kind, int]:
    """How many sessions of each kind a filter for that kind would choose."""
    told_apart = bool(wanted.agents) or scope.agents is not None
    receptions = held(scope, wanted) if told_apart else _whole(scope, wanted)
    one = "count(DISTINCT n)" if told_apart else "count(*)"
    found: dict[Kind, int] = {}
    for rows, mine in (
        (receptions, [kind for kind in kinds if kind is not Kind.RETURNED]),
        (_returns(scope, wanted), [kind for kind in kinds if kind is Kind.RETURNED]),
    ):
        if mine:
            counts = ", ".join(f'{one} FILTER ({CONDITIONS[kind]}) AS "{kind}"' for kind in mine)
            row = archive.rows(f"SELECT {counts} FROM {rows.text}", rows.values)[0]
            found |= {kind: row[kind] for kind in mine}
    return found


def _aggregated(archive: Archive, rows: Sql, metrics: Sequence[Metric], by: Sequence[By]) -> pd.DataFrame:
    columns = [*by, *(f"({each.sql})::DOUBLE AS {each.key}" for each in metrics)] or ["count(*) AS rows"]
    grouped = f"GROUP BY {', '.join(by)} ORDER BY {', '.join(by)}" if by else ""
    return archive.frame(f"SELECT {', '.join(columns)} FROM {rows.text} {grouped}", rows.values)


def _beside(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    keys = [name for name in left.columns if name in set(By)]
    return left.merge(right, on=keys, how="left") if keys else pd.concat([left, right], axis=1)


def _whole(scope: Scope, wanted: Filter) -> Sql:
    few = chosen(scope, wanted)
    return Sql(f"(SELECT *, started_at::DATE AS day FROM {few.text})", few.values)


def _person_days(receptions: Sql, by: Sequence[By]) -> Sql:
    """One row a customer, shop and day (and whatever else is told apart); without an id each session is a customer's.

    One number stands for the three: grouping by texts takes several times as long.
    """
    keys = "".join(f"{each}, " for each in by)
    return Sql(
        f"""(
        SELECT {keys} bool_or(customer_messages > 0) AS wrote, bool_or(agent_messages > 0) AS received,
            bool_or(rounds > 0) AS asked, bool_or(rounds > untimed) AS timed,
            NOT bool_and(rounds = 0 OR {CONDITIONS[Kind.MISSED]}) AS replied,
            bool_or({CONDITIONS[Kind.SLOW]}) AS slow, coalesce(bool_or(handled_s > {LONG}), false) AS long,
            bool_or(transferred_in > 0) AS passed_in, bool_or(transferred_out > 0) AS passed_on
        FROM {receptions.text}
        GROUP BY {keys} hash(coalesce(person, n), day)
        )""",
        receptions.values,
    )


def _returns(scope: Scope, wanted: Filter) -> Sql:
    return returns(_whole(scope, wanted), wanted.since)


def _loads(segments: Sql) -> Sql:
    """One row a segment with `at_once`, how many its agent had open when it began, itself included (sweep line).

    A segment is open from its first to its last message, both included.
    """
    return Sql(
        f"""(
        WITH ends AS MATERIALIZED (SELECT *, hash(agent_id) AS who FROM {segments.text}
            WHERE agent_id IS NOT NULL AND started_at IS NOT NULL)
        SELECT *, sum(change) OVER (PARTITION BY who ORDER BY moment, change DESC) AS at_once FROM (
            SELECT batch, session_id, shop, agent_id, day, who, started_at AS moment, 1 AS change FROM ends
            UNION ALL
            SELECT batch, session_id, shop, agent_id, day, who, ended_at, -1 FROM ends
        ) QUALIFY change = 1
        )""",
        segments.values,
    )
