"""A card with one figure: what it means on hover, and how it changed."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from qa_checker.dashboard.wording import MINUS
from qa_checker.metrics.metric import Better

_COLOURS: dict[Better, Literal["normal", "inverse", "off"]] = {"up": "normal", "down": "inverse", "either": "off"}


@dataclass(frozen=True)
class Card:
    """A figure; `change` is its difference to the period before, already in words, None when there is none."""

    label: str
    value: str
    help: str
    change: str | None = None
    better: Better = "either"
    note: str | None = None


def draw(card: Card, *, border: bool) -> None:
    """Draw a card, green where it went as it should."""
    unchanged = card.change is not None and card.change.startswith("0")
    st.metric(
        card.label,
        card.value,
        card.change and card.change.replace(MINUS, "-"),  # Streamlit knows a fall by the hyphen alone
        delta_color="off" if unchanged else _COLOURS[card.better],
        delta_arrow="off" if unchanged else "auto",
        delta_description=card.note,
        help=card.help,
        border=border,
        height="stretch" if border else "content",
    )
