"""What a platform's module says about its JSON, and the few ways of taking a cell out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa_checker.exports.notices import Cells

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Nested:
    """A message as it stands in the JSON, be it an object or not, with the fields of the conversation around it."""

    message: object
    around: Object


@dataclass(frozen=True)
class Platform:
    """How a platform writes its chats."""

    name: str  # as --layout takes it
    title: str  # as people call it
    unfold: Callable[[Object], Iterable[Nested]]  # the messages in an object of the file, itself maybe one
    is_message: Callable[[Object], bool]  # whether only this platform writes such an object
    cells: Callable[[Object, Object], Cells]  # of a message, given what is around it; may raise the three below
    parties: Sequence[str] = ()  # what makes up a session where the platform doesn't number them


class NotAWord(Exception):
    """An object or a list stands where a word or a number belongs."""


class NotAChat(Exception):
    """The message isn't one between a customer and the shop."""


class CannotBeRead(Exception):
    """The file is of the platform and still can't be read as it is: what is wrong, and the remedy."""

    def __init__(self, reason: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.reason, self.problem, self.remedy = reason, problem, remedy


def word(found: Object, *keys: str) -> str | None:
    """Give the first of these fields that is filled, as text; a whole number loses its `.0`."""
    for key in keys:
        value = found.get(key)
        if isinstance(value, dict | list):
            raise NotAWord(key)
        if value is None or value != value or value == "":
            continue
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return str(value)
    return None


def inside(found: Object, *keys: str) -> Object:
    """Give the object behind these keys, one within the other; an empty one where there is none."""
    for key in keys:
        inner = found.get(key)
        if not isinstance(inner, dict):
            return {}
        found = inner
    return found


def listed(found: Object, key: str) -> list[Any]:
    """Give the list in a field; an empty one where there is none."""
    value = found.get(key)
    return value if isinstance(value, list) else []


def first_list(found: Object, *paths: str) -> list[Any]:
    """Give the first of these lists that isn't empty; a path is `result.messages`."""
    for path in paths:
        *outer, last = path.split(".")
        if value := listed(inside(found, *outer), last):
            return value
    return []
