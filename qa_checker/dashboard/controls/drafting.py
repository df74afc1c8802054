"""Boxes that remember: what is typed is kept on the desk as one types, and comes back after F5 or a new sign-in."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from qa_checker.dashboard.controls.components import typing
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.visitor import is_still_here
from qa_checker.dashboard.wording import written
from qa_checker.desk.drafts import draft, drop_draft, keep_draft


def recall(reading: Reading, place: str) -> None:
    """Before the box whose key is `place`: fill it with what its writer had not sent, and say so."""
    if place not in st.session_state:
        unsent = draft(reading.desk, reading.visitor.name, place)
        st.session_state[place] = unsent.content if unsent else ""
        st.session_state[_since(place)] = unsent.at if unsent else None
    tell_recalled(st.session_state.get(_since(place)))


def tell_recalled(at: datetime | None) -> None:
    """Say that what stands here was written earlier; nothing for what was not."""
    if at:
        st.caption(f":material/history: 这是您 {written(at)} 写了没有发出的内容，已经恢复。")


def remember(reading: Reading, place: str, *, in_dialog: bool = False) -> None:
    """After the box: keep what is typed. Where it can be sent, after the sending, which leaves nothing to keep."""

    def keep(words: str) -> None:
        keep_draft(reading.desk, reading.visitor.name, place, words)

    if in_dialog:  # a fragment already: another one inside it would take its buttons' clicks away (Streamlit 1.67)
        _watch(reading, place, keep)
    else:
        watch(reading, place, keep)


def _watch(reading: Reading, box: str, typed: Callable[[str], None]) -> None:
    def hand_over(words: str) -> None:
        if is_still_here(reading.desk, reading.visitor):
            typed(words)

    typing(box, hand_over)


@st.fragment
def watch(reading: Reading, box: str, typed: Callable[[str], None]) -> None:
    """Hand over what is typed in a box, without drawing the page anew."""
    _watch(reading, box, typed)


def sent(reading: Reading, place: str) -> None:
    """What was written there has arrived: the draft has done its work."""
    drop_draft(reading.desk, reading.visitor.name, place)
    st.session_state.pop(_since(place), None)


def _since(place: str) -> str:
    return f"{place}-since"
