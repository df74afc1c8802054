"""How sure a mean of few sessions is: 95 % intervals, and ranks that hold only where intervals do not overlap."""

import math
from dataclasses import dataclass

from scipy.special import stdtrit

_Z = 1.959964  # the 97.5th percentile of the normal distribution

FEWEST_TO_RANK = 10
"""With fewer sessions an agent is shown but not ranked: chance, not service, would decide."""


@dataclass(frozen=True)
class Interval:
    """A mean or a share, and the 95 % confidence interval around it."""

    low: float
    mean: float
    high: float

    @property
    def half_width(self) -> float:
        """Half the interval's width."""
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class RankRange:
    """The best and the worst rank an agent may truly have; the same when nobody is tied with him."""

    best: int
    worst: int

    @property
    def tied(self) -> bool:
        """Whether someone's interval overlaps, so that nobody can say who is ahead."""
        return self.best != self.worst


def mean_interval(mean: float | None, deviation: float | None, sessions: int) -> Interval | None:
    """Student's t interval of a mean from its sample deviation; None with fewer than two sessions."""
    if mean is None or deviation is None or sessions < 2 or math.isnan(mean) or math.isnan(deviation):
        return None
    half = float(stdtrit(sessions - 1, 0.975)) * deviation / math.sqrt(sessions)
    return Interval(mean - half, mean, mean + half)


def share_interval(share: float, sessions: int) -> Interval:
    """Wilson's 95 % interval of a share in 0…1: it stays within 0…1 also for few sessions and extreme shares."""
    z2 = _Z**2
    centre = (share + z2 / (2 * sessions)) / (1 + z2 / sessions)
    half = _Z / (1 + z2 / sessions) * math.sqrt(share * (1 - share) / sessions + z2 / (4 * sessions**2))
    return Interval(max(0.0, centre - half), share, min(1.0, centre + half))


def rank_ranges(intervals: list[Interval | None]) -> list[RankRange | None]:
    """Rank means, highest first: one stands before another only where the whole interval lies above the other's."""
    ranked = [interval for interval in intervals if interval is not None]
    return [
        None
        if interval is None
        else RankRange(
            best=1 + sum(other.low > interval.high for other in ranked),
            worst=len(ranked) - sum(other.high < interval.low for other in ranked),
        )
        for interval in intervals
    ]
