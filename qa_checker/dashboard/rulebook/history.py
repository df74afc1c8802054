"""The editions of the rules: who changed what, when and why; and the way back to an earlier one."""

from collections.abc import Mapping

import streamlit as st

from qa_checker.archive.manifest import ArchiveError
from qa_checker.dashboard.controls.components import Column, Row, sheet
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.wording import UNKNOWN, figure, literally, written
from qa_checker.desk.editions import Published, PublishedMeanwhile, publish, texts_of
from qa_checker.desk.in_force import put_in_force, texts
from qa_checker.insight.trial import changed, difference, trial
from qa_checker.rulebook import lexicons

_COLUMNS = [
    Column("number", "版本", "strong"),
    Column("at", "发布时间"),
    Column("by", "谁"),
    Column("note", "为什么", "long"),
    Column("fingerprint", "指纹", roomy=True, help="用这一版打的分，结果里带着同样的指纹"),
    Column("batches", "用它打分的批次", align="right"),
]


def show(reading: Reading, published: tuple[Published, ...]) -> None:
    """Draw the list of editions, and what the chosen one changed."""
    if not published:
        st.info(
            "还没有人发布过规则。在“修改与发布”里改好、检查、发布之后，每一版都记在这里。", icon=":material/history:"
        )
        return
    clicked = sheet("历史版本", _COLUMNS, [_row(reading, each) for each in published], key="editions")
    if clicked.opened:
        st.query_params["edition"] = clicked.opened
    number = st.query_params.get("edition", "")
    chosen = next((each for each in published if str(each.number) == number), published[0])
    _one(reading, chosen, published[0])


def _row(reading: Reading, edition: Published) -> Row:
    judged = sum(manifest.fingerprint == edition.fingerprint for manifest in reading.archive.manifests)
    return {
        "id": str(edition.number),
        "cells": {
            "number": f"第 {edition.number} 版",
            "at": written(edition.published_at),
            "by": edition.published_by,
            "note": edition.note or UNKNOWN,
            "fingerprint": edition.fingerprint[:12],
            "batches": figure(judged, 0),
        },
    }


def _one(reading: Reading, edition: Published, newest: Published) -> None:
    after = texts_of(reading.desk, edition.number)
    before = texts_of(reading.desk, edition.number - 1) if edition.number > 1 else texts(lexicons())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"第 {edition.number} 版改了什么", anchor=False, width="content")
        st.space("stretch")
        if edition.number != newest.number and st.button(
            f"恢复到第 {edition.number} 版", icon=":material/settings_backup_restore:"
        ):
            _restore(reading, edition, after, newest)
    touched = changed(before, after)
    if not touched:
        st.caption("和上一版一样。")
    for path in touched:
        st.text(path)
        st.code(difference(before, after, path) or "（空文件）", language="diff")


def _restore(reading: Reading, edition: Published, files: Mapping[str, str], newest: Published) -> None:
    """Publish the earlier texts again: a later program may refuse what an earlier one took."""
    with st.spinner("正在检查…"):
        found = trial(files)
    if not found.passed:
        lines = [*map(str, found.problems), *map(str, found.failures)]
        st.error("这一版用现在的程序检查不通过，请在“修改与发布”里改：", icon=":material/error:")
        st.code("\n".join(lines[:20]), language=None, wrap_lines=True)
        return
    note = f"恢复第 {edition.number} 版"
    try:
        publish(reading.desk, files, found.fingerprint, by=reading.visitor.name, note_=note, seen=newest.number)
        put_in_force(reading.desk, reading.archive.root)
    except (PublishedMeanwhile, ArchiveError) as problem:
        st.error(literally(str(problem)), icon=":material/error:")
        return
    st.query_params.pop("edition", None)
    st.rerun()
