"""Tables that people take away: CSV that Excel opens in Chinese, and in which no cell can act as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_ACTS = ("=", "+", "-", "@", "\t", "\r")


def csv_file(headings: Sequence[str], rows: Iterable[Sequence[str | float | int]]) -> bytes:
    """A CSV file in UTF-8 with a mark that Excel reads; a text that could act as a formula gets an apostrophe."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(headings)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _harmless(cell: str | float | int) -> str | float | int:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip().startswith(_ACTS) else cell
