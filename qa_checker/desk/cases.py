"""A case: one session's findings with what people decided about them, and the results that follow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..archive.query import Archive, SessionKey, verdicts_of
from ..archive.selection import EVERYTHING, Scope
from .database import Desk
from .findings import Finding, Source, machine_findings
from .reviews import Decision, Result, Ruling, standing
from .settling import Settlement, settle
from .terms import Terms, terms_of


@dataclass(frozen=True)
class Ruled:
    """A finding and the decision that stands on it, if there is one."""

    finding: Finding
    decision: Decision | None

    @property
    def ruling(self) -> Ruling:
        """What stands of it."""
        return self.decision.ruling if self.decision else Ruling.OPEN

    @property
    def number(self) -> int:
        """How many rulings there are."""
        return self.decision.number if self.decision else 0


@dataclass(frozen=True)
class Case:
    """One session as machine and people see it.

    `past` are decisions on findings that the present result no longer holds (针对旧结果): they are never rewritten.
    `machine` is the score as published, `final` what follows from the decisions, `confirmed` the part that people
    confirmed: its charges are the ledger.
    """

    findings: tuple[Ruled, ...]
    past: tuple[Decision, ...]
    machine: Settlement
    final: Settlement
    confirmed: Settlement

    @property
    def open(self) -> tuple[Ruled, ...]:
        """The findings that wait for a decision."""
        return tuple(each for each in self.findings if each.ruling is Ruling.OPEN and each.finding.outcome != "hint")

    def ruled(self, key: str) -> Ruled | None:
        """The finding of this key."""
        return next((each for each in self.findings if each.finding.key == key), None)


def case_of(machine: Sequence[Finding], decisions: Iterable[Decision], terms: Terms) -> Case:
    """Bring the machine's findings and people's decisions together.

    A decision holds for whatever run finds the same words by the same rule. What a reviewer added stands in every run,
    and where the machine now finds it by itself, it is one finding, not two. A confirmed finding that is gone from
    the result keeps its fine or reward until somebody decides about the same rule in the present result.
    """
    by_key = {each.finding.key: each for each in decisions}
    ruled = [Ruled(finding, by_key.pop(finding.key, None)) for finding in machine]
    past = []
    for decision in by_key.values():
        if decision.finding.source is Source.MACHINE:
            past.append(decision)
        elif (twin := _same_words(decision, ruled)) is None:
            ruled.append(Ruled(decision.finding, decision))
        elif ruled[twin].decision is None:
            ruled[twin] = Ruled(ruled[twin].finding, decision)
    decided_rules = {each.finding.rule for each in ruled if each.ruling is not Ruling.OPEN}
    confirmed = [each.finding for each in ruled if each.ruling is Ruling.CONFIRMED]
    kept = [each.finding for each in past if each.ruling is Ruling.CONFIRMED and each.finding.rule not in decided_rules]
    return Case(
        findings=tuple(ruled),
        past=tuple(past),
        machine=settle(machine, terms),
        final=settle((each.finding for each in ruled if _stands(each)), terms),
        confirmed=settle([*confirmed, *kept], terms),
    )


def _same_words(decision: Decision, ruled: Sequence[Ruled]) -> int | None:
    return next(
        (
            place
            for place, each in enumerate(ruled)
            if each.finding.source is Source.MACHINE and each.finding.overlaps(decision.finding)
        ),
        None,
    )


def _stands(each: Ruled) -> bool:
    """What the machine finds stands until it is overturned; what a person adds, while it is confirmed."""
    if each.finding.source is Source.MACHINE:
        return each.ruling is not Ruling.OVERTURNED
    return each.ruling is Ruling.CONFIRMED


def cases(
    desk: Desk, archive: Archive, sessions: Iterable[SessionKey], scope: Scope = EVERYTHING
) -> dict[SessionKey, tuple[Result, Case]]:
    """The cases of these sessions, as far as this scope may see them; a session without a result now is left out."""
    keys = list(dict.fromkeys(sessions))
    decisions = standing(desk, keys)
    runs = {manifest.batch: manifest.run for manifest in archive.manifests}
    found = {}
    for key, (rulebook, verdicts) in verdicts_of(archive, scope, keys).items():
        terms = terms_of(archive.root, rulebook)
        case = case_of(machine_findings(verdicts, terms), decisions.get(key, ()), terms)
        found[key] = (Result(key, runs[key.batch], rulebook), case)
    return found
