"""Notes in the audit log what a visitor was shown of people's words, and what he took away."""

from collections.abc import Callable

import streamlit as st

from qa_checker.archive.query import SessionKey
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.visitor import still_here
from qa_checker.desk.audit import Action, record

_SHOWN = "shown-so-far"


class NoLongerHere(Exception):
    """A file was asked for by a visit that has ended."""


def note_reading(reading: Reading, session: SessionKey, **detail: str | int) -> None:
    """A session's transcript was opened, or what `detail` says of it; noted once a visit."""
    shown: set[object] = st.session_state.setdefault(_SHOWN, set())
    this = (session, *detail.items())
    if this not in shown:
        record(reading.desk, reading.visitor.name, Action.READ, session, **detail)
        shown.add(this)


def handed_out(reading: Reading, make: Callable[[], bytes], **detail: str) -> Callable[[], bytes]:
    """A file for `st.download_button`, made when it is asked for and noted before: none leaves that the log knows not.

    It is asked for past the page, so whether the visitor is still here is asked anew; raises NoLongerHere.
    """
    is_here = still_here(reading.desk, reading.visitor)

    def made() -> bytes:
        if not is_here():
            raise NoLongerHere
        record(reading.desk, reading.visitor.name, Action.EXPORTED, None, **detail)
        return make()

    return made
