"""The figures of the overview: totals, days, distributions, agents, and who broke which rule how often."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd

from qa_checker.archive.query import Archive
from qa_checker.archive.selection import LOSSES, Filter, Scope, charged, chosen

SCORE_BIN = 5
"""Points a bar of the score distribution covers."""

_BARS = 30
_BAR_WIDTHS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600)  # seconds, so that edges are round numbers

_FIGURES = """
    count(*) AS sessions, avg(score) AS score, stddev_samp(score) AS deviation,
    avg(passed::INT) AS pass_rate, count(*) FILTER (red_line) AS red_lines,
    coalesce(sum(rounds), 0)::BIGINT AS rounds
"""


@dataclass(frozen=True)
class Totals:
    """A period in one line: sessions, mean score and its standard deviation, shares in 0…1, 元."""

    sessions: int
    score: float | None
    deviation: float | None
    pass_rate: float | None
    red_lines: int
    rounds: int
    fine: float
    reward: float


@dataclass(frozen=True)
class TeamScore:
    """How many agents there are, and the median of their mean scores."""

    agents: int
    median: float | None


@dataclass(frozen=True)
class ResponseTimes:
    """First responses as bars of equal width (the last one is open-ended) and their percentiles, in seconds."""

    bars: pd.DataFrame  # start, end (null: open), sessions
    p50: float
    p90: float
    p99: float


def totals(archive: Archive, scope: Scope, wanted: Filter) -> Totals:
    """The period in one line."""
    few = chosen(scope, wanted)
    row = archive.rows(
        f"SELECT {_FIGURES}, coalesce(sum(fine), 0) AS fine, coalesce(sum(reward), 0) AS reward FROM {few.text}",
        few.values,
    )[0]
    return Totals(**row)


def previous_period(wanted: Filter) -> Filter | None:
    """The filter for as many days just before; None when the period has no beginning or no end."""
    if wanted.since is None or wanted.until is None:
        return None
    length = wanted.until - wanted.since + timedelta(days=1)
    return replace(wanted, since=wanted.since - length, until=wanted.since - timedelta(days=1))


def without_time(archive: Archive, scope: Scope, wanted: Filter) -> int:
    """How many sessions a period leaves out because none of their messages has a time."""
    few = chosen(scope, replace(wanted, since=None, until=None))
    sql = f"SELECT count(*) AS n FROM {few.text} WHERE started_at IS NULL"
    return int(archive.rows(sql, few.values)[0]["n"])


def by_day(archive: Archive, scope: Scope, wanted: Filter) -> pd.DataFrame:
    """One row a day on which a session began, with the figures of `Totals` but for money."""
    few = chosen(scope, wanted)
    return archive.frame(
        f"SELECT date_trunc('day', started_at) AS day, {_FIGURES} FROM {few.text}"
        " WHERE started_at IS NOT NULL GROUP BY day ORDER BY day",
        few.values,
    )


def by_agent(archive: Archive, scope: Scope, wanted: Filter) -> pd.DataFrame:
    """One row an agent who held a session last, with the figures of `Totals` but for money."""
    few = chosen(scope, wanted)
    return archive.frame(
        f"SELECT agent_id, {_FIGURES} FROM {few.text} WHERE agent_id IS NOT NULL"
        " GROUP BY agent_id ORDER BY score DESC, agent_id",
        few.values,
    )


def team_score(archive: Archive, scope: Scope, wanted: Filter) -> TeamScore:
    """What the middle agent has: of the whole team, it is all that an agent may see of the others' scores."""
    few = chosen(scope, wanted)
    row = archive.rows(
        "SELECT count(*) AS agents, median(score) AS median FROM"
        f" (SELECT avg(score) AS score FROM {few.text} WHERE agent_id IS NOT NULL GROUP BY agent_id)",
        few.values,
    )[0]
    return TeamScore(**row)


def score_distribution(archive: Archive, scope: Scope, wanted: Filter) -> pd.DataFrame:
    """Sessions by steps of SCORE_BIN points: start (inclusive), sessions."""
    few = chosen(scope, wanted)
    return archive.frame(
        f"SELECT floor(score / {SCORE_BIN}) * {SCORE_BIN} AS start, count(*) AS sessions FROM {few.text}"
        " WHERE score IS NOT NULL GROUP BY start ORDER BY start",
        few.values,
    )


def response_times(archive: Archive, scope: Scope, wanted: Filter) -> ResponseTimes | None:
    """How long customers waited for the first reply; None when no wait is known.

    Bars reach to three times the 90th percentile: a few chats left lying overnight would flatten all others.
    """
    few = chosen(scope, wanted)
    row = archive.rows(
        f"SELECT quantile_cont(first_response_s, [0.5, 0.9, 0.99]) AS percentiles FROM {few.text}", few.values
    )[0]
    if row["percentiles"] is None:
        return None
    p50, p90, p99 = row["percentiles"]
    width = next((width for width in _BAR_WIDTHS if width * _BARS > 3 * p90), 3 * p90 / _BARS)
    bars = archive.frame(
        f"""
        SELECT least(floor(first_response_s / ?), {_BARS}) * ? AS start,
            CASE WHEN start < {_BARS} * ? THEN start + ? END AS end, count(*) AS sessions
        FROM {few.text} WHERE first_response_s IS NOT NULL GROUP BY start ORDER BY start
        """,
        (width, width, width, width, *few.values),
    )
    return ResponseTimes(bars, p50, p90, p99)


def losses(archive: Archive, scope: Scope, wanted: Filter) -> pd.DataFrame:
    """One row a dimension: points lost in all, a session, and how many sessions lost any; the dearest first."""
    few = chosen(scope, wanted)
    figures = ", ".join(
        f"{{'dimension': '{each}', 'points': sum({each}), 'per_session': avg({each}),"
        f" 'sessions': count(*) FILTER ({each} > 0)}}"
        for each in LOSSES
    )
    return archive.frame(
        f"SELECT lost.* FROM (SELECT unnest([{figures}]) AS lost FROM {few.text})"
        " WHERE lost.points > 0 ORDER BY lost.points DESC",
        few.values,
    )


def by_rule(archive: Archive, scope: Scope, wanted: Filter) -> pd.DataFrame:
    """One row a rule with anything found, the dearest first: as `findings`, a session once whoever is charged."""
    few = charged(scope, wanted)
    return archive.frame(
        f"""
        SELECT rule, any_value(dimension) AS dimension, sum(fails)::BIGINT AS fails,
            count(DISTINCT n) AS sessions, sum(points) AS points, sum(fine) AS fine, sum(reward) AS reward
        FROM {few.text} WHERE found > 0 GROUP BY rule ORDER BY points DESC, rule
        """,
        few.values,
    )


def findings(archive: Archive, scope: Scope, wanted: Filter) -> pd.DataFrame:
    """One row an agent and rule with anything found: sessions, how often it failed, points, 元, by who is charged.

    A filter's agents bound who is charged here, so that a colleague's part of a transferred session stays out.
    """
    few = charged(scope, wanted)
    return archive.frame(
        f"""
        SELECT agent_id, rule, any_value(dimension) AS dimension, sum(fails)::BIGINT AS fails,
            count(*) AS sessions, sum(points) AS points, sum(fine) AS fine, sum(reward) AS reward
        FROM {few.text} WHERE found > 0 GROUP BY agent_id, rule
        """,
        few.values,
    )
