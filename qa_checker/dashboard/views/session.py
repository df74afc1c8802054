"""会话详情 and 复核台: one session whole, with what the visitor's role lets him do about it."""

from typing import Any

import streamlit as st

from qa_checker.archive.listing import Neighbours, session_page
from qa_checker.archive.query import SessionKey, choices, whole_session
from qa_checker.dashboard.controls import filterbar
from qa_checker.dashboard.controls.address import Asked
from qa_checker.dashboard.controls.components import transcript
from qa_checker.dashboard.controls.doors import open_in_queue, open_sessions, session_in_address
from qa_checker.dashboard.noting import note_reading
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.review import judging, objecting
from qa_checker.dashboard.review.assigned import asked_assignment, my_assignments
from qa_checker.dashboard.review.judging import Bench
from qa_checker.dashboard.review.queues import Assignment, List, Queue, WaitingList
from qa_checker.dashboard.review.session_view import transcript_data
from qa_checker.dashboard.review.verdict_cards import Offers
from qa_checker.dashboard.wording import literally
from qa_checker.desk.accounts import Role
from qa_checker.desk.appeals import appeals_of
from qa_checker.desk.cases import cases
from qa_checker.desk.reviews import Ruling, signed_off
from qa_checker.desk.terms import terms_of


def show(reading: Reading) -> None:
    """Draw 会话详情: the session that the address names, with its neighbours in the list one came from."""
    what = filterbar.asked_by_address(reading.ask(choices))
    _draw(reading, what, session_in_address() or _first_of(reading, what), List(what))


def review(reading: Reading) -> None:
    """Draw 复核台: the session that the address names, else the next that was assigned, or nobody has looked at."""
    what = filterbar.asked_by_address(reading.ask(choices))
    task = asked_assignment(reading)
    my_assignments(reading, task)
    queue = task or WaitingList(what)
    session = session_in_address() or queue.following(reading, None)
    if session is None:
        st.title("复核台", anchor=False)
        st.success(
            f"分配给您的 {len(task.sessions)} 通都复核完了。" if task else "这一批都复核完了。",
            icon=":material/task_alt:",
        )
        if st.button("回到会话列表", icon=":material/arrow_back:"):
            open_sessions(what)
        return
    _draw(reading, what, session, queue)


def _draw(reading: Reading, what: Asked, session: SessionKey | None, queue: Queue) -> None:
    whole = whole_session(reading.archive, reading.scope, session) if session else None
    if session is None or whole is None:
        st.title("会话详情", anchor=False)
        st.info("没有这个会话：它不在您能看的范围里，或者重新评分、清理之后没有了。", icon=":material/search_off:")
        if st.button("回到会话列表", icon=":material/arrow_back:"):
            open_sessions(what)
        return
    note_reading(reading, session)
    result, case = cases(reading.desk, reading.archive, [session], reading.scope)[session]
    rules = reading.rule_texts(whole.session["rulebook"] or "")
    bench = Bench(reading, whole, result, case, terms_of(reading.archive.root, result.rulebook), rules)
    _head(bench, what, queue)
    judging.tell()
    data = transcript_data(whole, rules, case, _offers(bench, queue))
    acted = transcript(data, key=f"transcript-{session.batch}-{session.session_id}")
    if _reviews(reading):
        left, right = st.columns([3, 2])
        with left:
            judging.scorecard(bench)
        with right:
            judging.remarks(bench)
        judging.past_decisions(case, rules)
        judging.act(bench, acted)
        if bench.reading.visitor.is_alone:
            objecting.act(bench, acted)
    else:
        objecting.remarks(bench)
        objecting.act(bench, acted)


def _reviews(reading: Reading) -> bool:
    return Role.SUPERVISOR in reading.visitor.roles


