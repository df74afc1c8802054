"""自查: a pasted conversation is judged at once, before a supervisor sees it; nothing is stored."""

import pyarrow as pa
import streamlit as st

from qa_checker.cards import Card, card
from qa_checker.chats import MESSAGES
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.rulebook.in_force import book, folder_in_force
from qa_checker.dashboard.wording import dimension_name, literally, points, signed
from qa_checker.examples import BadExample, conversation, looks_like_conversation
from qa_checker.rulebook import Rulebook
from qa_checker.scorecard import score

_LONGEST = 20_000
_PLACEHOLDER = "顾客 09:00:00 在吗，我拍下了\n客服 09:02:10 好的，今天发货"
_SHOWN = {"fails": ("扣分", "orange"), "earns": ("奖励", "green"), "hint": ("提示", "gray")}


def show(reading: Reading) -> None:
    """Draw the page."""
    st.title("自查", anchor=False)
    st.caption("把一段聊天贴进来，马上看到每条规则怎么判。什么也不保存，班组长看不到。")
    pasted = ask_for_conversation("self-check")
    if pasted:
        result(judged(pasted, book(folder_in_force(reading))))


def ask_for_conversation(key: str) -> pa.Table | None:
    """A form for one conversation: its canonical messages once it was sent, else None; says what can't be read."""
    with st.form(key, border=False):
        text = st.text_area(
            "一段会话：每行以 顾客、客服、机器人 或 系统 开头，再写时间（可以不写）和内容",
            placeholder=_PLACEHOLDER,
            height=200,
            max_chars=_LONGEST,
        )
        checked = st.form_submit_button("检查", type="primary", icon=":material/rule:")
    if not checked:
        return None
    if not text.strip() or not looks_like_conversation(text):
        st.warning("看不出是会话：每行请以 顾客、客服、系统 或 机器人 开头。", icon=":material/error:")
        return None
    try:
        rows, _ = conversation(text, session_id="自查")
    except BadExample as error:
        st.warning(literally(str(error)), icon=":material/error:")
        return None
    return pa.Table.from_pylist(rows, schema=MESSAGES)


def judged(messages: pa.Table, rulebook: Rulebook) -> Card:
    """What a rulebook says of one conversation."""
    return card(score(rulebook.read(messages), rulebook), 0)


def result(judged: Card) -> None:
    """Draw a judged conversation: its score, and a card for each verdict that counts."""
    outcome = "红线" if judged.red_line else "合格" if judged.passed else "不合格"
    with st.container(horizontal=True):
        st.metric("得分", points(judged.score), border=True)
        st.metric("结果", outcome, border=True)
        st.metric("罚款", f"{points(judged.fine)} 元", border=True)
        st.metric("奖励", f"{points(judged.reward)} 元", border=True)
    shown = [each for each in judged.verdicts if each.outcome in _SHOWN]
    if not shown:
        st.success("没有扣分。", icon=":material/task_alt:")
    for each in shown:
        name, colour = _SHOWN[each.outcome]
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.badge("一票否决" if each.red_line else name, color="red" if each.red_line else colour)  # type: ignore[arg-type]
                st.markdown(f"**{literally(each.title)}**", width="content")
                if each.points:
                    st.caption(signed(each.points if each.outcome == "earns" else -each.points, " 分"), width="content")
                st.caption(dimension_name(each.dimension), width="content")
            st.text(each.reason)
            for quote in each.quotes:
                st.text(f"“{quote.text}”")
            if each.advice and each.outcome != "earns":
                st.caption("这样说就能通过")
                st.text(each.advice)
    passed = [each.title for each in judged.verdicts if each.outcome == "passes"]
    if passed:
        with st.expander(f"做到的 {len(passed)} 项"):
            st.text("、".join(passed))
