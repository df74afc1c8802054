"""A scored batch as the five tables of the archive."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from qa_checker.archive.schema import (
    COUNTERS,
    DIMENSIONS,
    MESSAGES,
    QUOTE,
    ROUNDS,
    SEGMENTS,
    SESSIONS,
    VERDICTS,
)
from qa_checker.chats import NOBODY, Chats, Rows
from qa_checker.receptions import Receptions, by_agent, by_session, ratings
from qa_checker.rounds import COUNTED
from qa_checker.rules.verdicts import OUTCOMES, PASSES, SKIPS, Quotes, Verdicts
from qa_checker.scorecard import Scored

ASKS = "asks"
"""The outcome of a question that only a person can answer, with the words that raised it."""


def tables(scored: Scored, batch: str) -> dict[str, pa.Table]:
    """The rows to publish, each table sorted by session as the batch was.

    Verdicts that skip are left out, and so are passes with nothing to quote (nobody was insulted): judging a chat
    again by the rulebook kept with the batch gives them back. One that skips with a quote was raised by a cue and
    waits for a person (reviewer_asks): it is kept as ASKS.
    """
    return {
        "sessions": _sessions(scored, batch),
        "segments": _segments(scored, batch),
        "verdicts": _verdicts(scored, batch),
        "messages": _messages(scored.chats, batch),
        "rounds": _rounds(scored, batch),
    }


def _sessions(scored: Scored, batch: str) -> pa.Table:
    chats, count = scored.chats, len(scored.chats)
    first, last = chats.first_in_chat, chats.last_in_chat
    counted = by_session(chats, scored.rounds, scored.rulebook.response_cap)
    lost = {name: scored.dimensions.get(name, np.zeros(count)) for name in DIMENSIONS}
    columns = {
        "batch": _repeat(batch, count),
        "session_id": pa.array(chats.session_ids, pa.string()),
        **{name: pa.array(chats.about[name], pa.string()) for name in ("shop", "channel", "customer_id")},
        "agent_id": _named(chats.agents, scored.holder()),
        "agents": _agents(chats),
        "started_at": _times(chats.sent_at[first], counted.timed),
        "ended_at": _times(chats.sent_at[last], counted.timed),
        "messages": np.diff(chats.starts),
        **_counters(counted),
        "average_response_s": _measured(scored.responses.average),
        "rating": pa.array(ratings(chats), pa.string()),
        "score": scored.score,
        "passed": scored.passed,
        "red_line": scored.red_line,
        "fine": scored.fine,
        "reward": scored.reward,
        **lost,
        "rulebook": _repeat(f"{scored.rulebook.name}@{scored.rulebook.fingerprint}", count),
    }
    return _table(columns, SESSIONS)


def _segments(scored: Scored, batch: str) -> pa.Table:
    chats = scored.chats
    held = by_agent(chats, scored.rounds, scored.rulebook.response_cap)
    chat = pa.array(held.chat)
    timed = np.logical_or.reduceat(chats.time_known, chats.first_in_chat) if len(chats) else np.zeros(0, bool)
    began = _times(chats.sent_at[chats.first_in_chat], timed).cast(pa.date32(), safe=False)
    about = {name: pa.array(chats.about[name], pa.string()).take(chat) for name in ("shop", "channel", "customer_id")}
    columns = {
        "batch": _repeat(batch, len(chat)),
        "session_id": pa.array(chats.session_ids, pa.string()).take(chat),
        **about,
        "agent_id": _named(chats.agents, held.agent),
        "day": began.take(chat),
        "started_at": _times(chats.sent_at[held.first_row], held.timed),
        "ended_at": _times(chats.sent_at[held.last_row], held.timed),
        **_counters(held),
    }
    return _table(columns, SEGMENTS)


def _counters(counted: Receptions) -> dict[str, object]:
    """The columns of COUNTERS; figures with fractions are null where there is nothing to measure."""
    columns = {name: getattr(counted, name) for name, _ in COUNTERS}
    return {name: _measured(values) if values.dtype == float else values for name, values in columns.items()}


def _verdicts(scored: Scored, batch: str) -> pa.Table:
    chats = scored.chats
    rules = [rule for rule, _ in scored.verdicts]
    shown = [_Shown.of(chats, found) for _, found in scored.verdicts]
    order = np.argsort(_joined([each.found.chat[each.verdicts] for each in shown]), kind="stable")

    def column(name: str) -> NDArray[Any]:
        return _joined([getattr(each.found, name)[each.verdicts] for each in shown])[order]

    rule = pa.array(_joined([np.full(len(each.verdicts), number) for number, each in enumerate(shown)])[order])
    outcomes = [ASKS if each == "skips" else each for each in OUTCOMES]
    reasons = [pa.array([], pa.string()), *(each.found.told(each.verdicts) for each in shown)]
    columns = {
        "batch": _repeat(batch, len(order)),
        "session_id": pa.array(chats.session_ids, pa.string()).take(pa.array(column("chat"), pa.int64())),
        "rule": pa.array([each.id for each in rules], pa.string()).take(rule),
        "dimension": pa.array([each.dimension for each in rules], pa.string()).take(rule),
        "outcome": pa.array(outcomes, pa.string()).take(pa.array(column("outcome"), pa.int8())),
        **{name: column(name).astype(np.float64) for name in ("points", "fine", "reward")},
        "agent_id": _named(chats.agents, column("charged")),
        "reason": pa.concat_arrays(reasons).take(pa.array(order)),
        "quotes": _quotes(chats, shown, order),
    }
    return _table(columns, VERDICTS)


class _Shown(NamedTuple):
    """What is kept of a rule's verdicts: their numbers, and the quotes that show them, by place among those kept."""

    found: Verdicts
    verdicts: Rows
    quotes: Quotes

    @classmethod
    def of(cls, chats: Chats, found: Verdicts) -> "_Shown":
        quotes = found.quotes(chats)
        quoted = np.bincount(quotes.verdict, minlength=len(found.chat)) > 0
        kept = (found.outcome != SKIPS) & (found.outcome != PASSES) | quoted
        place = np.cumsum(kept) - 1
        # What the agent did in another chat of the customer can't be quoted: a quote says where in its own chat it is.
        here = chats.session[quotes.row] == found.chat[quotes.verdict]
        verdict, row, start, end = (column[here] for column in quotes)
        return cls(found, np.flatnonzero(kept), Quotes(place[verdict], row, start, end))


