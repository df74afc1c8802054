"""Writes a large archive for measuring the dashboard: invented sessions in the shape of real ones, straight to Parquet.

python bench/big_archive.py /somewhere/archive --sessions 1000000
"""

import argparse
import hashlib
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from qa_checker.archive.manifest import RULEBOOKS, Counts, Manifest, PublishedFile
from qa_checker.archive.schema import DIMENSIONS, TABLES
from qa_checker.rulebook import load

DAYS = 30
AGENTS, SHOPS = 120, 6
MESSAGES = 20  # a session
PASSES, FAILS = 6, 2  # verdicts a session, as in the demo
_CHINA = timezone(timedelta(hours=8))
_SAID = [f"这是第 {number} 种说法，您好，请问有什么可以帮您的吗" for number in range(5000)]


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
    rules = [rule.id for rule in book.rules]
    random = np.random.default_rng(7)
    for day in range(DAYS):
        begins = datetime(2026, 10, 1) + timedelta(days=day)
        _write_day(told.archive, begins, told.sessions // DAYS, rules, f"{book.name}@{book.fingerprint}", random)


def _write_day(
    root: Path, begins: datetime, count: int, rules: list[str], rulebook: str, random: np.random.Generator
) -> None:
    batch = begins.strftime("%Y-%m-%d")
    folder = root / batch / "run-1"
    folder.mkdir(parents=True)
    ids = np.char.add(f"{batch}-", np.char.zfill(np.arange(count).astype(str), 6))
    agents = np.char.add("客服", random.integers(0, AGENTS, count).astype(str))
    verdicts = _verdicts(ids, agents, rules, random)
    tables = {
        "sessions": _sessions(ids, agents, begins, rulebook, verdicts, random),
        "verdicts": verdicts,
        "messages": _messages(ids, agents, begins, random),
        "rounds": _rounds(ids, agents, begins, random),
    }
    files = {}
    for name, columns in tables.items():
        schema = TABLES[name]
        columns["batch"] = pa.array([batch]).take(pa.array(np.zeros(len(columns["session_id"]), np.int32)))
        table = pa.table(
            {field.name: _column(columns.get(field.name), field, len(columns["session_id"])) for field in schema},
            schema,
        )
        path = folder / f"{name}.parquet"
        pq.write_table(table, path, compression="zstd", row_group_size=100_000)
        files[path.name] = PublishedFile(table.num_rows, path.stat().st_size, "0" * 64)
    manifest = Manifest(
        batch=batch,
        run="run-1",
        key=hashlib.sha256(batch.encode()).hexdigest(),
        inputs=(),
        rulebook=rulebook.partition("@")[0],
        fingerprint=rulebook.partition("@")[2],
        snapshot_sha256="0" * 64,
        code_version="bench",
        counts=Counts(count * MESSAGES, count * MESSAGES, 0, 0, count),
        reasons={},
        warnings=(),
        published_at=(begins + timedelta(days=1, hours=2)).replace(tzinfo=_CHINA),
        files=files,
    )
    (root / batch / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")


def _column(values: object, field: pa.Field, count: int) -> pa.Array:
    if values is None:
        return pa.nulls(count, field.type)
    return values if isinstance(values, pa.Array) else pa.array(values).cast(field.type)


def _verdicts(ids: np.ndarray, agents: np.ndarray, rules: list[str], random: np.random.Generator) -> dict[str, object]:
    each = PASSES + FAILS
    rule = np.array(rules)[random.integers(0, len(rules), len(ids) * each)]
    fails = np.tile(np.arange(each) >= PASSES, len(ids)) & (random.random(len(rule)) < 0.4)
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
        "session_id": np.repeat(ids, each),
        "rule": rule,
        "dimension": np.char.partition(rule, "/")[:, 0],
        "outcome": np.where(fails, "fails", "passes"),
        "points": np.where(fails, 5.0, 0.0),
        "fine": np.where(fails & (random.random(len(rule)) < 0.2), 5.0, 0.0),
        "reward": np.zeros(len(rule)),
        "agent_id": np.repeat(agents, each),
        "reason": np.where(fails, "说了不该说的话", "做到了"),
        "quotes": pa.ListArray.from_arrays(pa.array(np.arange(len(rule) + 1, dtype=np.int32)), quotes),
    }


def _sessions(
    ids: np.ndarray,
    agents: np.ndarray,
    begins: datetime,
    rulebook: str,
    verdicts: dict[str, object],
    random: np.random.Generator,
) -> dict[str, object]:
    count = len(ids)
    lost = np.asarray(verdicts["points"]).reshape(count, -1).sum(axis=1)
    started = np.datetime64(begins, "ms") + (random.random(count) * 86_400_000).astype("timedelta64[ms]")
    first = random.lognormal(3.2, 0.9, count)
    dimension = np.asarray(verdicts["dimension"]).reshape(count, -1)
    points = np.asarray(verdicts["points"]).reshape(count, -1)
    return {
        "session_id": ids,
        "shop": np.char.add("店铺", random.integers(0, SHOPS, count).astype(str)),
        "channel": np.full(count, "淘宝"),
        "agent_id": agents,
        "agents": pa.ListArray.from_arrays(pa.array(np.arange(count + 1, dtype=np.int32)), pa.array(agents)),
        "customer_id": np.char.add("tb", random.integers(0, 10**6, count).astype(str)),
        "started_at": started,
        "ended_at": started + np.timedelta64(600, "s"),
        "messages": np.full(count, MESSAGES),
        "first_response_s": first,
        "average_response_s": first * 1.3,
        "max_response_s": first * 3,
        "rounds": np.full(count, MESSAGES // 2),
        "unanswered": random.integers(0, 2, count),
        "score": 100 - lost,
        "passed": lost <= 15,
        "red_line": random.random(count) < 0.005,
        "fine": np.asarray(verdicts["fine"]).reshape(count, -1).sum(axis=1),
        "reward": np.zeros(count),
        **{name: (points * (dimension == name)).sum(axis=1) for name in DIMENSIONS},
        "rulebook": np.full(count, rulebook),
    }


def _messages(ids: np.ndarray, agents: np.ndarray, begins: datetime, random: np.random.Generator) -> dict[str, object]:
    rows = len(ids) * MESSAGES
    seq = np.tile(np.arange(MESSAGES), len(ids))
    said = pa.DictionaryArray.from_arrays(pa.array(random.integers(0, len(_SAID), rows)), pa.array(_SAID))
    return {
        "session_id": np.repeat(ids, MESSAGES),
        "seq": seq,
        "role": np.where(seq % 2 == 0, "customer", "agent"),
        "agent_id": np.repeat(agents, MESSAGES),
        "sent_at": np.datetime64(begins, "ms") + (seq * 30_000).astype("timedelta64[ms]"),
        "time_known": np.ones(rows, bool),
        "text": said.cast(pa.string()),
        "message_type": np.full(rows, "text"),
        "message_id": pa.nulls(rows, pa.string()),
    }


def _rounds(ids: np.ndarray, agents: np.ndarray, begins: datetime, random: np.random.Generator) -> dict[str, object]:
    each = MESSAGES // 2
    rows = len(ids) * each
    asked = np.tile(np.arange(each) * 2, len(ids))
    return {
        "session_id": np.repeat(ids, each),
        "agent_id": np.repeat(agents, each),
        "asked_seq": asked,
        "replied_seq": asked + 1,
        "asked_at": np.datetime64(begins, "ms") + (asked * 30_000).astype("timedelta64[ms]"),
        "waited_s": random.lognormal(3.2, 0.9, rows),
        "in_hours": np.ones(rows, bool),
    }


if __name__ == "__main__":
    main()
