"""A scored batch as the four tables of the archive."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from qa_checker.archive.schema import DIMENSIONS, MESSAGES, QUOTE, ROUNDS, SESSIONS, VERDICTS
from qa_checker.chats import NOBODY, Chats, Rows
from qa_checker.rules.verdicts import OUTCOMES, PASSES, SKIPS, Verdicts
from qa_checker.scorecard import Scored


def tables(scored: Scored, batch: str) -> dict[str, pa.Table]:
    """The rows to publish, each table sorted by session as the batch was.

    Verdicts that skip are left out, and so are passes with nothing to quote (nobody was insulted): judging a chat
    again by the rulebook kept with the batch gives them back.
    """
    return {
        "sessions": _sessions(scored, batch),
        "verdicts": _verdicts(scored, batch),
        "messages": _messages(scored.chats, batch),
        "rounds": _rounds(scored, batch),
    }


def _sessions(scored: Scored, batch: str) -> pa.Table:
    chats, count = scored.chats, len(scored.chats)
    first, last = chats.first_in_chat, chats.last_in_chat
    timed = np.logical_or.reduceat(chats.time_known, first) if count else np.zeros(0, bool)
    lost = {name: scored.dimensions.get(name, np.zeros(count)) for name in DIMENSIONS}
    columns = {
        "batch": _repeat(batch, count),
        "session_id": pa.array(chats.session_ids, pa.string()),
        **{name: pa.array(chats.about[name], pa.string()) for name in ("shop", "channel", "customer_id")},
        "agent_id": _named(chats.agents, scored.holder()),
        "agents": _agents(chats),
        "started_at": _times(chats.sent_at[first], timed),
        "ended_at": _times(chats.sent_at[last], timed),
        "messages": np.diff(chats.starts),
        "first_response_s": _measured(scored.responses.first),
        "average_response_s": _measured(scored.responses.average),
        "max_response_s": _measured(scored.responses.longest),
        "rounds": scored.responses.rounds,
        "unanswered": scored.responses.unanswered,
        "score": scored.score,
        "passed": scored.passed,
        "red_line": scored.red_line,
        "fine": scored.fine,
        "reward": scored.reward,
        **lost,
        "rulebook": _repeat(f"{scored.rulebook.name}@{scored.rulebook.fingerprint}", count),
    }
    return _table(columns, SESSIONS)


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
    kept = (found.outcome != SKIPS) & ((found.outcome != PASSES) | (quoted > 0))
    # What the agent did in another chat of the customer can't be quoted: a quote says where in its own chat it is.
    shown = kept[quotes.verdict] & (chats.session[quotes.row] == found.chat[quotes.verdict])
    text = chats.text[quotes.row[shown]]
    start, end = quotes.start[shown], quotes.end[shown]
    words = [chats.texts[t][a:b] for t, a, b in zip(text.tolist(), start.tolist(), end.tolist(), strict=True)]
    values = pa.StructArray.from_arrays(
        [
            pa.array(chats.seq(quotes.row[shown]), pa.int32()),
            pa.array(start, pa.int32()),
            pa.array(end, pa.int32()),
            pa.array(words, pa.string()),
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
            "outcome": pa.array(np.array(OUTCOMES)[found.outcome[kept]].tolist(), pa.string()),
            "points": found.points[kept],
            "fine": found.fine[kept],
            "reward": found.reward[kept],
            "agent_id": _named(chats.agents, found.charged[kept]),
            "reason": pa.array([found.reason(place) for place in places.tolist()], pa.string()),
            "quotes": pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values),
        }
    )


def _messages(chats: Chats, batch: str) -> pa.Table:
    rows = np.arange(len(chats.session))
    columns = {name: chats.messages[name] for name in ("session_id", "message_id", "role", "text", "message_type")}
    columns |= {
        "batch": _repeat(batch, len(rows)),
        "seq": chats.seq(rows),
        "agent_id": _named(chats.agents, chats.agent),
        "sent_at": _times(chats.sent_at, chats.time_known),
        "time_known": chats.time_known,
    }
    return _table(columns, MESSAGES)


def _rounds(scored: Scored, batch: str) -> pa.Table:
    chats, counted = scored.chats, scored.rounds
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
