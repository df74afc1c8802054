"""客服指标: the trade's metrics of all agents side by side, and of one agent beside his team."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from qa_checker.archive.query import choices
from qa_checker.archive.selection import Filter
from qa_checker.dashboard.controls import filterbar
from qa_checker.dashboard.controls.address import Asked
from qa_checker.dashboard.controls.components import Column, Row, sheet
from qa_checker.dashboard.controls.doors import link_to_sessions, open_agents
from qa_checker.dashboard.figures.metric_cards import by_keys, measured, metric_cards
from qa_checker.dashboard.period_goals import Goals
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.wording import definition, metric_heading, metric_value
from qa_checker.metrics import By, Metric, Unit, measure

_WITHOUT_A_WIDE_WINDOW = 10  # columns
_NOBODY = "（未分配）"
_ANSWERED = by_keys("slow_rounds", "unanswered_rounds", "longest_response", "reply_rate")
_RECEIVED = by_keys("consulting", "received", "forwarded", "passed_on")
_RECEIVED += by_keys("most_at_once", "handling", "answer_ratio", "agent_chars")
_BECAME = by_keys("solved_at_once_24h", "invite_rate", "solicit_rate", "satisfied")


def show(reading: Reading) -> None:
    """Draw the page."""
    options = reading.ask(choices)
    what = filterbar.asked_by_address(options)
    st.title("客服指标", anchor=False)
    with st.container(horizontal=True, vertical_alignment="top"):
        filterbar.period_and_people(what, options)
    goals = reading.goals()
    if len(what.filter.agents) == 1:
        _one(reading, what, goals)
    else:
        _all(reading, what, goals)


def _waits(goals: Goals) -> tuple[Metric, ...]:
    return (*by_keys("first_response", "average_response"), *goals.rates, *_ANSWERED)


def _all(reading: Reading, what: Asked, goals: Goals) -> None:
    metrics = (*by_keys("consulting", "received", "first_response", "average_response"), *goals.rates)
    metrics += by_keys("slow_rounds", "unanswered_rounds", "reply_rate", "satisfied")
    metrics += by_keys("answer_ratio", "handling", "most_at_once")
    agents = reading.ask(measure, what.filter, metrics, (By.AGENT,))
    if agents.empty:
        _nothing()
        return
    with st.container(border=True):
        st.subheader(
            "全部客服", help="指着列名看怎么算；点一名客服，看他的全部指标、每天的变化和背后的会话。", anchor=False
        )
        clicked = sheet(
            "客服的接待与响应指标", _columns("agent", "客服", metrics), _rows(agents, metrics), key="by-agent"
        )
    if clicked.opened and clicked.opened != _NOBODY:
        open_agents(replace(what, filter=replace(what.filter, agents=(clicked.opened,)), page=1))


def _one(reading: Reading, what: Asked, goals: Goals) -> None:
    waits = _waits(goals)
    everything = (*waits, *_RECEIVED, *_BECAME)
    mine = measured(reading, what.filter, everything)
    team = measured(reading, replace(what.filter, agents=()), everything)
    if not mine["consulting"]:
        _nothing()
        return
    (name,) = what.filter.agents
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(name, anchor=False)
        link_to_sessions("看他的会话", what)
    for title, metrics in (("响应", waits), ("接待", _RECEIVED), ("结果", _BECAME)):
        st.markdown(f"**{title}**")
        notes = {each.key: f"全部客服 {metric_value(each, team[each.key])}" for each in metrics if _comparable(each)}
        metric_cards(reading, what, metrics, mine, notes=notes)
    _days(reading, what.filter, waits)


def _comparable(metric: Metric) -> bool:
    """Counts grow with a team: only a mean, a rate or a most says how one stands in it."""
    return metric.unit in (Unit.SECONDS, Unit.DURATION, Unit.SHARE, Unit.RATIO) or metric.key == "most_at_once"


def _days(reading: Reading, wanted: Filter, metrics: tuple[Metric, ...]) -> None:
    days = reading.ask(measure, wanted, metrics, (By.DAY,))
    with st.container(border=True):
        st.subheader("每天", anchor=False)
        sheet("每天的响应指标", _columns("day", "日期", metrics), _rows(days, metrics), key="by-day", opens=False)


def _columns(key: str, title: str, metrics: tuple[Metric, ...]) -> list[Column]:
    return [Column(key, title, "strong")] + [
        Column(
            each.key, metric_heading(each), align="right", roomy=place >= _WITHOUT_A_WIDE_WINDOW, help=definition(each)
        )
        for place, each in enumerate(metrics)
    ]


def _rows(groups: pd.DataFrame, metrics: tuple[Metric, ...]) -> list[Row]:
    return [_row(group, metrics) for group in groups.to_dict("records")]


def _row(group: dict[Any, Any], metrics: tuple[Metric, ...]) -> Row:
    key, value = next(iter(group.items()))
    name = _NOBODY if pd.isna(value) else value.strftime("%Y-%m-%d") if key == By.DAY else value
    figures = {each.key: metric_value(each, group[each.key]) for each in metrics}
    return {"id": name, "cells": {"day" if key == By.DAY else "agent": {"text": name, "title": name}, **figures}}


def _nothing() -> None:
    st.info("这个范围里没有会话，换一个时间、店铺或客服试试。", icon=":material/search_off:")
