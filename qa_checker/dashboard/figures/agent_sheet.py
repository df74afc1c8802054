"""The table of agents: figures side by side, ranked only where the difference is more than chance."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from qa_checker.dashboard.controls.address import Asked
from qa_checker.dashboard.controls.components import Column, Row, sheet
from qa_checker.dashboard.controls.doors import open_sessions
from qa_checker.dashboard.figures.confidence import FEWEST_TO_RANK, Interval, RankRange, mean_interval, rank_ranges
from qa_checker.dashboard.figures.metric_cards import by_keys
from qa_checker.dashboard.wording import UNKNOWN, definition, duration, figure, known, points, share

FIRST, FIRST_MEDIAN, AVERAGE = WAITS = by_keys("first_response", "first_response_p50", "average_response")
"""The metrics the table shows: charged to who held the chat, as everywhere, not to who held it last."""

_COLUMNS = [
    Column(
        "rank",
        "名次",
        help="得分的 95% 区间不重叠才分先后。“并列 2~4”是说：他真正的名次在第 2 到第 4 之间，现有会话分不出先后。"
        f"少于 {FEWEST_TO_RANK} 个会话不排名。",
    ),
    Column("agent", "客服", "strong"),
    Column("sessions", "会话", align="right"),
    Column("score", "平均得分与95%区间", "interval", help="圆点是平均得分，横条是 95% 区间：会话越多越窄。"),
    Column("pass_rate", "合格率", align="right"),
    Column("first", "首响", align="right", help=f"首次响应的中位数。{definition(FIRST)}"),
    Column("average", "平响", align="right", help=definition(AVERAGE)),
    Column("red_lines", "红线", align="right", help="触碰一票否决规则的会话数"),
    Column("fine", "罚款（元）", align="right"),
    Column("reward", "奖励（元）", align="right", roomy=True),
]


def agent_sheet(agents: pd.DataFrame, waits: pd.DataFrame, found: pd.DataFrame, what: Asked) -> None:
    """Draw the table; `waits` are WAITS by agent. A click opens the agent's sessions."""
    agents = agents.merge(waits, on="agent_id", how="left")
    intervals = [
        mean_interval(agent["score"], agent["deviation"], agent["sessions"]) for agent in agents.to_dict("records")
    ]
    enough = [
        interval if sessions >= FEWEST_TO_RANK else None
        for interval, sessions in zip(intervals, agents["sessions"], strict=True)
    ]
    ranks = rank_ranges(enough)
    money = found.groupby("agent_id")[["fine", "reward"]].sum()
    floor = _floor(intervals)
    rows = [
        _row(agent, interval, rank, money, floor)
        for agent, interval, rank in zip(agents.to_dict("records"), intervals, ranks, strict=True)
    ]
    with st.container(border=True):
        st.subheader("客服")
        clicked = sheet("客服得分与响应", _COLUMNS, rows, key="agents")
    if clicked.opened:
        open_sessions(replace(what, filter=replace(what.filter, agents=(clicked.opened,)), page=1))


def _row(
    agent: dict[Any, Any], interval: Interval | None, rank: RankRange | None, money: pd.DataFrame, floor: float
) -> Row:
    name = agent["agent_id"]
    fine, reward = money.loc[name] if name in money.index else (0.0, 0.0)
    return {
        "id": name,
        "cells": {
            "rank": _rank(rank),
            "agent": {"text": name, "title": name},
            "sessions": figure(agent["sessions"], 0),
            "score": _score(agent["score"], interval, floor),
            "pass_rate": share(agent["pass_rate"]),
            "first": duration(agent[FIRST_MEDIAN.key]),
            "average": duration(agent[AVERAGE.key]),
            "red_lines": figure(agent["red_lines"], 0),
            "fine": points(fine),
            "reward": points(reward),
        },
    }


def _rank(rank: RankRange | None) -> str:
    if rank is None:
        return UNKNOWN
    return f"并列 {rank.best}~{rank.worst}" if rank.tied else str(rank.best)


def _score(mean: float, interval: Interval | None, floor: float) -> Row:
    def place(score: float) -> float:
        return min(max((score - floor) / (_CEILING - floor), 0.0), 1.0)

    if interval is None:
        spot = place(mean) if known(mean) else None
        return {"text": figure(mean), "margin": "", "low": spot, "mean": spot, "high": spot}
    return {
        "text": figure(mean),
        "margin": f"±{interval.half_width:.1f}",
        "low": place(interval.low),
        "mean": place(mean),
        "high": place(interval.high),
    }


_CEILING = 100.0


def _floor(intervals: list[Interval | None]) -> float:
    """The scale begins at a round ten below the lowest interval, so that differences can be seen."""
    lowest = min((interval.low for interval in intervals if interval), default=0.0)
    return max(0.0, min(90.0, lowest // 10 * 10))
