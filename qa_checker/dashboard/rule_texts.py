"""What supervisors wrote beside each rule, from the rulebooks that an archive's results were judged by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from qa_checker.archive.manifest import RULEBOOKS


@dataclass(frozen=True)
class RuleText:
    """A rule in the words of those who wrote it; a red line (一票否决) loses the whole session."""

    title: str
    why: str = ""
    advice: str = ""
    source: str = ""
    dimension: str = ""
    red_line: bool = False


class RuleTexts:
    """The rules that results speak of; one whose rulebook is lost is called by its id."""

    def __init__(self, texts: Mapping[str, RuleText]) -> None:
        self._texts = texts

    def __getitem__(self, rule: str) -> RuleText:
        """The words of one rule."""
        return self._texts.get(rule) or RuleText(title=rule, dimension=_dimension(rule))

    def title(self, rule: str) -> str:
        """What a rule is called on screen."""
        return self[rule].title


def rule_texts(root: Path, fingerprints: Iterable[str]) -> RuleTexts:
    """The rules of the rulebooks with these fingerprints; where they differ, the later one speaks."""
    texts: dict[str, RuleText] = {}
    for fingerprint in fingerprints:
        texts |= _texts(root / RULEBOOKS / f"{fingerprint}.json")
    return RuleTexts(texts)


class _Rule(BaseModel):
    title: str
    why: str = ""
    advice: str = ""
    source: str = ""
    costs: Any = None


class _Snapshot(BaseModel):
    rules: dict[str, _Rule]


@lru_cache(maxsize=64)
def _texts(snapshot: Path) -> Mapping[str, RuleText]:
    # A snapshot never changes: its name is the hash of its content. A lost one costs words, never the figures.
    try:
        rules = _Snapshot.model_validate_json(snapshot.read_bytes()).rules
    except (OSError, ValidationError):
        return {}
    return {
        rule: RuleText(
            title=written.title,
            why=written.why,
            advice=written.advice,
            source=written.source,
            dimension=_dimension(rule),
            red_line=written.costs == "all",
        )
        for rule, written in rules.items()
    }


def _dimension(rule: str) -> str:
    return rule.partition("/")[0]
