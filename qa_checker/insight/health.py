"""A rulebook's health: what in its rules and lists is of no use, or works against itself."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from ..language import Lexicon
from ..rulebook import Rulebook
from .findings import TITLES, Finding
from .observed import Observations
from .written import written


@dataclass(frozen=True)
class Health:
    """What was found, most useful first, and on how many messages; on none, only what the files themselves show.

    Much of it is no news yet where little was looked at: see `Finding.is_news`.
    """

    rulebook: str
    messages: int
    sessions: int
    findings: tuple[Finding, ...]


def health(rulebook: Rulebook, lexicon: Lexicon, shards: Iterable[pa.Table] | None = None) -> Health:
    """Look at a rulebook as it is written and, where there are messages, at what they show.

    lexicon: the one the rulebook was loaded from. shards: canonical messages, whole sessions each.
    """
    findings = list(written(rulebook))
    messages = sessions = 0
    if shards is not None:
        seen = Observations(rulebook, lexicon)
        for shard in shards:
            seen.add(shard)
        findings += seen.findings()
        messages, sessions = seen.messages, seen.sessions
    return Health(rulebook.name, messages, sessions, tuple(_in_order(findings)))


def _in_order(findings: list[Finding]) -> list[Finding]:
    """The most useful kind first; within a kind what was seen, or looked for, most often, then as the files go."""
    kinds = list(TITLES)
    return sorted(findings, key=lambda each: (kinds.index(each.kind), -each.count, -(each.looks or 0)))
