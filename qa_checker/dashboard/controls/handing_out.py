"""Files for a visitor to take away: made when asked for, noted in the audit log first, and handed to nobody else."""

from collections.abc import Callable

import streamlit as st

from qa_checker.dashboard.noting import handed_out
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.visitor import this_visit

VISIT = "visit"
"""The parameter of a file's type that says for whose visit it was made; server/files.py reads it and takes it off.

Streamlit keeps a file under a name made of its content and gives it to whoever knows that name.
"""

_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def hand_out(reading: Reading, label: str, make: Callable[[], bytes], name: str, *, key: str, **noted: str) -> None:
    """Draw a button that makes a file and gives it to this visit; `noted` says in the log what it is."""
    st.download_button(
        label,
        handed_out(reading, make, **noted),
        name,
        f"{_TYPES[name.rpartition('.')[2]]}; {VISIT}={this_visit()}",
        key=key,
        icon=":material/download:",
        on_click="ignore",
    )
