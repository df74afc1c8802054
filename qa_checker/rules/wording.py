"""The words of rule files as values: lists of phrases, durations, counts of messages."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ..chats import Duration, Messages

_UNITS = {"s": 1, "秒": 1, "m": 60, "分钟": 60, "分": 60, "h": 3600, "小时": 3600, "d": 86_400, "天": 86_400}


class Lists(tuple[str, ...]):
    """LIST in a rule: names of phrase lists, or phrases written in their place; one of them is enough."""

    __slots__ = ()

    @classmethod
    def parse(cls, value: Any) -> Self:
        """Read one name or phrase, or several."""
        if isinstance(value, str) and value.strip():
            return cls((value.strip(),))
        if isinstance(value, (list, tuple)) and value and all(isinstance(each, str) and each.strip() for each in value):
            return cls(each.strip() for each in value)
        raise ValueError("要写词表名、短语，或者它们的列表，如 [apology, 让您费心了]")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.parse)


def seconds(value: Any) -> float:
    """Read `60s`, `3m`, `2h`, `1d`; ValueError in Chinese."""
    match = (
        re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+|[\u4e00-\u9fff]+)\s*", value) if isinstance(value, str) else None
    )
    if not match or match[2] not in _UNITS:
        raise ValueError(f"时长 {value} 看不懂，请写成 60s、3m、2h 或 1d")
    return float(match[1]) * _UNITS[match[2]]


def duration(value: Any) -> Duration:
    """Read a duration; ValueError in Chinese."""
    return value if isinstance(value, Duration) else Duration(seconds(value))


@dataclass(frozen=True)
class Rounds:
    """`from: 3 rounds`: so many turns of the customer that ask for something."""

    count: int


def at_first(value: Any) -> Messages | Rounds:
    """Read `5 messages` or `3 rounds`; ValueError in Chinese."""
    if isinstance(value, (Messages, Rounds)):
        return value
    match = re.fullmatch(r"\s*(\d+)\s*(messages?|rounds?|条|轮)\s*", value) if isinstance(value, str) else None
    if not match:
        raise ValueError(f"{value} 看不懂，请写成 5 messages 或 3 rounds")
    return (Messages if match[2][0] in "m条" else Rounds)(int(match[1]))


def _within(value: Any) -> Duration | Messages:
    if isinstance(value, (Duration, Messages)):
        return value
    if isinstance(value, str) and (match := re.fullmatch(r"\s*(\d+)\s*(?:messages?|条|条消息)\s*", value)):
        if int(match[1]) == 0:
            raise ValueError("within 至少是 1 message")
        return Messages(int(match[1]))
    try:
        return duration(value)
    except ValueError:
        raise ValueError(f"范围 {value} 看不懂，请写成 5 messages 或 3m") from None


Limit = Annotated[Duration, BeforeValidator(duration)]
Reach = Annotated[Duration | Messages, BeforeValidator(_within)]
