"""The scorecard: verdicts become a score, points lost by dimension, fines and rewards."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .chats import Chats, Mask, Rows
from .rounds import Responses, Rounds, responses, rounds
from .rulebook import Rulebook
from .rules import Rule, Verdicts
from .rules.verdicts import EARNS, FAILS

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """A batch judged: by chat its score, whether it passed, its red line, money, and points lost by dimension."""

    chats: Chats
    rulebook: Rulebook
    verdicts: tuple[tuple[Rule, Verdicts], ...]
    rounds: Rounds
    responses: Responses
    score: Points
    passed: Mask
    red_line: Mask
    fine: Points  # 元
    reward: Points  # 元
    dimensions: Mapping[str, Points]  # points lost; of praise: earned

    def holder(self) -> Rows:
        """For each chat the agent who held it last, or NOBODY."""
        return self.chats.agent[self.chats.last_in_chat]


def score(chats: Chats, rulebook: Rulebook) -> Scored:
    """Judge every chat by every rule of the rulebook: the one function that all engines call.

    Score = base − points lost + points earned (up to the bonus cap), never below 0; a red line makes it 0. A dimension
    can lose more than its weight: weights are for showing, the score takes every point.
    """
    verdicts = tuple((rule, _priced(rule.verdicts_on(chats), rulebook.base_score)) for rule in rulebook.rules)
    count = len(chats)
    dimensions = {name: np.zeros(count) for name in rulebook.dimensions}
    lost, earned, fine, reward = (np.zeros(count) for _ in range(4))
    red_line = np.zeros(count, bool)
    for rule, found in verdicts:
        fails, earns = found.outcome == FAILS, found.outcome == EARNS
        points = np.bincount(found.chat, found.points, count)
        dimensions.setdefault(rule.dimension, np.zeros(count))
        dimensions[rule.dimension] += points
        lost += np.bincount(found.chat[fails], found.points[fails], count)
        earned += np.bincount(found.chat[earns], found.points[earns], count)
        fine += np.bincount(found.chat, found.fine, count)
        reward += np.bincount(found.chat, found.reward, count)
        if rule.is_red_line:
            red_line[found.chat[fails]] = True
    total = np.maximum(rulebook.base_score - lost + np.minimum(earned, rulebook.bonus_cap), 0)
    total[red_line] = 0
    every = rounds(chats, rulebook.settings.rounds)
    return Scored(
        chats=chats,
        rulebook=rulebook,
        verdicts=verdicts,
        rounds=every,
        responses=responses(chats, every, rulebook.response_cap),
        score=total,
        passed=(total >= rulebook.pass_mark) & ~red_line,
        red_line=red_line,
        fine=fine,
        reward=reward,
        dimensions=dimensions,
    )


def _priced(found: Verdicts, base_score: float) -> Verdicts:
    """A red line costs the whole base score."""
    return found.costing(np.where(np.isinf(found.points), base_score, found.points))
