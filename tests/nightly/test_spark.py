"""A night on Spark is the night on one machine, to the byte: in one process, on a cluster, with a machine lost."""

import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from small_nights import HEADER, content, write_export

from qa_checker.archive.manifest import published
from qa_checker.exports import Refused
from qa_checker.nightly import Options, night, run
from qa_checker.nightly.cluster import connected
from qa_checker.rulebook import Rulebook, load

pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("no Java", allow_module_level=True)

from spark_cluster import end, standalone

pytestmark = pytest.mark.spark

LONG_SESSION = 100_000
UNNUMBERED = "客服,顾客,角色,发送时间,消息内容\n"


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load()


@pytest.fixture(scope="module", autouse=True)
def _metastore(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Spark keeps its Hive catalogue where it is started."""
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(tmp_path_factory.mktemp("spark"))
        yield


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(night, "SHARD", 30)


def exports_of_all_kinds(folder: Path) -> Path:
    """CSV, Parquet and JSON lines: with bad rows, duplicates, contradictions; without sessions, ids or speakers."""
    folder.mkdir()
    write_export(folder / "一店.csv", 1, sessions=20)
    (folder / "一店再导.csv").write_bytes(
        (folder / "一店.csv").read_bytes() + "S2,0,小禾,顾客2,顾客,2026-11-16 11:00:00,改口了\n".encode()
    )
    lines = [
        f"小禾,顾客{number % 3},{role},2026-11-16 1{number % 9}:{number:02}:07,{text}\n"
        for number, (role, text) in enumerate(
            [("顾客", "在吗"), ("未知", "在的亲"), ("客服", "好的"), ("未知", "谢谢")] * 10
        )
    ]
    (folder / "无编号.csv").write_text(UNNUMBERED + "".join(lines + lines[:5]), "utf-8")
    table = pyarrow.csv.read_csv(
        folder / "一店.csv", parse_options=pyarrow.csv.ParseOptions(invalid_row_handler=lambda row: "skip")
    )
    pq.write_table(table.slice(0, 40), folder / "二店.parquet")
    keys = ("session_id", "role", "sent_at", "text")
    said = [
        ("S1", "customer", "2026-11-16 09:00:01", "在吗"),
        ("S1", "customer", "2026-11-16 09:00:01", "在吗"),
        ("S2", "agent", "哪天", "您好"),
    ]
    rows = [json.dumps(dict(zip(keys, each, strict=True)), ensure_ascii=False) for each in said]
    (folder / "三店.jsonl").write_text("\n".join([*rows, "{"]) + "\n", "utf-8")
    return folder


def test_all_kinds_of_exports_give_what_they_give_here_and_again_nothing(tmp_path: Path, book: Rulebook) -> None:
    exports = exports_of_all_kinds(tmp_path / "导出")
    told = {"max_bad_ratio": 1.0, "together": "夜"}
    here = run([exports], tmp_path / "本机", book, Options(workers=1, **told))
    spark = run([exports], tmp_path / "集群", book, Options(spark="local[2]", **told))
    assert {"duplicate_id", "bad_time", "bad_json", "field_count"} <= set(here.reasons)
    assert any("推断" in warning for warning in here.warnings)
    assert here.duplicates
    assert content(tmp_path / "集群") == content(tmp_path / "本机")
    assert (spark.reasons, spark.warnings) == (here.reasons, here.warnings)
    assert run([exports], tmp_path / "集群", book, Options(workers=1, **told)).skipped == spark.skipped + len(
        here.files
    )


def test_a_cluster_that_loses_a_machine_while_it_judges_gives_the_same(tmp_path: Path, book: Rulebook) -> None:
    export = tmp_path / "夜.csv"
    said = [
        f"S{customer},{number},小禾,顾客{customer},{role},2026-11-16 10:{number:02}:{customer % 60:02},{text}\n"
        for customer in range(40)
        for number, (role, text) in enumerate(
            [("顾客", "在吗"), ("客服", "您好亲"), ("顾客", "何时发货"), ("客服", "不知道")] * 2
        )
    ]
    export.write_text(HEADER + "".join(said), "utf-8")
    run([export], tmp_path / "本机", book, Options(workers=1))
    judged_when_killed: list[int] = []
    with standalone(tmp_path, workers=2) as (address, machines):
        before = threading.Event()

        def kill_one() -> None:
            while not (judged := list((tmp_path / "集群").glob(".writing/scratch/tmp*/*-sessions.arrow"))):
                time.sleep(0.01)
            end(machines[0])
            judged_when_killed.append(len(judged))

        killer = threading.Thread(target=kill_one, daemon=True)

        def note(doing: str, done: int, total: int) -> None:
            if doing == "评分" and not before.is_set():
                before.set()
                killer.start()

        result = run([export], tmp_path / "集群", book, Options(spark=address), progress=note)
        killer.join(5)
    assert not result.problems
    [judged] = judged_when_killed
    assert judged < result.scored // night.SHARD / 2
    assert content(tmp_path / "集群") == content(tmp_path / "本机")


def test_one_long_session_is_no_trouble(tmp_path: Path, book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(night, "SHARD", LONG_SESSION // 4)
    rows = [
        f"S{0 if number % 10 else number},,小禾,甲,{'客服' if number % 2 else '顾客'},"
        f"2026-11-16 {number // 7200:02}:{number // 120 % 60:02}:{number // 2 % 60:02},第{number}句\n"
        for number in range(LONG_SESSION * 10 // 9)
    ]
    export = tmp_path / "长.csv"
    export.write_text(HEADER + "".join(rows), "utf-8")
    run([export], tmp_path / "本机", book, Options(workers=1))
    run([export], tmp_path / "集群", book, Options(spark="local[2]"))
    assert content(tmp_path / "集群") == content(tmp_path / "本机")


def test_a_hive_table_gives_what_its_rows_give_in_a_file(tmp_path: Path, book: Rulebook) -> None:
    export = tmp_path / "夜.csv"
    write_export(export, 5, sessions=30)
    export.write_text("".join(line for line in export.read_text("utf-8").splitlines(keepends=True) if line != "S1,y\n"))
    with connected("local[2]", with_hive=True) as cluster:
        rows = cluster.session.read.option("header", True).csv(str(export))
        rows.orderBy("发送时间").repartition(1).write.saveAsTable("chats")
    run([export], tmp_path / "本机", book, Options(workers=1))
    table, archive, options = Path("table:default.chats"), tmp_path / "集群", Options(spark="local[2]")
    result = run([table], archive, book, options)
    assert [(file.path, file.rows) for file in result.files] == [("table:default.chats", result.rows_in)]
    assert result.reasons == {"bad_time": 1}
    assert scores(archive) == scores(tmp_path / "本机")
    assert run([table], archive, book, options).skipped == 1
    with pytest.raises(Refused, match="库名"):
        run([Path("table:default.nothing")], archive, book, options)


def scores(archive: Path) -> dict[str, float]:
    """The score of each session."""
    [manifest] = published(archive)
    sessions = pq.read_table(manifest.folder(archive) / "sessions.parquet", partitioning=None)
    return dict(zip(sessions["session_id"].to_pylist(), sessions["score"].to_pylist(), strict=True))
