"""One conversation as a list of lines, and what can be asked about it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from qa_checker.clock import Hours

from .clock import is_open, open_between

EPOCH = datetime(1970, 1, 1)

T = TypeVar("T")


@dataclass(frozen=True)
class Line:
    """One message: the lists it says, and those of which it says nothing more."""

    role: str
    at: int  # ms since 1970
    known: bool
    agent: str | None  # who holds the chat
    text: str
    says: frozenset[str]
    only: frozenset[str]


@dataclass(frozen=True)
class Chat:
    """The lines of one conversation in order, on the clock of a rule."""

    lines: tuple[Line, ...]
    about: Mapping[str, str | None]
    hours: Hours

    def __len__(self) -> int:
        return len(self.lines)

    def rows(self, role: str) -> list[int]:
        return [row for row, line in enumerate(self.lines) if line.role == role]

    def says(self, row: int, role: str, lists: Collection[str]) -> bool:
        return self.lines[row].role == role and bool(self.lines[row].says & set(lists))

    def turns(self, role: str) -> list[range]:
        """From one side's first word to the other's; robots and notices end nothing."""
        found, speaking = [], None
        for row, line in enumerate(self.lines):
            if line.role in ("customer", "agent") and line.role != speaking:
                speaking = line.role
                found.append((line.role, row))
        ends = [*(start for _, start in found), len(self)][1:]
        return [range(start, end) for (side, start), end in zip(found, ends, strict=True) if side == role]

    def asked(self, ignoring: Collection[str], asking: Collection[str] = ()) -> list[int]:
        """The line of each customer's turn that first asks for something, which is more than courtesy."""
        asked = []
        for turn in self.turns("customer"):
            lines = [
                row for row in turn if self.lines[row].role == "customer" and not self.lines[row].only & set(ignoring)
            ]
            asked += [row for row in lines if not asking or self.says(row, "customer", asking)][:1]
        return asked

    def next(self, row: int, role: str) -> int | None:
        """The first line of this role behind a row."""
        return next((later for later in self.rows(role) if later > row), None)

    def passed(self, since: int, until: int) -> int:
        """Open milliseconds between two lines."""
        return open_between(self.hours, self.lines[since].at, self.lines[until].at)

    def waited(self, since: int, until: int | None) -> float | None:
        """Seconds; None where a time is unknown, infinite where nothing ever came."""
        if not self.lines[since].known or (until is not None and not self.lines[until].known):
            return None
        return float("inf") if until is None else self.passed(since, until) / 1000

    def reach(self, since: int, seconds: float) -> int:
        """One behind the last line that is not later than so many seconds after a line."""
        late = (row for row in range(since + 1, len(self)) if self.passed(since, row) > seconds * 1000)
        return next(late, len(self))

    def is_open(self, row: int) -> bool:
        return is_open(self.hours, self.lines[row].at)


def conversations(
    rows: Iterable[Mapping[str, Any]],
    says: Mapping[str, frozenset[str]],
    only: Mapping[str, frozenset[str]],
    hours: Hours,
) -> dict[str, Chat]:
    """Canonical rows in any order of sessions as chats; `says` and `only` by text."""
    sessions: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        sessions.setdefault(row["session_id"], []).append(row)
    return {session: _chat(mine, says, only, hours) for session, mine in sessions.items()}


def _chat(
    rows: list[Mapping[str, Any]], says: Mapping[str, frozenset[str]], only: Mapping[str, frozenset[str]], hours: Hours
) -> Chat:
    times = _filled([_milliseconds(row["sent_at"]) for row in rows])
    lines = [
        Line(
            row["role"],
            time or 0,
            row["sent_at"] is not None,
            row["agent_id"] if row["role"] in ("agent", "customer") else None,
            row["text"],
            says[row["text"]],
            only[row["text"]],
        )
        for row, time in zip(rows, times, strict=True)
    ]
    lines.sort(key=lambda line: line.at)
    holders = _filled([line.agent for line in lines])
    about = {name: next((row[name] for row in rows if row.get(name) is not None), None) for name in ("shop", "channel")}
    return Chat(tuple(replace(line, agent=holder) for line, holder in zip(lines, holders, strict=True)), about, hours)


def _filled(values: list[T | None]) -> list[T | None]:
    """What is not known is as it was before, and at the start as it will be."""
    filled: list[T | None] = []
    for value in values:
        filled.append(filled[-1] if value is None and filled else value)
    first = next((value for value in filled if value is not None), None)
    return [first if value is None else value for value in filled]


def _milliseconds(time: datetime | None) -> int | None:
    return None if time is None else round((time - EPOCH).total_seconds() * 1000)
