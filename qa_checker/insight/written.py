"""What is wrong with rules and lists as they are written, without looking at any chat."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from ..language import Phrase, PhraseList
from ..language.phrases import MOST_ALTERNATIVES
from ..rulebook import Rulebook
from ..rules import Rule
from ..rules.earns import Earns
from ..rules.must_not_say import MustNotSay
from ..rules.must_say import MustSay
from ..rules.reviewer_asks import ReviewerAsks
from .findings import Finding
from .lines import Line, lines

Key = tuple[object, ...]

_SPEAKERS = {"customer_says": "顾客", "agent_says": "客服", "robot_says": "机器人", "system_says": "系统"}


def written(rulebook: Rulebook) -> Iterator[Finding]:
    """Every finding that needs no messages."""
    lists = {each.name: each for each in rulebook.scanner.lists}
    for each in lists.values():
        yield from _twice(each, each.phrases, "")
        yield from _twice(each, each.excuses, "!")
        yield from _included_too(each, lists)
    for rule in rulebook.rules:
        yield from _contradictions(rule, lists)
        yield from _missing_examples(rule)


def _keys(phrase: Phrase) -> tuple[Key, ...]:
    """What a phrase matches, one key for each way to say it: phrases with a key in common match the same there."""
    ways = [piece.ways or [piece.text] for piece in phrase.pieces]
    if math.prod(map(len, ways)) > MOST_ALTERNATIVES:
        ways = [[piece.text] for piece in phrase.pieces]
    gaps = tuple(piece.gap for piece in phrase.pieces)
    return tuple((phrase.kind, gaps, chosen) for chosen in product(*ways))


def _each(written: Iterable[Line]) -> Iterator[tuple[Line, Phrase]]:
    yield from ((line, phrase) for line in written for phrase in line.phrases)


def _written(some: Iterable[Line]) -> Iterator[tuple[Line, Phrase]]:
    yield from ((line, phrase) for line in some for phrase in line.written)


def _twice(host: PhraseList, phrases: Sequence[Phrase], sign: str) -> Iterator[Finding]:
    """Phrases that say nothing but what another line says: an earlier one, or a later one that says more."""
    said: dict[int, set[Key]] = {}
    for phrase in phrases:
        said.setdefault(phrase.line, set()).update(_keys(phrase))
    by_key: dict[Key, set[int]] = {}
    for number, keys in said.items():
        for key in keys:
            by_key.setdefault(key, set()).add(number)
    for line, phrase in _written(lines(host.name, phrases)):
        others = set.intersection(*(by_key[key] for key in _keys(phrase))) - {line.number}
        mine = said[line.number]
        better = [
            each for each in sorted(others) if mine < said[each] or (each < line.number and not said[each] < mine)
        ]
        if better:
            yield Finding("duplicate", line.place, sign + phrase.source, f"{_one_of(line)}第 {better[0]} 行已经有了")


def _one_of(line: Line) -> str:
    """What is said before: a line can hold several phrases, and the others are still needed."""
    return "只这一种说法，" if len(line.written) > 1 else ""


def _included_too(host: PhraseList, lists: Mapping[str, PhraseList]) -> Iterator[Finding]:
    """Phrases that a list has already by a `+` line."""
    included = _lines_of(host.includes, lists)
    for line, phrase in _written(lines(host.name, host.phrases)):
        before = [included.get(key) for key in _keys(phrase)]
        if before[0] and all(before):
            there = f"+{before[0].list} 第 {before[0].number}"
            yield Finding("duplicate", line.place, phrase.source, f"{_one_of(line)}{there} 行已经有了")


def _lines_of(names: Sequence[str], lists: Mapping[str, PhraseList]) -> dict[Key, Line]:
    """What these lists match, included lists too: for each way to say it the line that has it first."""
    found: dict[Key, Line] = {}
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name in lists and name not in seen:
            seen.add(name)
            for line, phrase in _each(lines(name, lists[name].phrases)):
                for key in _keys(phrase):
                    found.setdefault(key, line)
            waiting += lists[name].includes
    return found


def _contradictions(rule: Rule, lists: Mapping[str, PhraseList]) -> Iterator[Finding]:
    """Phrases by which one message both makes a rule due, or breaks it, and keeps or excuses it."""
    for side, names, other, against in _opposites(rule):
        mine, theirs = _lines_of(names, lists), _lines_of(against, lists)
        both = {(line, theirs[key]): key for key, line in mine.items() if key in theirs}
        for (line, opposed), key in both.items():
            phrase = next(phrase for phrase in line.phrases if key in _keys(phrase))
            why = f"{side}里的 {line.place} 和 {other}里的 {opposed.place} 是同一个短语"
            yield Finding("contradiction", f"rules/{rule.id}.yaml", phrase.source, why)


def _opposites(rule: Rule) -> Iterator[tuple[str, Sequence[str], str, Sequence[str]]]:
    """Pairs of keys that listen to the same person and pull a rule in opposite directions."""
    for key, who in _SPEAKERS.items():
        due = getattr(rule.when, key, ())
        excuse = getattr(rule.unless, key, ())
        yield f"when（{who}）", due, f"unless（{who}）", excuse
        if key == "agent_says" and isinstance(rule, MustSay):
            yield "when（客服）", due, "must_say ", rule.must_say
        if key == "agent_says" and isinstance(rule, MustNotSay):
            yield "must_not_say ", rule.must_not_say, "unless（客服）", excuse
    yield "asking ", rule.asking, "ignoring ", rule.ignoring


def _missing_examples(rule: Rule) -> Iterator[Finding]:
    """A rule shows when it speaks and when it is silent; one that only a person answers has nothing to show."""
    if isinstance(rule, ReviewerAsks):
        return
    shown = rule.examples
    if isinstance(rule, Earns):
        needed = {"earns": shown.earns, "skips": shown.skips + shown.passes}
    else:
        needed = {"fails": shown.fails, "passes": shown.passes}
    if missing := [name for name, examples in needed.items() if not examples]:
        yield Finding("missing_example", f"rules/{rule.id}.yaml", rule.title, f"没有 {'、'.join(missing)} 示例")
