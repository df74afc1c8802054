"""A night gives the same however it is divided; a folder is one batch a file, and only new files are judged."""

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from small_nights import ADDRESS, folder_of_exports, write_export

from qa_checker.archive.manifest import published
from qa_checker.archive.schema import TABLES
from qa_checker.archive.tables import tables
from qa_checker.exports import Refused, read
from qa_checker.exports.files.paths import LARGEST_FILE
from qa_checker.nightly import Options, SparkFailed, WorkersLost, judging, night, run
from qa_checker.nightly.batches import cut
from qa_checker.rulebook import Rulebook, load
from qa_checker.scorecard import score


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load()


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    return folder_of_exports(tmp_path / "导出")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "夜班.csv"
    write_export(path, seed=5, sessions=30)
    return path


def rows(archive: Path, batch: str = "夜班") -> dict[str, list[str]]:
    """What a batch holds, each table in one order."""
    manifest = next(each for each in published(archive) if each.batch == batch)
    folder = manifest.folder(archive)
    found = {name: pq.read_table(folder / f"{name}.parquet", partitioning=None).to_pylist() for name in TABLES}
    return {name: sorted(map(repr, table)) for name, table in found.items()}


def test_a_night_holds_what_judging_all_at_once_gives(tmp_path: Path, export: Path, book: Rulebook) -> None:
    messages = read([export]).messages
    whole = tables(score(book.read(messages), book), "夜班")
    run([export], tmp_path / "归档", book)
    assert rows(tmp_path / "归档") == {name: sorted(map(repr, table.to_pylist())) for name, table in whole.items()}


def shuffle_sessions(export: Path) -> None:
    """Mix the rows of an export; only the order within a session means something."""
    header, *lines = export.read_text("utf-8").splitlines(keepends=True)
    sessions: dict[str, list[str]] = {}
    for line in lines:
        sessions.setdefault(line.split(",")[0], []).append(line)
    order = [name for name, its in sessions.items() for _ in its]
    random.Random(1).shuffle(order)
    export.write_text(header + "".join(sessions[name].pop(0) for name in order), "utf-8")


@pytest.mark.parametrize("shard", [1, 40])
def test_neither_shards_nor_the_order_of_rows_change_anything(
    tmp_path: Path, export: Path, book: Rulebook, monkeypatch: pytest.MonkeyPatch, shard: int
) -> None:
    run([export], tmp_path / "whole", book)
    shuffle_sessions(export)
    monkeypatch.setattr(night, "SHARD", shard)
    assert not run([export], tmp_path / "divided", book, Options(workers=1)).problems
    assert rows(tmp_path / "divided") == rows(tmp_path / "whole")


