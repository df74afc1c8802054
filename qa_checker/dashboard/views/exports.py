"""导出中心: the figures and lists of a period as files, within what the visitor may see, each noted in the log."""

from collections.abc import Callable

import streamlit as st

from qa_checker.archive.listing import count_sessions
from qa_checker.archive.query import choices
from qa_checker.dashboard.controls import filterbar
from qa_checker.dashboard.controls.address import Asked
from qa_checker.dashboard.controls.handing_out import hand_out
from qa_checker.dashboard.figures import takeaway
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.wording import figure

_OFFERS: list[tuple[str, str, str, Callable[[Reading, Asked], bytes]]] = [
    (
        "质检报告（Excel）",
        "指标按客服、店铺和天，复核前后的得分，规则、会话、奖惩台账和指标说明，各一张表。",
        "xlsx",
        takeaway.report,
    ),
    ("会话（CSV）", "一行一个会话：机器得分、复核后得分、响应时间。", "csv", takeaway.sessions),
    ("判定（CSV）", "一行一条机器判定：规则、扣分、罚款和引用的原话。", "csv", takeaway.verdicts),
    ("奖惩台账（CSV）", "只有人工确认过的罚款和奖励，按确认的日子归期。", "csv", takeaway.ledger_lines),
]


def show(reading: Reading) -> None:
    """Draw the page."""
    st.title("导出中心", anchor=False)
    options = reading.ask(choices)
    what = filterbar.asked_by_address(options)
    with st.container(horizontal=True, vertical_alignment="top"):
        filterbar.period_and_people(what, options)
    total = reading.ask(count_sessions, what.filter)
    if not total:
        st.info("这个范围里没有会话，换一个时间、店铺或客服试试。", icon=":material/search_off:")
        return
    st.caption(f"这个范围有 {figure(total, 0)} 个会话。导出会记进审计日志；表格里以 = + - @ 开头的文字不会被当成公式。")
    if total > takeaway.MOST_ROWS:
        st.warning(
            f"一个文件最多 {figure(takeaway.MOST_ROWS, 0)} 行，超出的请缩小时间范围，分几次导出。",
            icon=":material/content_cut:",
        )
    for title, holds, kind, make in _OFFERS:
        _offer(reading, what, title, holds, kind, make)


def _offer(
    reading: Reading, what: Asked, title: str, holds: str, kind: str, make: Callable[[Reading, Asked], bytes]
) -> None:
    name = title.partition("（")[0]
    period = f"{what.filter.since or '最早'}_{what.filter.until or '最近'}"
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container():
            st.markdown(f"**{title}**")
            st.caption(holds)
        hand_out(
            reading,
            "下载",
            lambda: make(reading, what),
            f"{name}_{period}.{kind}",
            key=f"take-{name}",
            what=make.__name__,
            since=str(what.filter.since or ""),
            until=str(what.filter.until or ""),
        )
