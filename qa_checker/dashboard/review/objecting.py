"""What an agent does to a session of his own: he reads what was said to him, and objects to a verdict."""

import streamlit as st

from qa_checker.dashboard.controls import drafting
from qa_checker.dashboard.controls.components import Acted
from qa_checker.dashboard.environment import appeal_days
from qa_checker.dashboard.review.judging import GONE_MEANWHILE, Bench
from qa_checker.dashboard.visitor import is_still_here
from qa_checker.dashboard.wording import last_day, literally, written
from qa_checker.desk.appeals import AppealRefused, deadline, file_appeal
from qa_checker.desk.cases import Ruled
from qa_checker.desk.drafts import place_of
from qa_checker.desk.reviews import Ruling, comments

_LONGEST_REASON = 1000


def remarks(bench: Bench) -> None:
    """What supervisors said about the session."""
    said = comments(bench.reading.desk, bench.result.session)
    if said:
        with st.container(border=True):
            st.subheader("班组长的评语", anchor=False)
            for remark in said:
                st.caption(f"{literally(remark.author)} · {written(remark.at)}")
                st.text(remark.text)


def act(bench: Bench, acted: Acted | None) -> None:
    """Open the dialog for the verdict that was clicked; whose it is, the desk checks again."""
    if acted is None or acted.action != "appeal":
        return
    ruled = bench.case.ruled(acted.finding)
    if ruled is None:
        st.warning(GONE_MEANWHILE, icon=":material/history:")
    elif bench.reading.visitor.objects_as(ruled.finding.agent_id):
        _dialog(bench, ruled)


@st.dialog("申诉", icon=":material/gavel:")
def _dialog(bench: Bench, ruled: Ruled) -> None:
    st.markdown(f"**{literally(bench.rules.title(ruled.finding.rule))}**")
    for quote in ruled.finding.quotes:
        st.text(f"“{quote.text}”")
    if bench.reading.visitor.is_alone:
        whose = literally(ruled.finding.agent_id or "")
        st.caption(f"本机没有登录，您什么角色都有：这里替客服 {whose} 申诉，再到“申诉处理”里答复。")
    days = appeal_days()
    if ruled.decision and ruled.ruling is Ruling.CONFIRMED:
        st.caption(f"{last_day(deadline(ruled.decision.at, days))} 及以前可以申诉，每项一次。")
    else:
        st.caption(f"还没复核，现在就可以申诉；复核确认后 {days} 个工作日内也可以。每项一次。")
    place = place_of("appeal", bench.result.session, ruled.finding.key)
    drafting.recall(bench.reading, place)
    reason = st.text_area(
        "理由", key=place, placeholder="为什么不该扣？最好引用聊天里的原话。", max_chars=_LONGEST_REASON
    )
    if st.button("提交申诉", type="primary"):
        if not is_still_here(bench.reading.desk, bench.reading.visitor):
            st.rerun()
        try:
            file_appeal(
                bench.reading.desk,
                bench.result,
                ruled.finding,
                reason,
                bench.reading.visitor.name,
                bench.reading.visitor.objects_as(ruled.finding.agent_id) or "",
                days,
            )
        except AppealRefused as refused:
            st.error(str(refused), icon=":material/error:")
        else:
            drafting.sent(bench.reading, place)
            st.rerun()
    drafting.remember(bench.reading, place, in_dialog=True)
