"""How often each rule found something in an archive."""

import pandas as pd

from qa_checker.archive.query import Archive
from qa_checker.archive.selection import Filter, Scope, charged


def rule_hits(archive: Archive, scope: Scope) -> pd.DataFrame:
    """One row a rule: in how many sessions it fails, earns, hints or asks; `Filter.rule` chooses the same ones."""
    few = charged(scope, Filter())
    return archive.frame(f"SELECT rule, count(DISTINCT n) AS sessions FROM {few.text} GROUP BY rule", few.values)
