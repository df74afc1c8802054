"""Cards of the trade's metrics: the value, its definition on hover, a comparison, and the sessions behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from qa_checker.archive.kinds import Kind
from qa_checker.archive.selection import Filter
from qa_checker.dashboard.controls.address import Asked
from qa_checker.dashboard.controls.doors import link_to_sessions
from qa_checker.dashboard.figures.card import Card, draw
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.wording import (
    KIND_NAMES,
    MINUS,
    definition,
    duration,
    figure,
    known,
    metric_label,
    metric_value,
    signed,
)
from qa_checker.metrics import Metric, Unit, behind, measure, metric

Values = Mapping[str, float]
"""Metrics' keys and values."""


def measured(reading: Reading, wanted: Filter, metrics: Sequence[Metric]) -> Values:
    """The metrics of a period."""
    row: dict[Any, Any] = reading.ask(measure, wanted, tuple(metrics)).to_dict("records")[0]
    return row


def metric_cards(
    reading: Reading,
    what: Asked,
    metrics: Sequence[Metric],
    now: Values,
    *,
    notes: Mapping[str, str],
    before: Values | None = None,
) -> None:
    """Draw the cards; `before` is what to compare with, `notes` stand under a value."""
    counts = reading.ask(behind, what.filter, tuple(dict.fromkeys(each.kind for each in metrics if each.kind)))
    with st.grid(4, min_column_width=230):
        for each in metrics:
            with st.container(border=True, height="stretch", gap="xsmall"):
                draw(_card(each, now, before, notes), border=False)
                if each.kind:
                    st.space("stretch")
                    _link(what, each.kind, counts[each.kind])


def _card(metric: Metric, now: Values, before: Values | None, notes: Mapping[str, str]) -> Card:
    key = metric.key
    return Card(
        label=metric_label(metric),
        value=metric_value(metric, now[key]),
        help=definition(metric),
        change=_change(metric, now[key], before[key]) if before else None,
        better=metric.better,
        note=notes.get(key),
    )


def _link(what: Asked, kind: Kind, sessions: int) -> None:
    if sessions:
        these = replace(what, filter=replace(what.filter, kind=kind), page=1)
        link_to_sessions(f"{KIND_NAMES[kind]}：{figure(sessions, 0)} 个会话", these)
    else:
        st.caption(f"{KIND_NAMES[kind]}：没有")


def _change(metric: Metric, now: float, before: float) -> str | None:
    if not (known(now) and known(before)):
        return None
    if metric.unit is Unit.SHARE:
        return signed(round((now - before) * 100, 1), "%")
    if metric.unit in (Unit.SECONDS, Unit.DURATION):
        longer = round(now - before)
        return ("+" if longer > 0 else MINUS if longer else "") + duration(abs(longer))
    return signed(round(now - before, 2 if metric.unit is Unit.RATIO else 0))


def by_keys(*keys: str) -> tuple[Metric, ...]:
    """Metrics by their keys."""
    return tuple(metric(key) for key in keys)
