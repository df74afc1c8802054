"""The messages of an archive as canonical rows again, a shard of whole sessions at a time."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..archive.manifest import ArchiveError, published
from ..chats import MESSAGES

SHARD = 500_000  # rows at a time; rules slow down past about a million

_KEPT = ("session_id", "message_id", "agent_id", "role", "sent_at", "text", "message_type", "to_the_second")
_ABOUT = ("customer_id", "shop", "channel")


def replay(root: Path, rows: int = SHARD) -> Iterator[pa.Table]:
    """Every published message, batch by batch. What an archive doesn't keep (queue, rating) is null.

    Raises ArchiveError where there is nothing to read, or a file is damaged.
    """
    manifests = published(root)
    if not manifests:
        raise ArchiveError(f"{root} 里还没有打过分的批次。请先运行 qa-checker score … --archive {root}。")
    for manifest in manifests:
        try:
            yield from _batch(manifest.folder(root), rows)
        except (OSError, pa.ArrowException) as error:
            raise ArchiveError(
                f"批次 {manifest.batch} 的文件读不出来或已损坏，请对该批次重新运行打分，或从备份恢复。"
            ) from error


def _batch(folder: Path, rows: int) -> Iterator[pa.Table]:
    sessions = pq.read_table(
        folder / "sessions.parquet", columns=["session_id", *_ABOUT], page_checksum_verification=True
    )
    waiting: list[pa.RecordBatch] = []
    with pq.ParquetFile(folder / "messages.parquet", page_checksum_verification=True) as file:
        for batch in file.iter_batches(columns=list(_KEPT)):
            waiting.append(batch)
            if sum(map(len, waiting)) >= rows:
                gathered = pa.Table.from_batches(waiting)
                whole = _whole_sessions(gathered)
                yield _canonical(gathered.slice(0, whole), sessions)
                waiting = gathered.slice(whole).to_batches()
    if waiting:
        yield _canonical(pa.Table.from_batches(waiting), sessions)


def _whole_sessions(messages: pa.Table) -> int:
    """How many rows come before the last session, which may go on; messages are kept session by session."""
    same = np.asarray(pc.equal(messages["session_id"], messages["session_id"][-1]))
    return int(np.flatnonzero(~same).max(initial=-1)) + 1


def _canonical(messages: pa.Table, sessions: pa.Table) -> pa.Table:
    place = pc.index_in(messages["session_id"], sessions["session_id"].combine_chunks())
    columns = {name: messages[name] for name in _KEPT} | {name: sessions[name].take(place) for name in _ABOUT}
    columns["is_auto"] = pa.array(np.zeros(len(messages), bool))
    columns |= {name: pa.nulls(len(messages)) for name in MESSAGES.names if name not in columns}
    return pa.table({name: columns[name] for name in MESSAGES.names}).cast(MESSAGES)
