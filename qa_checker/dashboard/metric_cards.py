"""Cards of the trade's metrics: the value, its definition on hover, a comparison, and the sessions behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from qa_checker.archive.kinds import Kind
from qa_checker.archive.selection import Filter
from qa_checker.dashboard.address import Asked
from qa_checker.dashboard.doors import link_to_sessions
from qa_checker.dashboard.period_cards import COLOURS
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.wording import (
    KIND_NAMES,
    definition,
    figure,
    known,
    metric_label,
    metric_value,
    share,
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
    before: Values | None = None,
    notes: Mapping[str, str] | None = None,
) -> None:
    """Draw the cards; `before` is what to compare with, `notes` stand under a value."""
    counts = reading.ask(behind, what.filter, tuple(dict.fromkeys(each.kind for each in metrics if each.kind)))
    with st.grid(4, min_column_width=150):
        for each in metrics:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(
                    metric_label(each),
                    metric_value(each, now[each.key]),
                    _change(each, now[each.key], before[each.key]) if before else None,
                    delta_color=COLOURS[each.better],
                    delta_description=(notes or {}).get(each.key),
                    help=definition(each),
                )
                if each.kind:
                    st.space("stretch")
                    _link(what, each.kind, counts[each.kind])


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
    digits = 2 if metric.unit is Unit.RATIO else 0
    seconds = metric.unit in (Unit.SECONDS, Unit.DURATION)
    return signed(round(now - before, digits), "秒" if seconds else "")


def by_keys(*keys: str) -> tuple[Metric, ...]:
    """Metrics by their keys."""
    return tuple(metric(key) for key in keys)


def target_notes(targets: Mapping[str, float]) -> dict[str, str]:
    """Targets as they stand under a value."""
    return {key: f"目标 {share(target)}" for key, target in targets.items()}
