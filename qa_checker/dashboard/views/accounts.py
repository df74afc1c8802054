"""账号与审计: who may come in, and who did what."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from qa_checker.archive.query import choices
from qa_checker.dashboard.controls.components import Column, Row, sheet
from qa_checker.dashboard.environment import Auth, auth
from qa_checker.dashboard.log_words import ACTION_NAMES, said
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.rule_texts import RuleTexts
from qa_checker.dashboard.visitor import ROLE_NAMES
from qa_checker.dashboard.wording import UNKNOWN, figure, written
from qa_checker.desk.accounts import (
    SHORTEST_PASSWORD,
    AccountRefused,
    Person,
    Role,
    accounts,
    add_account,
    disable_account,
    enable_account,
    set_password,
)
from qa_checker.desk.audit import Action, Entry, entries

_PAGE = 50
_DEEPEST = 400
_ACCOUNTS = [
    Column("name", "账号", "strong"),
    Column("role", "角色"),
    Column("agent", "客服名"),
    Column("way", "登录方式"),
    Column("state", "状态"),
    Column("since", "建立时间", roomy=True),
]
_LOG = [
    Column("at", "时间"),
    Column("actor", "谁", "strong"),
    Column("action", "做了什么"),
    Column("session", "会话"),
    Column("detail", "详情", "long"),
]


def show(reading: Reading) -> None:
    """Draw the page."""
    st.title("账号与审计", anchor=False)
    if auth() is Auth.NONE:
        st.info(
            "现在不需要登录：只有本机能打开，有全部权限。要给一个组用，先建账号，再设 QA_AUTH=local 或 oidc 启动。",
            icon=":material/lock_open:",
        )
    people, log = st.tabs(["账号", "审计日志"])
    with people:
        _accounts(reading)
    with log:
        _log(reading)


def _accounts(reading: Reading) -> None:
    people = accounts(reading.desk)
    with st.container(horizontal=True):
        with st.popover("新建账号", icon=":material/person_add:"):
            _add(reading)
        if people:
            with st.popover("重设密码", icon=":material/password:"):
                _reset(reading, people)
            with st.popover("停用账号", icon=":material/person_off:"):
                _disable(reading, people)
        if any(person.disabled for person in people):
            with st.popover("恢复账号", icon=":material/person_check:"):
                _enable(reading, people)
    if not people:
        st.caption("还没有账号。也可以在命令行建：qa-checker accounts add 登录名 --role supervisor")
        return
    sheet("账号", _ACCOUNTS, [_person(reading, person) for person in people], key="accounts", opens=False)


def _person(reading: Reading, person: Person) -> Row:
    locked = person.locked_until is not None and person.locked_until > reading.desk.now()
    return {
        "id": person.name,
        "cells": {
            "name": person.name,
            "role": ROLE_NAMES[person.role],
            "agent": person.agent_id or UNKNOWN,
            "way": "密码" if person.has_password else "单点登录",
            "state": "已停用" if person.disabled else "已锁定" if locked else "可用",
            "since": written(person.created_at),
        },
    }


def _add(reading: Reading) -> None:
    with st.form("add-account", border=False, clear_on_submit=True):
        name = st.text_input("登录名", max_chars=100, help="单点登录时写身份提供方给的邮箱")
        role = Role(st.selectbox("角色", list(Role), format_func=ROLE_NAMES.__getitem__) or Role.SUPERVISOR)
        agent = st.selectbox(
            "客服名（客服才要）",
            [] if reading.empty else reading.ask(choices).agents,
            index=None,
            placeholder="选一个，也可以自己写",
            accept_new_options=True,
            help="和聊天记录里的客服名一字不差",
        )
        password = st.text_input(
            f"密码（至少 {SHORTEST_PASSWORD} 个字符；只用单点登录就留空）", type="password", max_chars=200
        )
        if st.form_submit_button("新建", type="primary"):
            with _told():
                add_account(
                    reading.desk,
                    name.strip(),
                    role,
                    agent_id=(agent or "").strip() or None,
                    password=password or None,
                    by=reading.visitor.name,
                )


def _reset(reading: Reading, people: tuple[Person, ...]) -> None:
    with st.form("reset-password", border=False, clear_on_submit=True):
        name = st.selectbox("账号", [person.name for person in people])
        password = st.text_input("新密码", type="password", max_chars=200)
        if st.form_submit_button("重设并解锁", type="primary"):
            with _told():
                set_password(reading.desk, name, password, by=reading.visitor.name)


def _disable(reading: Reading, people: tuple[Person, ...]) -> None:
    with st.form("disable-account", border=False):
        name = st.selectbox("账号", [person.name for person in people if not person.disabled])
        st.caption("停用后立刻退出，不能再登录；他的复核和申诉都保留。")
        if st.form_submit_button("停用", type="primary"):
            with _told():
                disable_account(reading.desk, name or "", by=reading.visitor.name)


def _enable(reading: Reading, people: tuple[Person, ...]) -> None:
    with st.form("enable-account", border=False):
        name = st.selectbox("账号", [person.name for person in people if person.disabled])
        if st.form_submit_button("恢复", type="primary"):
            with _told():
                enable_account(reading.desk, name or "", by=reading.visitor.name)


@contextmanager
def _told() -> Iterator[None]:
    """Say what was refused; else draw the page anew."""
    try:
        yield
    except AccountRefused as refused:
        st.error(str(refused), icon=":material/error:")
    else:
        st.rerun()


def _log(reading: Reading) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        actor = st.text_input("谁", placeholder="登录名", max_chars=200, width=200).strip()
        actions = st.multiselect("做了什么", list(Action), format_func=ACTION_NAMES.__getitem__, placeholder="全部")
    total, _ = entries(reading.desk, actor=actor, actions=actions, limit=0)
    if not total:
        st.info("没有符合条件的记录。", icon=":material/search_off:")
        return
    pages = min(-(-total // _PAGE), _DEEPEST)
    page = st.pagination(pages, key=f"log-page-{actor}-{actions}") if pages > 1 else 1
    _, found = entries(reading.desk, actor=actor, actions=actions, skip=(page - 1) * _PAGE, limit=_PAGE)
    st.caption(f"共 {figure(total, 0)} 条，只增不改。")
    rules = reading.rule_texts()
    lines = [_entry(place, entry, rules) for place, entry in enumerate(found)]
    sheet("审计日志", _LOG, lines, key="audit", opens=False)


def _entry(place: int, entry: Entry, rules: RuleTexts) -> Row:
    return {
        "id": str(place),
        "cells": {
            "at": written(entry.at),
            "actor": entry.actor,
            "action": ACTION_NAMES.get(Action(entry.action), entry.action),
            "session": entry.session.session_id if entry.session else "",
            "detail": said(entry, rules),
        },
    }
