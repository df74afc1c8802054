"""Which sessions are meant: what a visitor may see, what he asks for, and the one place that makes SQL of both."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from qa_checker.archive.kinds import CONDITIONS, OF_WHOLE_SESSIONS, Kind
from qa_checker.archive.schema import DIMENSIONS

_PRIME = 2**31 - 1
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
    only: tuple[tuple[str, str], ...] | None = None  # batch, session: those that somebody picked, and no others


@dataclass(frozen=True)
class Sql:
    """A piece of SQL and the values for its question marks, in order."""

    text: str
    values: tuple[Any, ...] = ()


def chosen(scope: Scope, wanted: Filter) -> Sql:
    """The sessions a visitor may see and asks for, as a subquery; every query about sessions starts from it."""
    conditions = [*_scope_conditions(scope), *_filter_conditions(wanted), *_kind_conditions(scope, wanted)]
    few = Sql(f"(SELECT * FROM sessions{_where(conditions)})", _values(conditions))
    return _drawn(few, wanted.draw) if wanted.draw else few


def _drawn(few: Sql, draw: Draw) -> Sql:
    """The sessions that come first when all are shuffled: by a hash that the seed picks from a universal family.

    h(x) = (a·x + b) mod p over the sessions' keys, p = 2³¹ - 1 (Carter & Wegman 1979): many times quicker than hashing
    each session's name anew for every seed.
    """
    digest = hashlib.sha256(str(draw.seed).encode()).digest()
    a, b = (int.from_bytes(part) % (_PRIME - 1) + 1 for part in (digest[:16], digest[16:]))
    shuffled = f"((key >> 33)::BIGINT * ? + ?) % {_PRIME}"
    return Sql(
        f"(SELECT * FROM sessions WHERE n IN (SELECT n FROM {few.text} ORDER BY {shuffled}, n LIMIT ?))",
        (*few.values, a, b, draw.size),
    )


def held(scope: Scope, wanted: Filter) -> Sql:
    """The segments a visitor may see and asks for, as a subquery: agents asked for are those who held them.

    Whoever may see only his own sessions sees only his own part of them.
    """
    conditions = _about_parts(wanted)
    if scope.agents is not None:
        conditions.append(_one_of("agent_id", scope.agents))
    if _asks_of_sessions(wanted):
        conditions.append(_among(chosen(scope, wanted)))
    return Sql(f"(SELECT * FROM segments{_where(conditions)})", _values(conditions))


def charged(scope: Scope, wanted: Filter) -> Sql:
    """The findings in sessions a visitor may see and asks for, as a subquery: agents asked for are those charged."""
    conditions = _about_parts(wanted)
    if scope != EVERYTHING or _asks_of_sessions(wanted):
        conditions.append(_among(chosen(scope, replace(wanted, agents=()))))
    return Sql(f"(SELECT * FROM findings{_where(conditions)})", _values(conditions))


def _about_parts(wanted: Filter) -> list[Sql]:
    """What segments and findings know themselves, without a look at their sessions."""
    conditions = [
        _one_of(name, several) for name, several in (("agent_id", wanted.agents), ("shop", wanted.shops)) if several
    ]
    if wanted.since:
        conditions.append(Sql("day >= ?", (wanted.since,)))
    if wanted.until:
        conditions.append(Sql("day <= ?", (wanted.until,)))
    return conditions


def _asks_of_sessions(wanted: Filter) -> bool:
    return replace(wanted, since=None, until=None, shops=(), agents=()) != Filter()


def _among(few: Sql) -> Sql:
    return Sql(f"n IN (SELECT n FROM {few.text})", few.values)


def _where(conditions: list[Sql]) -> str:
    return " WHERE " + " AND ".join(f"({condition.text})" for condition in conditions) if conditions else ""


def _values(conditions: list[Sql]) -> tuple[Any, ...]:
    return tuple(value for condition in conditions for value in condition.values)


def _scope_conditions(scope: Scope) -> list[Sql]:
    if scope.agents is None:
        return []
    theirs = _one_of("agent_id", scope.agents)
    return [Sql(f"n IN (SELECT n FROM parts WHERE {theirs.text})", theirs.values)]


def _filter_conditions(wanted: Filter) -> list[Sql]:
    conditions = []
    if wanted.since:
        conditions.append(Sql("started_at >= ?", (wanted.since,)))
    if wanted.until:
        conditions.append(Sql("started_at < ?::DATE + INTERVAL 1 DAY", (wanted.until,)))
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
    if wanted.only is not None:
        conditions.append(_picked(wanted.only))
    return conditions


def _picked(keys: tuple[tuple[str, str], ...]) -> Sql:
    batches, ids = [batch for batch, _ in keys], [session_id for _, session_id in keys]
    picked = "SELECT unnest(?::VARCHAR[]) AS batch, unnest(?::VARCHAR[]) AS session_id"
    return Sql(f"(batch, session_id) IN (SELECT (batch, session_id) FROM ({picked}))", (batches, ids))


def _found(rule: str, agents: tuple[str, ...]) -> Sql:
    charged = _one_of("agent_id", agents) if agents else Sql("true")
    return Sql(f"n IN (SELECT n FROM findings WHERE rule = ? AND {charged.text})", (rule, *charged.values))


def _kind_conditions(scope: Scope, wanted: Filter) -> list[Sql]:
    whose = (() if wanted.rule else wanted.agents) or scope.agents
    if wanted.kind is None:
        return []
    if not whose or wanted.kind in OF_WHOLE_SESSIONS:
        return [Sql(CONDITIONS[wanted.kind])]
    theirs = _one_of("agent_id", whose)
    part = f"SELECT n FROM segments WHERE {theirs.text} AND {CONDITIONS[wanted.kind]}"
    return [Sql(f"n IN ({part})", theirs.values)]


def _one_of(column: str, values: tuple[str, ...]) -> Sql:
    if not values:
        return Sql("false")
    return Sql(f"{column} IN ({', '.join('?' * len(values))})", values)
