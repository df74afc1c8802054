"""What is doubtful about the times of a batch, for the operator: told with the result, never repaired."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .chats import Chats
    from .rulebook import Rulebook


@dataclass(frozen=True)
class TimeDoubts:
    """Doubts of one or several shards; they add up.

    running_back: chats whose times run on and back in the file. to_the_minute: chats with times without seconds.
    unannounced: years of which a clock in use does not know the Chinese holidays.
    """

    running_back: int = 0
    to_the_minute: int = 0
    unannounced: frozenset[int] = frozenset()

    def __add__(self, other: TimeDoubts) -> TimeDoubts:
        return TimeDoubts(
            self.running_back + other.running_back,
            self.to_the_minute + other.to_the_minute,
            self.unannounced | other.unannounced,
        )

    def told(self) -> tuple[str, ...]:
        """One plain sentence a doubt."""
        years = "、".join(map(str, sorted(self.unannounced)))
        sentences = (
            (
                self.running_back,
                f"{self.running_back} 段会话的时间在文件里忽前忽后，已按时间排列，其中的等待时长可能不准；"
                "请核对导出的顺序和各处的时钟",
            ),
            (
                self.to_the_minute,
                f"{self.to_the_minute} 段会话的时间没有写到秒，等待时长有 60 秒误差，误差以内的不判超时；"
                "请尽量导出带秒的时间",
            ),
            (
                self.unannounced,
                f"{years} 年的法定节假日和调休不在日历里，这一年按周一至周五上班、周末休息计算；"
                "放假安排公布后请升级 chinesecalendar 再重新评分",
            ),
        )
        return tuple(sentence for there, sentence in sentences if there)


def time_doubts(chats: Chats, rulebook: Rulebook) -> TimeDoubts:
    """What to tell of these chats, judged by the clocks of this rulebook."""
    coarse = chats.time_known & ~chats.to_the_second
    clocks = {"service_hours", *(rule.clock for rule in rulebook.rules)}
    known = chats.sent_at[chats.time_known]
    return TimeDoubts(
        chats.running_back,
        len(np.unique(chats.session[coarse])),
        frozenset().union(*(chats.clocks[clock].unannounced(known) for clock in clocks)),
    )
