"""A night in shards gives what it gives in one piece, in any order of sessions."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from qa_checker import exports
from qa_checker.archive.tables import tables
from qa_checker.nightly import night
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


def test_a_night_knows_automatic_replies_from_all_its_shards_and_tells_of_doubtful_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = [
        f"S{number},{role},甲,c{number},2026-11-16 10:{number:02}{seconds},{text}\n"
        for number in range(3)
        for role, seconds, text in (("顾客", ":00", "有货吗"), ("客服", ":01", "亲，在的哦"), ("客服", ":40", "有货的"))
    ]
    doubtful = ["S9,顾客,甲,c9,2026-11-16 12:00,有货吗\n", "S9,客服,甲,c9,2026-11-16 12:01,有货的\n"]
    export = tmp_path / "夜.csv"
    export.write_text("会话ID,角色,客服,顾客,时间,内容\n" + "".join(sessions + doubtful), "utf-8")
    monkeypatch.setattr(night, "shards", lambda messages: shards(messages, rows=3))
    waits: list[float] = []
    result = night.run(
        [export], tmp_path / "归档", load(), judged=lambda scored: waits.extend(scored.rounds.waited.tolist())
    )
    assert sorted(waits) == [40, 40, 40, 60]
    assert [warning[:12] for warning in result.warnings] == ["1 段会话的时间没有写到秒"[:12]]
