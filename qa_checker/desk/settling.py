"""Settles a session: findings and what people decided about them become a score, fines and rewards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from .findings import Finding
from .terms import Terms


@dataclass(frozen=True)
class Charge:
    """What one finding takes or gives after all caps. Money in 元."""

    finding: Finding
    points: float
    fine: float
    reward: float


@dataclass(frozen=True)
class Settlement:
    """A session's result from a set of findings; `charges` are those that count for anything."""

    score: float
    passed: bool
    red_line: bool
    fine: float
    reward: float
    charges: tuple[Charge, ...]


def settle(findings: Iterable[Finding], terms: Terms) -> Settlement:
    """Price findings as the scorecard does; over all the machine's findings it gives the machine's own score.

    Score = base − points lost + points earned (up to the bonus cap), never below 0; a red line makes it 0. A rule with
    `up_to` charges each breach until so many points are lost; any other only the dearest of its breaches, once.
    """
    by_rule = sorted(
        (each for each in findings if each.outcome != "hint"), key=lambda each: (each.rule, each.place, each.key)
    )
    charges = [charge for _, same in groupby(by_rule, lambda each: each.rule) for charge in _charges(tuple(same))]
    lost = sum(charge.points for charge in charges if charge.finding.outcome == "fails")
    earned = sum(charge.points for charge in charges if charge.finding.outcome == "earns")
    red_line = any(charge.finding.red_line for charge in charges)
    score = 0.0 if red_line else max(terms.base_score - lost + min(earned, terms.bonus_cap), 0.0)
    return Settlement(
        score=score,
        passed=score >= terms.pass_mark and not red_line,
        red_line=red_line,
        fine=sum(charge.fine for charge in charges),
        reward=sum(charge.reward for charge in charges),
        charges=tuple(charges),
    )


def _charges(findings: Sequence[Finding]) -> list[Charge]:
    """The charges of one rule, its findings given in the order of the chat."""
    caps = [each.up_to for each in findings if each.up_to is not None]
    if not caps:
        dearest = max(findings, key=lambda each: (each.points, each.fine, each.reward))
        return [Charge(dearest, dearest.points, dearest.fine, dearest.reward)]
    charges, left = [], max(caps)
    for each in findings:
        points = min(each.points, left)
        left -= points
        if points:
            charges.append(Charge(each, points, each.fine, each.reward))
    return charges
