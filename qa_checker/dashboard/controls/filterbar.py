"""The filters above a page: widgets that show what the address asks for, and rewrite the address when changed."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from random import SystemRandom
from types import MappingProxyType
from typing import Any

import streamlit as st

from qa_checker.archive.kinds import Kind
from qa_checker.archive.query import Choices
from qa_checker.archive.selection import Draw, Outcome
from qa_checker.dashboard.controls.address import LARGEST_DRAW, LARGEST_SEED, Asked, Span, address, asked, days_of
from qa_checker.dashboard.rule_texts import RuleTexts
from qa_checker.dashboard.wording import KIND_NAMES, OUTCOME_NAMES

_SPAN_NAMES = {Span.WEEK: "近7天", Span.MONTH: "近30天", Span.ALL: "全部", Span.CHOSEN: "自选"}


def asked_by_address(choices: Choices) -> Asked:
    """What the address bar asks for just now."""
    return asked({name: st.query_params.get_all(name) for name in st.query_params}, choices)


def go(what: Asked) -> None:
    """Rewrite the address bar."""
    st.query_params.from_dict(address(what))


def period_and_people(what: Asked, choices: Choices) -> None:
    """The filters that every page of a leader has: when, where, who."""
    period(what, choices)
    _several("shops", "店铺", "全部店铺", choices.shops, what)
    _several("agents", "客服", "全部客服", choices.agents, what, _short_names(choices))


def period(what: Asked, choices: Choices) -> None:
    """The filter that every page has: when."""
    _kept("span", what.span)
    st.segmented_control(
        "时间范围",
        list(Span),
        format_func=_SPAN_NAMES.__getitem__,
        key=_key("span"),
        on_change=_take,
        args=("span", what, lambda now, span: _with_span(now, span, choices)),
        help="从归档里最后一天往前数",
        width="content",
        required=True,
    )
    if what.span is Span.CHOSEN:
        _chosen_days(what, choices)


def findings_and_score(what: Asked, choices: Choices, rules: RuleTexts) -> None:
    """The filters of the list of sessions: which outcome, rule, kind, score, session."""
    _kept("outcome", what.filter.outcome)
    st.selectbox(
        "结果",
        list(Outcome),
        format_func=OUTCOME_NAMES.__getitem__,
        key=_key("outcome"),
        on_change=_take,
        args=("outcome", what, lambda now, outcome: _with(now, outcome=outcome)),
        width=110,
    )
    _kept("rule", what.filter.rule or "")
    st.selectbox(
        "规则",
        ["", *sorted(choices.rules, key=rules.title)],
        format_func=lambda rule: rules.title(rule) if rule else "全部规则",
        key=_key("rule"),
        on_change=_take,
        args=("rule", what, lambda now, rule: _with(now, rule=rule or None)),
        width=190,
    )
    _kept("kind", what.filter.kind or "")
    st.selectbox(
        "接待与响应",
        ["", *Kind],
        format_func=lambda kind: KIND_NAMES[kind] if kind else "全部",
        key=_key("kind"),
        on_change=_take,
        args=("kind", what, lambda now, kind: _with(now, kind=kind or None)),
        width=170,
    )
    top = max(100, round(choices.highest_score or 0))
    lowest, highest = what.filter.lowest, what.filter.highest
    _kept("score", (_within(0, lowest, top, 0), _within(0, highest, top, top)))
    st.slider(
        "得分",
        0,
        top,
        key=_key("score"),
        on_change=_take,
        args=("score", what, lambda now, ends: _with_score(now, ends, top)),
        width=150,
    )
    _kept("session", what.filter.session)
    st.text_input(
        "会话编号",
        key=_key("session"),
        placeholder="编号里的几个字",
        max_chars=200,
        on_change=_take,
        args=("session", what, lambda now, text: _with(now, session=text.strip())),
        width=160,
    )


def random_draw(what: Asked) -> None:
    """Draw sessions at random with a seed that is shown, so that anyone can draw the same ones again."""

    def draw() -> None:
        size, seed = int(st.session_state["draw-size"]), int(st.session_state["draw-seed"])
        st.session_state["draw"] = False  # closes the popover
        go(_with(what, draw=Draw(size, seed)))

    with st.popover("随机抽取", icon=":material/shuffle:", key="draw", on_change="rerun"):
        st.caption("从筛选出的会话里随机抽取。同样的筛选、数量和种子，抽到的永远是同一批。")
        st.number_input("数量", 1, LARGEST_DRAW, what.filter.draw.size if what.filter.draw else 20, key="draw-size")
        st.number_input(
            "种子", 0, LARGEST_SEED, what.filter.draw.seed if what.filter.draw else _seed(), key="draw-seed"
        )
        st.button("抽取", type="primary", width="stretch", on_click=draw)


def _seed() -> int:
    return st.session_state.setdefault("proposed-seed", SystemRandom().randrange(1000, 10_000))


def _chosen_days(what: Asked, choices: Choices) -> None:
    first, last = choices.first_day, choices.last_day
    since, until = what.filter.since or first, what.filter.until or last
    key = _key("days")
    half_chosen = len(st.session_state.get(key) or (first, last)) == 1
    if not half_chosen and since and until:
        st.session_state[key] = (since, until)
    st.date_input(
        "日期",
        min_value=min(filter(None, (first, since)), default=None),
        max_value=max(filter(None, (last, until)), default=None),
        format="YYYY-MM-DD",
        key=key,
        on_change=_take,
        args=("days", what, _with_days),
        width=230,
    )


def _short_names(choices: Choices) -> dict[str, str]:
    """Agents without the shop that Taobao puts before them (店铺：子账号), where that leaves them apart."""
    shops = set(choices.shops)
    parts = {agent: agent.replace("：", ":").partition(":") for agent in choices.agents}
    short = {agent: name if name and shop in shops else agent for agent, (shop, _, name) in parts.items()}
    alike = Counter(short.values())
    return {agent: name if alike[name] == 1 else agent for agent, name in short.items()}


def _several(
    name: str,
    label: str,
    everything: str,
    options: tuple[str, ...],
    what: Asked,
    names: Mapping[str, str] = MappingProxyType({}),
) -> None:
    _kept(name, list(getattr(what.filter, name)))
    st.multiselect(
        label,
        options,
        format_func=lambda option: names.get(option, option),
        key=_key(name),
        placeholder=everything,
        select_all=False,
        on_change=_take,
        args=(name, what, lambda now, values: _with(now, **{name: tuple(values)})),
        width=160,
    )


def _key(name: str) -> str:
    return f"filter-{name}"


def _kept(name: str, value: Any) -> None:
    # The address is the one truth: the widget shows it, also after the browser's Back or a click elsewhere.
    st.session_state[_key(name)] = value


def _take(name: str, what: Asked, changed: Callable[[Asked, Any], Asked]) -> None:
    go(changed(what, st.session_state[_key(name)]))


def _with(what: Asked, **changes: Any) -> Asked:
    """Another filter; the page one was on means nothing any more."""
    return replace(what, filter=replace(what.filter, **changes), page=1)


def _with_span(what: Asked, span: Span, choices: Choices) -> Asked:
    since, until = (choices.first_day, choices.last_day) if span is Span.CHOSEN else days_of(span, choices)
    return replace(_with(what, since=since, until=until), span=span)


def _with_days(what: Asked, days: tuple[date, ...]) -> Asked:
    if len(days) < 2:  # the second day of the range is still to be clicked
        return what
    return replace(_with(what, since=days[0], until=days[1]), span=Span.CHOSEN)


def _with_score(what: Asked, ends: tuple[int, int], top: int) -> Asked:
    lowest, highest = ends
    return _with(what, lowest=lowest if lowest > 0 else None, highest=highest if highest < top else None)


def _within(low: int, value: float | None, high: int, default: int) -> int:
    return default if value is None else round(min(max(value, low), high))
