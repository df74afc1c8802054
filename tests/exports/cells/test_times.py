"""Sending times in all the ways exports write them."""

from datetime import datetime

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from qa_checker.exports.cells.times import UNKNOWN, read_time, read_times


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-08-26 11:00:00", "2026-08-26T11:00:00.000"),
        ("2026-8-6 9:05", "2026-08-06T09:05:00.000"),
        ("2026/8/6 9:05:01", "2026-08-06T09:05:01.000"),
        ("2026.08.06 09:05:01.5", "2026-08-06T09:05:01.500"),
        ("2026年8月6日 9:05", "2026-08-06T09:05:00.000"),
        ("2026年8月6日9:05:07", "2026-08-06T09:05:07.000"),
        ("2025-06-01T01:20:33Z", "2025-06-01T09:20:33.000"),
        ("2025-06-01T01:20:33.250Z", "2025-06-01T09:20:33.250"),
        ("2025-06-01T01:20:33+08:00", "2025-06-01T01:20:33.000"),
        ("2025-06-01 01:20:33 -0500", "2025-06-01T14:20:33.000"),
        ("2025-06-01 01:20:33+00", "2025-06-01T09:20:33.000"),
        ("2025-06-01T01:20:33.250+0900", "2025-06-01T00:20:33.250"),
        ("2026/8/6 上午9:05:01", "2026-08-06T09:05:01.000"),
        ("2026/8/6 下午 9:05", "2026-08-06T21:05:00.000"),
        ("2026/8/6 上午12:05", "2026-08-06T00:05:00.000"),
        ("2026/8/6 下午12:05", "2026-08-06T12:05:00.000"),
        ("2020-03-03 13:05:57 UTC", "2020-03-03T21:05:57.000"),
        ("1700000000", "2023-11-15T06:13:20.000"),
        ("1700000000.25", "2023-11-15T06:13:20.250"),
        ("1700000000123", "2023-11-15T06:13:20.123"),
        ("1700000000123456", "2023-11-15T06:13:20.123"),
        ("1700000000123456789", "2023-11-15T06:13:20.123"),
        ("20260826110005", "2026-08-26T11:00:05.000"),
        ("202608261100", "2026-08-26T11:00:00.000"),
        ("20260826110005123", "2026-08-26T11:00:05.123"),
        ("20260826 11:00:05", "2026-08-26T11:00:05.000"),
        ("20260826T110005Z", "2026-08-26T19:00:05.000"),
        ("20260826T110005.25+0900", "2026-08-26T10:00:05.250"),
        ("2026-08-26 11:35:07.999996", "2026-08-26T11:35:08.000"),
        ("2026-12-31 23:59:59.9996", "2027-01-01T00:00:00.000"),
        ("２０２６-08-26　11：00", "2026-08-26T11:00:00.000"),
        ("2024-02-29 00:00:00", "2024-02-29T00:00:00.000"),
    ],
)
def test_times_are_read(written, meant):
    times = read_times(pa.array([written, None, written]))
    assert [str(np.datetime64(int(ms), "ms")) for ms in times.ms[[0, 2]]] == [meant, meant]
    assert times.ms[1] == UNKNOWN
    assert not times.bad.any()


@pytest.mark.parametrize(
    "written",
    [
        *(
            "11:00",
            "11:00:00",
            "昨天 12:10",
            "2026-08-26",
            "2026-02-30 10:00:00",
            "2026-13-01 10:00",
            "0000-00-00 00:00:00",
        ),
        *("2026-08-26 24:00:00", "2026-08-26 10:60:00", "2026-08/26 10:00:00", "1999-12-31 23:59:59"),
        *(
            "2101-01-01 00:00:00",
            "12345",
            "45000.5",
            "1.7E+09",
            "在吗",
            "17000000001234",
            "20261326110000",
            "20260826110060",
            "20260826",
            "20260826T",
            "202608261100051",
            "9999999999999999999",
            "2026-08-26 10:00:00 上午",
        ),
    ],
)
def test_what_is_no_time_is_said_to_be_bad(written):
    times = read_times(pa.array([written]))
    assert times.bad.all()
    assert times.ms[0] == UNKNOWN
    assert read_time(written) is None


def test_an_empty_cell_is_unknown_and_not_bad():
    times = read_times(pa.array(["", None]))
    assert not times.bad.any()
    assert (times.ms == UNKNOWN).all()


def test_seconds_are_noticed():
    times = read_times(pa.array(["2026-08-26 11:00", "2026-8-26 9:00", "2026-08-26 11:00:00", "1700000000123456"]))
    assert times.to_the_second.tolist() == [False, False, True, True]


MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 12, 31))
LAYOUTS = st.sampled_from(
    ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y.%m.%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%SZ", "%Y年%m月%d日 %H:%M:%S"]
)
WRITTEN = st.builds(lambda moment, layout: moment.strftime(layout), MOMENTS, LAYOUTS)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            WRITTEN,
            WRITTEN.map(lambda time: time.replace("-0", "-").replace(" 0", " ").replace("/0", "/")),
            st.from_regex(r"[12]\d{8,19}(\.\d{1,9})?", fullmatch=True),
            st.from_regex(
                r"20\d\d[-/.]\d\d?[-/.]\d\d?[ T]\d\d?:\d\d?(:\d\d?(\.\d{1,9})?)?( ?Z|\+08:00)?", fullmatch=True
            ),
            st.from_regex(r"20\d\d[01]\d[0-3]\d[ T]?[0-2]\d:?[0-5]\d:?([0-5]\d)?(\.?\d{1,3})?Z?", fullmatch=True),
            st.text(alphabet="0123456789-/.: TZ", max_size=20),
        ),
        max_size=12,
    )
)
def test_reading_a_column_equals_reading_cell_by_cell(cells):
    times = read_times(pa.array([cell.strip() for cell in cells], pa.string()))
    for at, cell in enumerate(cells):
        one = read_time(cell)
        if not cell.strip():
            continue
        assert times.bad[at] == (one is None), cell
        if one is not None:
            assert (times.ms[at], times.to_the_second[at]) == one, cell
