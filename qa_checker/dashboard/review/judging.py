"""What a supervisor does to a session: rulings, missed faults, scorecard answers, comments; each stored at once."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from qa_checker.archive.query import WholeSession
from qa_checker.cards import Quote
from qa_checker.dashboard.controls import drafting
from qa_checker.dashboard.controls.components import Acted
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.rule_texts import RuleTexts
from qa_checker.dashboard.visitor import is_still_here
from qa_checker.dashboard.wording import literally, points, written
from qa_checker.desk.cases import Case
from qa_checker.desk.drafts import place_of
from qa_checker.desk.findings import Finding, asked_finding, missed_finding
from qa_checker.desk.reviews import (
    DecidedMeanwhile,
    Result,
    Ruling,
    comment,
    comments,
    decide,
    sign_off,
)
from qa_checker.desk.terms import Terms

RULING_NAMES = {Ruling.CONFIRMED: "确认", Ruling.OVERTURNED: "推翻", Ruling.OPEN: "撤回"}
_ACTIONS = {"confirm": Ruling.CONFIRMED, "overturn": Ruling.OVERTURNED, "reopen": Ruling.OPEN}
GONE_MEANWHILE = "这通会话刚刚重新评过分，您点的那一条在新结果里没有了，操作没有保存。下面是新的结果。"
"""Told to whom clicked on a finding that the night's new result no longer holds."""

_NOTICE = "judging-notice"
_LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Bench:
    """A session on a supervisor's desk."""

    reading: Reading
    whole: WholeSession
    result: Result
    case: Case
    terms: Terms
    rules: RuleTexts

    @property
    def reviewer(self) -> str:
        """Who decides."""
        return self.reading.visitor.name


def rule_on(bench: Bench, finding: Finding, ruling: Ruling, seen: int, why: str = "") -> bool:
    """Store a ruling; tells, and stores nothing, where another supervisor was quicker."""
    if not _may_still_rule(bench):
        return False
    try:
        decide(bench.reading.desk, bench.result, finding, ruling, bench.reviewer, seen=seen, why=why)
    except DecidedMeanwhile as late:
        done = RULING_NAMES[late.decision.ruling]
        st.session_state[_NOTICE] = (
            f"{literally(late.decision.reviewer)} 刚刚已{done}「{literally(bench.rules.title(finding.rule))}」，"
            "您的操作没有保存。看过之后仍可以改判。"
        )
        return False
    if _scored_anew(bench):
        st.session_state[_NOTICE] = (
            f"会话 {literally(bench.result.session.session_id)} 刚刚重新评过分。您的裁定已经保存："
            "新结果里还有同样的原话就继续有效，没有了就列在那通会话的“针对旧结果的决定”里。"
        )
    return True


def _may_still_rule(bench: Bench) -> bool:
    """What a button calls runs before the page asks who is there: somebody shut out meanwhile must not decide."""
    return is_still_here(bench.reading.desk, bench.reading.visitor)


def _scored_anew(bench: Bench) -> bool:
    bench.reading.archive.refresh()
    return bench.result.run not in {manifest.run for manifest in bench.reading.archive.manifests}


def tell() -> None:
    """Show what the last click came to, where it was not simply done."""
    notice = st.session_state.pop(_NOTICE, None)
    if notice:
        st.warning(notice, icon=":material/group:")


def act(bench: Bench, acted: Acted | None) -> None:
    """Do what was clicked on the transcript."""
    if acted is None:
        return
    if acted.selected:
        quote = _quoted(bench.whole, *acted.selected)
        if quote:
            _missed_dialog(bench, quote)
        return
    ruled = bench.case.ruled(acted.finding)
    if acted.action not in _ACTIONS:
        return
    if ruled:
        rule_on(bench, ruled.finding, _ACTIONS[acted.action], acted.seen)
    else:
        st.session_state[_NOTICE] = GONE_MEANWHILE
    st.rerun()


def rule_on_all(bench: Bench, ruling: Ruling) -> None:
    """Rule on everything that still waits, as it was shown."""
    for each in bench.case.open:
        rule_on(bench, each.finding, ruling, each.number)


def finish(bench: Bench) -> None:
    """Note that the session was looked at."""
    if _may_still_rule(bench):
        sign_off(bench.reading.desk, bench.result, bench.reviewer)


def scorecard(bench: Bench) -> None:
    """The questions that only a person can answer, answered with one click each."""
    session = bench.whole.session
    asked = {
        rule: terms
        for rule, terms in bench.terms.rules.items()
        if terms.asks_about(session["channel"], session["shop"])
    }
    if not asked:
        return
    raised_by = _raised(bench.whole)
    usual = [rule for rule, terms in asked.items() if not terms.raised_by_cue or rule in raised_by]
    others = [rule for rule in asked if rule not in usual]
    with st.container(border=True):
        st.subheader("人工评分项", anchor=False, help="机器判断不了的，由人回答。“是”不扣分，“否”按规则扣分。")
        for rule in usual:
            _question(bench, rule)
            for quote in raised_by.get(rule, ()):
                st.text(f"↳ 第 {quote.seq + 1} 条：“{quote.text}”")
        if others:
            with st.expander(f"这次没有遇到、遇到才答的（{len(others)} 项）"):
                for rule in others:
                    _question(bench, rule)


