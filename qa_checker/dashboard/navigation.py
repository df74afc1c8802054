"""The map of the house: which pages a visitor's roles open, and what stands on every page."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

import streamlit as st

from qa_checker.archive.manifest import ArchiveError
from qa_checker.dashboard import agents_page, doors, overview_page, session_page, sessions_page
from qa_checker.dashboard.reading import Reading, archive_folder, reading_for
from qa_checker.dashboard.visitor import LOCAL_VISITOR, ROLE_NAMES, Role, Visitor
from qa_checker.dashboard.wording import moment

NAME = "客服质检"
_FAVICON = files(__package__) / "frontend" / "favicon.png"


@dataclass(frozen=True)
class Room:
    """A page: who may enter, and where it stands in the menu (None: one gets there from another page)."""

    name: str
    title: str
    icon: str
    section: str | None
    roles: frozenset[Role]
    show: Callable[[Reading], None]


_LEADERS = frozenset({Role.SUPERVISOR, Role.OPERATOR})

ROOMS = (
    Room("overview", "质检总览", ":material/monitoring:", "质检", _LEADERS, overview_page.show),
    Room("sessions", "会话抽检", ":material/fact_check:", "质检", _LEADERS, sessions_page.show),
    Room("agents", "客服指标", ":material/support_agent:", "质检", _LEADERS, agents_page.show),
    Room("session", "会话详情", ":material/forum:", None, _LEADERS, session_page.show),
)
"""Every page by role; a page that is not here does not exist, whoever asks for it."""


def rooms_for(visitor: Visitor) -> tuple[Room, ...]:
    """The pages that a visitor's roles open."""
    return tuple(room for room in ROOMS if room.roles & visitor.roles)


def run() -> None:
    """Draw the page the address asks for. The whole of app.py."""
    st.set_page_config(page_title=NAME, page_icon=str(_FAVICON), layout="wide", initial_sidebar_state=216)
    visitor = LOCAL_VISITOR
    pages = {room.name: _page(room, visitor) for room in rooms_for(visitor)}
    doors.remember_pages(pages)
    chosen = st.navigation(
        {
            section: [pages[room.name] for room in rooms_for(visitor) if (room.section or "质检") == section]
            for section in dict.fromkeys(room.section or "质检" for room in rooms_for(visitor))
        }
    )
    chosen.run()


def _page(room: Room, visitor: Visitor) -> st.Page:
    def enter() -> None:
        try:
            reading = reading_for(visitor)
        except ArchiveError as problem:
            st.title(room.title)
            st.error(str(problem), icon=":material/error:")
            return
        _foot(visitor, reading)
        if reading.empty:
            _nothing_yet(room)
        else:
            room.show(reading)

    return st.Page(
        enter,
        title=room.title,
        icon=room.icon,
        url_path=room.name,
        default=room is ROOMS[0],
        visibility="visible" if room.section else "hidden",
    )


def _foot(visitor: Visitor, reading: Reading) -> None:
    with st.sidebar:
        roles = "、".join(ROLE_NAMES[role] for role in Role if role in visitor.roles)
        roles = "全部权限" if visitor.roles == frozenset(Role) else roles
        st.caption(f":material/person: {visitor.name} · {roles}")
        st.caption(":material/lock: 仅本机可访问，无需登录")
        if not reading.empty:
            newest = max(manifest.published_at for manifest in reading.archive.manifests)
            st.caption(f":material/update: 发布于 {moment(newest)}")


def _nothing_yet(room: Room) -> None:
    st.title(room.title)
    with st.container(border=True):
        st.subheader("还没有质检结果")
        st.write("给客服聊天记录打一次分，结果就会出现在这里。在命令行运行：")
        st.code(f'qa-checker score 聊天记录.csv --archive "{archive_folder()}"', language=None)
        st.write("打完分后刷新本页即可。想先看看样子，用自带的演示数据：")
        st.code(f'qa-checker demo --archive "{archive_folder()}"', language=None)
