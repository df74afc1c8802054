"""What reading an export gives: its messages, the rows that were set aside, and the files it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Collection

    from qa_checker.exports.messages.partition import Shards
    from qa_checker.exports.problems import Reject


@dataclass(frozen=True)
class SourceFile:
    """One file that was read."""

    path: str
    sha256: str  # of the file as it lies on the disk
    rows: int
    layout: str  # of layouts.TITLES; of an archive all there are, with 、 between
    encoding: str  # empty where the layout has its own


@dataclass(frozen=True)
class Export:
    """Everything that was read: `rows_in == shards.rows + len(rejects) + duplicates`."""

    shards: Shards  # of schema MESSAGES; whole customers, each shard in source order
    rejects: Collection[Reject]  # file by file, row by row
    rows_in: int
    duplicates: int
    warnings: tuple[str, ...]
    files: tuple[SourceFile, ...]

    @property
    def messages(self) -> pa.Table:
        """All messages in one table; in source order where they are in one shard."""
        return pa.concat_tables(list(self.shards))
