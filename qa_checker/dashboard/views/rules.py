"""规则与词表: what the machine judges by, how it fares, and how supervisors change it."""

from enum import StrEnum

import streamlit as st

from qa_checker.archive.manifest import ArchiveError
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.rulebook import editing, history, sheets
from qa_checker.dashboard.rulebook.in_force import book, folder_in_force, rulebook_names
from qa_checker.dashboard.views.self_check import ask_for_conversation, judged, result
from qa_checker.dashboard.wording import literally, written
from qa_checker.desk.editions import Published, editions
from qa_checker.rulebook import RulebookError


class View(StrEnum):
    """What one does with rules; its value stands in the address."""

    RULES = "rules"
    LISTS = "lists"
    TRY = "try"
    EDIT = "edit"
    EDITIONS = "editions"


_VIEW_NAMES = {
    View.RULES: "规则",
    View.LISTS: "词表",
    View.TRY: "试一试",
    View.EDIT: "修改与发布",
    View.EDITIONS: "历史版本",
}


def show(reading: Reading) -> None:
    """Draw the page."""
    st.title("规则与词表", anchor=False)
    try:
        folder = folder_in_force(reading)
        names = rulebook_names(folder)
    except (ArchiveError, RulebookError) as problem:
        st.error(literally(str(problem)), icon=":material/error:")
        return
    published = editions(reading.desk)
    st.caption(_in_force(published))
    view = _view()
    if view == View.LISTS:
        sheets.lists(folder)
    elif view == View.TRY:
        name = st.selectbox("规则手册", list(names), format_func=names.__getitem__, width=280)
        pasted = ask_for_conversation("try-rules")
        if pasted:
            result(judged(pasted, book(folder, name)))
    elif view == View.EDIT:
        editing.show(reading, folder, published)
    elif view == View.EDITIONS:
        history.show(reading, published)
    else:
        sheets.rules(reading, folder, names)


def _view() -> View:
    """The choice of a view; the address holds it."""
    asked = st.query_params.get("view", "")
    view = View(asked) if asked in set(View) else View.RULES
    key = f"view-{view}"  # another one in the address is another widget

    def take() -> None:
        st.query_params.from_dict({"view": st.session_state[key]})

    st.segmented_control(
        "做什么",
        list(View),
        default=view,
        format_func=_VIEW_NAMES.__getitem__,
        key=key,
        on_change=take,
        label_visibility="collapsed",
        required=True,
    )
    return view


def _in_force(published: tuple[Published, ...]) -> str:
    if not published:
        return "现在用的是软件自带的规则，还没有人改过。发布以后，从下一次打分起生效；已有的结果不变。"
    newest = published[0]
    return (
        f"现在用的是第 {newest.number} 版，{literally(newest.published_by)} 发布于 {written(newest.published_at)}，"
        f"指纹 {newest.fingerprint[:12]}。从发布后的下一次打分起生效；已有的结果不变。"
    )
