"""Changing rules: a draft of any number of files, tried before it is published, and refused where it was overtaken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import streamlit as st

from qa_checker.archive.manifest import ArchiveError
from qa_checker.dashboard.controls import drafting
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.rulebook.in_force import texts
from qa_checker.dashboard.wording import literally
from qa_checker.desk.drafts import draft as unpublished
from qa_checker.desk.drafts import keep_draft, place_of
from qa_checker.desk.editions import Published, PublishedMeanwhile, publish
from qa_checker.desk.in_force import put_in_force
from qa_checker.insight.trial import Trial, changed, difference, trial

_DRAFT = "rules-draft"
_PLACE, _WHY = place_of("rules"), place_of("rules-why")
_LONGEST = 200_000
_MOST_SHOWN = 50


@dataclass
class Draft:
    """What a supervisor has changed and not yet published; `seen` is the newest edition he knows of."""

    seen: int
    files: dict[str, str] = field(default_factory=dict)
    since: datetime | None = None  # it was begun on an earlier visit


def show(reading: Reading, folder: Path, published: tuple[Published, ...]) -> None:
    """Draw the editor."""
    newest = published[0].number if published else 0
    draft = _draft(reading, newest)
    before = texts(folder)
    if not changed(before, {**before, **draft.files}):
        draft.seen, draft.files, draft.since = newest, {}, None
    drafting.tell_recalled(draft.since)
    path = _chosen_file(before, draft)
    if path:
        _editor(reading, path, before, draft)
    after = {**before, **draft.files}
    touched = changed(before, after)
    if not touched:
        st.caption("改动边写边存，只有您看得到，刷新网页也不会丢；检查通过、写明原因后再发布，没发布之前不影响打分。")
        return
    st.subheader(f"改动（{len(touched)} 个文件）", anchor=False)
    for each in touched:
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{literally(each)}**", width="content")
                st.space("stretch")
                if st.button("撤销", key=f"undo-{each}", icon=":material/undo:", type="tertiary"):
                    draft.files.pop(each)
                    st.session_state.pop(_text_key(each, draft), None)
                    _keep(reading, draft)
                    st.rerun()
            st.code(difference(before, after, each), language="diff", height=220 if len(touched) > 1 else "content")
    if draft.seen != newest:
        _overtaken(reading, draft, published[0])
        return
    _publish(reading, draft, after)


def _draft(reading: Reading, newest: int) -> Draft:
    """What is being changed: on this visit, else what was left unpublished on an earlier one."""
    if _DRAFT not in st.session_state:
        unsent = unpublished(reading.desk, reading.visitor.name, _PLACE)
        st.session_state[_DRAFT] = Draft(**unsent.content, since=unsent.at) if unsent else Draft(newest)
    return st.session_state[_DRAFT]


def _keep(reading: Reading, draft: Draft) -> None:
    content = {"seen": draft.seen, "files": draft.files} if draft.files else None
    keep_draft(reading.desk, reading.visitor.name, _PLACE, content)


def _chosen_file(before: Mapping[str, str], draft: Draft) -> str | None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        known = sorted({*before, *draft.files}, key=lambda path: (not path.startswith("rules/"), path))
        path = st.selectbox(
            "改哪个文件", known, index=None, placeholder="选一条规则或一个词表，可以打字找", width=420, key="edit-file"
        )
        with st.popover("新建", icon=":material/add:"), st.form("new-file", border=False):
            st.text_input("文件", placeholder="phrases/my-list.txt", max_chars=100, key="new-file-name")
            st.caption("词表写 phrases/名字.txt，规则写 rules/维度/名字.yaml。")
            st.form_submit_button("新建", type="primary", on_click=_begin_file, args=(before, draft))
    return path


def _begin_file(before: Mapping[str, str], draft: Draft) -> None:
    name = str(st.session_state["new-file-name"]).strip()
    if name and name not in before:
        draft.files.setdefault(name, "")
    st.session_state["edit-file"] = name if name in {*before, *draft.files} else None


def _text_key(path: str, draft: Draft) -> str:
    return place_of("rules-text", draft.seen, path)


def _editor(reading: Reading, path: str, before: Mapping[str, str], draft: Draft) -> None:
    key = _text_key(path, draft)

    def typed(words: str) -> None:
        draft.files[path] = words.rstrip() + "\n"
        _keep(reading, draft)

    def keep() -> None:
        typed(st.session_state[key])

    st.text_area(
        "内容（规则怎么写，见《十分钟学会写规则》）",
        draft.files.get(path, before.get(path, "")),
        key=key,
        height=360,
        max_chars=_LONGEST,
        on_change=keep,
    )
    drafting.watch(reading, key, typed)


def _overtaken(reading: Reading, draft: Draft, newest: Published) -> None:
    st.warning(
        f"{literally(newest.published_by)} 刚刚发布了第 {newest.number} 版：{literally(newest.note) or '没有写说明'}。"
        "上面的改动现在是和他的新版相比；确认没有盖掉他的改动再继续。",
        icon=":material/group:",
    )
    if st.button("看过了，在新版上继续"):
        draft.seen = newest.number
        _keep(reading, draft)
        st.rerun()


def _publish(reading: Reading, draft: Draft, after: Mapping[str, str]) -> None:
    drafting.recall(reading, _WHY)
    with st.form("publish-rules", border=True):
        why = st.text_input("为什么改", key=_WHY, placeholder="例如：把“稍等下”也算作请稍等", max_chars=500)
        with st.container(horizontal=True):
            checked = st.form_submit_button("检查", icon=":material/rule:")
            sent = st.form_submit_button("发布", type="primary", icon=":material/publish:")
    drafting.remember(reading, _WHY)
    if not (checked or sent):
        return
    if sent and not why.strip():
        st.warning("请写一句为什么改，别人以后要看。", icon=":material/edit_note:")
        return
    with st.spinner("正在检查全部规则和例子…"):
        found = trial(after)
    if not found.passed:
        _refused(found)
    elif not sent:
        st.success(f"没有问题，{found.examples} 个例子全部正确。", icon=":material/task_alt:")
    else:
        _send(reading, draft, after, found.fingerprint, why.strip())


def _refused(found: Trial) -> None:
    lines = [str(problem) for problem in found.problems] or [str(failure) for failure in found.failures]
    kind = "处写法问题" if found.problems else "个例子不对"
    st.error(f"还不能发布：{len(lines)} {kind}，请先改好。", icon=":material/error:")
    st.code("\n".join(lines[:_MOST_SHOWN]), language=None, wrap_lines=True)
    if len(lines) > _MOST_SHOWN:
        st.caption(f"先列前 {_MOST_SHOWN} 处。")


def _send(reading: Reading, draft: Draft, after: Mapping[str, str], fingerprint: str, why: str) -> None:
    try:
        edition = publish(reading.desk, after, fingerprint, by=reading.visitor.name, note_=why, seen=draft.seen)
        put_in_force(reading.desk, reading.archive.root)
    except PublishedMeanwhile as meanwhile:
        st.warning(literally(str(meanwhile)), icon=":material/group:")
        st.button("看他改了什么")  # the rerun shows it
        return
    except ArchiveError as problem:
        st.error(literally(str(problem)), icon=":material/error:")
        return
    st.session_state.pop(_DRAFT, None)
    for place in (_PLACE, _WHY):
        drafting.sent(reading, place)
    st.toast(f"已发布第 {edition.number} 版，从下一次打分起生效。", icon=":material/task_alt:")
    st.rerun()
