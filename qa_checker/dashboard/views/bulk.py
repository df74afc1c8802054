"""What is done to several sessions of 会话抽检 at once: their verdicts confirmed, themselves dealt out or exported."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from qa_checker.archive.query import SessionKey
from qa_checker.archive.selection import Filter
from qa_checker.dashboard.controls.address import Asked, Span
from qa_checker.dashboard.controls.components import Picked, Picking
from qa_checker.dashboard.controls.handing_out import hand_out
from qa_checker.dashboard.figures import takeaway
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.review.assigned import deal
from qa_checker.dashboard.visitor import is_still_here
from qa_checker.desk.accounts import Role
from qa_checker.desk.bulk import Done, Undecided, confirm_all, undecided

_CONFIRM, _DEAL, _EXPORT = "confirm", "deal", "export"
_LABELS = {_CONFIRM: "确认机器判定…", _DEAL: "分派选中的…", _EXPORT: "导出…"}
_ALLOWED = {Role.SUPERVISOR: (_CONFIRM, _DEAL, _EXPORT), Role.OPERATOR: (_EXPORT,)}
_NOTICE = "bulk-notice"


@dataclass(frozen=True)
class Batch:
    """Sessions that were picked from a list, in its order; `keep` stores them as a sample and tells its number."""

    sessions: tuple[SessionKey, ...]
    keep: Callable[[], int]


def picking(reading: Reading, total: int) -> Picking | None:
    """What the visitor's roles let him do with `total` sessions; None where that is nothing."""
    allowed = {name for role in reading.visitor.roles for name in _ALLOWED.get(role, ())}
    return Picking({name: label for name, label in _LABELS.items() if name in allowed}, total) if allowed else None


def tell() -> None:
    """Show what the last bulk came to."""
    notice = st.session_state.pop(_NOTICE, None)
    if notice:
        st.success(notice, icon=":material/done_all:")


def act(reading: Reading, picked: Picked, batch: Batch) -> None:
    """Ask in a dialog what a click on one of the actions means exactly; `picked` was offered to this visitor."""
    if picked.action == _CONFIRM:
        _confirm(reading, undecided(reading.desk, reading.archive, batch.sessions, reading.scope))
    elif picked.action == _DEAL:
        _deal(reading, batch)
    else:
        _export(reading, batch.sessions)


@st.dialog("确认机器判定", icon=":material/done_all:")
def _confirm(reading: Reading, shown: Sequence[Undecided]) -> None:
    waiting = sum(len(each.findings) for each in shown)
    sessions = sum(bool(each.findings) for each in shown)
    if not waiting:
        st.info(f"选中的 {len(shown)} 通里，没有还没人裁定的机器判定。{_left_alone(shown)}", icon=":material/done_all:")
        return
    st.markdown(
        f"选中 **{len(shown)}** 通，将确认其中 **{sessions}** 通的 **{waiting}** 条机器判定，罚款和奖励随之入账。"
    )
    st.caption(
        f"只确认还没有人裁定过的。{_left_alone(shown)}"
        "确认不等于看过：这些会话仍在复核台等人看，人工评分项也要在那里答。每一条都可以在复核台改判。"
    )
    if st.button(f"确认这 {waiting} 条", type="primary", width="stretch"):
        if is_still_here(reading.desk, reading.visitor):
            reading.archive.refresh()
            done = confirm_all(reading.desk, reading.archive, shown, reading.visitor.name)
            st.session_state[_NOTICE] = told(done)
        st.rerun()


def _left_alone(shown: Sequence[Undecided]) -> str:
    decided, appealed = sum(each.decided for each in shown), sum(each.appealed for each in shown)
    parts = [f"{decided} 条已有人裁定"] * bool(decided) + [f"{appealed} 条正在申诉"] * bool(appealed)
    return f"{'、'.join(parts)}，不会改动。" if parts else ""


def told(done: Done) -> str:
    """What a bulk came to, in words."""
    parts = [f"确认了 {done.confirmed} 条"]
    if done.decided:
        parts.append(f"{done.decided} 条已有人裁定，未改动")
    if done.appealed:
        parts.append(f"{done.appealed} 条正在申诉，未改动")
    if done.rescored:
        parts.append(f"{done.rescored} 通刚刚重新评过分，未改动，请看过新结果再确认")
    return "；".join(parts) + "。"


@st.dialog("分派选中的会话", icon=":material/assignment_ind:")
def _deal(reading: Reading, batch: Batch) -> None:
    if not is_still_here(reading.desk, reading.visitor):
        st.rerun()
    said = deal(reading, batch.keep, len(batch.sessions), key="picked")
    if said:
        st.session_state[_NOTICE] = said
        st.rerun()


@st.dialog("导出选中的会话", icon=":material/download:")
def _export(reading: Reading, sessions: tuple[SessionKey, ...]) -> None:
    if not is_still_here(reading.desk, reading.visitor):
        st.rerun()
    picked = Asked(Span.ALL, Filter(only=tuple((each.batch, each.session_id) for each in sessions)))
    st.markdown(f"选中 **{len(sessions)}** 通。导出会记进审计日志。")
    for title, make in (("会话", takeaway.sessions), ("判定", takeaway.verdicts)):
        hand_out(
            reading,
            f"{title}（CSV）",
            lambda make=make: make(reading, picked),  # type: ignore[misc]
            f"{title}_选中的{len(sessions)}通.csv",
            key=f"take-picked-{title}",
            what=make.__name__,
            picked=str(len(sessions)),
        )
