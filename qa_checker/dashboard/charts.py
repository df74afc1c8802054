"""The overview's charts, as Altair specifications: calm, exact on hover, and readable in light and dark."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import pandas as pd
import streamlit as st

from qa_checker.archive.overview import SCORE_BIN, ResponseTimes
from qa_checker.dashboard.confidence import mean_interval
from qa_checker.dashboard.wording import dimension_name, duration, figure, points, share

Drawing = alt.LayerChart | alt.FacetChart

HEIGHT = 230
CHOSEN_CELL = "cell"
"""The name of the heatmap's selection."""


@dataclass(frozen=True)
class Palette:
    """The few colours that carry meaning, by theme; the rest comes from .streamlit/config.toml."""

    main: str
    warning: str
    ink: str
    ground: str
    on_strong: str  # text on the strongest colours of the heatmap
    strong_from: float  # the share of its scale where they begin


_LIGHT = Palette("#2b63d9", "#a85507", "#1c2733", "#ffffff", "#ffffff", 0.5)
_DARK = Palette("#5b8def", "#f0964a", "#e4e9f0", "#12171f", "#12171f", 0.75)


def palette() -> Palette:
    """The colours for the theme the visitor has on."""
    return _DARK if st.context.theme.type == "dark" else _LIGHT


def score_trend(days: pd.DataFrame) -> Drawing:
    """The mean score a day, with its 95 % interval as a band."""
    colours = palette()
    intervals = [mean_interval(day["score"], day["deviation"], day["sessions"]) for day in days.to_dict("records")]
    drawn = pd.DataFrame(
        {
            "日期": days["day"].dt.strftime("%m-%d"),
            "平均得分": days["score"],
            "low": [max(0.0, interval.low) if interval else None for interval in intervals],
            "high": [interval.high if interval else None for interval in intervals],
            "得分": days["score"].map(figure),
            "95%区间": [f"{figure(i.low)} ~ {figure(i.high)}" if i else "会话太少" for i in intervals],
            "会话": days["sessions"].map(lambda n: figure(n, 0)),
            "合格率": days["pass_rate"].map(share),
        }
    )
    lowest = min(drawn["low"].min(skipna=True), drawn["平均得分"].min())
    highest = max(100.0, drawn["high"].max(skipna=True), drawn["平均得分"].max())
    scale = alt.Scale(domain=[(lowest // SCORE_BIN) * SCORE_BIN, highest], nice=False)
    x = alt.X("日期:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap="parity", grid=False))
    base = alt.Chart(drawn).encode(x=x, tooltip=["日期", "得分", "95%区间", "会话", "合格率"])
    band = base.mark_area(color=colours.main, opacity=0.14).encode(
        y=alt.Y("low:Q", scale=scale, title="平均得分"), y2="high:Q"
    )
    whisker = base.mark_rule(color=colours.main, opacity=0.35).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    line = base.mark_line(color=colours.main, strokeWidth=2).encode(y=alt.Y("平均得分:Q", scale=scale))
    dots = base.mark_circle(color=colours.main, size=60, opacity=1).encode(y=alt.Y("平均得分:Q", scale=scale))
    return alt.layer(band, whisker, line, dots, height=HEIGHT)


def score_bars(steps: pd.DataFrame) -> Drawing:
    """Sessions by score, in steps of five points; a bonus can lift a score above 100."""
    colours = palette()
    total = int(steps["sessions"].sum())
    counts = dict(zip(steps["start"].astype(int), steps["sessions"].astype(int), strict=True))
    starts = range(min([*counts, 50]), max([*counts, 100]) + 1, SCORE_BIN)
    drawn = pd.DataFrame(
        {
            "start": list(starts),
            "得分": [f"{s} ~ {s + SCORE_BIN}（不含）" for s in starts],
            "会话": [counts.get(s, 0) for s in starts],
        }
    )
    drawn["占比"] = [share(n / total) for n in drawn["会话"]]
    bars = (
        alt.Chart(drawn)
        .mark_bar(color=colours.main, cornerRadiusEnd=2)
        .encode(
            x=alt.X(
                "start:O",
                title="得分",
                axis=alt.Axis(labelAngle=0, grid=False, labelExpr="datum.value % 10 == 0 ? datum.label : ''"),
            ),
            y=alt.Y("会话:Q", title="会话数", axis=alt.Axis(tickMinStep=1)),
            tooltip=["得分", "会话", "占比"],
        )
    )
    return alt.layer(bars, height=HEIGHT)


def response_bars(times: ResponseTimes) -> Drawing:
    """First responses as bars, with the median and the 90th and 99th percentile."""
    colours = palette()
    bars = times.bars
    width = float((bars["end"] - bars["start"]).max())
    total = int(bars["sessions"].sum())
    drawn = pd.DataFrame(
        {
            "start": bars["start"],
            "end": bars["end"].fillna(bars["start"] + width),
            "首响": [
                f"{duration(start)} ~ {duration(end)}" if pd.notna(end) else f"{duration(start)}以上"
                for start, end in zip(bars["start"], bars["end"], strict=True)
            ],
            "会话": bars["sessions"],
            "占比": [share(n / total) for n in bars["sessions"]],
        }
    )
    longest = float(drawn["end"].max())
    axis = alt.Axis(
        grid=False,
        values=_round_seconds(longest),
        labelExpr="datum.value < 60 ? datum.value + '秒' : format(datum.value / 60, '~r') + '分'",
    )
    histogram = (
        alt.Chart(drawn)
        .mark_bar(color=colours.main, opacity=0.85, binSpacing=1)
        .encode(
            x=alt.X("start:Q", bin="binned", title=None, axis=axis),
            x2="end:Q",
            y=alt.Y("会话:Q", title="会话数", axis=alt.Axis(tickMinStep=1)),
            tooltip=["首响", "会话", "占比"],
        )
    )
    own_lines = alt.Resolve(scale={"y": "independent"})
    return alt.layer(histogram, *_percentile_marks(times, longest), resolve=own_lines, height=HEIGHT)


def _percentile_marks(times: ResponseTimes, longest: float) -> list[alt.Chart]:
    """A line and a name for each percentile; one that lies beyond the bars stands at their end with an arrow."""
    colours = palette()
    named = [("P50", times.p50), ("P90", times.p90), ("P99", times.p99)]
    marks = pd.DataFrame(
        {
            "value": [min(value, longest) for _, value in named],
            "label": [f"{name} {duration(value)}" + (" →" if value > longest else "") for name, value in named],
            "line": range(3),  # names stand one below the other, so that close percentiles don't cover each other
        }
    )
    lines = alt.Chart(marks).mark_rule(color=colours.warning, strokeDash=[4, 3], strokeWidth=1.5).encode(x="value:Q")
    rows = alt.Y("line:O", axis=None, scale=alt.Scale(domain=[0, 1, 2], range=[0, 48]))

    def names(few: pd.DataFrame, align: Literal["left", "right"], shift: int) -> alt.Chart:
        style: dict[str, Any] = {
            "color": colours.warning,
            "align": align,
            "dx": shift,
            "baseline": "top",
            "fontWeight": 600,
        }
        text: alt.Chart = alt.Chart(few).mark_text(fontSize=12, **style).encode(x="value:Q", text="label:N", y=rows)
        return text

    far = marks["value"] > longest * 0.7
    return [lines, names(marks[~far], "left", 5), names(marks[far], "right", -5)]


def _round_seconds(longest: float) -> list[int]:
    """Where to label an axis of seconds: at most eight round times."""
    step = next((step for step in (10, 15, 30, 60, 120, 300, 600) if longest <= step * 8), 1800)
    return list(range(0, int(longest) + 1, step))


def dimension_bars(losses: pd.DataFrame) -> Drawing:
    """Points lost a session, by dimension, the dearest first."""
    drawn = pd.DataFrame(
        {
            "维度": losses["dimension"].map(dimension_name),
            "每会话扣分": losses["per_session"],
            "每会话": losses["per_session"].map(lambda value: figure(value, 2)),
            "合计扣分": losses["points"].map(points),
            "涉及会话": losses["sessions"],
        }
    )
    return _named_bars(drawn, "维度", "每会话扣分", "每会话", ["维度", "每会话", "合计扣分", "涉及会话"])


def rule_bars(rules: pd.DataFrame) -> Drawing:
    """Points lost by rule, the dearest first: columns title, dimension, points, sessions, fine."""
    drawn = pd.DataFrame(
        {
            "规则": rules["title"],
            "维度": rules["dimension"].map(dimension_name),
            "扣分": rules["points"],
            "合计扣分": rules["points"].map(points),
            "涉及会话": rules["sessions"],
            "罚款（元）": rules["fine"].map(points),
        }
    )
    return _named_bars(drawn, "规则", "扣分", "合计扣分", ["规则", "维度", "合计扣分", "涉及会话", "罚款（元）"])


def _named_bars(drawn: pd.DataFrame, name: str, value: str, label: str, tooltip: list[str]) -> Drawing:
    colours = palette()
    base = alt.Chart(drawn).encode(
        y=alt.Y(
            f"{name}:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, ticks=False, domain=False, labelPadding=8)
        ),
        x=alt.X(f"{value}:Q", axis=None, scale=alt.Scale(domain=[0, float(drawn[value].max()) * 1.15], nice=False)),
        tooltip=tooltip,
    )
    bars = base.mark_bar(color=colours.main, cornerRadiusEnd=3, height={"band": 0.62})
    figures = base.mark_text(align="left", dx=6, color=colours.ink, fontSize=12).encode(text=f"{label}:N")
    return alt.layer(bars, figures, height=max(HEIGHT - 10, 26 * len(drawn)))


def heatmap(cells: pd.DataFrame, agents: Sequence[str], rules: Sequence[str]) -> Drawing:
    """Agents × rules: columns agent, rule, title, sessions, of, share, points; colour is the share of his sessions."""
    colours = palette()
    drawn = cells.assign(占比=cells["share"].map(share), 扣分=cells["points"].map(points))
    top = float(drawn["share"].max())
    select = alt.selection_point(name=CHOSEN_CELL, fields=["agent", "rule"], on="click", clear="dblclick")
    titles = dict(zip(cells["rule"], cells["title"], strict=True))
    base = alt.Chart(drawn).encode(
        x=alt.X(
            "title:N",
            sort=[titles[rule] for rule in rules],
            title=None,
            axis=alt.Axis(
                orient="top", labelAngle=-30, labelLimit=150, labelOverlap=False, ticks=False, domain=False, grid=False
            ),
        ),
        y=alt.Y(
            "agent:N",
            sort=list(agents),
            title=None,
            axis=alt.Axis(labelLimit=120, ticks=False, domain=False, grid=False, labelPadding=8),
        ),
        tooltip=[
            alt.Tooltip("agent:N", title="客服"),
            alt.Tooltip("title:N", title="规则"),
            alt.Tooltip("sessions:Q", title="命中会话"),
            alt.Tooltip("of:Q", title="接待会话"),
            alt.Tooltip("占比:N", title="占其会话"),
            alt.Tooltip("扣分:N", title="合计扣分"),
        ],
    )
    tiles = base.mark_rect(cornerRadius=3, stroke=colours.ground, strokeWidth=3, cursor="pointer").encode(
        color=alt.Color("share:Q", scale=alt.Scale(domain=[0, top or 1]), legend=None)
    )
    strong = f"datum.share > {top * colours.strong_from}"
    figures = base.mark_text(fontSize=12, cursor="pointer").encode(
        text="sessions:Q",
        color=alt.condition(strong, alt.value(colours.on_strong), alt.value(colours.ink)),
    )
    return alt.layer(tiles.add_params(select), figures, height=34 * len(agents) + 90)
