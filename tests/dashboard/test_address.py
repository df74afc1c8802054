"""Addresses: what is written is read again, and no address, however broken, is an error."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_checker.archive.kinds import Kind
from qa_checker.archive.listing import SORT_KEYS, Order
from qa_checker.archive.overview import previous_period
from qa_checker.archive.query import Choices
from qa_checker.archive.selection import Draw, Filter, Outcome
from qa_checker.dashboard.controls.address import Asked, Span, address, asked, days_of

CHOICES = Choices(
    ("一店", "二店"), ("王明", "a&b=c"), ("speed/first-reply",), date(2026, 9, 1), date(2026, 9, 30), 110.0
)

scores = st.none() | st.integers(0, 110).map(float)


days = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@st.composite
def everything_asked(draw: st.DrawFn) -> Asked:
    span = draw(st.sampled_from(Span))
    if span is Span.CHOSEN:
        since, until = sorted(draw(st.tuples(days, days)))
    else:
        since, until = days_of(span, CHOICES)  # type: ignore[assignment]
    wanted = Filter(
        since=since,
        until=until,
        shops=draw(st.sampled_from([(), ("一店",), ("一店", "二店")])),
        agents=draw(st.sampled_from([(), ("a&b=c",)])),
        rule=draw(st.sampled_from([None, "speed/first-reply"])),
        outcome=draw(st.sampled_from(Outcome)),
        kind=draw(st.none() | st.sampled_from(Kind)),
        lowest=draw(scores),
        highest=draw(scores),
        session=draw(st.text(max_size=50)),
        draw=draw(st.none() | st.builds(Draw, st.integers(1, 500), st.integers(0, 999_999))),
    )
    order = draw(st.builds(Order, st.sampled_from(list(SORT_KEYS)), st.booleans()))
    return Asked(span, wanted, order, draw(st.integers(1, 400)))


@given(what=everything_asked())
def test_an_address_that_was_written_is_read_again(what: Asked) -> None:
    assert asked(address(what), CHOICES) == what


NAMES = [
    "from",
    "to",
    "days",
    "shop",
    "agent",
    "rule",
    "outcome",
    "min",
    "max",
    "q",
    "draw",
    "seed",
    "sort",
    "page",
    "id",
]


@given(
    params=st.dictionaries(
        st.sampled_from(NAMES),
        st.lists(st.text(max_size=12) | st.sampled_from(["nan", "inf", "-1", "1e999", "٣", "²", "9" * 30]), max_size=3),
    )
)
def test_nonsense_in_an_address_is_left_out(params: dict[str, list[str]]) -> None:
    what = asked(params, CHOICES)
    assert asked(address(what), CHOICES) == what
    assert set(what.filter.agents) <= set(CHOICES.agents)


@pytest.mark.parametrize("days", [("0001-01-01", "2026-09-18"), ("2026-09-18", "9999-12-31")])
def test_a_day_at_the_end_of_the_calendar_is_left_out(days: tuple[str, str]) -> None:
    what = asked({"from": [days[0]], "to": [days[1]]}, CHOICES)
    assert {what.filter.since, what.filter.until} == {None, date(2026, 9, 18)}
    assert previous_period(what.filter) is None


def test_nothing_asked_is_the_last_week_of_the_archive_and_an_empty_address() -> None:
    what = asked({}, CHOICES)
    assert (what.filter.since, what.filter.until) == (date(2026, 9, 24), date(2026, 9, 30))
    assert address(what) == {}


def test_days_the_wrong_way_round_are_turned() -> None:
    what = asked({"from": ["2026-09-20"], "to": ["2026-09-10"]}, CHOICES)
    assert (what.filter.since, what.filter.until) == (date(2026, 9, 10), date(2026, 9, 20))
