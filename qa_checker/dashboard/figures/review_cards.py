"""What people made of a period's results, beside the machine's own figures."""

import streamlit as st

from qa_checker.archive.overview import Totals
from qa_checker.archive.selection import Filter
from qa_checker.dashboard.controls.address import Asked
from qa_checker.dashboard.figures.card import Card, draw
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.wording import figure, share, signed
from qa_checker.desk.reviewed import Change, change, knows


def review_cards(reading: Reading, what: Asked, machine: Totals) -> None:
    """Draw the cards; a line in words where nobody has reviewed anything of it."""
    if not knows(what.filter):
        return
    found = reviewed_of(reading, what.filter)
    if not found.reviewed:
        st.caption("这个范围里还没有人复核过，以上都是机器评的。")
        return
    with st.grid(4, min_column_width=100, key="review-cards"):
        for card in _cards(machine, found):
            draw(card, border=True)


def reviewed_of(reading: Reading, wanted: Filter) -> Change:
    """What review changed in the sessions that this visitor may see and asks for."""
    return change(each for each in reading.reviewed() if each.is_of(reading.scope, wanted))


def score_after(score: float | None, sessions: int, found: Change) -> float | None:
    """A mean score after review."""
    return None if score is None else score + found.score / sessions


def pass_rate_after(rate: float | None, sessions: int, found: Change) -> float | None:
    """A pass rate after review, 0…1."""
    return None if rate is None else rate + found.passed / sessions


def _cards(machine: Totals, found: Change) -> list[Card]:
    score, rate = (
        after(before, machine.sessions, found)
        for after, before in ((score_after, machine.score), (pass_rate_after, machine.pass_rate))
    )
    stands = machine.red_lines - found.red_lines_overturned + found.red_lines_added
    waiting = machine.red_lines - found.red_lines_confirmed - found.red_lines_overturned
    red = f"确认 {found.red_lines_confirmed}，推翻 {found.red_lines_overturned}，待复核 {waiting}"
    if found.red_lines_added:
        red += f"，人工补 {found.red_lines_added}"
    return [
        Card("已复核", f"{figure(found.reviewed, 0)} 通", "有人判过或看过的会话。",
             note=f"占 {share(found.reviewed / machine.sessions)}，"
                  f"待复核 {figure(machine.sessions - found.reviewed, 0)} 通"),
        Card("复核后均分", figure(score, 2), "机器评分加上人的改判；还没复核的会话按机器评分算。",
             _changed(found.score / machine.sessions), "up", f"机器 {figure(machine.score, 2)}"),
        Card("复核后合格率", share(rate), "按复核后的得分和红线算；还没复核的会话按机器评分算。",
             _changed(found.passed / machine.sessions * 100, "%"), "up", f"机器 {share(machine.pass_rate)}"),
        Card("复核后红线", figure(stands, 0), "机器判的红线会话，减去推翻的，加上人工补的。", note=red),
    ]  # fmt: skip


def _changed(difference: float, unit: str = "") -> str | None:
    rounded = round(difference, 2)
    return signed(rounded, unit) if rounded else None
