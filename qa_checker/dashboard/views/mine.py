"""我的概览 and 我的申诉: what an agent sees of himself; of the others only the team's median."""

from dataclasses import replace

import streamlit as st

from qa_checker.archive import overview
from qa_checker.archive.query import choices
from qa_checker.archive.selection import EVERYTHING
from qa_checker.dashboard.controls import filterbar
from qa_checker.dashboard.controls.address import NOTHING_ASKED, Asked
from qa_checker.dashboard.controls.doors import open_session, open_sessions
from qa_checker.dashboard.figures import charts, drawing
from qa_checker.dashboard.figures.card import Card, draw
from qa_checker.dashboard.figures.metric_cards import by_keys, measured, metric_cards
from qa_checker.dashboard.figures.review_cards import review_cards
from qa_checker.dashboard.noting import note_reading
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.views.appeals import state_badge
from qa_checker.dashboard.wording import figure, literally, metric_value, points, share, signed, written
from qa_checker.desk.appeals import AppealState, appeals
from qa_checker.desk.ledger import ledger
from qa_checker.metrics import By, measure

FEWEST_FOR_A_MEDIAN = 4
"""With fewer agents a median would tell what a certain colleague has."""

_MOST_RULES = 8
_CONFIRMED = "班组长确认过的，从开始到现在的合计。"
_WAITS = by_keys("first_response", "average_response")
_CARE = by_keys("slow_rounds", "unanswered_rounds", "answer_ratio", "satisfied")


def overview_page(reading: Reading) -> None:
    """Draw 我的概览."""
    mine = reading.visitor.agent_id or ""
    options = reading.ask(choices)
    asked = filterbar.asked_by_address(options)
    what = replace(asked, filter=replace(asked.filter, agents=(mine,)))
    st.title("我的概览", anchor=False)
    with st.container(horizontal=True, vertical_alignment="top"):
        filterbar.period(asked, options)
    now = reading.ask(overview.totals, what.filter)
    if not now.sessions:
        if not options.agents:
            st.info(
                f"聊天记录里还没有客服“{literally(mine)}”接待的会话。有了也看不到，就请管理员核对账号里的客服名。",
                icon=":material/person_search:",
            )
        else:
            st.info("这段时间没有您接待的会话，换一个时间范围试试。", icon=":material/search_off:")
        return
    everybody = replace(reading, scope=EVERYTHING)
    team = everybody.ask(overview.team_score, replace(what.filter, agents=()))
    comparable = team.agents >= FEWEST_FOR_A_MEDIAN
    against = _against(now.score, team.median) if comparable else None
    lines = ledger(reading.desk, reading.archive, agent_id=mine, scope=reading.scope)
    with st.grid(6, min_column_width=100, key="period-cards"):
        for card in (
            Card("接待会话", figure(now.sessions, 0), "这段时间里打过分的会话数。"),
            Card(
                "平均得分", figure(now.score), "每个会话机器评分的平均值。", against, "up", against and "比全组中位数"
            ),
            Card("合格率", share(now.pass_rate), "得分达到合格线、又没有触碰红线的会话所占比例。"),
            Card("红线会话", figure(now.red_lines, 0), "触碰一票否决规则的会话，得 0 分。"),
            Card("已确认罚款", f"{points(sum(line.fine for line in lines))} 元", _CONFIRMED),
            Card("已确认奖励", f"{points(sum(line.reward for line in lines))} 元", _CONFIRMED),
        ):
            draw(card, border=True)
    review_cards(reading, what, now)
    _response(reading, what, comparable)
    _trend_and_losses(reading, what)


def _response(reading: Reading, what: Asked, comparable: bool) -> None:
    """The trade's metrics, each beside the team's median, with the sessions behind it."""
    metrics = (*_WAITS, *reading.goals().rates, *_CARE)
    notes = {}
    if comparable:
        everybody = replace(reading, scope=EVERYTHING)
        agents = everybody.ask(measure, replace(what.filter, agents=()), metrics, (By.AGENT,))
        notes = {each.key: f"全组中位数 {metric_value(each, agents[each.key].median())}" for each in metrics}
    st.subheader("接待与响应", anchor=False)
    metric_cards(reading, what, metrics, measured(reading, what.filter, metrics), notes=notes)


def _against(mine: float | None, team: float | None) -> str | None:
    return None if mine is None or team is None else signed(round(mine - team, 1), " 分")


def _trend_and_losses(reading: Reading, what: Asked) -> None:
    days = reading.ask(overview.by_day, what.filter)
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        st.subheader("得分趋势", anchor=False, help="每天的平均得分；浅色是 95% 区间。")
        if days.empty:
            st.caption("这些会话没有时间，画不出趋势。")
        else:
            drawing.draw(charts.score_trend(days), alt="我每天的平均得分")
    with right, st.container(border=True, height="stretch"):
        st.subheader("扣分最多的规则", anchor=False)
        found = reading.ask(overview.by_rule, what.filter)
        dearest = found[found["points"] > 0].head(_MOST_RULES)
        if dearest.empty:
            st.caption("没有扣分，真好。")
        else:
            rules = reading.rule_texts()
            titled = dearest.assign(title=dearest["rule"].map(rules.title))
            drawing.draw(charts.rule_bars(titled), alt="我扣分最多的规则")
    if st.button("看我的会话", icon=":material/forum:"):
        open_sessions(replace(what, filter=replace(what.filter, agents=())))


def appeals_page(reading: Reading) -> None:
    """Draw 我的申诉."""
    st.title("我的申诉", anchor=False)
    found = appeals(reading.desk, agent_id=reading.visitor.agent_id or "")
    if not found:
        st.info("还没有申诉过。打开一个会话，在觉得不该扣的那一项上点“申诉”。", icon=":material/gavel:")
        return
    rules = reading.rule_texts()
    for appeal in found:
        note_reading(reading, appeal.result.session, appeal=appeal.id)
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{literally(rules.title(appeal.finding.rule))}**", width="content")
                state_badge(appeal.state)
                st.space("stretch")
                if st.button("看会话", key=f"open-{appeal.id}", icon=":material/forum:", type="tertiary"):
                    open_session(appeal.result.session, NOTHING_ASKED)
            st.caption(f"会话 {literally(appeal.result.session.session_id)} · {written(appeal.filed_at)} 提交")
            for quote in appeal.finding.quotes:
                st.text(f"“{quote.text}”")
            st.caption("我的理由")
            st.text(appeal.reason)
            if appeal.state is not AppealState.OPEN:
                st.caption(f"{literally(appeal.decided_by)} {written(appeal.decided_at)} 的答复")
                st.text(appeal.answer)
