"""会话详情: one session whole, with its neighbours in the list one came from."""

import streamlit as st

from qa_checker.archive.query import Neighbours, SessionKey, choices, neighbours, session_page, whole_session
from qa_checker.dashboard import filterbar
from qa_checker.dashboard.address import Asked
from qa_checker.dashboard.components import transcript
from qa_checker.dashboard.doors import open_session, open_sessions, session_in_address
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.session_view import transcript_data
from qa_checker.dashboard.wording import literally


def show(reading: Reading) -> None:
    """Draw the page."""
    what = filterbar.asked_by_address(reading.ask(choices))
    session = session_in_address() or _first_of(reading, what)
    whole = whole_session(reading.archive, reading.scope, session) if session else None
    if session is None or whole is None:
        st.title("会话详情", anchor=False)
        st.info("没有这个会话，或者它不在您能看的范围里。", icon=":material/search_off:")
        if st.button("回到会话列表", icon=":material/arrow_back:"):
            open_sessions(what)
        return
    place = reading.ask(neighbours, what.filter, what.order, session)
    _head(session, place, what)
    rules = reading.rule_texts(whole.session["rulebook"] or "")
    transcript(transcript_data(whole, rules), key=f"transcript-{session.batch}-{session.session_id}")


def _first_of(reading: Reading, what: Asked) -> SessionKey | None:
    first = reading.ask(session_page, what.filter, what.order, page=1, size=1).to_dict("records")
    return SessionKey(first[0]["batch"], first[0]["session_id"]) if first else None


def _head(session: SessionKey, place: Neighbours | None, what: Asked) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("返回列表", icon=":material/arrow_back:", type="tertiary"):
            open_sessions(what)
        st.title(f"会话 {literally(session.session_id)}", anchor=False, width="content")
        st.space("stretch")
        if place:
            _steps(place, what)


def _steps(place: Neighbours, what: Asked) -> None:
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        before = st.button("上一个", icon=":material/keyboard_arrow_up:", shortcut="K", disabled=not place.before)
        st.caption(f"{place.place} / {place.total}", width="content")
        after = st.button("下一个", icon=":material/keyboard_arrow_down:", shortcut="J", disabled=not place.after)
    if before and place.before:
        open_session(place.before, what)
    if after and place.after:
        open_session(place.after, what)
