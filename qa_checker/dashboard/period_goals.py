"""What a rulebook asks of a period: whose definitions of the rates it goes by, and its targets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from qa_checker.archive.manifest import RULEBOOKS
from qa_checker.metrics import Metric, of_platform
from qa_checker.settings import Settings

PLATFORM_NAMES = {"taobao": "淘宝", "pinduoduo": "拼多多", "jd": "京东", "douyin": "抖音"}


@dataclass(frozen=True)
class Goals:
    """`platform` as a rulebook names it; `targets` are shares by the metric's key."""

    platform: str = "taobao"
    targets: Mapping[str, float] = field(default_factory=dict)

    @property
    def rates(self) -> tuple[Metric, Metric]:
        """30秒应答率 and 3分钟回复率 as the platform defines them."""
        return of_platform(self.platform)


def goals(root: Path, fingerprints: Iterable[str]) -> Goals:
    """The goals of the last of these rulebooks that can be read."""
    found = [_goals(root / RULEBOOKS / f"{fingerprint}.json") for fingerprint in fingerprints]
    return next((each for each in reversed(found) if each), Goals())


class _Snapshot(BaseModel):
    rulebook: dict[str, Any]


@lru_cache(maxsize=64)
def _goals(snapshot: Path) -> Goals | None:
    try:
        settings = Settings.model_validate(_Snapshot.model_validate_json(snapshot.read_bytes()).rulebook)
    except (OSError, ValidationError):
        return None
    targets = settings.targets
    hours = targets.first_contact_resolution and targets.first_contact_resolution.within
    named = {
        "reply_rate": targets.reply_rate,
        f"solved_at_once_{round(hours.total_seconds() / 3600) if hours else 24}h": targets.first_contact_resolution,
        "satisfied": targets.satisfaction,
    }
    return Goals(settings.platform_metrics, {key: target.at_least for key, target in named.items() if target})
