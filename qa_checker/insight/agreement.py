"""Rules against people's labels of whole sessions: how often they agree, and Cohen's κ."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from sklearn.metrics import cohen_kappa_score

from ..chats import Chats
from ..rulebook import Rulebook
from ..rules import OUTCOMES, Rule
from ..rules.must_say import MustSay
from ..rules.wording import Lists
from .labels import LabelledSession, canonical


class Comparison(NamedTuple):
    """A session label, the rule that judges the same, and what values and outcomes mean in common words.

    also: groups of lists; one of each group, said where the rule looks, is to the label what the rule wants said.
    wherever: the label counts what the rule wants said also where the rule is not due.
    asking: what the label takes for asking, where that is less than the rule's.
    """

    label: str
    rule: str
    values: Mapping[str, str]
    outcomes: Mapping[str, str]
    also: tuple[tuple[str, ...], ...] = ()
    wherever: bool = False
    asking: tuple[str, ...] = ()

    @property
    def relaxed(self) -> bool:
        """Whether the label asks for less than the rule."""
        return bool(self.also or self.wherever or self.asking)

    def judged(self, rule: Rule, chats: Chats, known: Set[str]) -> dict[str, str]:
        """Each session's outcome by the rule, asking for no more than the label does."""
        if self.asking and known >= set(self.asking):
            rule = rule.model_copy(update={"asking": Lists(self.asking)})
        outcome = _judged(rule, chats)
        if not isinstance(rule, MustSay):
            return outcome
        kept: set[str] = set()
        if self.also and all(known >= set(group) for group in self.also):
            kept = set.intersection(
                *(_passing(rule.model_copy(update={"must_say": Lists(group)}), chats) for group in self.also)
            )
        if self.wherever:
            kept |= _passing(rule.model_copy(update={"when": None, "place": "anywhere"}), chats)
        return outcome | dict.fromkeys(kept, "passes")


_YES_NO = {"yes": "yes", "no": "no", "na": "na"}
_KEPT = {"passes": "yes", "fails": "no", "hint": "no", "skips": "na"}

COMPARISONS = (
    Comparison("opening_greeted", "process/greeting", _YES_NO, _KEPT),
    # To people a last 还有什么可以帮您 and a 不客气 close politely too; the source wants a closing sentence.
    Comparison("closed_politely", "process/closing", _YES_NO, _KEPT, also=(("more-help",), ("modest-reply",))),
    # An address that the customer corrected is the matter of process/address-change: left out here. People note each
    # check, also of an address for repairs; the rule is due from an order on.
    Comparison(
        "address_state",
        "process/verify-address",
        {"confirmed": "checked", "asked": "checked", "missing": "missing", "na": "na"},
        {"passes": "checked", "fails": "missing", "hint": "missing", "skips": "na"},
        wherever=True,
    ),
    Comparison(
        "address_state",
        "process/address-change",
        {"corrected_ack": "yes", "corrected_unack": "no"}
        | dict.fromkeys(("confirmed", "asked", "missing", "na"), "na"),
        _KEPT,
    ),
    # To people a complaint that asks for nothing may end a chat; the source wants no word of the customer's ignored.
    Comparison(
        "unanswered_end",
        "solving/unanswered",
        {"yes": "yes", "no": "no"},
        {"passes": "no", "skips": "no", "fails": "yes", "hint": "yes"},
        asking=("asks", "urge", "address-correction"),
    ),
)


@dataclass(frozen=True)
class Agreement:
    """One session label against one rule; κ is NaN where both only ever say one thing.

    relaxed: the rule was asked for no more than the label is.
    pairs: (people, rule) → sessions. differing: (session, people, rule) where they part.
    """

    label: str
    rule: str
    relaxed: bool
    sessions: int
    agreed: float
    kappa: float
    pairs: Mapping[tuple[str, str], int]
    differing: tuple[tuple[str, str, str], ...]


def agreements(sessions: Sequence[LabelledSession], rulebook: Rulebook) -> list[Agreement]:
    """Every comparison whose label the file has and whose rule the rulebook uses.

    Rules judge the sessions as an export has them: what people labelled as system text keeps its role.
    """
    chats = rulebook.read(canonical(sessions))
    found = []
    for comparison in COMPARISONS:
        rule = rulebook.rule(comparison.rule)
        labelled = {
            session.session_id: comparison.values[value]
            for session in sessions
            if (value := getattr(session, comparison.label)) in comparison.values
        }
        if rule is not None and labelled:
            judged = comparison.judged(rule, chats, set(rulebook.scanner.names))
            found.append(_agreement(comparison, labelled, judged))
    return found


def _judged(rule: Rule, chats: Chats) -> dict[str, str]:
    """Each session's outcome; a breach anywhere makes it fail."""
    found = rule.verdicts_on(chats)
    outcome: dict[str, str] = {}
    for chat, number in zip(found.chat.tolist(), found.outcome.tolist(), strict=True):
        session = chats.session_ids[chat]
        if outcome.get(session) not in ("fails", "hint"):
            outcome[session] = OUTCOMES[number]
    return outcome


def _passing(rule: Rule, chats: Chats) -> set[str]:
    return {session for session, outcome in _judged(rule, chats).items() if outcome == "passes"}


def _agreement(comparison: Comparison, labelled: Mapping[str, str], judged: Mapping[str, str]) -> Agreement:
    people = list(labelled.values())
    rule = [comparison.outcomes[judged[session]] for session in labelled]
    pairs = Counter(zip(people, rule, strict=True))
    one_thing = len({*people, *rule}) == 1
    return Agreement(
        label=comparison.label,
        rule=comparison.rule,
        relaxed=comparison.relaxed,
        sessions=len(people),
        agreed=sum(count for (mine, theirs), count in pairs.items() if mine == theirs) / len(people),
        kappa=math.nan if one_thing else float(cohen_kappa_score(people, rule)),
        pairs=pairs,
        differing=tuple(
            (session, mine, theirs)
            for session, mine, theirs in zip(labelled, people, rule, strict=True)
            if mine != theirs
        ),
    )
