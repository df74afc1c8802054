"""The heatmap of agents and rules on 质检总览; a cell opens its sessions."""

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa

from qa_checker.dashboard.figures.drawing import Drawing, on_hover, palette
from qa_checker.dashboard.wording import points, share

CHOSEN_CELL = "cell"
"""The name of its selection."""


def heatmap(cells: pd.DataFrame, agents: Sequence[str], rules: Sequence[str]) -> Drawing:
    """Agents × rules: columns agent, rule, title, sessions, of, share, points; colour is the share of his sessions."""
    colours = palette()
    shown = {name: cells[name].tolist() for name in ("agent", "rule", "title", "sessions", "of", "share")}
    shown |= {"占比": [share(each) for each in cells["share"]], "扣分": [points(each) for each in cells["points"]]}
    top = float(cells["share"].max())
    titles = dict(zip(cells["rule"], cells["title"], strict=True))
    plain = {"ticks": False, "domain": False, "grid": False}
    along = plain | {"orient": "top", "labelAngle": -30, "labelLimit": 150, "labelOverlap": False}
    tile = {"type": "rect", "cornerRadius": 3, "stroke": colours.ground, "strokeWidth": 3, "cursor": "pointer"}
    strong = {"test": f"datum.share > {top * colours.strong_from}", "value": colours.on_strong}
    shade = {"field": "share", "type": "quantitative", "scale": {"domain": [0, top or 1]}, "legend": None}
    spec = {
        "height": 34 * len(agents) + 90,
        "padding": {"right": 64},  # the last column's slanted title
        "encoding": {
            "x": {
                "field": "title",
                "type": "nominal",
                "sort": [titles[rule] for rule in rules],
                "title": None,
                "axis": along,
            },
            "y": {
                "field": "agent",
                "type": "nominal",
                "sort": list(agents),
                "title": None,
                "axis": plain | {"labelLimit": 120, "labelPadding": 8},
            },
            "tooltip": on_hover(
                *("agent", "title", "sessions", "of", "占比", "扣分"),
                counts=("sessions", "of"),
                titles=("客服", "规则", "命中会话", "接待会话", "占其会话", "合计扣分"),
            ),
        },
        "layer": [
            {
                "mark": tile,
                "encoding": {"color": shade},
                "params": [
                    {
                        "name": CHOSEN_CELL,
                        "select": {"type": "point", "fields": ["agent", "rule"], "on": "click", "clear": "dblclick"},
                    }
                ],
            },
            {
                "mark": {"type": "text", "fontSize": 12, "cursor": "pointer"},
                "encoding": {
                    "text": {"field": "sessions", "type": "quantitative"},
                    "color": {"condition": strong, "value": colours.ink},
                },
            },
        ],
    }
    return Drawing(pa.table(shown), spec)
