"""质检总览: how service went in a period, where points were lost, and who needs help with what."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pandas as pd
import streamlit as st

from qa_checker.archive import overview
from qa_checker.archive.query import choices
from qa_checker.dashboard.controls import filterbar
from qa_checker.dashboard.controls.address import Asked
from qa_checker.dashboard.controls.doors import open_sessions
from qa_checker.dashboard.figures import charts, drawing, heatmap
from qa_checker.dashboard.figures.agent_sheet import WAITS, agent_sheet
from qa_checker.dashboard.figures.period_cards import period_cards
from qa_checker.dashboard.figures.review_cards import review_cards
from qa_checker.dashboard.figures.service_cards import service_cards
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.rule_texts import RuleTexts
from qa_checker.metrics import By, measure

_MOST_RULES = 10
_MOST_AGENTS = 12


def show(reading: Reading) -> None:
    """Draw the page."""
    options = reading.ask(choices)
    what = filterbar.asked_by_address(options)
    rules = reading.rule_texts()
    st.title("质检总览", anchor=False)
    with st.container(horizontal=True, vertical_alignment="top"):
        filterbar.period_and_people(what, options)
    now = reading.ask(overview.totals, what.filter)
    if not now.sessions:
        st.info("这个范围里没有会话，换一个时间、店铺或客服试试。", icon=":material/search_off:")
        return
    earlier = overview.previous_period(what.filter)
    before = reading.ask(overview.totals, earlier) if earlier else None
    comparable = before is not None and before.sessions > 0
    _period_note(reading, what, comparable=comparable)
    period_cards(now, before if comparable else None)
    review_cards(reading, what, now)
    service_cards(reading, what, earlier if comparable else None)
    _scores(reading, what)
    _waits_and_dimensions(reading, what)
    found = reading.ask(overview.findings, what.filter)
    agents = reading.ask(overview.by_agent, what.filter)
    _dearest_rules(reading.ask(overview.by_rule, what.filter), rules)
    agent_sheet(agents, reading.ask(measure, what.filter, WAITS, (By.AGENT,)), found, what)
    _heatmap(agents, found, rules, what)


def _period_note(reading: Reading, what: Asked, *, comparable: bool) -> None:
    wanted = what.filter
    if not (wanted.since and wanted.until):
        return
    words = [f"{wanted.since} 至 {wanted.until}"]
    earlier = overview.previous_period(wanted)
    if comparable and earlier:
        words.append(f"与 {earlier.since} 至 {earlier.until} 相比")
    missing = reading.ask(overview.without_time, wanted)
    if missing:
        words.append(f"另有 {missing} 个会话没有时间，选“全部”才计入")
    st.caption(" · ".join(words))


@contextmanager
def _card(title: str, explained: str | None = None) -> Iterator[None]:
    with st.container(border=True, height="stretch"):
        st.subheader(title, help=explained, anchor=False)
        yield


def _scores(reading: Reading, what: Asked) -> None:
    days = reading.ask(overview.by_day, what.filter)
    left, right = st.columns([3, 2])
    with left, _card("得分趋势", "每天的平均得分；浅色是 95% 区间，会话越少越宽。"):
        if days.empty:
            st.caption("这些会话没有时间，画不出趋势。")
        else:
            drawing.draw(charts.score_trend(days), alt="每天的平均得分与95%区间")
    with right, _card("得分分布"):
        steps = reading.ask(overview.score_distribution, what.filter)
        drawing.draw(charts.score_bars(steps), alt="会话得分的分布")


def _waits_and_dimensions(reading: Reading, what: Asked) -> None:
    left, right = st.columns([3, 2])
    with left, _card("首响分布", "P50、P90、P99：有 50%、90%、99% 的会话比它快。最后一根柱子是更久的全部。"):
        times = reading.ask(overview.response_times, what.filter)
        if times is None:
            st.caption("这些会话没有首次响应时间。")
        else:
            drawing.draw(charts.response_bars(times), alt="首次响应时间的分布")
    with right, _card("各维度每会话扣分", "扣分合计除以会话数。"):
        losses = reading.ask(overview.losses, what.filter)
        if losses.empty:
            st.caption("没有扣分。")
        else:
            drawing.draw(charts.dimension_bars(losses), alt="各维度平均每个会话的扣分")


def _dearest_rules(found: pd.DataFrame, rules: RuleTexts) -> None:
    dearest = found[found["points"] > 0].head(_MOST_RULES)
    if dearest.empty:
        return
    with _card(f"扣分最多的规则（前 {len(dearest)} 条）"):
        drawing.draw(charts.rule_bars(dearest.assign(title=dearest["rule"].map(rules.title))), alt="扣分最多的规则")


def _heatmap(agents: pd.DataFrame, found: pd.DataFrame, rules: RuleTexts, what: Asked) -> None:
    broken = found[(found["fails"] > 0) & found["agent_id"].isin(agents["agent_id"])]
    if broken.empty:
        return
    rule_order = list(broken.groupby("rule")["sessions"].sum().nlargest(_MOST_RULES).index)
    agent_order = list(agents.nsmallest(_MOST_AGENTS, "score")["agent_id"])
    cells = heat_cells(broken, agents, agent_order, rule_order, rules)
    with _card(
        f"客服 × 规则（得分最低的 {len(agent_order)} 名客服）",
        "数字是命中该规则的会话数，颜色是占他接待会话的比例。点一格，看这些会话。",
    ):
        drawn = heatmap.heatmap(cells, agent_order, rule_order)
        state = st.vega_lite_chart(
            drawn.data,
            drawn.spec,
            key="heatmap",
            on_select="rerun",
            selection_mode=heatmap.CHOSEN_CELL,
            alt="每名客服命中每条规则的会话数",
        )
    for cell in state["selection"].get(heatmap.CHOSEN_CELL, []):
        chosen = replace(what.filter, agents=(cell["agent"],), rule=cell["rule"])
        open_sessions(replace(what, filter=chosen, page=1))


def heat_cells(
    broken: pd.DataFrame, agents: pd.DataFrame, agent_order: list[str], rule_order: list[str], rules: RuleTexts
) -> pd.DataFrame:
    """One row a cell of the heatmap, also where nothing was found: a rule never broken is good news to be seen."""
    grid = pd.MultiIndex.from_product([agent_order, rule_order], names=["agent_id", "rule"])
    cells = broken.set_index(["agent_id", "rule"])[["sessions", "points"]].reindex(grid, fill_value=0).reset_index()
    held = agents.set_index("agent_id")["sessions"]
    cells["of"] = cells["agent_id"].map(held)
    cells["share"] = (cells["sessions"] / cells["of"]).clip(upper=1)
    cells["title"] = cells["rule"].map(rules.title)
    return cells.rename(columns={"agent_id": "agent"})
