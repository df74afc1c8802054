"""`evaluate` and `rules health`: how good the lists and rules are, for those who write them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

import typer
from rich.table import Table

from ..insight.agreement import Agreement, agreements
from ..insight.evaluation import Disagreement, Evaluation, Interval, below
from ..insight.evaluation import evaluate as compare
from ..insight.findings import NEEDED, TITLES, Finding
from ..insight.health import Health
from ..insight.health import health as examine
from ..insight.labels import LabelsRefused
from ..insight.labels import read as read_labels
from ..insight.replay import replay
from ..language import Lexicon, suggestion
from .asking import in_plain_chinese, lexicon_folder, rulebook_named, stop
from .exit_codes import WRONG
from .saying import json_of, say, shown
from .tables import console, table

_ROLES = {"customer": "顾客", "agent": "客服", "bot": "机器人", "system": "系统"}
_LABELS = {
    "opening_greeted": "开场问候",
    "closed_politely": "礼貌收尾",
    "address_state": "核对地址",
    "unanswered_end": "结尾无人回复",
}
_AROUND = 18  # characters shown before and after quoted words
_LONGEST = 60  # characters shown of a message without a quote
_LONGEST_PHRASE = 40  # characters shown of a phrase with many choices
_THIN = "看了 n 次一次也没有，只能说实际少于 3/n；没见过不等于没用，免责行尤其是备着防万一的。"
_ROWS = 10  # findings of a kind shown; --json has all


def evaluate(
    labels: Path, rulebook: str, archive: Path | None, as_json: bool, disagreements: int, floor: str | None
) -> None:
    """Compare lists and rules with people's labels; exit 1 when a floor is not met."""
    book = rulebook_named(rulebook, archive)
    lexicon = Lexicon.read(lexicon_folder(book))
    try:
        sessions = read_labels(labels)
    except LabelsRefused as error:
        stop(str(error))
    with in_plain_chinese():
        evaluation = compare(sessions, lexicon)
    floors = _floors(floor, evaluation)
    agreed = agreements(sessions, book)
    missed = below(evaluation, floors)
    if as_json:
        found = {**asdict(evaluation), "session_labels": [_agreement_json(each) for each in agreed]}
        found["disagreements"] = [asdict(each) for each in _first(evaluation.disagreements, disagreements)]
        found["below_floor"] = [each.list for each in missed]
        print(json_of(_without_nan(found)))
    else:
        _print_evaluation(evaluation, agreed, disagreements)
    for each in missed:
        reached = _share(each.f1.value) if not math.isnan(each.f1.value) else "无法计算"
        say(f"{each.list} 的 F1 是 {reached}，没有达到 {_share(floors[each.list])}")
    if missed:
        raise typer.Exit(WRONG)


def health(archive: Path | None, rulebook: str, as_json: bool) -> None:
    """What in the rules and lists is of no use, or works against itself."""
    book = rulebook_named(rulebook, archive)
    lexicon = Lexicon.read(lexicon_folder(book))
    with in_plain_chinese():
        found = examine(book, lexicon, replay(archive) if archive else None)
    if as_json:
        print(json_of(asdict(found)))
    else:
        _print_health(found)


def _floors(floor: str | None, evaluation: Evaluation) -> dict[str, float]:
    """Read `greeting=0.95,closing=0.9`."""
    known = {each.list: each for each in evaluation.lists}
    floors = {}
    for pair in floor.replace("，", ",").split(",") if floor else ():
        name, _, value = (part.strip() for part in pair.partition("="))
        try:
            floors[name] = float(value)
        except ValueError:
            stop(f"--floor 里的 {pair} 看不懂，请写成 greeting=0.95,closing=0.9")
        if name not in known:
            stop(f"--floor 里的 {name} 不在这次比较的词表里{suggestion(name, known)}")
    return floors


def _first(disagreements: Sequence[Disagreement], count: int) -> Iterator[Disagreement]:
    """So many false hits and so many misses of each list."""
    for _, same in groupby(disagreements, key=lambda each: (each.list, each.kind)):
        yield from list(same)[:count]


def _agreement_json(each: Agreement) -> dict[str, Any]:
    pairs = [{"people": people, "rule": rule, "sessions": count} for (people, rule), count in each.pairs.items()]
    differing = [{"session_id": session, "people": people, "rule": rule} for session, people, rule in each.differing]
    fields = {name: getattr(each, name) for name in ("label", "rule", "relaxed", "sessions", "agreed", "kappa")}
    return {**fields, "pairs": pairs, "differing": differing}


