"""How often people agreed with each rule: what became of the findings that were reviewed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from .database import Desk
from .findings import Source
from .reviews import Ruling
from .tables import Review


@dataclass(frozen=True)
class RuleRecord:
    """What people said of a rule: its findings they confirmed and overturned, and faults of it that it had missed.

    Findings confirmed in bulk don't count: nobody need have read them, and they would flatter the rule.
    """

    confirmed: int = 0
    overturned: int = 0
    missed: int = 0

    @property
    def judged(self) -> int:
        """How many of the machine's findings people have ruled on."""
        return self.confirmed + self.overturned

    @property
    def precision(self) -> float | None:
        """The share of the machine's findings that people confirmed, 0…1; None where nobody has ruled."""
        return self.confirmed / self.judged if self.judged else None


def records_of_rules(desk: Desk) -> Mapping[str, RuleRecord]:
    """The record of every rule on which people ruled; of several rulings on a finding the last one stands."""
    last = select(func.max(Review.id).label("id")).group_by(Review.batch, Review.session_id, Review.finding).subquery()
    counted = (
        select(Review.rule, Review.source, Review.ruling, func.count())
        .join(last, Review.id == last.c.id)
        .where(Review.in_bulk.is_(False))
        .group_by(Review.rule, Review.source, Review.ruling)
    )
    found: dict[str, Counter[str]] = {}
    with desk.reading() as session:
        for rule, source, ruling, count in session.execute(counted):
            what = ruling if source == Source.MACHINE else f"{source} {ruling}"
            found.setdefault(rule, Counter())[what] += count
    missed = f"{Source.MISSED} {Ruling.CONFIRMED}"
    return {
        rule: RuleRecord(counts[Ruling.CONFIRMED], counts[Ruling.OVERTURNED], counts[missed])
        for rule, counts in found.items()
    }
