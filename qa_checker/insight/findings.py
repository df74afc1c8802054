"""Findings of a health check: what is wrong, where, and in which order people should look at it."""

from dataclasses import dataclass

TITLES = {
    "contradiction": "同一个短语在一条规则的两边，互相抵消",
    "always_fires": "轮到就触发的规则",
    "never_due": "从来没轮到的规则",
    "never_fires": "轮到过、但从没触发的规则",
    "unsaid_list": "从没说到的词表",
    "always_excused": "每次都被免责、等于没写的短语",
    "duplicate": "写了两遍的短语",
    "missing_example": "示例不全的规则（正反两种都要有）",
    "shadowed": "总是包在同一词表别的短语里的短语",
    "idle_excuse": "没有免过任何一次的免责行（!）",
    "unsaid_phrase": "从没说到的短语",
}
"""Kind of finding → its heading; the most useful first."""


@dataclass(frozen=True)
class Finding:
    """One thing to look at.

    where: the file of a rule or list, and the line. what: a title or phrase. count: how often it was seen.
    """

    kind: str
    where: str
    what: str
    why: str
    count: int = 0
