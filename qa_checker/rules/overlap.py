"""Rules that charge one wait twice: a rulebook picks one set of time limits, and loading warns where it has two."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from .must_reply_within import MustReplyWithin
from .rule import AppliesTo, Rule

_WAITS = {"first": {"first"}, "later": {"later"}, "each": {"first", "later"}, "average": {"average"}}


def same_waits(rules: Sequence[Rule]) -> Iterator[tuple[MustReplyWithin, MustReplyWithin]]:
    """Pairs of rules that both cost points for the same turns of the same chats; hints cost nothing.

    A rule with `when` is about some turns only, and may well make them dearer.
    """
    charging = [rule for rule in rules if isinstance(rule, MustReplyWithin) and rule.to and not rule.hint]
    for one, other in combinations(charging, 2):
        if _WAITS[one.to or ""] & _WAITS[other.to or ""] and _meet(one.applies_to, other.applies_to):
            yield one, other


def _meet(one: AppliesTo, other: AppliesTo) -> bool:
    """Whether a chat may be for both."""
    pairs = ((one.channel, other.channel), (one.shop, other.shop))
    return all(not mine or not theirs or set(mine) & set(theirs) for mine, theirs in pairs)
