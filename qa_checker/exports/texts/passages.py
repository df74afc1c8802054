"""Chats written as text: the lines of a file, and the passages among them that are one message each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qa_checker.exports.records import Fault, Fields, Part, Records, gather, text_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa_checker.exports.cells.notices import Cells
    from qa_checker.exports.files.encodings import Text


class Lines:
    """The lines of a text and where each starts; one more offset marks the end."""

    def __init__(self, text: Text, file: str) -> None:
        self.text, self.file = text, file
        pieces = bytes(text.data).split(b"\n")
        if not pieces[-1]:
            pieces.pop()
        self.texts = [piece.decode().removesuffix("\r") for piece in pieces]
        self.offsets = [0]
        for piece in pieces:
            self.offsets.append(min(self.offsets[-1] + len(piece) + 1, len(text.data)))


@dataclass(frozen=True)
class Passage:
    """The lines `[start, end)` that are one message."""

    start: int
    end: int
    cells: Cells


def first_lines(text: Text, lines: int = 400) -> list[str]:
    """Give the lines a layout is recognised by."""
    head = text.data[: 1 << 16].decode("utf-8", "ignore")
    return [line.removesuffix("\r") for line in head.split("\n")[:lines]]


def records_of(
    lines: Lines,
    layout: str,
    passages: Sequence[Passage],
    strays: Iterable[int],
    progress: Callable[[int], None],
    *,
    parties: Sequence[str] = (),
    warnings: Sequence[str] = (),
) -> Records:
    """Make records of the passages; `strays` are lines that belong to no message, of which the blank ones are no loss.

    `parties` are the columns that make up a session where the passages have no session_id.
    """
    names = dict.fromkeys(name for passage in passages for name in passage.cells) or {"session_id": None}
    columns = {name: [passage.cells.get(name) for passage in passages] for name in names}
    places = [(one.start + 1, lines.offsets[one.start], lines.offsets[one.end]) for one in passages]
    rows, starts, ends = np.array(places, np.int64).reshape(-1, 3).T
    faults = [
        Fault(at + 1, "no_header", lines.offsets[at], lines.offsets[at + 1]) for at in strays if lines.texts[at].strip()
    ]
    text = lines.text
    part = Part(text_table(columns), rows, starts, ends, len(text.data), len(lines.texts) + 1, faults)
    gathered = gather([part], text, lines.file, progress)

    def raw(record: int) -> bytes:
        return text.raw(int(starts[record]), int(ends[record]))

    def fields(record: int) -> Fields:
        return {name: cells[record] for name, cells in columns.items()}

    return Records(
        *(lines.file, layout, text.encoding, gathered.cells, rows, raw, fields),
        rejects=gathered.rejects,
        spoiled=gathered.spoiled,
        parties=parties,
        warnings=warnings,
    )


def body(lines: Sequence[str]) -> str:
    """Join the lines of a message without blank ones around it."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    while kept and not kept[0].strip():
        kept.pop(0)
    return "\n".join(kept)
