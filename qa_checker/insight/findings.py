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

NEEDED = {
    "always_fires": (30, "轮到的会话"),
    "never_due": (300, "会话"),
    "never_fires": (300, "轮到的会话"),
    "unsaid_list": (300, "会话"),
    "always_excused": (10, "这个短语"),
    "shadowed": (10, "这个短语"),
    "idle_excuse": (300, "说到这个词表的话"),
    "unsaid_phrase": (300, "说到这个词表的话"),
}
"""Kind of finding → how much has to be looked at before it means anything, and what is counted.

What was not seen once in n looks happens less often than 3/n, with 95 % confidence (the rule of three: Hanley and
Lippman-Hand, JAMA 1983): after 300 less than 1 in 100, after 30 less than 1 in 10, after 10 less than 1 in 3.
"""


@dataclass(frozen=True)
class Finding:
    """One thing to look at.

    where: the file of a rule or list, and the line. what: a title or phrase. count: how often it was seen.
    looks: how often it could have been seen; None for what the files show by themselves.
    """

    kind: str
    where: str
    what: str
    why: str
    count: int = 0
    looks: int | None = None

    @property
    def is_news(self) -> bool:
        """Whether enough was looked at to act on it."""
        return self.looks is None or self.looks >= NEEDED[self.kind][0]
