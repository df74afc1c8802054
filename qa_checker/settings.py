"""What a rulebook file says besides its rules: scores, hours, weights, targets."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from .clock import Hours
from .rounds import RoundSettings
from .rules.wording import seconds

DIMENSIONS = {
    "process": "流程规范",
    "attitude": "服务态度",
    "language": "语言规范",
    "speed": "响应时效",
    "solving": "问题解决",
    "compliance": "合规红线",
    "privacy": "信息安全",
    "praise": "奖励",
    "onsite": "现场行政",
}
"""Folder of a rule → what people call it."""

Gap = Annotated[timedelta, BeforeValidator(lambda value: timedelta(seconds=seconds(value)))]
Cap = Annotated[float, BeforeValidator(seconds)]


def _share(value: Any) -> float:
    """Read 95%; ValueError in Chinese."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%\s*", value) if isinstance(value, str) else None
    if not match or float(match[1]) > 100:
        raise ValueError(f"{value} 看不懂，请写百分数，如 95%")
    return float(match[1]) / 100


Share = Annotated[float, BeforeValidator(_share)]
OpenHours = Annotated[Hours, BeforeValidator(lambda value: value if isinstance(value, Hours) else Hours.parse(value))]


class Target(BaseModel):
    """A share, 0 to 1, that a period has to reach; `within`: so long after the chat it is still counted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_least: Share
    within: Gap | None = None


class Targets(BaseModel):
    """A rule judges a chat, a target judges a period: shown beside what was reached, never scored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reply_rate: Target | None = None
    first_contact_resolution: Target | None = None
    satisfaction: Target | None = None


class Settings(BaseModel):
    """What a rulebook file says besides its rules.

    `out_of_hours`: a wait counts in the service hours alone (clip), or whole where the question fell in them
    (exclude_by_start, 京东). `unreplied_on_transfer`: who hands a question over unanswered has left one unanswered
    (淘宝). `session_gap`, `session_by_day`: where an export doesn't number sessions, a longer silence, or a new day,
    begins the next.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    name: str
    base_score: Annotated[float, Field(gt=0)] = 100
    pass_mark: Annotated[float, Field(ge=0)] = 85
    bonus_cap: Annotated[float, Field(ge=0)] = 10
    dimensions: dict[str, float]
    service_hours: OpenHours = Hours.parse({"every_day": "08:00-23:00"})
    working_hours: OpenHours = Hours.parse({"workdays": "09:00-18:00"})
    out_of_hours: Literal["clip", "exclude_by_start"] = "clip"
    unreplied_on_transfer: bool = False
    session_gap: Gap = timedelta(minutes=30)
    session_by_day: bool = False
    response_cap: Cap = 600.0
    platform_metrics: Literal["taobao", "pinduoduo", "jd", "douyin"] = "taobao"
    targets: Targets = Targets()
    use: tuple[str, ...]
    override: dict[str, dict[str, Any]] = {}

    @property
    def clocks(self) -> dict[str, Hours]:
        """The clocks that rules and rounds may go by."""
        by_start = self.out_of_hours == "exclude_by_start"
        return {
            "service_hours": replace(self.service_hours, by_start=by_start),
            "working_hours": self.working_hours,
        }

    @property
    def rounds(self) -> RoundSettings:
        """What is decided about rounds."""
        return RoundSettings(self.unreplied_on_transfer)
