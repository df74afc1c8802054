"""What a breach costs: so many points, everything (一票否决), or steps by how long it took."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator

from ..chats import Seconds
from .wording import seconds

Points = NDArray[np.float64]

ALL = np.inf
"""Points of a red line: the session is lost whatever else it earned."""


@dataclass(frozen=True)
class Price:
    """`costs:` of a rule. Exactly one of: points, red line, steps of (over so many seconds, points)."""

    points: float = 0
    red_line: bool = False
    steps: tuple[tuple[float, float], ...] = ()
    never: float | None = None

    def price(self, waited: Seconds | None) -> Points | float:
        """Points for each breach; `waited` in seconds, inf for never. A wait below the first step costs nothing."""
        if self.red_line:
            return ALL
        if not self.steps or waited is None:
            return self.points
        limits = np.array([limit for limit, _ in self.steps])
        prices = np.array([0.0, *(points for _, points in self.steps)])
        found = prices[np.searchsorted(limits, waited)]
        return found if self.never is None else np.where(np.isinf(waited), self.never, found)


def _price(value: Any) -> Price:
    if isinstance(value, Price):
        return value
    if value == "all":
        return Price(red_line=True)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
        return Price(points=float(value))
    if isinstance(value, Mapping) and value:
        return _steps(value)
    raise ValueError("costs 要写正数、all（一票否决），或 {over 60s: 3, over 3m: 10, never: 20}")


def _steps(value: Mapping[str, Any]) -> Price:
    steps, never = [], None
    for wait, points in value.items():
        if not isinstance(points, (int, float)) or isinstance(points, bool) or points < 0:
            raise ValueError(f"costs 里 {wait} 的分数要写数字")
        if wait == "never":
            never = float(points)
        elif match := re.fullmatch(r"over\s+(.+)", str(wait)):
            steps.append((seconds(match[1]), float(points)))
        else:
            raise ValueError(f"costs 里的 {wait} 看不懂，请写 over 60s 或 never")
    if not steps:
        raise ValueError("costs 分档至少要有一个 over …")
    return Price(steps=tuple(sorted(steps)), never=never)


Costs = Annotated[Price, BeforeValidator(_price)]
