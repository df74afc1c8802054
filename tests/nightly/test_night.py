"""A night in shards gives what it gives in one piece, in any order of sessions."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from qa_checker import exports
from qa_checker.archive.tables import tables
from qa_checker.nightly.night import batch_name, shards
from qa_checker.rulebook import load
from qa_checker.scorecard import score

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def messages() -> pa.Table:
    return exports.read([DATA / "yunshan_2026-11-16.csv", DATA / "yunshan_2026-11-18.txt"]).messages


def rows(table: pa.Table) -> list[str]:
    return sorted(map(repr, table.to_pylist()))


def test_shards_hold_every_row_once_and_whole_sessions(messages: pa.Table) -> None:
    parts = list(shards(messages, rows=200))
    assert len(parts) > 3
    assert rows(pa.concat_tables(parts)) == rows(messages)
    homes = [set(part["session_id"].to_pylist()) for part in parts]
    assert sum(map(len, homes)) == len(set().union(*homes))


def test_results_do_not_depend_on_shards_or_the_order_of_sessions(messages: pa.Table) -> None:
    book = load()
    whole = tables(score(book.read(messages), book), "夜")
    session = np.array(messages["session_id"].to_pylist())
    names, place = np.unique(session, return_inverse=True)
    shuffled = np.random.default_rng(7).permutation(len(names))[place]
    reordered = messages.take(pa.array(np.argsort(shuffled, kind="stable")))
    parts = [tables(score(book.read(shard), book), "夜") for shard in shards(reordered, rows=150)]
    for name, table in whole.items():
        assert rows(pa.concat_tables([part[name] for part in parts])) == rows(table), name


def test_batches_are_named_after_what_was_given(tmp_path: Path) -> None:
    one, two = (exports.SourceFile(str(tmp_path / name), name, 1, "csv", "utf-8") for name in ("a.csv", "b.csv"))
    assert batch_name([tmp_path / "夜班.csv.gz"], [one]) == "夜班"
    several = batch_name([tmp_path / "a.csv", tmp_path / "b.csv"], [one, two])
    assert several.startswith(tmp_path.name)
    assert several != batch_name([tmp_path / "a.csv", tmp_path / "b.csv"], [one, one])
