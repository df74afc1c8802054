"""Tables of a Hive catalogue as inputs, written `table:database.name`: what they hold, and their rows in files."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from ..exports import Refused
from .cluster import Cluster

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_PREFIX = "table:"


def is_table(path: Path) -> bool:
    """Say whether an input is a table."""
    return str(path).startswith(_PREFIX)


def digest(cluster: Cluster | None, table: Path) -> str:
    """Give a SHA-256 that is the same as long as the rows are, in whatever order. Raises Refused."""
    if cluster is None:
        raise Refused("not_found", str(table), "只有 Spark 才能读 Hive 表", "请加上 --engine spark")
    from pyspark.sql import functions

    rows = _rows(cluster, table)
    each = functions.xxhash64(*rows.columns).cast("decimal(38,0)")
    [(count, total)] = rows.agg(functions.count("*"), functions.sum(each)).collect()
    held = json.dumps([rows.schema.simpleString(), count, str(total)])
    return hashlib.sha256(held.encode()).hexdigest()


def in_files(cluster: Cluster, table: Path, folder: Path) -> list[Path]:
    """Let the cluster write the rows as Parquet files; at least one, be it empty. Raises Refused."""
    _rows(cluster, table).write.mode("overwrite").parquet(
        f"file://{folder.absolute()}"
    )  # as it is: Spark takes %E5 for letters
    parts = sorted(folder.glob("part-*.parquet"))
    return [part for part in parts if pq.read_metadata(part).num_rows] or parts[:1]


def _rows(cluster: Cluster, table: Path) -> "DataFrame":
    from pyspark.errors import AnalysisException

    try:
        return cluster.session.table(str(table).removeprefix(_PREFIX))
    except AnalysisException:
        raise Refused("not_found", str(table), "找不到这张表", "请写成 table:库名.表名，并检查 Hive 的配置") from None
