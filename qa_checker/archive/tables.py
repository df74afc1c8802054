"""A scored batch as the five tables of the archive."""

from collections.abc import Sequence
from typing import Any

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
from qa_checker.rules.verdicts import OUTCOMES, PASSES, SKIPS, Verdicts
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
    parts = [_verdicts_of(scored.chats, rule.id, rule.dimension, found) for rule, found in scored.verdicts]
    parts = [part for part in parts if part.num_rows]
    table = (
        pa.concat_tables(parts)
        if parts
        else VERDICTS.empty_table()
        .drop_columns(["batch", "session_id"])
        .append_column("chat", pa.array([], pa.int64()))
    )
    table = table.take(pa.array(np.argsort(np.asarray(table["chat"]), kind="stable")))
    ids = pa.array(scored.chats.session_ids, pa.string())
    columns = {name: table[name] for name in table.column_names if name != "chat"}
    return _table({"batch": _repeat(batch, len(table)), "session_id": ids.take(table["chat"]), **columns}, VERDICTS)


def _verdicts_of(chats: Chats, rule: str, dimension: str, found: Verdicts) -> pa.Table:
    quotes = found.quotes(chats)
    quoted = np.bincount(quotes.verdict, minlength=len(found.chat))
    kept = ~np.isin(found.outcome, (SKIPS, PASSES)) | (quoted > 0)
    outcomes = [ASKS if each == "skips" else each for each in OUTCOMES]
    # What the agent did in another chat of the customer can't be quoted: a quote says where in its own chat it is.
    shown = kept[quotes.verdict] & (chats.session[quotes.row] == found.chat[quotes.verdict])
    row, start, end = quotes.row[shown], quotes.start[shown], quotes.end[shown]
    values = pa.StructArray.from_arrays(
        [
            pa.array(chats.seq(row), pa.int32()),
            pa.array(start, pa.int32()),
            pa.array(end, pa.int32()),
            _words(chats, chats.text[row], start, end),
        ],
        fields=list(QUOTE),
    )
    counts = np.bincount(quotes.verdict[shown], minlength=len(found.chat))
    offsets = np.concatenate([[0], np.cumsum(counts[kept])])
    places = np.flatnonzero(kept)
    return pa.table(
        {
            "chat": found.chat[kept],
            "rule": _repeat(rule, len(places)),
            "dimension": _repeat(dimension, len(places)),
            "outcome": pa.array(outcomes, pa.string()).take(pa.array(found.outcome[kept])),
            "points": found.points[kept],
            "fine": found.fine[kept],
            "reward": found.reward[kept],
            "agent_id": _named(chats.agents, found.charged[kept]),
            "reason": found.told(places),
            "quotes": pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values),
        }
    )


def _words(chats: Chats, text: Rows, start: Rows, end: Rows) -> pa.Array:
    """The quoted words; each different stretch of a text is cut out once."""
    (text, start, end), which = _distinct(text, start, end)
    words = [chats.texts[t][a:b] for t, a, b in zip(text.tolist(), start.tolist(), end.tolist(), strict=True)]
    return pa.array(words, pa.string()).take(pa.array(which))


def _distinct(*columns: NDArray[Any]) -> tuple[list[NDArray[Any]], Rows]:
    """The different rows of some columns, and for each row which of them it is."""
    order = np.lexsort(columns)
    new = np.zeros(len(order), bool)
    for column in columns:
        new[1:] |= np.diff(column[order]) != 0
    new[:1] = True
    which = np.empty(len(order), np.int64)
    which[order] = np.cumsum(new) - 1
    return [column[order[new]] for column in columns], which


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
