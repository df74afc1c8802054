"""The bytes of text columns as numpy arrays, for questions Arrow has no kernel for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WITHOUT_WIDTH = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
UNSEEN = "".join(filter(str.isspace, map(chr, range(0x3001)))) + _WITHOUT_WIDTH
"""White space, and the marks without width that copying leaves around a cell."""

_PRIME = np.uint64(0x100000001B3)
_SPACE_FIRST = np.zeros(256, np.bool_)
_SPACE_FIRST[[*range(0x21), 0xC2, 0xE1, 0xE2, 0xE3, 0xEF]] = True  # what the UTF-8 of these starts with
_SPACE_LAST = np.zeros(256, np.bool_)
_SPACE_LAST[[*range(0x21), *range(0x80, 0x90), 0x9F, 0xA0, *range(0xA8, 0xB0), 0xBF]] = True  # … and ends with


def letters_of(cells: pa.Array, length: int) -> NDArray[np.uint8]:
    """Give the bytes of cells that all have this length, one row a cell."""
    letters = np.frombuffer(cells.buffers()[2] or b"", np.uint8, len(cells) * length, int(_offsets(cells)[0]))
    return letters.reshape(len(cells), length)


def may_have_space_around(cells: pa.Array) -> bool:
    """Say whether some cell may start or end with a character of UNSEEN; cheap, and wrong only on the safe side."""
    offsets = _offsets(cells)
    starts, ends = offsets[:-1], offsets[1:]
    filled = ends > starts
    if not filled.any():
        return False
    letters = np.frombuffer(cells.buffers()[2], np.uint8)
    if not filled.all():
        starts, ends = starts[filled], ends[filled]
    return bool(_SPACE_FIRST[letters[starts]].any() or _SPACE_LAST[letters[ends - 1]].any())


def fingerprints(cells: pa.Array) -> NDArray[np.uint64]:
    """Give a number for each cell: equal cells have equal numbers, others hardly ever."""
    lengths = pc.fill_null(pc.binary_length(cells), 0).to_numpy(zero_copy_only=False)
    prints = np.zeros(len(cells), np.uint64)
    for length in np.unique(lengths):
        same = np.flatnonzero(lengths == length)
        chosen = cells if same.size == len(cells) else cells.take(pa.array(same))
        number = np.full(same.size, length, np.uint64)
        if length:
            for letter in letters_of(pc.fill_null(chosen, ""), int(length)).T:
                number = (number ^ letter) * _PRIME
        prints[same] = number
    return prints


def _offsets(cells: pa.Array) -> NDArray[np.int32]:
    return np.frombuffer(cells.buffers()[1], np.int32, len(cells) + 1, cells.offset * 4)
