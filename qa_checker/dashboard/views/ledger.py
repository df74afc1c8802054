"""奖惩台账: fines and rewards that people confirmed, by agent and period."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from qa_checker.clock import SHANGHAI, midnight
from qa_checker.dashboard.controls.address import NOTHING_ASKED
from qa_checker.dashboard.controls.components import Column, Row, sheet
from qa_checker.dashboard.controls.doors import open_session
from qa_checker.dashboard.controls.handing_out import hand_out
from qa_checker.dashboard.figures.takeaway import ledger_sheet
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.wording import UNKNOWN, figure, points, written
from qa_checker.desk.ledger import LedgerLine, ledger
from qa_checker.spreadsheets import comma_separated

_MOST_LINES = 200

_AGENTS = [
    Column("agent", "客服", "strong"),
    Column("fines", "罚款笔数", align="right"),
    Column("fine", "罚款（元）", align="right"),
    Column("rewards", "奖励笔数", align="right"),
    Column("reward", "奖励（元）", align="right"),
    Column("net", "合计（元）", align="right", help="奖励减罚款"),
]
_LINES = [
    Column("at", "确认时间"),
    Column("agent", "客服", "strong"),
    Column("rule", "规则"),
    Column("session", "会话编号"),
    Column("fine", "罚款（元）", align="right"),
    Column("reward", "奖励（元）", align="right"),
    Column("by", "确认人"),
    Column("past", "备注", roomy=True),
]


def show(reading: Reading) -> None:
    """Draw the page."""
    st.title("奖惩台账", anchor=False)
    st.caption(
        "只记人工确认过的罚款和奖励，按确认的日子归期；申诉成立、改判之后自动减去。机器评出、还没人确认的不在这里。"
    )
    today = reading.desk.now().astimezone(SHANGHAI).date()
    chosen = st.date_input("确认日期", (today.replace(day=1), today), key="ledger-days", format="YYYY-MM-DD", width=280)
    if not isinstance(chosen, tuple) or len(chosen) != 2:
        return
    since, until = chosen
    lines = ledger(reading.desk, reading.archive, since=midnight(since), until=midnight(until + timedelta(days=1)))
    if not lines:
        st.info("这段时间没有确认过的罚款或奖励。到复核台确认之后，这里就有了。", icon=":material/receipt_long:")
        return
    fine, reward = sum(line.fine for line in lines), sum(line.reward for line in lines)
    with st.container(horizontal=True):
        st.metric("罚款", f"{points(fine)} 元", border=True)
        st.metric("奖励", f"{points(reward)} 元", border=True)
        st.metric("笔数", figure(len(lines), 0), border=True)
        st.metric("涉及客服", figure(len({line.agent_id for line in lines}), 0), border=True)
    rules = reading.rule_texts()
    titles = {line.rule: rules.title(line.rule) for line in lines}
    sheet("按客服", _AGENTS, _by_agent(lines), key="ledger-agents", opens=False)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("明细", anchor=False)
        st.space("stretch")
        hand_out(
            reading,
            "导出 CSV",
            lambda: comma_separated(ledger_sheet(lines, rules)),
            f"奖惩台账_{since}_{until}.csv",
            key="take-ledger",
            what="ledger",
            since=str(since),
            until=str(until),
        )
    shown = lines[:_MOST_LINES]
    if len(lines) > len(shown):
        st.caption(f"先列最近的 {len(shown)} 笔，全部在导出的文件里。")
    clicked = sheet("明细", _LINES, [_row(place, line, titles) for place, line in enumerate(shown)], key="ledger-lines")
    if clicked.opened:
        open_session(shown[int(clicked.opened)].session, NOTHING_ASKED)


def _by_agent(lines: Sequence[LedgerLine]) -> list[Row]:
    of_agent: dict[str, list[LedgerLine]] = defaultdict(list)
    for line in lines:
        of_agent[line.agent_id or UNKNOWN].append(line)
    rows: list[Row] = []
    for agent, mine in sorted(of_agent.items()):
        fine, reward = sum(line.fine for line in mine), sum(line.reward for line in mine)
        cells = {
            "agent": agent,
            "fines": figure(sum(line.fine > 0 for line in mine), 0),
            "fine": figure(fine, 2),
            "rewards": figure(sum(line.reward > 0 for line in mine), 0),
            "reward": figure(reward, 2),
            "net": figure(reward - fine, 2),
        }
        rows.append({"id": agent, "cells": cells})
    return rows


def _row(place: int, line: LedgerLine, titles: dict[str, str]) -> Row:
    return {
        "id": str(place),
        "cells": {
            "at": written(line.confirmed_at),
            "agent": line.agent_id or UNKNOWN,
            "rule": titles[line.rule],
            "session": line.session.session_id,
            "fine": figure(line.fine, 2) if line.fine else "",
            "reward": figure(line.reward, 2) if line.reward else "",
            "by": line.confirmed_by,
            "past": "针对旧结果" if line.past else "",
        },
    }
