"""Reading chat exports of any layout into canonical messages; whatever can't be read is kept as a reject.

    files ─► layouts ─┬► tables (千牛 chats packed into cells, too) ─┐
    (bytes,  (which   ├► texts, qianniu ────────────────────────────┼► Records ─► messages ─► Export
     text)    it is)  └► platforms (their JSON) ────────────────────┘  (text      (checked, in sessions,
                                                                        cells)     once each, in shards)

All of them know `cells`, what one cell may say, and `problems`; `speakers` finds out who speaks where nothing says so.
A new layout is one module that gives `Records`, and one line in `layouts` (or in `platforms`, `tables.known`).
"""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from qa_checker.chats import MESSAGES
from qa_checker.exports.files.scratch import IN_MEMORY, Scratch
from qa_checker.exports.layouts import recognised_as
from qa_checker.exports.messages.export import Export, SourceFile
from qa_checker.exports.problems import Refused, Reject
from qa_checker.exports.reading import Asked, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

__all__ = ["MESSAGES", "Export", "Refused", "Reject", "Scratch", "SourceFile", "read", "recognised_as"]

_NO_COLUMNS: Mapping[str, str] = MappingProxyType({})


def read(
    paths: Sequence[Path],
    *,
    encoding: str | None = None,
    columns: Mapping[str, str] = _NO_COLUMNS,
    layout: str | None = None,
    session_gap: timedelta = timedelta(minutes=30),
    session_by_day: bool = False,
    require_time: bool = True,
    progress: Callable[[int], None] | None = None,
    scratch: Scratch = IN_MEMORY,
    shard_rows: int | None = None,
) -> Export:
    """Read files and folders into one table of messages in source order (schema `MESSAGES`), and rejects.

    `columns` maps canonical names to the files' own headers; `layout` names one of `layouts.TITLES` where it isn't to
    be recognised; `session_gap` is the silence that ends a session where the export doesn't number them, and with
    `session_by_day` midnight ends it too; `progress` is told now and then how many rows have been read.
    Given a `scratch` folder, exports of any size are read in bounded memory, in shards of about `shard_rows` rows.
    Every row is a message, a reject or an exact duplicate. Raises `Refused` where a whole file can't be read.
    """
    asked = Asked(encoding, columns, layout, session_gap, session_by_day, require_time)
    return Reading(asked, progress, scratch, shard_rows).of(paths)
