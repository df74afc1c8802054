"""How often each rule found something in an archive."""

import pandas as pd

from qa_checker.archive.query import Archive
from qa_checker.archive.selection import Filter, Scope, chosen


def rule_hits(archive: Archive, scope: Scope) -> pd.DataFrame:
    """One row a rule with anything found: rule, sessions in which it fails, earns or hints, and points it took."""
    few = chosen(scope, Filter())
    return archive.frame(
        f"""
        SELECT rule, count(DISTINCT n) AS sessions, sum(points) AS points
        FROM findings SEMI JOIN {few.text} USING (n) GROUP BY rule
        """,
        few.values,
    )