def _quotes(chats: Chats, shown: Sequence[_Shown], order: Rows) -> pa.ListArray:
    """The quotes of each verdict, in this order of all that are kept."""
    first = np.cumsum([0, *(len(each.verdicts) for each in shown)])
    owner = _joined([each.quotes.verdict + before for each, before in zip(shown, first[:-1], strict=True)])
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    by_place = np.argsort(place[owner], kind="stable")
    row, start, end = (
        _joined([getattr(each.quotes, name) for each in shown])[by_place] for name in ("row", "start", "end")
    )
    stretches = zip(chats.text[row].tolist(), start.tolist(), end.tolist(), strict=True)
    words = [chats.texts[text][low:high] for text, low, high in stretches]
    columns = (chats.seq(row), start, end)
    values = [*(pa.array(column, pa.int32()) for column in columns), pa.array(words, pa.string())]
    offsets = np.cumsum([0, *np.bincount(place[owner], minlength=len(order))])
    return pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), pa.StructArray.from_arrays(values, fields=list(QUOTE))
    )


def _joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, np.int8), *parts])


def _messages(chats: Chats, batch: str) -> pa.Table:
    rows = np.arange(len(chats.session))
    columns = {name: chats.messages[name] for name in ("session_id", "message_id", "role", "text", "message_type")}
    columns |= {
        "batch": _repeat(batch, len(rows)),
        "seq": chats.seq(rows),
        "agent_id": _named(chats.agents, chats.agent),
        "sent_at": _times(chats.sent_at, chats.time_known),
        "time_known": chats.time_known,
        "to_the_second": chats.to_the_second,
    }
    return _table(columns, MESSAGES)


def _rounds(scored: Scored, batch: str) -> pa.Table:
    chats, counted = scored.chats, scored.rounds.only(COUNTED)
    asked, replied = counted.asked, counted.replied
    columns = {
        "batch": _repeat(batch, len(asked)),
        "session_id": pa.array(chats.session_ids, pa.string()).take(pa.array(chats.session[asked])),
        "agent_id": _named(chats.agents, counted.agent),
        "asked_seq": chats.seq(asked),
        "replied_seq": pa.array(chats.seq(replied), pa.int32(), mask=replied == NOBODY),
        "asked_at": _times(chats.sent_at[asked], chats.time_known[asked]),
        "waited_s": _measured(np.where(np.isinf(counted.waited), np.nan, counted.waited)),
        "in_hours": counted.in_hours,
    }
    return _table(columns, ROUNDS)


def _table(columns: dict[str, object], schema: pa.Schema) -> pa.Table:
    return pa.table({name: columns[name] for name in schema.names}).cast(schema)


def _repeat(value: str, times: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(times, np.int32)), [value]).cast(pa.string())


def _named(names: Sequence[str], numbers: Rows) -> pa.Array:
    """The names of numbers, null for NOBODY."""
    if not len(names):
        return pa.nulls(len(numbers), pa.string())
    return pa.array(names, pa.string()).take(pa.array(numbers, pa.int64(), mask=numbers == NOBODY))


def _times(wall: Rows, known: NDArray[np.bool_]) -> pa.Array:
    return pa.array(wall, pa.int64(), mask=~known).cast(pa.timestamp("ms"))


def _measured(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def _agents(chats: Chats) -> pa.ListArray:
    """Everyone who held each chat, in order of appearance."""
    held = np.flatnonzero(chats.agent != NOBODY)
    pair = chats.session[held] * (len(chats.agents) + 1) + chats.agent[held]
    first = np.sort(np.unique(pair, return_index=True)[1])
    session = chats.session[held][first]
    offsets = np.searchsorted(session, np.arange(len(chats) + 1))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), _named(chats.agents, chats.agent[held][first]))
