"""Writes a large archive for measuring the dashboard: invented sessions in the shape of real ones, straight to Parquet.

python bench/big_archive.py /somewhere/archive --sessions 1000000
"""

import argparse
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from qa_checker.archive.manifest import RULEBOOKS, Counts, Manifest, PublishedFile
from qa_checker.archive.schema import DIMENSIONS, TABLES
from qa_checker.archive.tablefile import TableFile
from qa_checker.rulebook import Rulebook, load

DAYS = 30
AGENTS, SHOPS = 120, 6
ROUNDS = 10  # a session, each asked and answered: twice as many messages
HANDED_OVER = 0.08  # of the sessions, after half of their rounds
PASSES, FAILS = 6, 2  # verdicts a session, as in the demo
_CHINA = timezone(timedelta(hours=8))
_SAID = [f"这是第 {number} 种说法，您好，请问有什么可以帮您的吗" for number in range(5000)]

Columns = Mapping[str, object]


@dataclass(frozen=True)
class Day:
    """What a night's tables agree on: arrays by session, and the rounds of each session side by side."""

    ids: NDArray[np.str_]
    agents: NDArray[np.str_]  # who held it last
    before: NDArray[np.str_]  # who held it first
    handed: NDArray[np.bool_]
    about: Columns
    started: NDArray[np.datetime64]
    waited: NDArray[np.float64]  # seconds, NaN: never answered

    def __len__(self) -> int:
        return len(self.ids)


def main() -> None:
    """Write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--sessions", type=int, default=1_000_000)
    told = parser.parse_args()
    book = load()
    snapshots = told.archive / RULEBOOKS
    snapshots.mkdir(parents=True)
    (snapshots / f"{book.fingerprint}.json").write_text(book.snapshot, encoding="utf-8")
    rules = np.array([rule.id for rule in book.rules])
    random = np.random.default_rng(7)
    for number in range(DAYS):
        begins = datetime(2026, 10, 1) + timedelta(days=number)
        day = _day(begins, told.sessions // DAYS, random)
        _publish(told.archive, begins, day, _tables(day, rules, f"{book.name}@{book.fingerprint}", random), book)


def _day(begins: datetime, count: int, random: np.random.Generator) -> Day:
    handed = random.random(count) < HANDED_OVER
    agents = np.char.add("客服", random.integers(0, AGENTS, count).astype(str))
    waited = np.round(random.lognormal(3.2, 0.9, (count, ROUNDS)))
    return Day(
        ids=np.char.add(f"{begins:%Y-%m-%d}-", np.char.zfill(np.arange(count).astype(str), 6)),
        agents=agents,
        before=np.where(handed, random.permutation(agents), agents),
        handed=handed,
        about={
            "shop": np.char.add("店铺", random.integers(0, SHOPS, count).astype(str)),
            "channel": np.full(count, "淘宝"),
            "customer_id": np.char.add("tb", random.integers(0, 10**6, count).astype(str)),
        },
        started=np.datetime64(begins, "ms") + (random.random(count) * 86_400).astype("timedelta64[s]"),
        waited=np.where(random.random((count, ROUNDS)) < 0.03, np.nan, waited),
    )


def _tables(day: Day, rules: NDArray[np.str_], rulebook: str, random: np.random.Generator) -> dict[str, Columns]:
    verdicts = _verdicts(day, rules, random)
    return {
        "sessions": _sessions(day, rulebook, verdicts, random),
        "segments": _segments(day),
        "verdicts": verdicts,
        "messages": _messages(day, random),
        "rounds": _rounds(day),
    }


def _sessions(day: Day, rulebook: str, verdicts: Columns, random: np.random.Generator) -> Columns:
    count = len(day)
    counted = _counted(day.waited, np.ones_like(day.waited, bool))
    points, fines, dimension = (
        np.asarray(verdicts[name]).reshape(count, -1) for name in ("points", "fine", "dimension")
    )
    both = np.stack([day.before, day.agents], axis=1)
    ends = np.concatenate([[0], np.cumsum(1 + day.handed)])
    there = np.stack([day.handed, np.ones(count, bool)], axis=1)
    return {
        "session_id": day.ids,
        **day.about,
        "agent_id": day.agents,
        "agents": pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(both[there])),
        "started_at": day.started,
        "ended_at": day.started + np.timedelta64(ROUNDS * 60, "s"),
        "messages": np.full(count, 2 * ROUNDS),
        **counted,
        "transferred_out": day.handed.astype(int),
        "average_response_s": counted["waited_s"] / ROUNDS,
        "score": 100 - points.sum(axis=1),
        "passed": points.sum(axis=1) <= 5,
        "red_line": random.random(count) < 0.005,
        "fine": fines.sum(axis=1),
        "reward": np.zeros(count),
        **{name: (points * (dimension == name)).sum(axis=1) for name in DIMENSIONS},
        "rulebook": np.full(count, rulebook),
    }


def _segments(day: Day) -> Columns:
    """Each session's parts one after the other."""
    first = np.arange(ROUNDS) < ROUNDS // 2
    halves = np.where(day.handed[:, None], ~first, True), np.where(day.handed[:, None], first, False)
    session = np.repeat(np.arange(len(day)), 1 + day.handed)
    is_before = np.concatenate([np.diff(session) == 0, [False]])
    mine = np.where(is_before[:, None], halves[1][session], halves[0][session])
    started = day.started[session]
    return {
        "session_id": day.ids[session],
        **{name: np.asarray(values)[session] for name, values in day.about.items()},
        "agent_id": np.where(is_before, day.before[session], day.agents[session]),
        "day": started.astype("datetime64[D]"),
        "started_at": started + np.argmax(mine, axis=1) * np.timedelta64(60, "s"),
        "ended_at": started + (ROUNDS - np.argmax(mine[:, ::-1], axis=1)) * np.timedelta64(60, "s"),
        **_counted(day.waited[session], mine),
        "transferred_out": is_before.astype(int),
        "transferred_in": (day.handed[session] & ~is_before).astype(int),
    }