def test_two_workers_one_of_them_killed_give_what_one_process_gives(
    tmp_path: Path, export: Path, book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    run([export], tmp_path / "whole", book)
    shuffle_sessions(export)
    monkeypatch.setattr(night, "SHARD", 40)
    monkeypatch.setattr(judging, "WORTH_A_WORKER", 1)
    victims = []

    def kill_one(doing: str, done: int, total: int) -> None:
        if doing == "评分" and done and not victims:
            victims.append(multiprocessing.active_children()[0].pid)
            os.kill(victims[0], signal.SIGKILL)

    run([export], tmp_path / "disturbed", book, Options(workers=2), progress=kill_one)
    assert victims
    assert rows(tmp_path / "disturbed") == rows(tmp_path / "whole")


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_workers_that_die_again_and_again_end_the_night(
    tmp_path: Path, export: Path, book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "SHARD", 100)
    monkeypatch.setattr(judging, "WORTH_A_WORKER", 1)
    monkeypatch.setattr(judging, "_TRIES", 1)
    monkeypatch.setattr(judging, "_start", die)
    with pytest.raises(WorkersLost, match="--workers 1"):
        run([export], tmp_path / "归档", book, Options(workers=2))
    assert published(tmp_path / "归档") == []
    assert multiprocessing.active_children() == []


def test_workers_end_with_a_night_that_is_killed(tmp_path: Path) -> None:
    begun = tmp_path / "night.py"
    begun.write_text(
        "import time\n"
        "from qa_checker.nightly.judging import getting_ready\n"
        "from qa_checker.rulebook import load\n"
        "if __name__ == '__main__':\n"
        "    with getting_ready(load(), 2) as workers:\n"
        "        print(workers.submit(int).result(), flush=True)\n"
        "        time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, begun], stdout=subprocess.PIPE) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == b"0\n"
        killed.kill()
        killed.communicate(timeout=60)  # the end of what it may print: nobody who could print is left


def test_small_nights_start_no_workers() -> None:
    assert judging.workers_for(10_000, wanted=8) == 1
    assert judging.workers_for(1_000_000, wanted=2) == 2
    assert judging.workers_for(10**8, wanted=None) >= 1


def test_a_folder_is_a_batch_a_file_and_only_new_files_are_judged(
    tmp_path: Path, exports: Path, book: Rulebook
) -> None:
    archive = tmp_path / "归档"

    def states() -> list[str]:
        told: list[str] = []
        run([exports], archive, book, tell=told.append)
        return [line.split("  ")[0] for line in told]

    assert states() == ["新", "新"]
    first = {manifest.batch: manifest for manifest in published(archive)}
    assert set(first) == {"一店", "二店"}
    write_export(exports / "三店.csv", 3)
    write_export(exports / "一店.csv", 4)
    assert states() == ["有变化", "新", "已评过"]  # in the order of the names
    second = {manifest.batch: manifest for manifest in published(archive)}
    assert second["二店"] == first["二店"]
    assert second["一店"].run != first["一店"].run
    assert run([exports], archive, book).skipped == 3


def test_a_file_that_cannot_be_read_leaves_the_others_alone(tmp_path: Path, exports: Path, book: Rulebook) -> None:
    (exports / "坏.csv").write_text("会话ID,内容\nS1,在吗\n", "utf-8")
    result = run([exports], tmp_path / "归档", book)
    assert result.batches == ("一店", "二店")
    assert ["坏.csv" in str(problem) for problem in result.problems] == [True]


def test_files_of_one_export_can_be_put_together(tmp_path: Path, exports: Path, book: Rulebook) -> None:
    (exports / "三店.csv").write_bytes((exports / "二店.csv").read_bytes())
    (exports / "一店.csv").unlink()
    result = run([exports], tmp_path / "归档", book, Options(together="八月"))
    [manifest] = published(tmp_path / "归档")
    assert (manifest.batch, len(manifest.inputs)) == ("八月", 2)
    assert result.duplicates > result.scored


def test_batches_are_named_after_their_files_and_told_apart(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    names = ["2026.08.26.csv", "2026.08.27.csv.gz", "a.csv", "a.jsonl", "x/a.csv"]
    for name in names:
        (tmp_path / name).touch()
    batches, _, _ = cut([tmp_path / name for name in names])
    told = [batch.name for batch in batches]
    assert told[:2] == ["2026.08.26", "2026.08.27"]
    assert told[3:] == ["a.jsonl", "x-a.csv"]
    assert len(set(told)) == 5


def test_masked_nights_judge_alike_and_keep_nothing_private(tmp_path: Path, export: Path, book: Rulebook) -> None:
    run([export], tmp_path / "open", book)
    run([export], tmp_path / "masked", book, Options(mask=True))
    plain, masked = (rows(tmp_path / name) for name in ("open", "masked"))
    assert masked["sessions"] == plain["sessions"]
    assert masked["rounds"] == plain["rounds"]
    [manifest] = published(tmp_path / "masked")
    assert manifest.masked
    folder = manifest.folder(tmp_path / "masked")
    messages = pq.read_table(folder / "messages.parquet", partitioning=None).to_pylist()
    said = {(row["session_id"], row["seq"]): row["text"] for row in messages}
    quotes = 0
    for verdict in pq.read_table(folder / "verdicts.parquet", partitioning=None).to_pylist():
        for quote in verdict["quotes"]:
            assert said[verdict["session_id"], quote["seq"]][quote["start"] : quote["end"]] == quote["text"]
            quotes += "*" in quote["text"]
    assert quotes  # someone's number was quoted
    stored = repr(masked) + (folder / "rejects.jsonl").read_text("utf-8")
    raw = [json.loads(line)["raw"] for line in (folder / "rejects.jsonl").read_text("utf-8").splitlines()]
    assert len(raw) == 2
    for private in (*ADDRESS.split(), "13900001111"):
        assert private in repr(plain)
        assert private not in stored


def test_a_night_knows_automatic_replies_from_all_its_shards_and_tells_of_doubtful_times(
    tmp_path: Path, book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = [
        f"S{number},{role},甲,c{number},2026-11-16 10:{number:02}{seconds},{text}\n"
        for number in range(3)
        for role, seconds, text in (("顾客", ":00", "有货吗"), ("客服", ":01", "亲，在的哦"), ("客服", ":40", "有货的"))
    ]
    doubtful = ["S9,顾客,甲,c9,2026-11-16 12:00,有货吗\n", "S9,客服,甲,c9,2026-11-16 12:01,有货的\n"]
    export = tmp_path / "夜.csv"
    export.write_text("会话ID,角色,客服,顾客,时间,内容\n" + "".join(sessions + doubtful), "utf-8")
    monkeypatch.setattr(night, "SHARD", 3)
    waits: list[float] = []
    result = run([export], tmp_path / "归档", book, judged=lambda scored: waits.extend(scored.rounds.waited.tolist()))
    assert sorted(waits) == [40, 40, 40, 60]
    assert ["没有写到秒" in warning for warning in result.warnings] == [True]


@pytest.mark.parametrize("java_home", [None, "/nowhere"])
def test_spark_without_java_says_so(
    tmp_path: Path, export: Path, book: Rulebook, monkeypatch: pytest.MonkeyPatch, java_home: str | None
) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    if java_home:
        monkeypatch.setenv("JAVA_HOME", java_home)
    with pytest.raises(SparkFailed, match=r"没有找到 Java.*Java 17.*去掉 --engine spark"):
        run([export], tmp_path / "归档", book, Options(spark="local[1]"))
    assert published(tmp_path / "归档") == []


def test_spark_that_is_not_installed_says_so(
    tmp_path: Path, export: Path, book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(SparkFailed, match=r"qa-checker\[spark\]"):
        run([export], tmp_path / "归档", book, Options(spark="local[1]"))


def test_only_spark_reads_tables(tmp_path: Path, book: Rulebook) -> None:
    with pytest.raises(Refused, match="--engine spark"):
        run([Path("table:db.chats")], tmp_path / "归档", book)


def test_a_file_that_changes_between_naming_and_reading_is_refused_alone(tmp_path: Path, book: Rulebook) -> None:
    exports = folder_of_exports(tmp_path / "导出")
    names = sorted(path.name for path in exports.iterdir())

    def write_on(line: str) -> None:
        if line.endswith(names[0]):
            with (exports / names[0]).open("ab") as file:
                file.write(b"\n")

    result = run([exports], tmp_path / "归档", book, tell=write_on)
    assert [str(problem) for problem in result.problems] == [
        f"{exports / names[0]}：读的时候文件变了，多半还在写入。请等它写完，再运行同样的命令。"
    ]
    assert len(published(tmp_path / "归档")) == len(names) - 1


def test_a_file_that_cannot_be_read_leaves_the_folder_alone(tmp_path: Path, book: Rulebook) -> None:
    exports = folder_of_exports(tmp_path / "导出")
    sound = len(list(exports.iterdir()))
    (exports / "太大.csv").touch()
    os.truncate(exports / "太大.csv", LARGEST_FILE + 1)
    os.mkfifo(exports / "管道.csv")
    write_export(exports / os.fsdecode(b"\xff.csv"), seed=7, sessions=30)
    with (exports / os.fsdecode(b"\xff.csv")).open("a") as file:
        file.write("S1,only two\n")

    result = run([exports], tmp_path / "归档", book)
    (problem,) = result.problems
    assert "太大.csv：文件超过 4 GB" in str(problem)
    assert len(published(tmp_path / "归档")) == sound + 1
    assert result.reasons["field_count"]
    assert [warning for warning in result.warnings if "管道.csv：不是普通文件" in warning]
