"""Writing one table of a night as Parquet: even row groups, page checksums, the schema kept."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from qa_checker.archive.schema import TABLES

# Opening one conversation reads the row groups its session id falls into. On 2 million messages, groups of 16
# to 64 thousand rows answered within 10 ms, groups of 500 thousand took up to three times that.
ROWS_PER_GROUP = 65_536

# Long texts and ids that never repeat would only fill the dictionary before the writer gives it up.
_REPEATING = ["batch", "session_id", "shop", "channel", "agent_id", "agents.list.element", "role"]
_REPEATING += ["message_type", "rule", "dimension", "outcome", "reason", "rulebook"]

Rows: TypeAlias = "pa.Table | pa.RecordBatch | Iterable[pa.RecordBatch]"


class TableFile:
    """One growing Parquet file; small writes are gathered until they fill a row group."""

    def __init__(self, name: str, folder: Path) -> None:
        self.path = folder / f"{name}.parquet"
        self.rows = 0
        self._schema = TABLES[name]
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self._writer = pq.ParquetWriter(
            self.path,
            self._schema,
            compression="zstd",
            use_dictionary=_REPEATING,
            write_page_checksum=True,
        )

    def append(self, table: pa.Table) -> None:
        """Add rows; raises ValueError where columns are missing or foreign, or a value doesn't fit."""
        self._waiting.append(table.cast(self._schema))
        self._waiting_rows += table.num_rows
        self.rows += table.num_rows
        if self._waiting_rows >= ROWS_PER_GROUP:
            self._flush(self._waiting_rows // ROWS_PER_GROUP * ROWS_PER_GROUP)

    def close(self) -> None:
        """Write what waits, and the footer."""
        self._flush(self._waiting_rows)
        self._writer.close()

    def abandon(self) -> None:
        """Let go of the file; what it holds by then is of no use."""
        self._waiting.clear()
        self._writer.close()

    def _flush(self, rows: int) -> None:
        waiting = pa.concat_tables(self._waiting) if self._waiting else self._schema.empty_table()
        self._writer.write_table(waiting.slice(0, rows), row_group_size=ROWS_PER_GROUP)
        self._waiting = [waiting.slice(rows)]
        self._waiting_rows -= rows


def pieces(rows: Rows) -> Iterable[pa.Table]:
    """Return rows of any shape as tables, one at a time."""
    if isinstance(rows, pa.Table):
        return [rows]
    batches = [rows] if isinstance(rows, pa.RecordBatch) else rows
    return (pa.Table.from_batches([batch]) for batch in batches)
