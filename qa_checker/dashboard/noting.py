"""Notes in the audit log what a visitor was shown of people's words, once a visit."""

import streamlit as st

from qa_checker.archive.query import SessionKey
from qa_checker.dashboard.reading import Reading
from qa_checker.desk.audit import Action, record

_SHOWN = "shown-so-far"


def note_reading(reading: Reading, session: SessionKey, **detail: str | int) -> None:
    """A session's transcript was opened, or what `detail` says of it."""
    shown: set[object] = st.session_state.setdefault(_SHOWN, set())
    this = (session, *detail.items())
    if this not in shown:
        record(reading.desk, reading.visitor.name, Action.READ, session, **detail)
        shown.add(this)