def _offers(bench: Bench, queue: Queue) -> Offers:
    reading = bench.reading
    objections = appeals_of(reading.desk, bench.result.session)
    if _reviews(reading):
        current = bench.case.open[0].finding.key if bench.case.open else None
        appeal = reading.visitor.is_alone and queue.page == "session"  # to try the whole round by oneself
        return Offers(rule=True, add_missed=True, appeal=appeal, current=current, appeals=objections)
    if reading.scope.agents is None:
        return Offers(appeals=objections)
    mine = reading.visitor.agent_id or ""
    own = {key: appeal for key, appeal in objections.items() if appeal.finding.agent_id == mine}
    return Offers(appeal=True, agent_id=mine, appeals=own)


def _first_of(reading: Reading, what: Asked) -> SessionKey | None:
    first = reading.ask(session_page, what.filter, what.order, page=1, size=1).to_dict("records")
    return SessionKey(first[0]["batch"], first[0]["session_id"]) if first else None


def _head(bench: Bench, what: Asked, queue: Queue) -> None:
    session = bench.result.session
    place = queue.place(bench.reading, session)
    with st.container(horizontal=True, vertical_alignment="center", key="session-head"):
        if st.button("返回列表", icon=":material/arrow_back:", type="tertiary"):
            open_sessions(what)
        st.title(f"会话 {literally(session.session_id)}", anchor=False, width="content")
        if _reviews(bench.reading):
            _progress(bench, queue)
        st.space("stretch")
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            if _reviews(bench.reading):
                _rulings(bench, queue)
            if place:
                _steps(place, queue)


def _progress(bench: Bench, queue: Queue) -> None:
    seen = signed_off(bench.reading.desk, [bench.result.session]).get(bench.result.session)
    if seen:
        st.badge(f"{'、'.join(map(literally, seen))} 已复核", icon=":material/task_alt:", color="green")
    elif bench.case.open:
        st.badge(f"待复核 {len(bench.case.open)} 项", icon=":material/pending:", color="orange")
    else:
        st.badge("待复核", icon=":material/pending:", color="orange")
    waiting = queue.waiting(bench.reading)
    if waiting is not None:
        whose = "分配给我的" if isinstance(queue, Assignment) else "这一批"
        st.caption(f"{whose}还有 {waiting} 个", width="content")


def _rulings(bench: Bench, queue: Queue) -> None:
    """The keys of the desk: A and X rule on the marked verdict; after the last one the next session is there."""

    def onward() -> None:
        judging.finish(bench)
        following = queue.following(bench.reading, bench.result.session)
        go = {"batch": following.batch, "id": following.session_id} if following else {}
        st.query_params.from_dict({**queue.address(), **go})

    def rule(ruling: Ruling) -> None:
        waiting = bench.case.open
        stored = judging.rule_on(bench, waiting[0].finding, ruling, waiting[0].number)
        if stored and len(waiting) == 1:
            onward()

    def rule_all() -> None:
        judging.rule_on_all(bench, Ruling.CONFIRMED)
        onward()

    if not bench.case.open:
        _keyed("看过，下一个", "A", ":material/done_all:", type="primary", on_click=onward)
        return
    _keyed("确认", "A", ":material/check:", type="primary", on_click=rule, args=(Ruling.CONFIRMED,))
    _keyed("推翻", "X", ":material/close:", on_click=rule, args=(Ruling.OVERTURNED,))
    st.button("全部确认", icon=":material/done_all:", on_click=rule_all)


def _steps(place: Neighbours, queue: Queue) -> None:
    before = _keyed("上一个", "K", ":material/keyboard_arrow_up:", disabled=not place.before)
    st.caption(f"{place.place} / {place.total}", width="content")
    after = _keyed("下一个", "J", ":material/keyboard_arrow_down:", disabled=not place.after)
    if before and place.before:
        open_in_queue(place.before, queue.page, queue.address())
    if after and place.after:
        open_in_queue(place.after, queue.page, queue.address())


def _keyed(label: str, letter: str, icon: str, **button: Any) -> bool:
    """A button with a key; frontend/keys.js finds it by its name and presses it once the page has come to rest."""
    return st.button(label, icon=icon, shortcut=letter, key=f"key-{letter.lower()}", **button)
