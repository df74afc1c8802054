"""Sending times: from what exports write to naive wall time in Shanghai, in whole milliseconds."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_checker.exports.cells.letters import letters_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNKNOWN = np.iinfo(np.int64).min
"""Stands for "no time" in arrays of milliseconds; the bit pattern numpy and Arrow call NaT."""

_MINUTE = 60_000
_DAY = 86_400_000
_SHANGHAI = 8 * 60 * _MINUTE  # no summer time since 1991
_EARLIEST = (date(2000, 1, 1) - date(1970, 1, 1)).days * _DAY
_LATEST = (date(2101, 1, 1) - date(1970, 1, 1)).days * _DAY

_WRITTEN = re.compile(
    r"'?(?P<year>\d{4})(?:(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})[T ]\s*"
    r"|年\s*(?P<month_>\d{1,2})\s*月\s*(?P<day_>\d{1,2})\s*日\s*)(?P<half>[上下]午)?\s*"
    r"(?P<hour>\d{1,2})[:时](?P<minute>\d{1,2})(?:[:分](?:(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,9})|秒)?)?)?"
    r"\s*(?P<half_>[AP]M)?\s*(?P<zone>Z|UTC|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?",
    re.ASCII | re.IGNORECASE,
)
_EPOCH = re.compile(r"(?P<whole>\d{9,19})(?:\.(?P<fraction>\d{1,9})\d*)?", re.ASCII)
_EPOCHS = {9: (1000, 1), 10: (1000, 1), 13: (1, 1), 16: (1, 1000), 19: (1, 1_000_000)}  # digits: times, over → ms

_PADDED = ((r"\b(\d)([-/.: T])", r"0\1\2"),)  # 2026/8/6 9:05 → 2026/08/06 09:05
_SPREAD = (  # 20260806090501[123], 202608060905, 20260806T090501Z → 2026-08-06 09:05:01[.123], …
    (r"^(\d{8})[ T]?(\d\d):?(\d\d):?(\d\d)(\d{3})$", r"\1 \2:\3:\4.\5"),
    (r"^(\d{8})[ T]?(\d\d):?(\d\d):?(\d\d)(\D|$)", r"\1 \2:\3:\4\5"),
    (r"^(\d{8})[ T]?(\d\d):?(\d\d)$", r"\1 \2:\3"),
    (r"^(\d{4})(\d\d)(\d\d) ", r"\1-\2-\3 "),
)


@dataclass(frozen=True)
class Times:
    """One row a cell."""

    ms: NDArray[np.int64]  # UNKNOWN where the cell is empty or unreadable
    bad: NDArray[np.bool_]  # something is written there and it isn't a time
    to_the_second: NDArray[np.bool_]  # seconds were given, so equal times mean something


def read_times(cells: pa.Array | pa.ChunkedArray) -> Times:
    """Read a column of written times or epochs; one layout in a column is read without a Python loop."""
    if isinstance(cells, pa.ChunkedArray):
        cells = pa.concat_arrays(cells.chunks) if cells.num_chunks else pa.array([], pa.string())
    times = _Column(len(cells))
    left = np.flatnonzero(_filled(cells))
    for rewriting in ((), _PADDED, _SPREAD):
        if left.size:
            there = cells.take(pa.array(left))
            for pattern, plain in rewriting:
                there = pc.replace_substring_regex(there, pattern, plain)
            left = left[~times.read_plain(there, left)]
    if left.size:
        times.read_the_rest(cells.take(pa.array(left)), left)
    return Times(times.ms, times.bad, times.to_the_second)


def read_time(cell: str) -> tuple[int, bool] | None:
    """Read one time: milliseconds and whether seconds were given; None where it isn't a time."""
    cell = unicodedata.normalize("NFKC", cell).strip()
    epoch = _EPOCH.fullmatch(cell)
    ms, seconds = _epoch_ms(epoch) if epoch else None, True
    if ms is None and (written := _WRITTEN.fullmatch(_spread(cell))):
        ms, seconds = _written_ms(written), written["second"] is not None
    return None if ms is None or not _EARLIEST <= ms < _LATEST else (ms, seconds)


def _spread(cell: str) -> str:
    for pattern, plain in _SPREAD:
        cell = re.sub(pattern, plain, cell, flags=re.ASCII)
    return cell


def _written_ms(written: re.Match[str]) -> int | None:
    hour, minute, second = int(written["hour"]), int(written["minute"]), int(written["second"] or 0)
    half = written["half"] or written["half_"]
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] in "下Pp" else 0)
    try:
        month, day_of_month = written["month"] or written["month_"], written["day"] or written["day_"]
        day = date(int(written["year"]), int(month), int(day_of_month))
    except ValueError:
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    ms = (day - date(1970, 1, 1)).days * _DAY + (hour * 60 + minute) * _MINUTE + second * 1000
    ms += (int((written["fraction"] or "").ljust(9, "0")) + 500_000) // 1_000_000
    zone = written["zone"]
    return ms if zone is None else ms - _offset(zone) + _SHANGHAI


def _offset(zone: str) -> int:
    if zone.upper() in ("Z", "UTC"):
        return 0
    minutes = int(zone[1:3]) * 60 + (int(zone[-2:]) if len(zone) > 3 else 0)
    return (minutes if zone[0] == "+" else -minutes) * _MINUTE


