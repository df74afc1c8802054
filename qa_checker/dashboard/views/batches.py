"""批量任务: every night that was published, what became of its rows, and the nights that failed."""

import streamlit as st

from qa_checker.archive.manifest import Manifest
from qa_checker.dashboard.controls.components import Column, Row, sheet
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.wording import UNKNOWN, duration, figure, literally, moment
from qa_checker.nightly import failures

_MOST_BATCHES = 200
_BATCHES = [
    Column("at", "发布时间"),
    Column("batch", "批次", "strong"),
    Column("files", "文件", align="right", roomy=True),
    Column("rows_in", "读入行", align="right", help="读入 = 评分 + 隔离 + 重复"),
    Column("scored", "评分", align="right"),
    Column("quarantined", "隔离", align="right", help="读不懂、放到一边的行，原因见“数据质量”"),
    Column("duplicates", "重复", align="right", help="一模一样的行只算一次"),
    Column("sessions", "会话", align="right"),
    Column("seconds", "用时", align="right"),
    Column("rulebook", "规则手册", roomy=True),
]
_INPUTS = [
    Column("path", "文件", "long"),
    Column("rows", "行数", align="right"),
    Column("sha256", "内容指纹", roomy=True),
]
_FAILURES = [
    Column("at", "时间"),
    Column("files", "文件"),
    Column("seconds", "用时", align="right", roomy=True),
    Column("why", "原因和办法", "long"),
]


def show(reading: Reading) -> None:
    """Draw the page."""
    st.title("批量任务", anchor=False)
    failed = failures(reading.archive.root)
    if failed:
        st.subheader(f"没有发布成的（最近 {len(failed)} 次）", anchor=False)
        rows: list[Row] = [
            {
                "id": str(place),
                "cells": {
                    "at": moment(each.at),
                    "files": {"text": "、".join(each.files), "title": "、".join(each.files)},
                    "seconds": duration(each.seconds),
                    "why": each.why,
                },
            }
            for place, each in enumerate(failed)
        ]
        sheet("没有发布成的", _FAILURES, rows, key="failures", opens=False)
        st.subheader("已发布的", anchor=False)
    manifests = sorted(reading.archive.manifests, key=lambda manifest: manifest.published_at, reverse=True)
    if not manifests:
        st.info("还没有发布过。在命令行运行 qa-checker score 打一次分，这里就有了。", icon=":material/inbox:")
        return
    counts = [manifest.counts for manifest in manifests]
    with st.grid(4, min_column_width=140):
        for label, count in (
            ("读入行", sum(each.rows_in for each in counts)),
            ("评分", sum(each.scored for each in counts)),
            ("隔离", sum(each.quarantined for each in counts)),
            ("重复", sum(each.duplicates for each in counts)),
        ):
            st.metric(label, figure(count, 0), border=True, height="stretch")
    if len(manifests) > _MOST_BATCHES:
        st.caption(f"共 {figure(len(manifests), 0)} 批，先列最近的 {_MOST_BATCHES} 批；上面的数是全部的。")
    shown = manifests[:_MOST_BATCHES]
    clicked = sheet("批次", _BATCHES, [_row(manifest) for manifest in shown], key="batches")
    if clicked.opened:
        st.query_params["batch"] = clicked.opened
    asked = st.query_params.get("batch", "")
    chosen = next((manifest for manifest in shown if manifest.batch == asked), None)
    if chosen:
        _one(chosen)
    else:
        st.caption("点一批，看它读了哪些文件、有什么要注意的。")


def _row(manifest: Manifest) -> Row:
    counts = manifest.counts
    return {
        "id": manifest.batch,
        "cells": {
            "at": moment(manifest.published_at),
            "batch": {"text": manifest.batch, "title": manifest.batch},
            "files": figure(len(manifest.inputs), 0),
            "rows_in": figure(counts.rows_in, 0),
            "scored": figure(counts.scored, 0),
            "quarantined": figure(counts.quarantined, 0),
            "duplicates": figure(counts.duplicates, 0),
            "sessions": figure(counts.sessions, 0),
            "seconds": duration(manifest.seconds) if manifest.seconds else UNKNOWN,
            "rulebook": f"{manifest.rulebook} {manifest.fingerprint[:8]}",
        },
    }


def _one(manifest: Manifest) -> None:
    with st.container(border=True):
        st.subheader(f"批次 {literally(manifest.batch)}", anchor=False)
        counts = manifest.counts
        set_aside = f"隔离 {figure(counts.quarantined, 0)} + 重复 {figure(counts.duplicates, 0)}"
        st.text(f"读入 {figure(counts.rows_in, 0)} 行 = 评分 {figure(counts.scored, 0)} + {set_aside}")
        for warning in manifest.warnings:
            st.warning(literally(warning), icon=":material/warning:")
        rows: list[Row] = [
            {
                "id": str(place),
                "cells": {
                    "path": each.path,
                    "rows": figure(each.rows, 0),
                    "sha256": {"text": each.sha256[:12], "title": each.sha256},
                },
            }
            for place, each in enumerate(manifest.inputs)
        ]
        sheet("文件", _INPUTS, rows, key=f"inputs-{manifest.batch}", opens=False)
        st.caption(
            f"规则手册 {literally(manifest.rulebook)}，指纹 {manifest.fingerprint}；"
            f"程序 {literally(manifest.code_version)}；结果 {literally(manifest.run)}"
        )
