"""会话抽检: the list of sessions, filtered or drawn at random, each one click from its transcript."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from qa_checker.archive.listing import Order, count_sessions, session_page
from qa_checker.archive.query import SessionKey, choices
from qa_checker.dashboard.controls import filterbar
from qa_checker.dashboard.controls.address import NOTHING_ASKED, Asked, address
from qa_checker.dashboard.controls.components import Column, Picked, Row, sheet
from qa_checker.dashboard.controls.doors import open_review, open_session
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.review.assigned import deal_draw
from qa_checker.dashboard.rule_texts import RuleTexts
from qa_checker.dashboard.views import bulk
from qa_checker.dashboard.wording import UNKNOWN, duration, figure, moment, points
from qa_checker.desk.accounts import Role
from qa_checker.desk.cases import cases
from qa_checker.desk.reviews import signed_off, standing
from qa_checker.desk.samples import keep_sample

PAGE_SIZE = 25
DEEPEST_PAGE = 400
"""Ten thousand sessions: nobody pages further, and a database would have to count them all for it."""

_MOST_TAGS = 2
_COLUMNS = [
    Column("time", "开始", sortable=True),
    Column("session", "会话编号", "strong"),
    Column("agent", "客服"),
    Column("shop", "店铺", roomy=True),
    Column("score", "得分", "score", sortable=True),
    Column(
        "review",
        "复核",
        sortable=True,
        roomy=True,
        help="复核过的会话：机器评分 → 复核后的得分。点一下按复核后的得分排",
    ),
    Column("found", "扣分项", "tags", help="扣分从多到少，最多列两项"),
    Column("first", "首响", align="right", sortable=True),
    Column("average", "平响", align="right", sortable=True),
    Column("messages", "消息", align="right", sortable=True, roomy=True),
    Column("fine", "罚款（元）", align="right", sortable=True, roomy=True),
]


def show(reading: Reading) -> None:
    """Draw the page."""
    options = reading.ask(choices)
    what = filterbar.asked_by_address(options)
    rules = reading.rule_texts()
    own = reading.scope.agents is not None
    st.title("我的会话" if own else "会话抽检", anchor=False)
    with st.container(horizontal=True, vertical_alignment="top"):
        (filterbar.period if own else filterbar.period_and_people)(what, options)
        filterbar.findings_and_score(what, options, rules)
    total = reading.ask(count_sessions, what.filter)
    _heading(reading, what, total)
    if not total:
        st.info("没有符合条件的会话，放宽一些条件试试。", icon=":material/search_off:")
        return
    pages = min(-(-total // PAGE_SIZE), DEEPEST_PAGE)
    page = min(what.page, pages)
    bulk.tell()
    _list(reading, replace(what, page=page), rules, total)
    _pages(what, page, pages)


def _heading(reading: Reading, what: Asked, total: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        draw = what.filter.draw
        drawn = f"随机抽取的 {total} 个会话 · 种子 {draw.seed}" if draw else f"共 {figure(total, 0)} 个会话"
        st.markdown(f"**{drawn}**", width="content")
        st.space("stretch")
        if Role.SUPERVISOR in reading.visitor.roles and total:
            if st.button("复核这一批", icon=":material/rate_review:"):
                if draw:
                    _keep_draw(reading, what, total)
                open_review(what)
            if draw:
                deal_draw(reading, lambda: _keep_draw(reading, what, total), total)
            filterbar.random_draw(what)
        if draw and st.button("不再抽取", icon=":material/close:"):
            filterbar.go(replace(what, filter=replace(what.filter, draw=None), page=1))
            st.rerun()
        if set(address(what)) - {"sort", "page"} and st.button("清空筛选", icon=":material/filter_alt_off:"):
            filterbar.go(NOTHING_ASKED)
            st.rerun()


def _keep_draw(reading: Reading, what: Asked, drawn: int) -> int:
    """A sample that is taken up for review is kept: what was drawn, from what, with which seed; its number."""
    assert what.filter.draw
    population = reading.ask(count_sessions, replace(what.filter, draw=None))
    return keep_sample(
        reading.desk,
        _keys(reading.ask(session_page, what.filter, what.order, page=1, size=drawn)),
        seed=what.filter.draw.seed,
        population=population,
        asked=urlencode(address(what), doseq=True),
        by=reading.visitor.name,
    )


def _keys(frame: pd.DataFrame) -> list[SessionKey]:
    return [SessionKey(*row) for row in frame[["batch", "session_id"]].itertuples(index=False)]


def _list(reading: Reading, what: Asked, rules: RuleTexts, total: int) -> None:
    frame = reading.ask(session_page, what.filter, what.order, page=what.page, size=PAGE_SIZE)
    shown = {_id(key): key for key in _keys(frame)}
    reviewed = _reviewed(reading, list(shown.values()))
    clicked = sheet(
        "会话列表",
        _COLUMNS,
        [
            _row(name, session, rules, reviewed.get(key, ""))
            for (name, key), session in zip(shown.items(), frame.to_dict("records"), strict=True)
        ],
        key="sessions",
        ordered_by=(what.order.key, what.order.descending),
        picking=bulk.picking(reading, total if what.filter.draw else 0),
    )
    if clicked.sorted:
        same = clicked.sorted == what.order.key
        order = Order(clicked.sorted, not what.order.descending if same else clicked.sorted not in ("score", "review"))
        filterbar.go(replace(what, order=order, page=1))
        st.rerun()
    if clicked.opened in shown:  # a list that a night has changed since the click has it no more
        open_session(shown[clicked.opened], what)
    if clicked.picked:
        bulk.act(reading, clicked.picked, _batch(reading, what, clicked.picked, shown, total))


def _id(key: SessionKey) -> str:
    return json.dumps([key.batch, key.session_id])


def _batch(reading: Reading, what: Asked, picked: Picked, shown: dict[str, SessionKey], total: int) -> bulk.Batch:
    """The whole of a draw is kept as what was drawn; what somebody picked by hand is a population of its own."""
    if picked.whole:
        everything = _keys(reading.ask(session_page, what.filter, what.order, page=1, size=total))
        return bulk.Batch(tuple(everything), lambda: _keep_draw(reading, what, total))
    some = [key for name, key in shown.items() if name in picked.rows]
    return bulk.Batch(tuple(some), lambda: _keep_picked(reading, what, some))


def _keep_picked(reading: Reading, what: Asked, sessions: list[SessionKey]) -> int:
    asked = urlencode(address(what), doseq=True)
    return keep_sample(reading.desk, sessions, seed=0, population=len(sessions), asked=asked, by=reading.visitor.name)


def _reviewed(reading: Reading, sessions: list[SessionKey]) -> dict[SessionKey, str]:
    """What people made of the sessions on this page; nothing for those that nobody has touched."""
    words = dict.fromkeys(signed_off(reading.desk, sessions), "已复核")
    for key, (_, case) in cases(reading.desk, reading.archive, standing(reading.desk, sessions), reading.scope).items():
        if case.final.score != case.machine.score:
            words[key] = f"{points(case.machine.score)} → {points(case.final.score)}"
        else:
            words.setdefault(key, "复核中")
    return words


def _row(name: str, session: dict[Any, Any], rules: RuleTexts, review: str) -> Row:
    return {
        "id": name,
        "name": session["session_id"],
        "cells": {
            "time": moment(session["started_at"]),
            "session": {"text": session["session_id"], "title": session["session_id"]},
            "agent": _agent(session["agent_id"], session["shop"]),
            "shop": session["shop"],
            "score": _score(session),
            "review": review,
            "found": _tags(list(session["rules"]), rules),
            "first": duration(session["first_response_s"]),
            "average": duration(session["average_response_s"]),
            "messages": figure(session["messages"], 0),
            "fine": points(session["fine"]) if session["fine"] else "",
        },
    }


def _agent(agent: str | None, shop: str | None) -> Row:
    # Taobao calls an agent 店铺：子账号; the shop has a column of its own.
    short = (agent or "").removeprefix(f"{shop}:").removeprefix(f"{shop}：") if shop else agent
    return {"text": short or UNKNOWN, "title": agent or ""}


def _score(session: dict[Any, Any]) -> Row:
    tone = "red" if session["red_line"] else "" if session["passed"] else "bad"
    return {"text": points(session["score"]), "share": min(max(session["score"] / 100, 0), 1), "tone": tone}


def _tags(broken: list[str], rules: RuleTexts) -> list[Row]:
    tags = [{"text": rules.title(rule), "tone": "red" if rules[rule].red_line else ""} for rule in broken[:_MOST_TAGS]]
    more = len(broken) - _MOST_TAGS
    return tags + ([{"text": f"+{more}", "tone": "more"}] if more > 0 else [])


def _pages(what: Asked, page: int, pages: int) -> None:
    if pages == 1:
        return

    key = f"sessions-page-{page}"  # the address is the one truth: another page there is another widget

    def turn() -> None:
        filterbar.go(replace(what, page=int(st.session_state[key])))

    with st.container(horizontal=True, horizontal_alignment="center"):
        st.pagination(pages, default=page, key=key, on_change=turn)
