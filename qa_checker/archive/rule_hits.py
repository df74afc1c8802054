"""How often each rule found something in an archive."""

import pandas as pd

from qa_checker.archive.query import Archive
from qa_checker.archive.selection import Filter, Scope, chosen


def rule_hits(archive: Archive, scope: Scope) -> pd.DataFrame:
    """One row a rule with anything found: rule, sessions in which it fails, earns or hints, and points it took."""
    few = chosen(scope, Filter())
    return archive.frame(
        f"""
        SELECT rule, count(DISTINCT (batch, session_id)) AS sessions,
            coalesce(sum(points) FILTER (outcome = 'fails'), 0) AS points
        FROM verdicts SEMI JOIN {few.text} USING (batch, session_id)
        WHERE outcome <> 'passes' GROUP BY rule
        """,
        few.values,
    )
