"""The map of the house: which pages a visitor's roles open, and what stands on every page."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from qa_checker.archive.manifest import ArchiveError
from qa_checker.dashboard.controls import doors
from qa_checker.dashboard.environment import Auth, archive_folder, auth, desk_address
from qa_checker.dashboard.reading import Reading, opened_desk, reading_for
from qa_checker.dashboard.reading import make_ready as make_archive_ready
from qa_checker.dashboard.rulebook.in_force import make_ready as make_rules_ready
from qa_checker.dashboard.server.frame import ICON, NAME
from qa_checker.dashboard.views import (
    accounts,
    agents,
    appeals,
    batches,
    exports,
    ledger,
    mine,
    overview,
    quality,
    rules,
    self_check,
    session,
    sessions,
)
from qa_checker.dashboard.visitor import ROLE_NAMES, Visitor, current_visitor, leave, provider_name
from qa_checker.dashboard.wording import literally, moment
from qa_checker.desk.accounts import Role
from qa_checker.desk.database import Desk, DeskError


@dataclass(frozen=True)
class Room:
    """A page: who may enter, and where it stands in the menu (None: one gets there from another page)."""

    name: str
    title: str
    icon: str
    section: str | None
    roles: frozenset[Role]
    show: Callable[[Reading], None]
    own: bool = False  # about the visitor himself
    without_results: bool = False  # there is something to see before the first night is published


_LEADERS = frozenset({Role.SUPERVISOR, Role.OPERATOR})
_REVIEWERS = frozenset({Role.SUPERVISOR})
_AGENTS = frozenset({Role.AGENT})
_OPERATORS = frozenset({Role.OPERATOR})
_ALL = frozenset(Role)

ROOMS = (
    Room("overview", "质检总览", ":material/monitoring:", "质检", _LEADERS, overview.show),
    Room("sessions", "会话抽检", ":material/fact_check:", "质检", _LEADERS, sessions.show),
    Room("agents", "客服指标", ":material/support_agent:", "质检", _LEADERS, agents.show),
    Room("review", "复核台", ":material/rate_review:", "质检", _REVIEWERS, session.review),
    Room("appeals", "申诉处理", ":material/gavel:", "质检", _REVIEWERS, appeals.show),
    Room("ledger", "奖惩台账", ":material/receipt_long:", "质检", _LEADERS, ledger.show),
    Room("rules", "规则与词表", ":material/menu_book:", "质检", _REVIEWERS, rules.show, without_results=True),
    Room("my-overview", "我的概览", ":material/person:", "我的", _AGENTS, mine.overview_page, own=True),
    Room("my-sessions", "我的会话", ":material/forum:", "我的", _AGENTS, sessions.show, own=True),
    Room("my-appeals", "我的申诉", ":material/gavel:", "我的", _AGENTS, mine.appeals_page, own=True),
    Room("self-check", "自查", ":material/rule:", "我的", _ALL, self_check.show, without_results=True),
    Room("batches", "批量任务", ":material/nights_stay:", "运营", _OPERATORS, batches.show, without_results=True),
    Room("quality", "数据质量", ":material/report:", "运营", _OPERATORS, quality.show),
    Room("exports", "导出中心", ":material/download:", "运营", _LEADERS, exports.show),
    Room(
        "accounts",
        "账号与审计",
        ":material/admin_panel_settings:",
        "运营",
        _OPERATORS,
        accounts.show,
        without_results=True,
    ),
    Room("session", "会话详情", ":material/forum:", None, _ALL, session.show),
)
"""Every page by role; a page that is not here does not exist, whoever asks for it."""


def rooms_for(visitor: Visitor) -> tuple[Room, ...]:
    """The pages that a visitor's roles open; those about oneself need somebody who serves customers."""
    return tuple(room for room in ROOMS if room.roles & visitor.roles and not (room.own and visitor.agent_id is None))


def make_ready() -> None:
    """Read what pages need before the first visitor comes: the archive, then the rules."""
    make_archive_ready()
    make_rules_ready()


def run() -> None:
    """Draw the page the address asks for. The whole of the script that Streamlit runs."""
    st.set_page_config(page_title=NAME, page_icon=str(ICON), layout="wide", initial_sidebar_state=216)
    try:
        desk = opened_desk(desk_address())
    except DeskError as problem:
        st.error(str(problem), icon=":material/error:")
        return
    visitor = current_visitor(desk)
    if visitor is None:
        _ask_in()
        return
    rooms = rooms_for(visitor)
    pages = {room.name: _page(room, visitor, desk, default=room is rooms[0]) for room in rooms}
    doors.remember_pages(pages)
    menu: dict[str, list[st.Page]] = {}
    for room in rooms:
        menu.setdefault(room.section or next(iter(menu), "质检"), []).append(pages[room.name])
    chosen = st.navigation(menu)
    st.set_page_config(page_title=f"{chosen.title} · {NAME}")
    chosen.run()


def _ask_in() -> None:
    """What somebody sees who is not let in (with passwords, signing_in.py turns him away before)."""
    st.title(NAME, anchor=False)
    if auth() is Auth.LOCAL:
        st.info("登录已结束，请刷新本页重新登录。", icon=":material/lock:")
        return
    name = provider_name()
    if name:
        st.error("您的账号还没有开通或已停用，请联系管理员。", icon=":material/lock:")
        st.text(name)
        if st.button("换一个账号登录"):
            st.logout()
    elif st.button("登录", type="primary", icon=":material/login:"):
        st.login()


def _page(room: Room, visitor: Visitor, desk: Desk, *, default: bool) -> st.Page:
    def enter() -> None:
        try:
            reading = reading_for(visitor, desk)
        except ArchiveError as problem:
            st.title(room.title)
            st.error(str(problem), icon=":material/error:")
            return
        _foot(visitor, reading)
        if reading.empty and not room.without_results:
            _nothing_yet(room)
        else:
            room.show(reading)

    return st.Page(
        enter,
        title=room.title,
        icon=room.icon,
        url_path=room.name,
        default=default,
        visibility="visible" if room.section else "hidden",
    )


def _foot(visitor: Visitor, reading: Reading) -> None:
    with st.sidebar:
        roles = "、".join(ROLE_NAMES[role] for role in Role if role in visitor.roles)
        roles = "全部权限" if visitor.roles == frozenset(Role) else roles
        st.caption(f":material/person: {literally(visitor.name)} · {roles}")
        if auth() is Auth.NONE:
            st.caption(":material/lock: 仅本机可访问，无需登录")
        elif st.button("退出登录", icon=":material/logout:", type="tertiary"):
            leave(reading.desk)
            st.rerun()
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