def _raised(whole: WholeSession) -> dict[str, tuple[Quote, ...]]:
    """The questions that something in this chat raised, and the words that did, in the order of the chat."""
    found: dict[str, set[Quote]] = {}
    for row in whole.verdicts:
        if row["outcome"] == "asks":
            found.setdefault(row["rule"], set()).update(Quote(**quote) for quote in row["quotes"] or ())
    return {rule: tuple(sorted(quotes, key=lambda each: (each.seq, each.start))) for rule, quotes in found.items()}


def _question(bench: Bench, rule: str) -> None:
    finding = asked_finding(rule, bench.whole.session["agent_id"], bench.terms)
    ruled = bench.case.ruled(finding.key)
    number = ruled.number if ruled else 0
    key = f"answer-{bench.result.session}-{rule}-{number}"  # another number is another answer: nothing stale is shown
    answered = {Ruling.OVERTURNED: "是", Ruling.CONFIRMED: "否"}.get(ruled.ruling) if ruled else None
    terms = bench.terms.rules[rule]

    def answer() -> None:
        ruling = {"是": Ruling.OVERTURNED, "否": Ruling.CONFIRMED}.get(st.session_state[key], Ruling.OPEN)
        rule_on(bench, finding, ruling, number)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(literally(terms.question), width="stretch")
        if terms.points:
            st.caption(f"否扣 {points(terms.points)} 分", width="content")
        st.segmented_control(
            terms.question, ["是", "否"], default=answered, key=key, on_change=answer, label_visibility="collapsed"
        )


def remarks(bench: Bench) -> None:
    """What was said about the session, and room to say more."""
    with st.container(border=True):
        st.subheader("给客服的评语", anchor=False)
        said = comments(bench.reading.desk, bench.result.session)
        for remark in said:
            st.caption(f"{literally(remark.author)} · {written(remark.at)}")
            st.text(remark.text)
        mine = sum(remark.author == bench.reviewer for remark in said)
        place = place_of("comment", bench.result.session, mine)  # the next one is another box, which is empty
        drafting.recall(bench.reading, place)
        with st.form(f"form-{place}", border=False):
            text = st.text_area(
                "评语",
                key=place,
                placeholder="写给客服的话：哪里好，哪里可以更好",
                max_chars=_LONGEST_TEXT,
                label_visibility="collapsed",
            )
            if st.form_submit_button("发送", icon=":material/send:") and text.strip():
                comment(bench.reading.desk, bench.result.session, text, bench.reviewer)
                drafting.sent(bench.reading, place)
                st.rerun()
        drafting.remember(bench.reading, place)


def past_decisions(case: Case, rules: RuleTexts) -> None:
    """Decisions on results that a later scoring no longer holds."""
    if not case.past:
        return
    with st.expander(f"针对旧结果的决定（{len(case.past)} 条）", icon=":material/history:"):
        st.caption(
            "这些决定是对以前的评分结果作的，重新评分后对应的结论没有了。决定不会被改写；已确认的罚款和奖励仍记在台账里。"
        )
        for each in case.past:
            quoted = "、".join(f"“{quote.text}”" for quote in each.finding.quotes)
            st.text(
                f"{rules.title(each.finding.rule)}：{each.reviewer} {written(each.at)} {RULING_NAMES[each.ruling]}"
                f"（{points(each.finding.points)} 分，罚 {points(each.finding.fine)} 元）{quoted}"
            )


def _quoted(whole: WholeSession, seq: int, start: int, end: int) -> Quote | None:
    """The words that were selected, cut from the stored message: the browser only says where."""
    message: dict[str, Any] | None = next((each for each in whole.messages if each["seq"] == seq), None)
    if message is None or not 0 <= start < end <= len(message["text"] or ""):
        return None
    return Quote(seq, start, end, message["text"][start:end])


@st.dialog("补充一条", icon=":material/add_comment:")
def _missed_dialog(bench: Bench, quote: Quote) -> None:
    st.caption("选中的原话")
    st.text(quote.text)
    charged = {rule: terms for rule, terms in bench.terms.rules.items() if terms.points and not terms.question}
    rule = st.selectbox(
        "属于哪条规则",
        sorted(charged, key=lambda each: charged[each].title),
        format_func=lambda each: charged[each].title,
        index=None,
        placeholder="选一条规则",
    )
    if rule is None:
        return
    terms = charged[rule]
    price = terms.points
    if len(terms.steps) > 1:
        price = st.segmented_control("扣几分", terms.steps, format_func=points, default=terms.steps[0], required=True)
    money = f"，罚 {points(terms.fine)} 元" if terms.fine else f"，奖 {points(terms.reward)} 元" if terms.reward else ""
    worth = "一票否决" if terms.red_line else f"{'加' if terms.earns else '扣'} {points(price)} 分"
    st.caption(f"按规则：{worth}{money}")
    place = place_of("missed", bench.result.session, quote)
    drafting.recall(bench.reading, place)
    why = st.text_input("说明（可不填）", key=place, max_chars=_LONGEST_TEXT)
    if st.button("补充", type="primary"):
        if not is_still_here(bench.reading.desk, bench.reading.visitor):
            st.rerun()
        speaker = next(each for each in bench.whole.messages if each["seq"] == quote.seq)
        agent = speaker["agent_id"] or bench.whole.session["agent_id"]
        finding = missed_finding(rule, [quote], agent, bench.terms, price)
        there = bench.case.ruled(finding.key)
        rule_on(bench, finding, Ruling.CONFIRMED, there.number if there else 0, why.strip())
        drafting.sent(bench.reading, place)
        st.rerun()
    drafting.remember(bench.reading, place, in_dialog=True)
