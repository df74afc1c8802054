"""数据质量: the rows that could not be scored, by file and reason, with what to do and the row as it stood."""

from collections import Counter
from pathlib import Path

import streamlit as st

from qa_checker.archive.manifest import Manifest
from qa_checker.archive.rejects import reject_files, reject_page
from qa_checker.dashboard.controls.components import Column, Row, sheet
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.wording import figure, share
from qa_checker.desk.audit import Action, record
from qa_checker.exports.problems import WHAT_TO_DO

_PAGE = 50
_DEEPEST = 200
_REASONS = [
    Column("what", "原因和办法", "long"),
    Column("rows", "行数", align="right"),
    Column("share", "占隔离的", align="right"),
]
_ROWS = [
    Column("file", "文件", "strong"),
    Column("row", "行号", align="right", help="用编辑器或 Excel 打开原文件，就是这一行"),
    Column("detail", "原因和办法", "long"),
]


def show(reading: Reading) -> None:
    """Draw the page."""
    st.title("数据质量", anchor=False)
    manifests = sorted(reading.archive.manifests, key=lambda manifest: manifest.published_at, reverse=True)
    spoiled = {manifest.batch: manifest for manifest in manifests if manifest.counts.quarantined}
    rows_in = sum(manifest.counts.rows_in for manifest in manifests)
    set_aside = sum(manifest.counts.quarantined for manifest in manifests)
    if not spoiled:
        st.success(f"读入的 {figure(rows_in, 0)} 行全都看得懂，没有隔离。", icon=":material/task_alt:")
        return
    st.caption(
        f"读入 {figure(rows_in, 0)} 行，隔离 {figure(set_aside, 0)} 行（{share(set_aside / rows_in)}）。"
        "隔离的行不打分，也没有丢：原样存在归档里，改好导出文件再打一次分就行。"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        batch = st.selectbox("批次", ["", *spoiled], format_func=lambda name: name or "全部批次", width=280)
        chosen = [spoiled[batch]] if batch else list(spoiled.values())
        reasons = _reasons(chosen)
        reason = st.selectbox(
            "原因", ["", *reasons], format_func=lambda key: _told(key) if key else "全部原因", width=420
        )
        files = reject_files(reading.archive, chosen)
        file = st.selectbox("文件", ["", *files], format_func=lambda name: name or "全部文件", width=280)
    if not reason:
        total = reasons.total()
        rows: list[Row] = [
            {"id": key, "cells": {"what": _told(key), "rows": figure(count, 0), "share": share(count / total)}}
            for key, count in reasons.most_common()
        ]
        sheet("原因", _REASONS, rows, key=f"reasons-{batch}", opens=False)
    _rows(reading, chosen, reason or "", file or "")


def _reasons(manifests: list[Manifest]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for manifest in manifests:
        counted.update(manifest.reasons)
    return counted


def _told(reason: str) -> str:
    """The reason and its remedy; one that a later version added keeps its own name."""
    return WHAT_TO_DO.get(reason, reason).replace("：{}", "")


def _rows(reading: Reading, manifests: list[Manifest], reason: str, file: str) -> None:
    st.subheader("隔离的行", anchor=False)
    chosen = f"{len(manifests)}-{manifests[0].batch}-{reason}-{file}"
    place = f"rejects-page-{chosen}"
    page = int(st.session_state.get(place, 1))
    found = reject_page(reading.archive, manifests, reason=reason, file=file, page=page, size=_PAGE)
    if not found.total:
        st.info("没有符合条件的行，换一个原因或文件。", icon=":material/search_off:")
        return
    records = found.rows.to_dict("records")
    rows: list[Row] = [
        {
            "id": str(number),
            "cells": {
                "file": {"text": Path(each["file"]).name, "title": f"{each['batch']}：{each['file']}"},
                "row": figure(each["row"], 0),
                "detail": each["detail"],
            },
        }
        for number, each in enumerate(records)
    ]
    clicked = sheet("隔离的行", _ROWS, rows, key=f"rejects-{chosen}-{page}")
    pages = min(-(-found.total // _PAGE), _DEEPEST)
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.pagination(pages, key=place)
    if clicked.opened:
        _raw(reading, records[int(clicked.opened)])
    else:
        st.caption("点一行，看它原来的样子。")


def _raw(reading: Reading, row: dict[object, object]) -> None:
    """The row as it stood; it may hold what a customer wrote, so that looking at it is in the audit log."""
    file, place = str(row["file"]), str(row["row"])
    record(
        reading.desk, reading.visitor.name, Action.READ, what="reject", batch=str(row["batch"]), file=file, row=place
    )
    with st.container(border=True):
        st.text(f"{file} 第 {place} 行")
        st.text(str(row["detail"]))
        st.code(str(row["raw"]), language=None, wrap_lines=True)
