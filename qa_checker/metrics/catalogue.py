"""Every metric in the order of the reports, and which of them a platform means by its own words."""

from collections.abc import Mapping

from .metric import Metric
from .outcomes import OUTCOMES
from .reception import COVERAGE, RECEPTION, SESSIONS
from .waits import WAITS

METRICS = (*RECEPTION, *WAITS, SESSIONS, *COVERAGE, *OUTCOMES)
"""All of them; they begin with the columns that supervisors know from 千牛, in its order."""

_BY_KEY: Mapping[str, Metric] = {each.key: each for each in METRICS}

_OF_PLATFORM = {
    "taobao": ("quick_round_rate", "timely_round_rate"),
    "pinduoduo": ("quick_round_rate", "timely_person_rate"),
    "jd": ("quick_first_rate", "timely_round_rate"),
    "douyin": ("quick_round_rate", "timely_session_rate"),
}


def metric(key: str) -> Metric:
    """A metric by its key; raises KeyError."""
    return _BY_KEY[key]


def of_platform(platform: str) -> tuple[Metric, Metric]:
    """30秒应答率 and 3分钟回复率 as a platform (`platform_metrics` of a rulebook) defines them."""
    quick, timely = _OF_PLATFORM[platform]
    return metric(quick), metric(timely)
