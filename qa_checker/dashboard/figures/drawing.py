"""How charts are drawn: plain Vega-Lite specifications in the theme's colours, exact on hover.

They are dicts: Altair would check each of them against its schema at every rerun, longer than all the rest of a page.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import streamlit as st

HEIGHT = 230

Spec = dict[str, Any]


@dataclass(frozen=True)
class Drawing:
    """A chart: its rows, and how they are drawn."""

    data: pa.Table
    spec: Spec


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


def draw(drawing: Drawing, *, alt: str) -> None:
    """Put a chart on the page; `alt` is for those who can't see it."""
    st.vega_lite_chart(drawing.data, drawing.spec, alt=alt)


def on_hover(*fields: str, counts: Collection[str] = (), titles: Sequence[str] = ()) -> list[Spec]:
    """What is shown on hover: fields by their titles, `counts` as numbers."""
    return [
        {"field": field, "type": "quantitative" if field in counts else "nominal", "title": title}
        for field, title in zip(fields, titles or fields, strict=True)
    ]