def _counted(waited: NDArray[np.float64], mine: NDArray[np.bool_]) -> dict[str, NDArray]:
    """The counters of some rounds of each session."""
    rounds = mine.sum(axis=1)
    answered = mine & ~np.isnan(waited)
    known = np.where(answered, waited, 0)
    first = waited[np.arange(len(waited)), np.argmax(mine, axis=1)]
    nothing = dict.fromkeys(
        ("bot_messages", "untimed", "imprecise", "left_messages", "asked_outside", "outside_in_time"),
        np.zeros(len(rounds), int),
    )
    return nothing | {
        "customer_messages": rounds,
        "agent_messages": answered.sum(axis=1),
        "agent_chars": answered.sum(axis=1) * 20,
        "rounds": rounds,
        "unanswered": rounds - answered.sum(axis=1),
        "within_30s": (answered & (waited <= 30)).sum(axis=1),
        "within_3min": (answered & (waited <= 180)).sum(axis=1),
        "waited_s": np.where(answered, np.minimum(waited, 600), np.where(mine, 600, 0)).sum(axis=1),
        "first_response_s": first,
        "max_response_s": known.max(axis=1),
        "handled_s": rounds * 60.0,
        "transferred_in": np.zeros(len(rounds), int),
        "transferred_out": np.zeros(len(rounds), int),
        "invited": rounds > 20,
        "solicited": rounds > 20,
        "satisfaction": np.where(known[:, -1] > 120, -1, np.where(known[:, -1] < 8, 1, 0)),
    }


