"""接待与响应 on the overview: the trade's metrics of a period, by the definitions and targets of its rulebook."""

import streamlit as st

from qa_checker.archive.selection import Filter
from qa_checker.dashboard.controls.address import Asked
from qa_checker.dashboard.controls.doors import link_to_agents
from qa_checker.dashboard.figures.metric_cards import Values, by_keys, measured, metric_cards
from qa_checker.dashboard.period_goals import PLATFORM_NAMES, Goals
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.wording import duration, figure, share

_WAITS = by_keys("first_response", "average_response")
_SERVICE = by_keys("slow_rounds", "unanswered_rounds", "reply_rate", "solved_at_once_24h")
_SERVICE += by_keys("handling", "transfer_rate", "invite_rate", "satisfied")
_NOTED = by_keys("first_response_p50", "longest_response", "rounds", "imprecise_rounds", "untimed_rounds")
_DOUBTS = {"imprecise_rounds": "轮的时间只写到分钟，等待可能差 60 秒", "untimed_rounds": "轮没有时间，不进这些指标"}


def service_cards(reading: Reading, what: Asked, earlier: Filter | None) -> None:
    """Draw the cards; `earlier` is the period to compare with."""
    goals = reading.goals()
    metrics = (*_WAITS, *goals.rates, *_SERVICE)
    now = measured(reading, what.filter, (*metrics, *_NOTED))
    before = measured(reading, earlier, metrics) if earlier else None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(
            "接待与响应",
            help=f"30 秒、3 分钟两个比率按{PLATFORM_NAMES[goals.platform]}的口径（规则手册里的 platform_metrics）。"
            "指着指标名看怎么算，点下面的会话数看背后的会话。",
            anchor=False,
        )
        link_to_agents("看每名客服的指标", what)
    doubts = [f"{figure(now[key], 0)} {words}" for key, words in _DOUBTS.items() if now[key]]
    if doubts:
        st.caption("；".join(doubts))
    metric_cards(reading, what, metrics, now, before=before, notes=_notes(now, goals))


def _notes(now: Values, goals: Goals) -> dict[str, str]:
    return {
        "first_response": f"一半在 {duration(now['first_response_p50'])} 以内",
        "average_response": f"最久 {duration(now['longest_response'])}",
        "unanswered_rounds": f"共 {figure(now['rounds'], 0)} 轮",
        **{key: f"目标 {share(target)}" for key, target in goals.targets.items()},
    }
