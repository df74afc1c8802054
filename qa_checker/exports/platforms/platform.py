"""What a platform's module says about its JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qa_checker.exports.cells.json_fields import Object
from qa_checker.exports.cells.notices import Cells


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
    cells: Callable[[Object, Object], Cells]  # of a message, given what is around it; raises NotAWord and the two below
    parties: Sequence[str] = ()  # what makes up a session where the platform doesn't number them


class NotAChat(Exception):
    """The message isn't one between a customer and the shop."""


class CannotBeRead(Exception):
    """The file is of the platform and still can't be read as it is: what is wrong, and the remedy."""

    def __init__(self, reason: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.reason, self.problem, self.remedy = reason, problem, remedy
