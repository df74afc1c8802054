"""分派: a drawn sample is dealt out to reviewers, and each finds 分配给我的 in 复核台 with how far he has come."""

from collections.abc import Callable

import streamlit as st

from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.review.queues import Assignment, assignment
from qa_checker.dashboard.visitor import is_still_here
from qa_checker.dashboard.wording import literally, written
from qa_checker.desk.accounts import Role, accounts
from qa_checker.desk.samples import Drawn, assignments, deal_out

_DEALING = "dealing"
_MINE = "assigned-to-me"


def deal_draw(reading: Reading, keep: Callable[[], int], size: int) -> None:
    """Draw the popover that deals a drawn sample out; `keep` stores it when that is asked for, and tells its number."""

    def keep_and_close() -> int:
        st.session_state[_DEALING] = False
        return keep()

    with st.popover("分派给…", icon=":material/assignment_ind:", key=_DEALING, on_change="rerun"):
        said = deal(reading, keep_and_close, size, key=_DEALING)
    if said:
        st.toast(said, icon=":material/assignment_ind:")


def deal(reading: Reading, keep: Callable[[], int], size: int, *, key: str) -> str:
    """Draw what deals sessions out; the answer says what was done just now, nothing while nothing was."""
    supervisors = {each.name for each in accounts(reading.desk) if each.role is Role.SUPERVISOR and not each.disabled}
    names = sorted({reading.visitor.name, *supervisors})
    st.caption(f"这 {size} 通轮流分给下面的人，各自在复核台的“分配给我的”里看到。")
    chosen = st.multiselect("分给谁", names, default=[reading.visitor.name], placeholder="选复核的人", key=f"{key}-to")

    def deal_to_them() -> None:
        if not is_still_here(reading.desk, reading.visitor):
            return
        deal_out(reading.desk, keep(), chosen, by=reading.visitor.name)

    if st.button("分派", type="primary", width="stretch", disabled=not chosen, on_click=deal_to_them, key=f"{key}-now"):
        return f"已分给 {literally('、'.join(chosen))}。"
    return ""


def asked_assignment(reading: Reading) -> Assignment | None:
    """The assignment that the address names, if it is one of this visitor's."""
    number = st.query_params.get("sample", "")
    mine = next((each for each in assignments(reading.desk, reading.visitor.name) if str(each.id) == number), None)
    return assignment(reading, mine) if mine else None


def my_assignments(reading: Reading, current: Assignment | None) -> None:
    """Draw what was assigned to the visitor, and the way into it; nothing where nothing was."""
    mine = [assignment(reading, each) for each in assignments(reading.desk, reading.visitor.name)]
    if not mine:
        return
    left = sum(each.waiting(reading) for each in mine)
    told = f"还有 {left} 通" if left else "都复核完了"
    with st.popover(f"分配给我的：{told}", icon=":material/assignment_ind:", key=_MINE, on_change="rerun"):
        for each in mine:
            _one(each, current)
        if current:
            st.button("不按分配，复核全部会话", icon=":material/close:", type="tertiary", on_click=_take, args=({},))


def _one(task: Assignment, current: Assignment | None) -> None:
    done, total = len(task.done), len(task.sessions)
    sample = task.sample
    with st.container(border=True):
        st.caption(f"{literally(sample.drawn_by)} {written(sample.at)} {_how(sample)}")
        st.progress(done / total if total else 1.0, f"已复核 {done} / {total}")
        if current and current.sample.id == sample.id:
            st.caption("正在复核这一批")
        elif total > done:
            go = task.address()
            st.button("继续复核", key=f"take-{sample.id}", icon=":material/play_arrow:", on_click=_take, args=(go,))


def _how(sample: Drawn) -> str:
    return f"从 {sample.population} 通里抽的" if sample.population > sample.size else f"选的 {sample.size} 通"


def _take(address: dict[str, list[str]]) -> None:
    st.query_params.from_dict(address)
    st.session_state[_MINE] = False  # closes the popover
