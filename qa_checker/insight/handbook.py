"""The handbook people read: every rule as a page of Markdown, and which clause of the catalogue it covers."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from ..clock import spoken
from ..language import Lexicon
from ..rulebook import Rulebook, lexicons, load_rules
from ..rules import Requirement, Rule
from ..rules.earns import Earns
from ..rules.reviewer_asks import ReviewerAsks
from ..settings import DIMENSIONS, Targets

GENERATED = "> 由规则文件生成，请不要手改：改了规则以后运行 `python -m qa_checker.insight.handbook`。"
TARGET = "target:"
HOW = {
    "fully": "全部能查",
    "partly": "能查一部分",
    "reviewer": "由人判断",
    "target": "按时期看",
}
"""How the catalogue's rule is covered → what people call it."""

_OUTCOMES = {"passes": "做到", "fails": "违反", "earns": "奖励", "skips": "不适用"}
_TOLD = ("title", "why", "advice", "source", "examples")


@dataclass(frozen=True)
class Clause:
    """One rule of the catalogue: how many clauses ask for it, what covers it, what a chat cannot show."""

    rule: str
    title: str
    clauses: int
    how: str
    covered_by: tuple[str, ...]
    gap: str


def catalogue(file: Path) -> list[Clause]:
    """Read the hand-kept table of catalogue rules."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            Clause(
                row["rule"],
                row["title"],
                int(row["clauses"]),
                row["how"],
                tuple(row["covered_by"].split()),
                row["gap"],
            )
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def nowhere(clauses: Iterable[Clause], rulebook: Rulebook) -> list[str]:
    """What the catalogue says covers a rule, though no rule or target of that name exists."""
    known = {rule.id for rule in rulebook.rules} | {TARGET + name for name in Targets.model_fields}
    return [
        f"{clause.rule}: {name}" for clause in clauses for name in clause.covered_by or ("（空）",) if name not in known
    ]


def rules_page(rulebook: Rulebook, folder: Path) -> str:
    """Markdown, one section a rule; `folder` is the lexicon folder its files lie in."""
    meanings = {name: each.meaning for name, each in Lexicon.read(folder).lists.items()}
    parts = [
        "# 规则手册",
        GENERATED,
        f"共 {len(rulebook.rules)} 条规则。用哪些、扣多少可以在评分表里改，这里写的是规则文件自己的。"
        "例子里**加粗**的是规则引用的原话。",
    ]
    for dimension, rules in groupby(rulebook.rules, key=lambda rule: rule.dimension):
        parts.append(f"## {DIMENSIONS[dimension]}")
        for rule in rules:
            text = (folder / "rules" / f"{rule.id}.yaml").read_text("utf-8")
            parts += _section(rule, text, meanings)
    return "\n\n".join(parts) + "\n"


def coverage_page(clauses: Sequence[Clause], rulebook: Rulebook) -> str:
    """Markdown: every rule of the catalogue, how much of it a machine can see, and what covers it."""
    titles = {rule.id: rule.title for rule in rulebook.rules}
    hints = {rule.id for rule in rulebook.rules if isinstance(rule, Requirement) and rule.hint}
    counts = Counter(clause.how for clause in clauses)
    asked = Counter[str]()
    for clause in clauses:
        asked[clause.how] += clause.clauses
    parts = [
        "# 规范覆盖表",
        GENERATED,
        f"几份服务规范里的 {sum(asked.values())} 处条文归并成 {len(clauses)} 条要求，"
        "逐条写明由哪条规则来查、哪些聊天里看不出来。条文数为 0 的是行业惯例补的。标「提示」的只显示、不扣分。",
        _table(
            ("怎么查", "要求", "条文"),
            [(name, str(counts[how]), str(asked[how])) for how, name in HOW.items()],
        ),
        _table(
            ("要求", "条文", "怎么查", "由什么来查", "聊天里看不出来的"),
            [
                (
                    clause.title,
                    str(clause.clauses),
                    HOW[clause.how],
                    "；".join(_covering(name, titles, hints) for name in clause.covered_by),
                    clause.gap,
                )
                for clause in clauses
            ],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def price(rule: Rule) -> str:
    """What a breach costs or praise earns, in words."""
    if isinstance(rule, Earns):
        return f"加 {rule.earns:g} 分" + (f"，奖 {rule.reward:g} 元" if rule.reward else "")
    if isinstance(rule, ReviewerAsks):
        return "由人判断" + (f"，答否扣 {rule.costs:g} 分" if rule.costs else "，不扣分")
    if not isinstance(rule, Requirement) or rule.costs is None:
        return "只提示，不扣分"
    costs = rule.costs
    if costs.red_line:
        points = "一票否决"
    elif costs.steps:
        steps = [f"超过 {spoken(limit)}扣 {points:g} 分" for limit, points in costs.steps]
        points = "，".join(steps + ([f"始终没有扣 {costs.never:g} 分"] if costs.never is not None else []))
    else:
        points = f"扣 {costs.points:g} 分" + (f"，每次都扣，最多 {rule.up_to:g} 分" if rule.up_to else "")
    return points + (f"，罚 {rule.fine:g} 元" if rule.fine else "")


def sentence(text: str) -> str:
    """The rule itself, as its file says it: without what it tells people and without its examples."""
    kept: list[str] = []
    told = False
    for line in text.splitlines():
        if re.match(r"\S", line):
            told = line.partition(":")[0] in _TOLD
        if not told:
            kept.append(line)
    return "\n".join(kept).strip()


def _section(rule: Rule, text: str, meanings: Mapping[str, str]) -> Iterator[str]:
    yield f"### {rule.title}"
    yield f"`{rule.id}` · {price(rule)}"
    yield f"{rule.why}\n\n- 可以这样说：{rule.advice}\n- 出处：{rule.source}"
    yield f"```yaml\n{sentence(text)}\n```"
    used = [f"- `{name}` {meanings[name]}" for name in sorted(rule.lists()) if name in meanings]
    if used:
        yield "用到的词表：\n\n" + "\n".join(used)
    for outcome, name in _OUTCOMES.items():
        if shown := getattr(rule.examples, outcome):
            yield f"{name}：\n\n" + "\n\n".join(_conversation(each) for each in shown)


def _conversation(text: str) -> str:
    """A quoted block, a line a message; `«»` becomes bold."""
    lines = [_escaped(line) for line in filter(None, map(str.strip, text.splitlines()))]
    return "\n".join(f"> {line.replace('«', '**').replace('»', '**')}<br>" for line in lines).removesuffix("<br>")


def _escaped(text: str) -> str:
    return re.sub(r"([\\*_<>|\[\]`])", r"\\\1", text)


def _covering(name: str, titles: Mapping[str, str], hints: set[str]) -> str:
    if name.startswith(TARGET):
        return f"评分表的目标 `{name.removeprefix(TARGET)}`"
    return f"{titles[name]} `{name}`" + ("（提示）" if name in hints else "")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def main() -> None:
    """Write docs/rules.md and docs/coverage.md of this repository."""
    root = Path(__file__).parents[2]
    rulebook = load_rules(lexicons())
    (root / "docs" / "rules.md").write_text(rules_page(rulebook, lexicons()), "utf-8")
    (root / "docs" / "coverage.md").write_text(
        coverage_page(catalogue(root / "tests" / "catalogue.tsv"), rulebook), "utf-8"
    )


if __name__ == "__main__":
    main()
