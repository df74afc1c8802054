"""A Spark cluster as the night sees it: tasks by number in, what they return out; and one shuffle."""

import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import pyarrow as pa

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Found = TypeVar("Found")
Batches = Iterator[pa.RecordBatch]

_OLDEST_JAVA = 17
_LOOPBACK = ("localhost", "127.0.0.1")
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.adaptive.enabled": "false",  # a partition is a shard, and stays one
    "spark.sql.execution.arrow.maxRecordsPerBatch": "16",  # a record of ours is a table
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.driver.maxResultSize": "0",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",  # says that it is an instant
    "spark.sql.session.timeZone": "Asia/Shanghai",
}


_FOUND = "number long, found binary"


class SparkFailed(Exception):
    """Spark can't be started, or gave up; the message is plain Chinese."""


@dataclass(frozen=True)
class Cluster:
    """A running session on a Spark master; `log` is the file that Spark writes to."""

    session: "SparkSession"
    log: Path

    def each(self, count: int, task: Callable[[int], Found]) -> list[Found]:
        """Run a task for each number below `count`, wherever there is room; gives the results in order.

        A task whose machine dies is run again elsewhere: what it writes must have a name of its own.
        Raises SparkFailed.
        """

        def run(batches: Batches) -> Batches:
            for batch in batches:
                for number in batch["id"].to_pylist():
                    yield _record(number=number, found=pickle.dumps(task(number)))

        numbers = self.session.range(0, count, 1, max(count, 1))
        return self._collected(_through(numbers, run, _FOUND))

    def shuffled(
        self,
        sources: int,
        deal: Callable[[int], Iterable[tuple[int, pa.Table]]],
        shards: int,
        take: Callable[[int, pa.Table], Found],
    ) -> list[Found]:
        """Deal the rows of each source out among shards, and hand each shard what it got, in the order of sources.

        Gives what `take` made of each shard, in order; a shard that got nothing is left out. Raises SparkFailed.
        """

        def dealt(batches: Batches) -> Batches:
            for batch in batches:
                for source in batch["id"].to_pylist():
                    for turn, (shard, rows) in enumerate(deal(source)):
                        yield _record(shard=shard, source=source, turn=turn, rows=_written(rows))

        def taken(batches: Batches) -> Batches:
            shard, got = 0, []
            for batch in batches:
                for record in batch.to_pylist():
                    shard = record["shard"]
                    got.append(pa.ipc.open_stream(record["rows"]).read_all())
            if got:
                yield _record(number=shard, found=pickle.dumps(take(shard, pa.concat_tables(got))))

        numbers = self.session.range(0, sources, 1, sources)
        cards = _through(numbers, dealt, "shard long, source long, turn long, rows binary")
        by_shard = cards.repartitionById(shards, cards["shard"].cast("int"))
        ordered = by_shard.sortWithinPartitions("source", "turn")
        return self._collected(_through(ordered, taken, _FOUND))

    def _collected(self, tasks: "DataFrame") -> list[Any]:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            rows = tasks.collect()
        except (Py4JError, PySparkException, OSError) as problem:
            raise SparkFailed(
                "Spark 没能完成任务，没有发布，已发布的结果没有受影响。请检查集群和每台机器能否读写归档目录，"
                f"再运行一次同样的命令；Spark 的日志在 {self.log}。"
            ) from problem
        return [pickle.loads(row["found"]) for row in sorted(rows, key=lambda row: row["number"])]


def _through(rows: "DataFrame", function: Callable[[Batches], Batches], schema: str) -> "DataFrame":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # about pandas, whose data frames we don't use with Spark
        return rows.mapInArrow(function, schema)


def _record(**cells: object) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([cells])


def _written(rows: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return sink.getvalue().to_pybytes()


@contextmanager
def connected(master: str, with_hive: bool = False) -> Iterator[Cluster]:
    """Start a session on this master; Spark's own words go to a log, which is kept where it fails.

    Raises SparkFailed where pyspark, Java or the master is missing.
    """
    session_of = _builder(master, with_hive)
    with tempfile.NamedTemporaryFile(prefix="qa-checker-spark-", suffix=".log", delete=False) as log:
        path = Path(log.name)
        try:
            with _stderr_to(log.fileno()):
                session = session_of()
        except Exception as problem:  # pyspark raises whatever comes through from Java
            raise SparkFailed(
                f"连不上 Spark（--master {master}）。请检查地址和集群是否在运行；Spark 的日志在 {path}。"
            ) from problem
    failed = False
    try:
        yield Cluster(session, path)
    except SparkFailed:
        failed = True
        raise
    finally:
        session.stop()
        if not failed:
            path.unlink(missing_ok=True)


def _builder(master: str, with_hive: bool) -> "Callable[[], SparkSession]":
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise SparkFailed(
            '没有安装 Spark。请运行 pip install "qa-checker[spark]"，或去掉 --engine spark 用本机评分。'
        ) from None
    _require_java()
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    settings = dict(_SETTINGS)
    if master.startswith("local") or urlsplit(master).hostname in _LOOPBACK:
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    if with_hive:
        settings["spark.sql.catalogImplementation"] = "hive"
    builder = SparkSession.builder.master(master).appName("qa-checker")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate


def _require_java() -> None:
    remedy = f"Spark 需要 Java {_OLDEST_JAVA} 或更新的版本。请安装后再运行，或去掉 --engine spark 用本机评分。"
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        raise SparkFailed(f"没有找到 Java{f'（JAVA_HOME={home}）' if home else ''}。{remedy}")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    number = told.partition('"')[2].split(".")[0].split("-")[0]
    if number.isdigit() and int(number) < _OLDEST_JAVA:
        raise SparkFailed(f"这里的 Java 是版本 {number}。{remedy}")


@contextmanager
def _stderr_to(log: int) -> Iterator[None]:
    """Let the Java process that is started meanwhile write there what it says."""
    sys.stderr.flush()
    ours = os.dup(2)
    os.dup2(log, 2)
    try:
        yield
    finally:
        os.dup2(ours, 2)
        os.close(ours)