def _epoch_ms(epoch: re.Match[str]) -> int | None:
    """Read seconds, milli-, micro- or nanoseconds since 1970 in UTC, told apart by how many digits there are."""
    whole, fraction = epoch["whole"], (epoch["fraction"] or "").ljust(9, "0")
    if len(whole) not in _EPOCHS or (len(whole) > 10 and fraction.strip("0")):
        return None
    times, over = _EPOCHS[len(whole)]
    thousandths = (int(fraction) + 500_000) // 1_000_000
    return (int(whole) * times + over // 2) // over + thousandths + _SHANGHAI


def _filled(cells: pa.Array) -> NDArray[np.bool_]:
    filled: NDArray[np.bool_] = pc.fill_null(pc.not_equal(cells, ""), False).to_numpy(zero_copy_only=False)
    return filled


class _Column:
    """The times of a column while it is being read."""

    def __init__(self, rows: int) -> None:
        self.ms = np.full(rows, UNKNOWN, np.int64)
        self.bad = np.zeros(rows, np.bool_)
        self.to_the_second = np.zeros(rows, np.bool_)

    def read_plain(self, cells: pa.Array, where: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Read the cells laid out `2026-08-26 11:00[:00[.123]][Z]` or as epoch digits; say which were read."""
        lengths = pc.binary_length(cells).to_numpy(zero_copy_only=False)
        read = np.zeros(len(cells), np.bool_)
        for length in np.unique(lengths):
            if not 9 <= length <= 30:
                continue
            same = np.flatnonzero(lengths == length)
            letters = letters_of(cells if same.size == len(cells) else cells.take(pa.array(same)), int(length))
            ms, understood = _plain(letters)
            understood &= (ms >= _EARLIEST) & (ms < _LATEST)
            at = where[same[understood]]
            self.ms[at] = ms[understood]
            self.to_the_second[at] = (length != 16) | (letters[understood, 4] >= ord("0"))
            read[same] = understood
        return read

    def read_the_rest(self, cells: pa.Array, where: NDArray[np.int64]) -> None:
        """Read each distinct cell by itself."""
        distinct = cells.dictionary_encode()
        known = [read_time(cell) for cell in distinct.dictionary.to_pylist()]
        codes = distinct.indices.to_numpy(zero_copy_only=False)
        self.ms[where] = np.array([time[0] if time else UNKNOWN for time in known], np.int64)[codes]
        self.bad[where] = np.array([time is None for time in known], np.bool_)[codes]
        self.to_the_second[where] = np.array([bool(time and time[1]) for time in known], np.bool_)[codes]


def _plain(letters: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    length = letters.shape[1]
    ms, understood = np.zeros(len(letters), np.int64), np.zeros(len(letters), np.bool_)
    if length == 16 or length >= 19:
        ms, understood = _written(letters)
    if length in _EPOCHS:
        whole, digits = _number(letters, 0, length)
        times, over = _EPOCHS[length]
        return np.where(digits, (whole * times + over // 2) // over + _SHANGHAI, ms), digits | understood
    return ms, understood


def _written(letters: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Read `2026-08-26 11:00[:00[.123]][Z]`."""
    separator = letters[:, 4]
    understood = (separator == letters[:, 7]) & np.isin(separator, list(b"-/."))
    understood &= np.isin(letters[:, 10], list(b" T")) & (letters[:, 13] == ord(":"))
    ms, sensible = _date(letters)
    understood &= sensible
    for start, most, unit in ((11, 23, 60 * _MINUTE), (14, 59, _MINUTE), (17, 59, 1000)):
        if start < letters.shape[1]:
            number, digits = _number(letters, start, start + 2)
            understood &= digits & (number <= most)
            ms += number * unit
    if letters.shape[1] > 16:
        understood &= letters[:, 16] == ord(":")
        after, fine = _after_seconds(letters)
        return ms + after, understood & fine
    return ms, understood


def _date(letters: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    (year, y), (month, m), (day, d) = (_number(letters, *span) for span in ((0, 4), (5, 7), (8, 10)))
    sensible = y & m & d & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(sensible, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    sensible &= day <= (months + 1).astype("datetime64[D]").astype(np.int64) - first
    return (first + day - 1) * _DAY, sensible


def _after_seconds(letters: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Read what may follow the seconds: a fraction, then Z."""
    rest: Any = letters[:, 19:]
    after = np.zeros(len(letters), np.int64)
    if not rest.shape[1]:
        return after, np.ones(len(letters), np.bool_)
    zulu = (rest[:, -1] == ord("Z")) | (rest[:, -1] == ord("z"))
    after[zulu] = _SHANGHAI
    fine = zulu.copy() if rest.shape[1] == 1 else np.zeros(len(letters), np.bool_)
    for ends_with_z in (False, True):
        digits = rest.shape[1] - 1 - ends_with_z
        if 1 <= digits <= 9:
            number, all_digits = _number(rest, 1, 1 + digits)
            fits = (zulu == ends_with_z) & all_digits & (rest[:, 0] == ord("."))
            after[fits] += ((number * 10 ** (9 - digits) + 500_000) // 1_000_000)[fits]
            fine |= fits
    return after, fine


def _number(letters: NDArray[np.uint8], start: int, end: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Read columns of digits as one number a row, and say where they were all digits."""
    number = np.zeros(len(letters), np.int64)
    fine = np.ones(len(letters), np.bool_)
    for position in range(start, end):
        digit = letters[:, position] - np.uint8(ord("0"))  # wraps round below "0"
        fine &= digit <= 9
        number = number * 10 + digit
    return number, fine
