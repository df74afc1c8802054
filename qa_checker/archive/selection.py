"""Which sessions are meant: what a visitor may see, what he asks for, and the one place that makes SQL of both."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from qa_checker.archive.kinds import CONDITIONS, Kind, returning
from qa_checker.archive.schema import DIMENSIONS

LOSSES = tuple(dimension for dimension in DIMENSIONS if dimension != "praise")
POINTS_LOST = "(" + " + ".join(f"coalesce({dimension}, 0)" for dimension in LOSSES) + ")"


class Outcome(StrEnum):
    """How a session came out, as one asks for it."""

    ALL = "all"
    RED_LINE = "red-line"
    FAILED = "failed"
    DEDUCTED = "deducted"
    REWARDED = "rewarded"


_OUTCOME_CONDITIONS = {
    Outcome.RED_LINE: "red_line",
    Outcome.FAILED: "NOT passed",
    Outcome.DEDUCTED: f"{POINTS_LOST} > 0",
    Outcome.REWARDED: "(reward > 0 OR praise > 0)",
}


@dataclass(frozen=True)
class Scope:
    """The rows one visitor may see: sessions in which one of `agents` had a part, or every session."""

    agents: tuple[str, ...] | None = None


EVERYTHING = Scope()


@dataclass(frozen=True)
class Draw:
    """A random sample: the same seed draws the same sessions from the same set, on every machine."""

    size: int
    seed: int


@dataclass(frozen=True)
class Filter:
    """What a visitor asks for; dates are inclusive, empty tuples and None ask for nothing.

    With a rule, `agents` are those whom the rule's finding is charged to; with a kind, those whose part of the session
    is of that kind; otherwise, and of RETURNED, those who held the session last.
    """

    since: date | None = None
    until: date | None = None
    shops: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    rule: str | None = None
    outcome: Outcome = Outcome.ALL
    kind: Kind | None = None
    lowest: float | None = None
    highest: float | None = None
    session: str = ""
    draw: Draw | None = None


@dataclass(frozen=True)
class Sql:
    """A piece of SQL and the values for its question marks, in order."""

    text: str
    values: tuple[Any, ...] = ()


def chosen(scope: Scope, wanted: Filter) -> Sql:
    """The sessions a visitor may see and asks for, as a subquery; every query about sessions starts from it."""
    conditions = [*_scope_conditions(scope), *_filter_conditions(wanted), *_kind_conditions(scope, wanted)]
    text = f"SELECT * FROM sessions{_where(conditions)}"
    values = _values(conditions)
    if wanted.draw:
        # md5 rather than random(): the draw depends on the seed and the session alone, not on threads or file order.
        text += " ORDER BY md5(concat_ws('|', ?::VARCHAR, batch, session_id)) LIMIT ?"
        values += (wanted.draw.seed, wanted.draw.size)
    return Sql(f"({text})", values)


def held(scope: Scope, wanted: Filter) -> Sql:
    """The segments a visitor may see and asks for, as a subquery: agents asked for are those who held them.

    Whoever may see only his own sessions sees only his own part of them.
    """
    conditions = [_one_of("agent_id", agents) for agents in (scope.agents, wanted.agents) if agents]
    if scope.agents == ():
        conditions.append(Sql("false"))
    if wanted.since:
        conditions.append(Sql("day >= ?", (wanted.since,)))
    if wanted.until:
        conditions.append(Sql("day <= ?", (wanted.until,)))
    if wanted.shops:
        conditions.append(_one_of("shop", wanted.shops))
    if replace(wanted, since=None, until=None, shops=(), agents=()) != Filter():  # more than segments know themselves
        few = chosen(scope, wanted)
        conditions.append(Sql(f"(batch, session_id) IN (SELECT (batch, session_id) FROM {few.text})", few.values))
    return Sql(f"(SELECT * FROM segments{_where(conditions)})", _values(conditions))


def _where(conditions: list[Sql]) -> str:
    return " WHERE " + " AND ".join(f"({condition.text})" for condition in conditions) if conditions else ""


def _values(conditions: list[Sql]) -> tuple[Any, ...]:
    return tuple(value for condition in conditions for value in condition.values)


def _scope_conditions(scope: Scope) -> list[Sql]:
    if scope.agents is None:
        return []
    return [Sql("list_has_any(agents, ?::VARCHAR[])", (list(scope.agents),))]


def _filter_conditions(wanted: Filter) -> list[Sql]:
    conditions = []
    if wanted.since:
        conditions.append(Sql("started_at >= ?", (wanted.since,)))
    if wanted.until:
        conditions.append(Sql("started_at < ?", (wanted.until + timedelta(days=1),)))
    if wanted.shops:
        conditions.append(_one_of("shop", wanted.shops))
    if wanted.rule:
        conditions.append(_found(wanted.rule, wanted.agents))
    elif wanted.agents and wanted.kind in (None, Kind.RETURNED):
        conditions.append(_one_of("agent_id", wanted.agents))
    if wanted.outcome is not Outcome.ALL:
        conditions.append(Sql(_OUTCOME_CONDITIONS[wanted.outcome]))
    if wanted.lowest is not None:
        conditions.append(Sql("score >= ?", (wanted.lowest,)))
    if wanted.highest is not None:
        conditions.append(Sql("score <= ?", (wanted.highest,)))
    if wanted.session:
        conditions.append(Sql("contains(lower(session_id), lower(?))", (wanted.session,)))
    return conditions


def _found(rule: str, agents: tuple[str, ...]) -> Sql:
    charged = _one_of("agent_id", agents) if agents else Sql("true")
    return Sql(
        "(batch, session_id) IN "
        f"(SELECT (batch, session_id) FROM verdicts WHERE rule = ? AND outcome <> 'passes' AND {charged.text})",
        (rule, *charged.values),
    )


def _kind_conditions(scope: Scope, wanted: Filter) -> list[Sql]:
    whose = (() if wanted.rule else wanted.agents) or scope.agents
    if wanted.kind is None:
        return []
    if wanted.kind is Kind.RETURNED:
        return [_returned(wanted.since)]
    if not whose:
        return [Sql(CONDITIONS[wanted.kind])]
    theirs = _one_of("agent_id", whose)
    part = f"SELECT (batch, session_id) FROM segments WHERE {theirs.text} AND {CONDITIONS[wanted.kind]}"
    return [Sql(f"(batch, session_id) IN ({part})", theirs.values)]


def _returned(since: date | None) -> Sql:
    few = f"(SELECT * FROM sessions WHERE started_at >= DATE '{since.isoformat()}')" if since else "sessions"
    found = f"SELECT (batch, session_id) FROM {returning(few, since)} WHERE {CONDITIONS[Kind.RETURNED]}"
    return Sql(f"(batch, session_id) IN ({found})")


def _one_of(column: str, values: tuple[str, ...]) -> Sql:
    return Sql(f"{column} IN ({', '.join('?' * len(values))})", values)
