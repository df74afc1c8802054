"""申诉处理: the queue of appeals, the oldest first, each with what is needed to decide it."""

import streamlit as st

from qa_checker.archive.query import SessionKey
from qa_checker.dashboard.controls import drafting
from qa_checker.dashboard.controls.address import NOTHING_ASKED
from qa_checker.dashboard.controls.doors import open_session
from qa_checker.dashboard.environment import appeal_days
from qa_checker.dashboard.noting import note_reading
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.rule_texts import RuleTexts
from qa_checker.dashboard.wording import last_day, literally, points, written
from qa_checker.desk.appeals import Appealed, AppealRefused, AppealState, appeals, deadline, decide_appeal
from qa_checker.desk.drafts import place_of
from qa_checker.desk.reviews import Ruling, history

STATE_NAMES = {AppealState.OPEN: "待处理", AppealState.UPHELD: "成立", AppealState.REJECTED: "驳回"}
_STATE_COLOURS = {AppealState.OPEN: "orange", AppealState.UPHELD: "green", AppealState.REJECTED: "gray"}
_PAGE = 20
_MOST_SIMILAR = 5
_LONGEST_ANSWER = 1000
_RULINGS = {Ruling.CONFIRMED: "确认", Ruling.OVERTURNED: "推翻", Ruling.OPEN: "撤回"}


def show(reading: Reading) -> None:
    """Draw the page."""
    st.title("申诉处理", anchor=False)
    shown = st.segmented_control(
        "状态", list(AppealState), format_func=STATE_NAMES.__getitem__, default=AppealState.OPEN, required=True
    )
    found = appeals(reading.desk, state=shown, limit=_PAGE + 1)
    if not found:
        st.info(
            "没有待处理的申诉。客服登录后，可以在自己的会话里对每一项扣分申诉。"
            if shown is AppealState.OPEN
            else "还没有这样的申诉。",
            icon=":material/inbox:",
        )
        return
    if len(found) > _PAGE:
        waits = f"先列最早的 {_PAGE} 件，处理完会显示后面的。"
        st.caption(waits if shown is AppealState.OPEN else f"只列最近提交的 {_PAGE} 件，更早的在各通会话里看。")
    rules = reading.rule_texts()
    for appeal in found[:_PAGE]:
        _appeal(reading, appeal, rules)


def _appeal(reading: Reading, appeal: Appealed, rules: RuleTexts) -> None:
    note_reading(reading, appeal.result.session, appeal=appeal.id)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{literally(rules.title(appeal.finding.rule))}**", width="content")
            state_badge(appeal.state)
            if appeal.state is AppealState.OPEN:
                _due(reading, appeal)
            st.space("stretch")
            if st.button("看会话", key=f"open-{appeal.id}", icon=":material/forum:", type="tertiary"):
                open_session(SessionKey(appeal.result.session.batch, appeal.result.session.session_id), NOTHING_ASKED)
        fine = f"，罚 {points(appeal.finding.fine)} 元" if appeal.finding.fine else ""
        st.caption(
            f"客服 {literally(appeal.finding.agent_id or '')} · 会话 {literally(appeal.result.session.session_id)}"
            f" · 扣 {points(appeal.finding.points)} 分{fine} · {written(appeal.filed_at)} 提交"
        )
        left, right = st.columns(2)
        with left:
            st.caption("原话")
            for quote in appeal.finding.quotes:
                st.text(f"“{quote.text}”")
            if not appeal.finding.quotes:
                st.text("针对整场会话")
            for decision in history(reading.desk, appeal.result.session, appeal.finding.key):
                st.caption(
                    f"{literally(decision.reviewer)} {written(decision.at)} {_RULINGS[decision.ruling]}"
                    + (f"：{literally(decision.note)}" if decision.note else "")
                )
        with right:
            st.caption("客服的理由")
            st.text(appeal.reason)
            if appeal.answer:
                st.caption(f"{literally(appeal.decided_by)} {written(appeal.decided_at)} 的答复")
                st.text(appeal.answer)
        if appeal.state is AppealState.OPEN:
            _similar(reading, appeal)
            _decide(reading, appeal)


def state_badge(state: AppealState) -> None:
    """The state of an appeal, in words and colour."""
    st.badge(STATE_NAMES[state], color=_STATE_COLOURS[state])  # type: ignore[arg-type]


def _due(reading: Reading, appeal: Appealed) -> None:
    due = deadline(appeal.filed_at, appeal_days())
    late = reading.desk.now() >= due
    icon = ":material/alarm:" if late else ":material/schedule:"
    st.badge(f"{'已超期，' if late else ''}{last_day(due)} 及以前答复", icon=icon, color="red" if late else "gray")


def _similar(reading: Reading, appeal: Appealed) -> None:
    before = [each for each in appeals(reading.desk, rule=appeal.finding.rule) if each.state is not AppealState.OPEN]
    if not before:
        return
    upheld = sum(each.state is AppealState.UPHELD for each in before)
    with st.expander(f"同一条规则以前的申诉：{len(before)} 件，成立 {upheld} 件"):
        for each in before[:_MOST_SIMILAR]:
            quoted = "、".join(f"“{quote.text}”" for quote in each.finding.quotes)
            st.text(f"{STATE_NAMES[each.state]}：{quoted}\n理由：{each.reason}\n答复：{each.answer}")


def _decide(reading: Reading, appeal: Appealed) -> None:
    place = place_of("answer", appeal.id)
    drafting.recall(reading, place)
    with st.form(f"appeal-{appeal.id}", border=False):
        answer = st.text_input("答复", key=place, placeholder="写给客服的理由", max_chars=_LONGEST_ANSWER)
        with st.container(horizontal=True):
            upheld = st.form_submit_button("申诉成立，推翻扣分", icon=":material/check:")
            rejected = st.form_submit_button("驳回，维持扣分", icon=":material/close:")
    if upheld or rejected:
        state = AppealState.UPHELD if upheld else AppealState.REJECTED
        try:
            decide_appeal(reading.desk, appeal.id, state, answer, reading.visitor.name)
        except AppealRefused as refused:
            st.error(str(refused), icon=":material/error:")
        else:
            drafting.sent(reading, place)
            st.rerun()
    drafting.remember(reading, place)
