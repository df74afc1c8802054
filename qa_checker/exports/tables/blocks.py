"""Going through a text file in blocks: fast where the text is clean, carefully in the few blocks where it isn't."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qa_checker.exports.files.scratch import Bytes
from qa_checker.exports.records import Part

LARGE = 4 << 20
"""Bytes of a block while all is clean."""

SMALL = 1 << 16
"""Bytes of a block that is read carefully: a bad row slows down no more than its neighbourhood."""

Reader = Callable[[int, int, int], Part | None]
"""Reads `data[start:end]`, whose first line is the given row; None where the text isn't as clean as it needs."""


def read_in_blocks(
    data: Bytes, start: int, row: int, clean: Reader, careful: Callable[[int, int, int], Part]
) -> Iterator[Part]:
    """Read from byte `start`; a block ends at a line end, and a part may end before or after its block."""
    size = LARGE
    while start < len(data):
        end = data.find(b"\n", min(start + size, len(data)) - 1) + 1 or len(data)
        part = clean(start, end, row)
        if part is None and end - start > SMALL and size > SMALL:
            size = SMALL
            continue
        if part is None:
            part = careful(start, end, row)
            size = SMALL
        else:
            size = min(size * 2, LARGE)
        yield part
        start, row = part.end, part.next_row
