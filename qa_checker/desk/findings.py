"""A finding: one thing that the machine or a reviewer says of a conversation, with a name that outlives a re-score."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..cards import Quote
from .terms import Terms


class Source(StrEnum):
    """Who found it."""

    MACHINE = "machine"
    MISSED = "missed"  # a reviewer saw what the machine did not
    ASKED = "asked"  # a question of the scorecard, answered by a reviewer


@dataclass(frozen=True)
class Finding:
    """Something found in one session, at its price before any cap. Money in 元.

    `key` names it within its session: the same rule and the same words make the same key, whichever run found them;
    what a person decided about a key therefore holds for the next run's finding too.
    """

    key: str
    source: Source
    rule: str
    outcome: str  # fails | earns | hint
    agent_id: str | None
    quotes: tuple[Quote, ...]
    points: float
    up_to: float | None
    fine: float
    reward: float
    red_line: bool

    @property
    def place(self) -> int:
        """The message it begins at; a finding about the whole session stands before the first."""
        return self.quotes[0].seq if self.quotes else -1

    def overlaps(self, other: "Finding") -> bool:
        """Whether both speak of the same words, and of the same rule."""
        return self.rule == other.rule and any(
            mine.seq == its.seq and mine.start < its.end and its.start < mine.end
            for mine in self.quotes
            for its in other.quotes
        )


def machine_findings(verdicts: Iterable[Mapping[str, Any]], terms: Terms) -> tuple[Finding, ...]:
    """The findings of one session's rows of the archive's verdicts; what passed, or waits for a person, is none."""
    found, seen = [], Counter[str]()
    rows = [row for row in verdicts if row["outcome"] not in ("passes", "asks")]
    lost = Counter[str]()
    for row in rows:
        lost[row["rule"]] += row["points"]
    for row in rows:
        rule = terms.rules.get(row["rule"])
        capped = rule is not None and rule.up_to is not None and row["outcome"] == "fails"
        # A rule whose rulebook is lost costs what was stored, all of it.
        most = rule.up_to if rule and capped else lost[row["rule"]] if rule is None else None
        quotes = tuple(Quote(**quote) for quote in row["quotes"] or ())
        name = _key(Source.MACHINE, row["rule"], row["outcome"], quotes, 0)
        seen[name] += 1
        found.append(
            Finding(
                key=_key(Source.MACHINE, row["rule"], row["outcome"], quotes, seen[name]),
                source=Source.MACHINE,
                rule=row["rule"],
                outcome=row["outcome"],
                agent_id=row["agent_id"],
                quotes=quotes,
                # Past its cap a breach is stored at 0; should one before it be overturned, it costs its price again.
                points=rule.points if rule and capped else row["points"],
                up_to=most,
                fine=rule.fine if rule and capped else row["fine"],
                reward=row["reward"],
                red_line=bool(rule and rule.red_line and row["outcome"] == "fails"),
            )
        )
    return tuple(found)


def missed_finding(rule: str, quotes: Sequence[Quote], agent_id: str | None, terms: Terms, points: float) -> Finding:
    """What a reviewer adds: words that break (or earn) a rule of the rulebook, at its price.

    Raises KeyError when the rulebook has no such rule, ValueError for points that it does not charge.
    """
    charged = terms.rules[rule]
    if points not in (charged.steps or (charged.points,)):
        raise ValueError(f"{rule} does not cost {points}")
    outcome = "earns" if charged.earns else "fails"
    return Finding(
        key=_key(Source.MISSED, rule, outcome, quotes, 1),
        source=Source.MISSED,
        rule=rule,
        outcome=outcome,
        agent_id=agent_id,
        quotes=tuple(quotes),
        points=points,
        up_to=charged.up_to,
        fine=charged.fine,
        reward=charged.reward,
        red_line=charged.red_line,
    )


def asked_finding(rule: str, agent_id: str | None, terms: Terms) -> Finding:
    """The finding that 否 to a scorecard question makes. Raises KeyError when the rulebook does not ask it."""
    asked = terms.rules[rule]
    return Finding(
        key=_key(Source.ASKED, rule, "fails", (), 1),
        source=Source.ASKED,
        rule=rule,
        outcome="fails",
        agent_id=agent_id,
        quotes=(),
        points=asked.points,
        up_to=None,
        fine=0,
        reward=0,
        red_line=False,
    )


def _key(source: Source, rule: str, outcome: str, quotes: Sequence[Quote], occurrence: int) -> str:
    words = [[quote.seq, quote.start, quote.end, quote.text] for quote in quotes]
    content = json.dumps([source, rule, outcome, words, occurrence], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:32]
