"""The address bar holds what one looks at: filter, order and page as query parameters, read with care."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from qa_checker.archive.kinds import Kind
from qa_checker.archive.listing import SORT_KEYS, Order
from qa_checker.archive.query import Choices
from qa_checker.archive.selection import Draw, Filter, Outcome

E = TypeVar("E", bound=StrEnum)

Params = Mapping[str, Sequence[str]]
"""Query parameters, each with all its values."""

LARGEST_DRAW = 500
LARGEST_SEED = 999_999
_LONGEST_TEXT = 200
_YEARS = (2000, 2101)  # those that exports are read from; a calendar has an end, and the period before one a beginning


class Span(StrEnum):
    """The period asked for, counted back from the archive's last day (an archive may end long before today)."""

    WEEK = "7"
    MONTH = "30"
    ALL = "all"
    CHOSEN = "chosen"


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    span: Span = Span.WEEK
    filter: Filter = field(default_factory=Filter)
    order: Order = field(default_factory=Order)
    page: int = 1


NOTHING_ASKED: Final = Asked()


def asked(params: Params, choices: Choices) -> Asked:
    """Read an address; what no longer exists or makes no sense is left out, never an error."""
    since, until = _day(_last(params, "from")), _day(_last(params, "to"))
    if since and until and since > until:
        since, until = until, since
    span = Span.CHOSEN if since or until else _member(Span, _last(params, "days"), Span.WEEK)
    if span is not Span.CHOSEN:
        since, until = days_of(span, choices)
    lowest, highest = _figure(_last(params, "min")), _figure(_last(params, "max"))
    rule = _last(params, "rule")
    return Asked(
        span=span,
        filter=Filter(
            since=since,
            until=until,
            shops=_known(params.get("shop", ()), choices.shops),
            agents=_known(params.get("agent", ()), choices.agents),
            rule=rule if rule in choices.rules else None,
            outcome=_member(Outcome, _last(params, "outcome"), Outcome.ALL),
            kind=_kind(_last(params, "kind")),
            lowest=lowest,
            highest=highest,
            session=_last(params, "q")[:_LONGEST_TEXT],
            draw=_draw(params),
        ),
        order=_order(_last(params, "sort")),
        page=max(1, _whole(_last(params, "page")) or 1),
    )


def days_of(span: Span, choices: Choices) -> tuple[date | None, date | None]:
    """The first and last day of a span; None for everything."""
    if span not in (Span.WEEK, Span.MONTH) or choices.last_day is None:
        return None, None
    return choices.last_day - timedelta(days=int(span) - 1), choices.last_day


def address(what: Asked) -> dict[str, list[str]]:
    """Write an address; whatever is at its default is left out."""
    wanted, params = what.filter, dict[str, list[str]]()
    if what.span is Span.CHOSEN:
        _put(params, "from", wanted.since.isoformat() if wanted.since else None)
        _put(params, "to", wanted.until.isoformat() if wanted.until else None)
    elif what.span is not NOTHING_ASKED.span:
        _put(params, "days", what.span)
    params |= {name: list(values) for name, values in (("shop", wanted.shops), ("agent", wanted.agents)) if values}
    _put(params, "rule", wanted.rule)
    _put(params, "outcome", None if wanted.outcome is Outcome.ALL else wanted.outcome)
    _put(params, "kind", wanted.kind)
    _put(params, "min", None if wanted.lowest is None else f"{wanted.lowest:g}")
    _put(params, "max", None if wanted.highest is None else f"{wanted.highest:g}")
    _put(params, "q", wanted.session)
    if wanted.draw:
        _put(params, "draw", str(wanted.draw.size))
        _put(params, "seed", str(wanted.draw.seed))
    if what.order != NOTHING_ASKED.order:
        _put(params, "sort", ("-" if what.order.descending else "") + what.order.key)
    _put(params, "page", str(what.page) if what.page > 1 else None)
    return params


def _put(params: dict[str, list[str]], name: str, value: str | None) -> None:
    if value:
        params[name] = [value]


def _last(params: Params, name: str) -> str:
    values = params.get(name, ())
    return values[-1] if values else ""


def _known(values: Sequence[str], options: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value in options))


def _member(kind: type[E], value: str, default: E) -> E:
    return kind(value) if value in set(kind) else default


def _kind(value: str) -> Kind | None:
    return Kind(value) if value in set(Kind) else None


def _day(value: str) -> date | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if _YEARS[0] <= day.year < _YEARS[1] else None


def _figure(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _whole(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 9 else None


def _draw(params: Params) -> Draw | None:
    size, seed = _whole(_last(params, "draw")), _whole(_last(params, "seed"))
    if not size or seed is None:
        return None
    return Draw(min(size, LARGEST_DRAW), min(seed, LARGEST_SEED))


def _order(value: str) -> Order:
    key = value.removeprefix("-")
    return Order(key, value.startswith("-")) if key in SORT_KEYS else NOTHING_ASKED.order
