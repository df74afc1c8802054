"""The cards at the top of the overview: the period's figures, what they mean, and how the period before compares."""

import streamlit as st

from qa_checker.archive.overview import Totals
from qa_checker.dashboard.figures.card import Card, draw
from qa_checker.dashboard.figures.confidence import mean_interval, share_interval
from qa_checker.dashboard.wording import figure, points, share, signed


def period_cards(now: Totals, before: Totals | None) -> None:
    """Draw the cards."""
    with st.grid(6, min_column_width=100, key="period-cards"):
        for card in _cards(now, before):
            draw(card, border=True)


def _cards(now: Totals, before: Totals | None) -> list[Card]:
    def change(name: str, digits: int, unit: str = "", scale: float = 1) -> str | None:
        ours, theirs = getattr(now, name), getattr(before, name, None)
        if ours is None or theirs is None:
            return None
        return signed(round((ours - theirs) * scale, digits), unit)

    def per_hundred(total: float) -> str:
        return f"每百会话 {figure(total / now.sessions * 100, 0)} 元"

    return [
        Card("已质检会话", figure(now.sessions, 0), "这个范围里打过分的会话数。箭头是和前面同样长的一段时间相比。",
             change("sessions", 0), note=f"{figure(now.rounds, 0)} 轮问答"),
        Card("平均得分", figure(now.score), "机器评分的平均值。95% 区间：真正的水平多半在这里面，会话越多越窄。",
             change("score", 1), "up", _score_interval(now)),
        Card("合格率", share(now.pass_rate), "得分达到合格线、又没有触碰红线的会话所占比例。",
             change("pass_rate", 1, "%", 100), "up", _pass_interval(now)),
        Card("红线会话", figure(now.red_lines, 0), "机器判定触碰一票否决规则的会话，得 0 分。",
             change("red_lines", 0), "down", f"占 {share(now.red_lines / now.sessions)}"),
        Card("罚款", f"{points(now.fine)} 元", "规则里写明的罚款合计，未经复核。",
             change("fine", 0, " 元"), "down", per_hundred(now.fine)),
        Card("奖励", f"{points(now.reward)} 元", "规则里写明的奖励合计，未经复核。",
             change("reward", 0, " 元"), "up", per_hundred(now.reward)),
    ]  # fmt: skip


def _score_interval(now: Totals) -> str:
    interval = mean_interval(now.score, now.deviation, now.sessions)
    return f"95% 区间 {figure(interval.low)}~{figure(interval.high)}" if interval else "会话太少，没有区间"


def _pass_interval(now: Totals) -> str:
    if now.pass_rate is None:
        return ""
    interval = share_interval(now.pass_rate, now.sessions)
    return f"95% 区间 {interval.low * 100:.1f}~{share(interval.high)}"
