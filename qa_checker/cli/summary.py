"""What a night looks like at a glance: sessions, scores, the costliest rules, money, waits, the worst sessions."""

from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from ..cards import Card, card
from ..clock import spoken
from ..rulebook import Rulebook
from ..scorecard import Scored
from ..settings import DIMENSIONS
from .saying import shown
from .tables import table

WORST = 3
_MOST_RULES = 8
_ROLES = {"customer": "顾客", "agent": "客服", "bot": "机器人", "system": "系统"}
_BANDS = ((0, 60), (60, 70), (70, 80), (80, 85), (85, 90), (90, 95), (95, 100), (100, 111))


class Summary:
    """Sums up scored shards as they come, and prints them in the end."""

    def __init__(self, rulebook: Rulebook):
        self._rulebook = rulebook
        self._scores: list[float] = []
        self._passed = self._red_lines = 0
        self._fine = self._reward = 0.0
        self._lost: dict[str, float] = defaultdict(float)
        self._breaches: Counter[str] = Counter()
        self._first: list[float] = []
        self._average = [0.0, 0]
        self._worst: list[Card] = []

    def add(self, scored: Scored) -> None:
        """Take in one shard."""
        self._scores += scored.score.tolist()
        self._passed += int(scored.passed.sum())
        self._red_lines += int(scored.red_line.sum())
        self._fine += float(scored.fine.sum())
        self._reward += float(scored.reward.sum())
        for rule, found in scored.verdicts:
            if rule.dimension != "praise" and found.points.any():
                self._lost[rule.title] += float(found.points.sum())
                self._breaches[rule.title] += int((found.points > 0).sum())
        self._first += scored.responses.first[~np.isnan(scored.responses.first)].tolist()
        known = ~np.isnan(scored.responses.average)
        self._average[0] += float((scored.responses.average * scored.responses.rounds)[known].sum())
        self._average[1] += int(scored.responses.rounds[known].sum())
        worst = np.lexsort((scored.responses.unanswered, scored.score))[:WORST]
        self._worst = sorted([*self._worst, *(card(scored, int(chat)) for chat in worst)], key=lambda each: each.score)[
            :WORST
        ]

    def show(self, archive: Path) -> None:
        """Print everything to stdout."""
        console = Console(highlight=False, width=None if Console().is_terminal else 100)
        console.print(self._figures())
        console.print(self._distribution())
        console.print(self._costliest())
        for each in self._worst:
            console.print(self._panel(each))
        console.print(f"在浏览器里查看：[bold]qa-checker dashboard --archive {shown(str(archive))}[/bold]")

    def _figures(self) -> Table:
        table = Table(
            title=f"{self._rulebook.name} 质检概况", show_header=False, box=None, padding=(0, 2), title_justify="left"
        )
        count = len(self._scores)
        first = spoken(float(np.median(self._first))) if self._first else "无法计算"
        average = spoken(self._average[0] / self._average[1]) if self._average[1] else "无法计算"
        table.add_row("会话", f"{count} 段", "平均得分", f"{np.mean(self._scores):.1f}")
        table.add_row("合格率", f"{self._passed / max(count, 1):.1%}", "红线", f"{self._red_lines} 段")
        table.add_row("罚款", f"{self._fine:g} 元", "奖励", f"{self._reward:g} 元")
        table.add_row("首响（中位数）", first, "平响", average)
        return table

    def _distribution(self) -> Table:
        table = Table(title="得分分布", box=None, show_header=False, padding=(0, 2), title_justify="left")
        scores = np.array(self._scores)
        counts = [int(((scores >= low) & (scores < high)).sum()) for low, high in _BANDS]
        for (low, high), count in zip(_BANDS, counts, strict=True):
            label = f"{low}–{high - 1}" if high <= 100 else "满分及以上"
            table.add_row(label, f"{count}", "█" * round(40 * count / max(*counts, 1)))
        return table

    def _costliest(self) -> Table:
        costliest = sorted(self._lost.items(), key=lambda each: -each[1])[:_MOST_RULES]
        rows = [(title, f"{self._breaches[title]}", f"{points:g} 分") for title, points in costliest]
        figures = ("次数", "共扣")
        return table(("规则", *figures), rows, figures=figures, title="扣分最多的规则")

    @staticmethod
    def _panel(each: Card) -> Panel:
        lines = []
        texts = {message.seq: message for message in each.messages}
        for verdict in (verdict for verdict in each.verdicts if verdict.outcome == "fails"):
            price = "一票否决" if verdict.red_line else f"−{verdict.points:g} 分"
            fine = f"，罚 {verdict.fine:g} 元" if verdict.fine else ""
            lines.append(f"[bold]{shown(verdict.title)}[/bold]  [red]{price}{fine}[/red]  {shown(verdict.reason)}")
            for quote in verdict.quotes[:2]:
                said = texts[quote.seq]
                lines.append(f"  {_ROLES[said.role]}：{_marked(said.text, quote.start, quote.end)}")
        losing = "、".join(
            f"{DIMENSIONS[name]} −{lost:g}" for name, lost in each.dimensions.items() if lost and name != "praise"
        )
        return Panel(
            "\n".join(lines),
            title=f"会话 {shown(each.session_id)}  得分 {each.score:g}",
            subtitle=losing,
            title_align="left",
        )


def _marked(text: str, start: int, end: int) -> str:
    """The quoted words in their message, the rest cut short."""
    before, words, after = text[max(0, start - 16) : start], text[start:end][:60], text[end : end + 16]
    plain = [shown(part.replace("\n", " ")) for part in (before, words, after)]
    cut_before, cut_after = "…" if start > 16 else "", "…" if end + 16 < len(text) else ""
    return f"{cut_before}{plain[0]}[reverse]{plain[1]}[/reverse]{plain[2]}{cut_after}"
