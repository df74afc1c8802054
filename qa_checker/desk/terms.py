"""What a rulebook charges, read from the snapshot that was stored with the results it judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ..archive.manifest import RULEBOOKS


@dataclass(frozen=True)
class RuleTerms:
    """What one rule costs or earns. Points and money (元) are of one breach; `up_to` is the most one chat can lose."""

    title: str
    points: float = 0
    steps: tuple[float, ...] = ()
    up_to: float | None = None
    fine: float = 0
    reward: float = 0
    red_line: bool = False
    earns: bool = False
    hint: bool = False
    question: str = ""
    raised_by_cue: bool = False
    channels: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()

    def asks_about(self, channel: str | None, shop: str | None) -> bool:
        """Whether this is a question of the scorecard of such a session."""
        fits = (not self.channels or channel in self.channels) and (not self.shops or shop in self.shops)
        return bool(self.question) and fits


@dataclass(frozen=True)
class Terms:
    """A rulebook's prices; where the snapshot is lost, the usual base of 100 and no caps of single rules."""

    base_score: float = 100
    bonus_cap: float = 10
    pass_mark: float = 85
    rules: Mapping[str, RuleTerms] = field(default_factory=dict)


def terms_of(root: Path, rulebook: str) -> Terms:
    """The terms of a rulebook written `name@fingerprint`, as the sessions of the archive at `root` carry it."""
    return _terms(root / RULEBOOKS / f"{rulebook.rpartition('@')[2]}.json")


class _Book(BaseModel):
    base_score: float = 100
    bonus_cap: float = 10
    pass_mark: float = 85


class _Rule(BaseModel):
    title: str
    costs: Any = None
    up_to: float | None = None
    fine: float = 0
    reward: float = 0
    earns: float | None = None
    hint: bool = False
    reviewer_asks: str = ""
    when: Any = None
    applies_to: dict[str, Any] = {}


class _Snapshot(BaseModel):
    rulebook: _Book
    rules: dict[str, _Rule]


@lru_cache(maxsize=64)
def _terms(snapshot: Path) -> Terms:
    # A snapshot never changes: its name is the hash of its content.
    try:
        read = _Snapshot.model_validate_json(snapshot.read_bytes())
    except (OSError, ValidationError):
        return Terms()
    book = read.rulebook
    rules = {rule: _rule_terms(written, book.base_score) for rule, written in read.rules.items()}
    return Terms(book.base_score, book.bonus_cap, book.pass_mark, rules)


def _rule_terms(rule: _Rule, base_score: float) -> RuleTerms:
    steps = tuple(sorted({float(points) for points in rule.costs.values()})) if isinstance(rule.costs, dict) else ()
    if rule.costs == "all":
        points = base_score
    elif rule.earns is not None:
        points = rule.earns
    else:
        points = steps[0] if steps else float(rule.costs or 0)
    return RuleTerms(
        title=rule.title,
        points=points,
        steps=steps,
        up_to=rule.up_to,
        fine=rule.fine,
        reward=rule.reward,
        red_line=rule.costs == "all",
        earns=rule.earns is not None,
        hint=rule.hint,
        question=rule.reviewer_asks,
        raised_by_cue=rule.when is not None,
        channels=_names(rule.applies_to.get("channel")),
        shops=_names(rule.applies_to.get("shop")),
    )


def _names(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(map(str, value or ()))
