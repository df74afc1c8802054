"""How one page leads to another: by name, with what one looks at carried along in the address."""

from typing import NoReturn

import streamlit as st

from qa_checker.archive.query import SessionKey
from qa_checker.dashboard.controls.address import Asked, address

_OPEN_PAGES = "open-pages"


def remember_pages(pages: dict[str, st.Page]) -> None:
    """Note the pages that are open to this visitor, by name; pages can't know each other without going in circles."""
    st.session_state[_OPEN_PAGES] = pages


def open_sessions(what: Asked) -> NoReturn:
    """Go to the list of sessions."""
    st.switch_page(_sessions_page(), query_params=address(what))


def link_to_sessions(label: str, what: Asked) -> None:
    """Draw a link to the list of sessions."""
    _link(_sessions_page(), label, what)


def link_to_agents(label: str, what: Asked) -> None:
    """Draw a link to the page of metrics by agent."""
    _link(st.session_state[_OPEN_PAGES]["agents"], label, what)


def open_agents(what: Asked) -> NoReturn:
    """Go to the page of metrics by agent."""
    st.switch_page(st.session_state[_OPEN_PAGES]["agents"], query_params=address(what))


def open_session(session: SessionKey, what: Asked) -> NoReturn:
    """Go to one session of a list; `what` is the list, for the way on and back."""
    open_in_queue(session, "session", address(what))


def open_in_queue(session: SessionKey, page: str, queue: dict[str, list[str]]) -> NoReturn:
    """Go to one session on a page; `queue` are the query parameters of the order it stands in."""
    st.switch_page(
        st.session_state[_OPEN_PAGES][page],
        query_params={"batch": session.batch, "id": session.session_id, **queue},
    )


def open_review(what: Asked) -> NoReturn:
    """Go to 复核台, to the first session of this list that waits."""
    st.switch_page(st.session_state[_OPEN_PAGES]["review"], query_params=address(what))


def session_in_address() -> SessionKey | None:
    """The session that the address names."""
    batch, session_id = st.query_params.get("batch"), st.query_params.get("id")
    return SessionKey(batch, session_id) if batch and session_id else None


def _sessions_page() -> st.Page:
    """The list of sessions; an agent's own is a page by itself."""
    pages = st.session_state[_OPEN_PAGES]
    return pages.get("sessions") or pages["my-sessions"]


def _link(page: st.Page, label: str, what: Asked) -> None:
    st.page_link(
        page,
        label=label,
        icon=":material/chevron_right:",
        icon_position="right",
        query_params=address(what),
    )
