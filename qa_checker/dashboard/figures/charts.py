"""The charts of 质检总览 and 我的概览."""

from typing import Any

import pandas as pd
import pyarrow as pa

from qa_checker.archive.overview import SCORE_BIN, ResponseTimes
from qa_checker.dashboard.figures.confidence import mean_interval
from qa_checker.dashboard.figures.drawing import HEIGHT, Drawing, Spec, on_hover, palette
from qa_checker.dashboard.wording import dimension_name, duration, figure, known, points, share

_SESSIONS = {"field": "会话", "type": "quantitative", "title": "会话数", "axis": {"tickMinStep": 1}}


def score_trend(days: pd.DataFrame) -> Drawing:
    """The mean score a day, with its 95 % interval as a band."""
    main = palette().main
    intervals = [mean_interval(day["score"], day["deviation"], day["sessions"]) for day in days.to_dict("records")]
    lows = [max(0.0, each.low) if each else None for each in intervals]
    highs = [each.high if each else None for each in intervals]
    means = days["score"].tolist()
    written = "%m-%d" if days["day"].dt.year.nunique() == 1 else "%Y-%m-%d"  # an axis of words is sorted as words
    data = pa.table(
        {
            "日期": days["day"].dt.strftime(written).tolist(),
            "平均得分": means,
            "low": pa.array(lows, pa.float64()),
            "high": pa.array(highs, pa.float64()),
            "得分": [figure(mean) for mean in means],
            "95%区间": [f"{figure(i.low)} ~ {figure(i.high)}" if i else "会话太少" for i in intervals],
            "会话": [figure(n, 0) for n in days["sessions"]],
            "合格率": [share(rate) for rate in days["pass_rate"]],
        }
    )
    lowest = min([*filter(known, means), *filter(known, lows)], default=0.0)
    highest = max([100.0, *filter(known, means), *filter(known, highs)])
    scale = {"domain": [lowest // SCORE_BIN * SCORE_BIN, highest], "nice": False}
    mean = {"field": "平均得分", "type": "quantitative", "scale": scale}
    low = {"field": "low", "type": "quantitative", "scale": scale, "title": "平均得分"}
    interval = {"y": low, "y2": {"field": "high"}}
    spec = {
        "height": HEIGHT,
        "encoding": {
            "x": {
                "field": "日期",
                "type": "ordinal",
                "title": None,
                "axis": {"labelAngle": 0, "labelOverlap": "parity", "grid": False},
            },
            "tooltip": on_hover("日期", "得分", "95%区间", "会话", "合格率"),
        },
        "layer": [
            {"mark": {"type": "area", "color": main, "opacity": 0.14}, "encoding": interval},
            {"mark": {"type": "rule", "color": main, "opacity": 0.35}, "encoding": interval},
            {"mark": {"type": "line", "color": main, "strokeWidth": 2}, "encoding": {"y": mean}},
            {"mark": {"type": "circle", "color": main, "size": 60, "opacity": 1}, "encoding": {"y": mean}},
        ],
    }
    return Drawing(data, spec)


def score_bars(steps: pd.DataFrame) -> Drawing:
    """Sessions by score, in steps of five points; a bonus can lift a score above 100."""
    total = int(steps["sessions"].sum())
    counts = dict(zip(steps["start"].astype(int), steps["sessions"].astype(int), strict=True))
    starts = range(min([*counts, 50]), max([*counts, 100]) + 1, SCORE_BIN)
    data = pa.table(
        {
            "start": list(starts),
            "得分": [f"{s} ~ {s + SCORE_BIN}（不含）" for s in starts],
            "会话": [counts.get(s, 0) for s in starts],
            "占比": [share(counts.get(s, 0) / total) for s in starts],
        }
    )
    spec = {
        "height": HEIGHT,
        "mark": {"type": "bar", "color": palette().main, "cornerRadiusEnd": 2},
        "encoding": {
            "x": {
                "field": "start",
                "type": "ordinal",
                "title": "得分",
                "axis": {"labelAngle": 0, "grid": False, "labelExpr": "datum.value % 10 == 0 ? datum.label : ''"},
            },
            "y": _SESSIONS,
            "tooltip": on_hover("得分", "会话", "占比", counts=["会话"]),
        },
    }
    return Drawing(data, spec)


def response_bars(times: ResponseTimes) -> Drawing:
    """First responses as bars, with the median and the 90th and 99th percentile."""
    bars = times.bars
    width = float((bars["end"] - bars["start"]).max())
    total = int(bars["sessions"].sum())
    ends = bars["end"].fillna(bars["start"] + width)
    data = pa.table(
        {
            "start": bars["start"].tolist(),
            "end": ends.tolist(),
            "首响": [
                f"{duration(start)} ~ {duration(end)}" if pd.notna(end) else f"{duration(start)}以上"
                for start, end in zip(bars["start"], bars["end"], strict=True)
            ],
            "会话": bars["sessions"].tolist(),
            "占比": [share(n / total) for n in bars["sessions"]],
        }
    )
    longest = float(ends.max())
    axis = {
        "grid": False,
        "values": _round_seconds(longest),
        "labelExpr": "datum.value < 60 ? datum.value + '秒' : format(datum.value / 60, '~r') + '分'",
    }
    histogram = {
        "mark": {"type": "bar", "color": palette().main, "opacity": 0.85, "binSpacing": 1},
        "encoding": {
            "x": {"field": "start", "type": "quantitative", "bin": "binned", "title": None, "axis": axis},
            "x2": {"field": "end"},
            "y": _SESSIONS,
            "tooltip": on_hover("首响", "会话", "占比", counts=["会话"]),
        },
    }
    own_lines = {"scale": {"y": "independent"}}
    return Drawing(
        data, {"height": HEIGHT, "layer": [histogram, *_percentile_marks(times, longest)], "resolve": own_lines}
    )


def _percentile_marks(times: ResponseTimes, longest: float) -> list[Spec]:
    """A line and a name for each percentile; one that lies beyond the bars stands at their end with an arrow."""
    colour = palette().warning
    marks: list[Spec] = [
        # Names stand one below the other, so that close percentiles don't cover each other.
        {"value": min(value, longest), "label": f"{name} {duration(value)}{' →' * (value > longest)}", "line": line}
        for line, (name, value) in enumerate([("P50", times.p50), ("P90", times.p90), ("P99", times.p99)])
    ]
    x = {"field": "value", "type": "quantitative"}
    rows = {"field": "line", "type": "ordinal", "axis": None, "scale": {"domain": [0, 1, 2], "range": [0, 48]}}

    def names(few: list[Spec], align: str, shift: int) -> Spec:
        style = {"color": colour, "align": align, "dx": shift, "baseline": "top", "fontSize": 12, "fontWeight": 600}
        return {
            "data": {"values": few},
            "mark": {"type": "text"} | style,
            "encoding": {"x": x, "y": rows, "text": {"field": "label", "type": "nominal"}},
        }

    line = {"type": "rule", "color": colour, "strokeDash": [4, 3], "strokeWidth": 1.5}
    far = longest * 0.7
    return [
        {"data": {"values": marks}, "mark": line, "encoding": {"x": x}},
        names([mark for mark in marks if mark["value"] <= far], "left", 5),
        names([mark for mark in marks if mark["value"] > far], "right", -5),
    ]


def _round_seconds(longest: float) -> list[int]:
    """Where to label an axis of seconds: at most eight round times."""
    step = next((step for step in (10, 15, 30, 60, 120, 300, 600) if longest <= step * 8), 1800)
    return list(range(0, int(longest) + 1, step))


def dimension_bars(losses: pd.DataFrame) -> Drawing:
    """Points lost a session, by dimension, the dearest first."""
    data = {
        "维度": [dimension_name(dimension) for dimension in losses["dimension"]],
        "每会话扣分": losses["per_session"].tolist(),
        "每会话": [figure(value, 2) for value in losses["per_session"]],
        "合计扣分": [points(value) for value in losses["points"]],
        "涉及会话": losses["sessions"].tolist(),
    }
    return _named_bars(data, "维度", "每会话扣分", "每会话", ["维度", "每会话", "合计扣分", "涉及会话"])


def rule_bars(rules: pd.DataFrame) -> Drawing:
    """Points lost by rule, the dearest first: columns title, dimension, points, sessions, fine."""
    data = {
        "规则": rules["title"].tolist(),
        "维度": [dimension_name(dimension) for dimension in rules["dimension"]],
        "扣分": rules["points"].tolist(),
        "合计扣分": [points(value) for value in rules["points"]],
        "涉及会话": rules["sessions"].tolist(),
        "罚款（元）": [points(value) for value in rules["fine"]],
    }
    return _named_bars(data, "规则", "扣分", "合计扣分", ["规则", "维度", "合计扣分", "涉及会话", "罚款（元）"])


def _named_bars(data: dict[str, list[Any]], name: str, value: str, label: str, tooltip: list[str]) -> Drawing:
    colours = palette()
    bar = {"type": "bar", "color": colours.main, "cornerRadiusEnd": 3, "height": {"band": 0.62}}
    text = {"type": "text", "align": "left", "dx": 6, "color": colours.ink, "fontSize": 12}
    spec = {
        "height": max(HEIGHT - 10, 26 * len(data[name])),
        "encoding": {
            "y": {
                "field": name,
                "type": "nominal",
                "sort": None,
                "title": None,
                "axis": {"labelLimit": 240, "ticks": False, "domain": False, "labelPadding": 8},
            },
            "x": {
                "field": value,
                "type": "quantitative",
                "axis": None,
                "scale": {"domain": [0, max(data[value]) * 1.25], "nice": False},
            },
            "tooltip": on_hover(*tooltip, counts=["涉及会话"]),
        },
        "layer": [{"mark": bar}, {"mark": text, "encoding": {"text": {"field": label, "type": "nominal"}}}],
    }
    return Drawing(pa.table(data), spec)
