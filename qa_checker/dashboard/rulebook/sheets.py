"""The rules and phrase lists for reading: a table of each, and one rule with its reasons, examples and record."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from qa_checker.archive.rule_hits import rule_hits
from qa_checker.archive.selection import Filter
from qa_checker.dashboard.controls.address import Asked, Span
from qa_checker.dashboard.controls.components import Column, Row, dialogue, sheet
from qa_checker.dashboard.controls.doors import open_sessions
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.rulebook.in_force import book, texts
from qa_checker.dashboard.wording import UNKNOWN, dimension_name, figure, literally, share
from qa_checker.desk.rule_record import RuleRecord, records_of_rules
from qa_checker.examples import conversation
from qa_checker.insight.handbook import price
from qa_checker.rules import Rule

_RULES = [
    Column("dimension", "维度"),
    Column("title", "规则", "long"),
    Column("price", "扣分与奖罚", "long"),
    Column("sessions", "命中会话", align="right", help="归档里有多少会话命中"),
    Column("judged", "已复核", align="right", help="人工逐条确认或推翻过的条数，批量确认的不算", roomy=True),
    Column("precision", "准确率", align="right", help="复核过的里面，确认的占多少"),
    Column("missed", "补记", align="right", help="机器没看出来、人工补上的条数", roomy=True),
]
_LISTS = [
    Column("name", "词表", "strong"),
    Column("meaning", "意思", "long"),
    Column("phrases", "说法", align="right"),
    Column("used", "用它的规则", align="right"),
]
_OUTCOMES = {
    "passes": ("✓ 算对", "good"),
    "fails": ("✗ 算错", "bad"),
    "earns": ("★ 得奖励", "good"),
    "skips": ("– 不评", "none"),
}
_SIDES = {"agent": "客服", "customer": "顾客", "bot": "机器人", "system": "系统"}


def rules(reading: Reading, folder: Path, names: dict[str, str]) -> None:
    """Draw the table of a rulebook's rules, or the rule that the address names."""
    everything = book(folder, "")
    asked = everything.rule(st.query_params.get("rule", ""))
    if asked:
        _one(reading, folder, asked)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("规则手册", list(names), format_func=names.__getitem__, width=280)
        words = st.text_input("找", placeholder="标题或编号里的字", max_chars=50, width=220).strip()
    chosen = [each for each in book(folder, name).rules if words in each.title or words in each.id]
    if not chosen:
        st.info("没有这样的规则，换几个字试试。", icon=":material/search_off:")
        return
    hits = _hits(reading)
    records = records_of_rules(reading.desk)
    st.caption(f"{names[name]} · {len(chosen)} 条规则，点一条看为什么、怎么说和例子。")
    rows = [_row(rule, hits, records) for rule in chosen]
    clicked = sheet("规则", _RULES, rows, key=f"rules-{name}-{words}")
    if clicked.opened:
        st.query_params["rule"] = clicked.opened
        st.rerun()


def _hits(reading: Reading) -> dict[str, int]:
    if reading.empty:
        return {}
    found = reading.ask(rule_hits)
    return dict(zip(found["rule"], found["sessions"].astype(int), strict=True))


def _row(rule: Rule, hits: dict[str, int], records: Mapping[str, RuleRecord]) -> Row:
    record = records.get(rule.id, RuleRecord())
    return {
        "id": rule.id,
        "cells": {
            "dimension": dimension_name(rule.dimension),
            "title": {"text": rule.title, "title": rule.id},
            "price": price(rule),
            "sessions": figure(hits.get(rule.id, 0), 0),
            "judged": figure(record.judged, 0) if record.judged else UNKNOWN,
            "precision": share(record.precision),
            "missed": figure(record.missed, 0) if record.missed else UNKNOWN,
        },
    }


def _one(reading: Reading, folder: Path, rule: Rule) -> None:
    hits = _hits(reading).get(rule.id, 0)
    record = records_of_rules(reading.desk).get(rule.id, RuleRecord())
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("全部规则", icon=":material/arrow_back:", type="tertiary"):
            del st.query_params["rule"]
            st.rerun()
        st.subheader(literally(rule.title), anchor=False, width="content")
        st.badge(dimension_name(rule.dimension), color="gray")
        st.space("stretch")
        if hits and st.button("看命中的会话", icon=":material/fact_check:"):
            open_sessions(Asked(span=Span.ALL, filter=Filter(rule=rule.id)))
    with st.grid(4, min_column_width=150):
        st.metric("命中会话", figure(hits, 0), border=True, height="stretch")
        st.metric(
            "人工确认", figure(record.confirmed, 0), border=True, height="stretch", help="逐条确认的，批量确认的不算"
        )
        st.metric("人工推翻", figure(record.overturned, 0), border=True, height="stretch")
        st.metric("准确率", share(record.precision), border=True, height="stretch", help="复核过的里面，确认的占多少")
    with st.container(border=True, gap="xsmall"):
        for heading, text in (
            ("代价", price(rule)),
            ("为什么", rule.why),
            ("怎么说", rule.advice),
            ("出处", rule.source),
            ("编号", rule.id),
        ):
            if text:
                name, words = st.columns([1, 9])
                name.caption(heading)
                words.text(text)
    st.subheader("例子", anchor=False)
    dialogue([_example(outcome, text) for outcome, text in rule.examples.each()], key=f"examples-{rule.id}")
    with st.expander("规则文件"):
        st.code(texts(folder).get(f"rules/{rule.id}.yaml", ""), language="yaml")


def _example(outcome: str, text: str) -> Row:
    name, tone = _OUTCOMES[outcome]
    rows, marks = conversation(text)
    lines = []
    for seq, row in enumerate(rows):
        said, at = str(row["text"]), 0
        pieces = []
        for _, start, end in sorted(mark for mark in marks if mark[0] == seq):
            pieces += [{"text": said[at:start], "marked": False}, {"text": said[start:end], "marked": True}]
            at = end
        pieces.append({"text": said[at:], "marked": False})
        lines.append({"who": _SIDES[str(row["role"])], "side": row["role"], "pieces": pieces})
    return {"name": name, "tone": tone, "lines": lines}


def lists(folder: Path) -> None:
    """Draw the table of phrase lists, or the list that the address names."""
    everything = book(folder, "")
    known = {each.name: each for each in everything.scanner.lists if f"phrases/{each.name}.txt" in texts(folder)}
    name = st.query_params.get("list", "")
    if name in known:
        if st.button("全部词表", icon=":material/arrow_back:", type="tertiary"):
            del st.query_params["list"]
            st.rerun()
        st.subheader(literally(known[name].meaning or name), anchor=False)
        used = [rule.title for rule in everything.rules if name in rule.lists()]
        st.text(f"用它的规则：{'、'.join(used) or '没有直接用它的规则（也许被别的词表引用）'}")
        st.code(texts(folder)[f"phrases/{name}.txt"], language=None)
        return
    users = {name: sum(name in rule.lists() for rule in everything.rules) for name in known}
    rows: list[Row] = [
        {
            "id": each.name,
            "cells": {
                "name": each.name,
                "meaning": each.meaning,
                "phrases": figure(len(each.phrases), 0),
                "used": figure(users[each.name], 0),
            },
        }
        for each in known.values()
    ]
    clicked = sheet("词表", _LISTS, rows, key="lists")
    if clicked.opened:
        st.query_params["list"] = clicked.opened
        st.rerun()