def _verdicts(day: Day, rules: NDArray[np.str_], random: np.random.Generator) -> Columns:
    each = PASSES + FAILS
    rule = rules[random.integers(0, len(rules), len(day) * each)]
    fails = np.tile(np.arange(each) >= PASSES, len(day)) & (random.random(len(rule)) < 0.4)
    said = random.integers(0, len(_SAID), len(rule))
    quotes = pa.StructArray.from_arrays(
        [
            pa.array(np.ones(len(rule), np.int32)),
            pa.array(np.zeros(len(rule), np.int32)),
            pa.array(np.char.str_len(_SAID).astype(np.int32)[said]),
            pa.array(_SAID).take(pa.array(said)),
        ],
        fields=list(TABLES["verdicts"].field("quotes").type.value_type),
    )
    return {
        "session_id": np.repeat(day.ids, each),
        "rule": rule,
        "dimension": np.char.partition(rule, "/")[:, 0],
        "outcome": np.where(fails, "fails", "passes"),
        "points": np.where(fails, 5.0, 0.0),
        "fine": np.where(fails & (random.random(len(rule)) < 0.2), 5.0, 0.0),
        "reward": np.zeros(len(rule)),
        "agent_id": np.repeat(day.agents, each),
        "reason": np.where(fails, "说了不该说的话", "做到了"),
        "quotes": pa.ListArray.from_arrays(pa.array(np.arange(len(rule) + 1, dtype=np.int32)), quotes),
    }


def _messages(day: Day, random: np.random.Generator) -> Columns:
    each = 2 * ROUNDS
    seq = np.tile(np.arange(each), len(day))
    said = pa.DictionaryArray.from_arrays(pa.array(random.integers(0, len(_SAID), len(seq))), pa.array(_SAID))
    return {
        "session_id": np.repeat(day.ids, each),
        "seq": seq,
        "role": np.where(seq % 2 == 0, "customer", "agent"),
        "agent_id": np.repeat(day.agents, each),
        "sent_at": np.repeat(day.started, each) + (seq * 30).astype("timedelta64[s]"),
        "time_known": np.ones(len(seq), bool),
        "to_the_second": np.ones(len(seq), bool),
        "text": said.cast(pa.string()),
        "message_type": np.full(len(seq), "text"),
    }


def _rounds(day: Day) -> Columns:
    asked = np.tile(np.arange(ROUNDS) * 2, len(day))
    return {
        "session_id": np.repeat(day.ids, ROUNDS),
        "agent_id": np.repeat(day.agents, ROUNDS),
        "asked_seq": asked,
        "replied_seq": pa.array(asked + 1, mask=np.isnan(day.waited.ravel())),
        "asked_at": np.repeat(day.started, ROUNDS) + (asked * 30).astype("timedelta64[s]"),
        "waited_s": pa.array(day.waited.ravel(), from_pandas=True),
        "in_hours": np.ones(len(asked), bool),
    }


def _publish(root: Path, begins: datetime, day: Day, tables: dict[str, Columns], book: Rulebook) -> None:
    batch = begins.strftime("%Y-%m-%d")
    folder = root / batch / "run-1"
    folder.mkdir(parents=True)
    files = {}
    for name, columns in tables.items():
        file = TableFile(name, folder)
        file.append(_table(columns, TABLES[name], batch))
        file.close()
        files[file.path.name] = PublishedFile(file.rows, file.path.stat().st_size, "0" * 64)
    manifest = Manifest(
        batch=batch,
        run="run-1",
        key=hashlib.sha256(batch.encode()).hexdigest(),
        inputs=(),
        rulebook=book.name,
        fingerprint=book.fingerprint,
        snapshot_sha256="0" * 64,
        code_version="bench",
        counts=Counts(rows := 2 * ROUNDS * len(day), rows, 0, 0, len(day)),
        reasons={},
        warnings=(),
        published_at=(begins + timedelta(days=1, hours=2)).replace(tzinfo=_CHINA),
        files=files,
    )
    (root / batch / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")


def _table(columns: Columns, schema: pa.Schema, batch: str) -> pa.Table:
    rows = len(columns["session_id"])
    columns = {**columns, "batch": pa.repeat(batch, rows)}
    return pa.table({field.name: _column(columns.get(field.name), field, rows) for field in schema}, schema)


def _column(values: object, field: pa.Field, rows: int) -> pa.Array:
    if values is None:
        return pa.nulls(rows, field.type)
    return (values if isinstance(values, pa.Array) else pa.array(values, from_pandas=True)).cast(field.type)


if __name__ == "__main__":
    main()