def _without_nan(value: Any) -> Any:
    """JSON has no NaN: nothing to measure is null."""
    if isinstance(value, Interval):
        return {name: _without_nan(each) for name, each in value._asdict().items()}
    if isinstance(value, Mapping):
        return {name: _without_nan(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _print_evaluation(evaluation: Evaluation, agreed: Sequence[Agreement], disagreements: int) -> None:
    terminal = console()
    terminal.print(_scores(evaluation))
    if unlabelled := [each.list for each in evaluation.lists if not each.labelled and each.found]:
        terminal.print(f"{'、'.join(unlabelled)} 没有一条标注：如果标注时没看这一项，请不要理会它的误报。")
    if evaluation.without_list:
        terminal.print(f"没有同名词表的标注，没有比较：{'、'.join(evaluation.without_list)}")
    if agreed:
        terminal.print()
        terminal.print(_agreed(agreed))
    for (name, kind), same in groupby(
        _first(evaluation.disagreements, disagreements), key=lambda each: (each.list, each.kind)
    ):
        count = sum(each.list == name and each.kind == kind for each in evaluation.disagreements)
        terminal.print(f"\n[bold]{name}[/bold] {'误报' if kind == 'false_hit' else '漏报'} {count} 条")
        for each in same:
            terminal.print(_shown(each))
    for compared in agreed if disagreements else ():
        if compared.differing:
            terminal.print(
                f"\n[bold]{_LABELS[compared.label]}[/bold] {compared.rule} 分歧 {len(compared.differing)} 段"
            )
        for session, people, rule in compared.differing[:disagreements]:
            terminal.print(f"  {shown(session)}：人工 {people}，规则 {rule}")


def _scores(evaluation: Evaluation) -> Table:
    measures = ("精确率", "召回率", "F1")
    rows = [
        (
            *(each.list, "、".join(_ROLES[role] for role in each.said_by), f"{each.labelled}", f"{each.found}"),
            *(_interval(getattr(each, measure)) for measure in ("precision", "recall", "f1")),
        )
        for each in evaluation.lists
    ]
    title = f"{evaluation.sessions} 段会话、{evaluation.messages} 条消息；方括号里是 95% 区间"
    headings = ("词表", "谁说", "标注", "说到", *measures)
    return table(headings, rows, figures=headings[2:], whole=("谁说",), title=title)


def _agreed(agreed: Sequence[Agreement]) -> Table:
    figures = ("会话", "一致", "κ")
    rows = [
        (_LABELS[each.label], _compared(each), f"{each.sessions}", _share(each.agreed), _kappa(each), _differing(each))
        for each in agreed
    ]
    headings = ("标注", "规则", *figures, "分歧（人工→规则）")
    return table(headings, rows, figures=figures, whole=("标注",), title="整段会话的标注与规则")


def _kappa(each: Agreement) -> str:
    return "—" if math.isnan(each.kappa) else f"{each.kappa:.2f}"


def _differing(each: Agreement) -> str:
    counts = sorted(((count, *pair) for pair, count in each.pairs.items() if pair[0] != pair[1]), reverse=True)
    return "、".join(f"{people}→{rule} {count}" for count, people, rule in counts)


def _compared(each: Agreement) -> str:
    return f"{each.rule}（按标注的口径）" if each.relaxed else each.rule


def _share(value: float) -> str:
    return f"{value:.1%}"


def _interval(interval: Interval) -> str:
    if math.isnan(interval.value):
        return "—"
    return shown(f"{interval.value:.1%} [{100 * interval.low:.0f}–{100 * interval.high:.0f}]")


def _shown(each: Disagreement) -> str:
    """One disagreement: its place, the words around, and which phrase matched."""
    where = f"  {shown(each.session_id)} seq {each.seq} {_ROLES[each.role]}："
    if not each.spans:
        return where + _plain(_cut(each.text, _LONGEST))
    start, end = each.spans[0]
    before, after = each.text[max(0, start - _AROUND) : start], each.text[end : end + _AROUND]
    because = "、".join(_cut(phrase, _LONGEST) for phrase in each.phrases) or "几条消息连起来才有"
    said = f"{_plain(before)}[reverse]【{_plain(each.text[start:end])}】[/reverse]{_plain(after)}"
    return f"{where}{said}  ← {shown(because)}"


def _cut(text: str, longest: int = _LONGEST_PHRASE) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


def _plain(text: str) -> str:
    return shown(text.replace("\n", " "))


def _print_health(found: Health) -> None:
    terminal = console()
    looked = f"看了 {found.sessions} 段会话、{found.messages} 条消息" if found.messages else "没有看消息，只看文件本身"
    news = [each for each in found.findings if each.is_news]
    terminal.print(f"[bold]{shown(found.rulebook)}[/bold]：{looked}，{len(news)} 处值得看看。")
    if thin := len(found.findings) - len(news):
        terminal.print(f"另有 {thin} 处看得还太少、说明不了什么，没有列出（--json 里都有）：{_THIN}")
    for kind, same in groupby(news, key=lambda each: each.kind):
        findings = list(same)
        terminal.print(f"\n[bold]{TITLES[kind]}[/bold]（{len(findings)}{_needed(kind)}）")
        rows = list(_rows(kind, findings))
        for row in rows[:_ROWS]:
            terminal.print(f"  {shown(row)}")
        if len(rows) > _ROWS:
            terminal.print(f"  ……还有 {len(rows) - _ROWS} 行，用 --json 看全部")


def _needed(kind: str) -> str:
    if kind not in NEEDED:
        return ""
    looks, what = NEEDED[kind]
    return f"；{what}满 {looks} 才列"


def _rows(kind: str, findings: Sequence[Finding]) -> Iterator[str]:
    """One line a finding; what was never seen, which may be thousands, one line a file."""
    many = kind in ("unsaid_phrase", "idle_excuse")
    for each in findings:
        if each.count or not many:
            yield f"{each.where}  {_cut(each.what)}" + (f"：{each.why}" if each.why else "")
    if many:
        unseen = [each for each in findings if not each.count]
        files = [(file, list(same)) for file, same in groupby(unseen, key=lambda each: each.where.rpartition(":")[0])]
        for file, same in sorted(files, key=lambda each: -len(each[1])):
            yield f"{file}  {len(same)} 行没有出现过，如 {'、'.join(_cut(each.what) for each in same[:5])}"
