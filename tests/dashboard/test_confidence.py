"""Intervals against published values, and ranks that claim no more than they know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_checker.dashboard.figures.confidence import Interval, RankRange, mean_interval, rank_ranges, share_interval


def test_the_interval_of_a_mean_is_students() -> None:
    interval = mean_interval(10.0, 2.0, 10)  # t(9, 0.975) = 2.262157
    assert interval is not None
    assert interval.half_width == pytest.approx(2.262157 * 2 / 10**0.5, abs=1e-5)


@pytest.mark.parametrize(("mean", "deviation", "sessions"), [(90.0, None, 1), (None, None, 0), (90.0, 3.0, 1)])
def test_one_session_has_no_interval(mean: float | None, deviation: float | None, sessions: int) -> None:
    assert mean_interval(mean, deviation, sessions) is None


def test_the_interval_of_a_share_is_wilsons() -> None:
    interval = share_interval(0.9, 10)  # Wilson (1927), as in Agresti & Coull (1998)
    assert interval.low == pytest.approx(0.5958, abs=1e-4)
    assert interval.high == pytest.approx(0.9821, abs=1e-4)
    assert share_interval(1.0, 5).high == pytest.approx(1.0)
    assert share_interval(0.0, 5).low == pytest.approx(0.0)


def test_overlapping_intervals_share_their_ranks() -> None:
    first, second, third, few = Interval(95, 97, 99), Interval(94, 95, 96), Interval(80, 85, 90), None
    assert rank_ranges([first, second, third, few]) == [RankRange(1, 2), RankRange(1, 2), RankRange(3, 3), None]


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 20)).map(lambda x: Interval(x[0] - x[1], x[0], x[0] + x[1]))))
def test_a_lower_rank_is_claimed_only_where_whole_intervals_are_apart(intervals: list[Interval]) -> None:
    ranks = rank_ranges(list(intervals))
    for one, ours in zip(intervals, ranks, strict=True):
        assert ours is not None
        assert 1 <= ours.best <= ours.worst <= len(intervals)
        for other, theirs in zip(intervals, ranks, strict=True):
            assert theirs is not None
            if ours.worst < theirs.best:
                assert one.low > other.high
