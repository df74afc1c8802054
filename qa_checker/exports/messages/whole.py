"""What only the whole export shows, shard by shard: sessions, duplicates, speakers; and the rows accounted for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial, reduce
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_checker.chats import MESSAGES
from qa_checker.exports.messages.canonical import UNKNOWN_ROLE
from qa_checker.exports.messages.duplicates import repeated_ids, repeated_rows
from qa_checker.exports.messages.export import Export, SourceFile
from qa_checker.exports.messages.sessions import with_sessions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import timedelta

    from qa_checker.exports.messages.partition import Shards
    from qa_checker.exports.messages.rejects import Numbered, Rejects
    from qa_checker.exports.records import Fields
    from qa_checker.exports.speakers.inference import Turns, Voices


class Origins(Protocol):
    """The way back from the rows of a table to their files."""

    def alike(self, row: int) -> tuple[object, bytes]:
        """Give a row's bytes, and what must be equal for equal bytes to mean the same."""

    def fields(self, row: int) -> Fields:
        """Give a row's fields under its file's own names."""

    def reject(self, row: int, reason: str) -> Numbered:
        """Set a row aside; its source's number goes with it."""


@dataclass(frozen=True)
class Repeated:
    """What came twice in a shard: exact duplicates, and rows that contradict an earlier one."""

    duplicates: int
    contradictions: tuple[Numbered, ...]


def finished(rows: pa.Table, session_gap: timedelta, by_day: bool, origins: Origins) -> tuple[pa.Table, Repeated]:
    """Split sessions and take out what comes twice."""
    messages = with_sessions(rows.select(MESSAGES.names), rows["pair"], session_gap, by_day)
    same, contradicts = repeated_ids(messages)
    same |= repeated_rows(messages, messages["to_the_second"].to_numpy(), origins.alike, origins.fields)
    rejects = tuple(origins.reject(row, "duplicate_id") for row in np.flatnonzero(contradicts).tolist())
    kept = ~(same | contradicts)
    messages = (messages if kept.all() else messages.filter(pa.array(kept))).cast(MESSAGES)
    return messages, Repeated(int(same.sum()), rejects)


def whole(
    shards: Shards,
    repeated: Iterable[Repeated],
    rejects: Rejects,
    has_unknown_speakers: bool,
    warnings: Sequence[str],
    files: Sequence[SourceFile],
) -> Export:
    """Put the export together once its shards are finished; every row must be accounted for."""
    duplicates = 0
    for each in repeated:
        duplicates += each.duplicates
        for contradiction in each.contradictions:
            rejects.add_late(*contradiction)
    if has_unknown_speakers:
        warnings = [*warnings, _infer_speakers(shards)]
    rows_in = sum(file.rows for file in files)
    total = shards.rows + len(rejects) + duplicates
    if rows_in != total:
        raise AssertionError(f"{rows_in} rows came in and {total} are accounted for")
    return Export(shards, rejects, rows_in, duplicates, tuple(filter(None, warnings)), tuple(files))


def _infer_speakers(shards: Shards) -> str:
    """Fill in the speakers the export doesn't name; every shard learns from what all shards say."""
    from qa_checker.exports.speakers import inference  # loads the phrase lists: only where it is needed

    voices = reduce(inference.Voices.__or__, shards.survey(_listen))
    turns = sum(shards.change(partial(_weigh, voices)), start=inference.Turns())
    return inference.told(sum(shards.change(partial(_decide, turns)), start=Counter()))


def _open(messages: pa.Table) -> pa.Table:
    role = pc.if_else(pc.equal(messages["role"], UNKNOWN_ROLE), None, messages["role"])
    return messages.set_column(messages.schema.get_field_index("role"), "role", role)


def _listen(messages: pa.Table) -> Voices:
    from qa_checker.exports.speakers import inference

    return inference.Voices.of(_open(messages))


def _weigh(voices: Voices, messages: pa.Table) -> tuple[pa.Table, Turns]:
    from qa_checker.exports.speakers import inference

    weighed, turns = inference.weigh(_open(messages), voices)
    return weighed.append_column("inferred", pc.equal(messages["role"], UNKNOWN_ROLE)), turns


def _decide(turns: Turns, weighed: pa.Table) -> tuple[pa.Table, Counter[str]]:
    from qa_checker.exports.speakers import inference

    roles = inference.decide(weighed, turns)
    inferred = Counter(roles.filter(weighed["inferred"].combine_chunks()).to_pylist())
    messages = weighed.set_column(weighed.schema.get_field_index("role"), "role", roles)
    return messages.select(MESSAGES.names).cast(MESSAGES), inferred
