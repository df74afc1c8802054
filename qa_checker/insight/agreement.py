"""Rules against people's labels of whole sessions: how often they agree, and Cohen's κ."""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
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

    also: lists that the label takes for what the rule wants said, though the rule does not.
    """

    label: str
    rule: str
    values: Mapping[str, str]
    outcomes: Mapping[str, str]
    also: tuple[str, ...] = ()

    def as_labelled(self, rule: Rule, known: Collection[str]) -> Rule:
        """The rule, asking for no more than the label does."""
        also = [each for each in self.also if each in known]
        if not also or not isinstance(rule, MustSay):
            return rule
        return rule.model_copy(update={"must_say": Lists((*rule.must_say, *also))})


_YES_NO = {"yes": "yes", "no": "no", "na": "na"}
_KEPT = {"passes": "yes", "fails": "no", "hint": "no", "skips": "na"}

COMPARISONS = (
    Comparison("opening_greeted", "process/greeting", _YES_NO, _KEPT),
    # To people a last 不客气 closes politely too; the source wants a closing sentence all the same.
    Comparison("closed_politely", "process/closing", _YES_NO, _KEPT, ("modest-reply",)),
    # An address that the customer corrected is the matter of process/address-change: left out here.
    Comparison(
        "address_state",
        "process/verify-address",
        {"confirmed": "checked", "asked": "checked", "missing": "missing", "na": "na"},
        {"passes": "checked", "fails": "missing", "hint": "missing", "skips": "na"},
    ),
    Comparison(
        "address_state",
        "process/address-change",
        {"corrected_ack": "yes", "corrected_unack": "no"}
        | dict.fromkeys(("confirmed", "asked", "missing", "na"), "na"),
        _KEPT,
    ),
    Comparison(
        "unanswered_end",
        "solving/unanswered",
        {"yes": "yes", "no": "no"},
        {"passes": "no", "skips": "no", "fails": "yes", "hint": "yes"},
    ),
)


@dataclass(frozen=True)
class Agreement:
    """One session label against one rule; κ is NaN where both only ever say one thing.

    also: what the rule was taken to want besides.
    pairs: (people, rule) → sessions. differing: (session, people, rule) where they part.
    """

    label: str
    rule: str
    also: tuple[str, ...]
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
            judged = _judged(comparison.as_labelled(rule, rulebook.scanner.names), chats)
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


def _agreement(comparison: Comparison, labelled: Mapping[str, str], judged: Mapping[str, str]) -> Agreement:
    people = list(labelled.values())
    rule = [comparison.outcomes[judged[session]] for session in labelled]
    pairs = Counter(zip(people, rule, strict=True))
    one_thing = len({*people, *rule}) == 1
    return Agreement(
        label=comparison.label,
        rule=comparison.rule,
        also=comparison.also,
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
