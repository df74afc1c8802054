"""One conversation as a list of lines, and what can be asked about it."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from qa_checker.clock import Hours

from .clock import is_open, open_between

EPOCH = datetime(1970, 1, 1)
ANY_SIGN = "贴图"
"""Stands among the lists a line says nothing more than where its type alone asks for nothing."""

T = TypeVar("T")


@dataclass(frozen=True)
class Line:
    """One message: the lists it says, and those of which it says nothing more."""

    role: str  # who really speaks
    at: int  # ms since 1970
    known: bool
    exact: bool  # given with seconds
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

    def is_courtesy(self, row: int, ignoring: Collection[str]) -> bool:
        return bool(self.lines[row].only & {*ignoring, *([ANY_SIGN] if ignoring else [])})

    def asked(self, ignoring: Collection[str], asking: Collection[str] = ()) -> list[int]:
        """The line of each customer's turn that first asks for something, which is more than courtesy."""
        asked = []
        for turn in self.turns("customer"):
            lines = [row for row in turn if self.lines[row].role == "customer" and not self.is_courtesy(row, ignoring)]
            asked += [row for row in lines if not asking or self.says(row, "customer", asking)][:1]
        return asked

    def next(self, row: int, role: str) -> int | None:
        """The first line of this role behind a row."""
        return next((later for later in self.rows(role) if later > row), None)

    def passed(self, since: int, until: int) -> int:
        """Milliseconds between two lines: open ones, unless the clock runs through the night."""
        if self.hours.by_start:
            return self.lines[until].at - self.lines[since].at
        return open_between(self.hours, self.lines[since].at, self.lines[until].at)

    def waited(self, since: int, until: int | None) -> float | None:
        """Seconds; None where a time is unknown, infinite where nothing ever came."""
        if not self.lines[since].known or (until is not None and not self.lines[until].known):
            return None
        return float("inf") if until is None else self.passed(since, until) / 1000

    def doubt(self, since: int, until: int | None) -> float:
        """Seconds by which the wait may be shorter, because a time was given without seconds."""
        return 0 if all(self.lines[row].exact for row in (since, until) if row is not None) else 60

    def left(self, asked: int, answered: int | None) -> bool:
        """Whether the question was a message left while nobody is there."""
        in_vain = answered is None or self.waited(asked, answered) == 0
        return self.lines[asked].known and not self.is_open(asked) and (in_vain or self.hours.by_start)

    def served_by_robots(self) -> bool:
        roles = {line.role for line in self.lines}
        return "bot" in roles and "agent" not in roles and all(line.agent is None for line in self.lines)

    def reach(self, since: int, seconds: float, surely: bool = False) -> int:
        """One behind the last line that is not later than so many seconds after a line, for all that is known."""
        slack = 0 if self.lines[since].exact else -60_000 if surely else 60_000
        late = (row for row in range(since + 1, len(self)) if self.passed(since, row) > seconds * 1000 + slack)
        return next(late, len(self))

    def is_open(self, row: int) -> bool:
        return is_open(self.hours, self.lines[row].at)


def conversations(
    rows: Iterable[Mapping[str, Any]],
    says: Mapping[str, frozenset[str]],
    only: Mapping[str, frozenset[str]],
    hours: Hours,
    autos: frozenset[str] = frozenset(),
) -> dict[str, Chat]:
    """Canonical rows in any order of sessions as chats; `says` and `only` by text, `autos` what machines reply."""
    sessions: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        sessions.setdefault(row["session_id"], []).append(row)
    return {session: _chat(mine, says, only, hours, autos) for session, mine in sessions.items()}


def _chat(
    rows: list[Mapping[str, Any]],
    says: Mapping[str, frozenset[str]],
    only: Mapping[str, frozenset[str]],
    hours: Hours,
    autos: frozenset[str],
) -> Chat:
    times = _filled([_milliseconds(row["sent_at"]) for row in rows])
    people = {row["agent_id"] for row in rows if _names_holder(row)}
    lines = [
        Line(
            _speaker(row),
            time or 0,
            row["sent_at"] is not None,
            row.get("to_the_second") is not False,
            _holder(row, people),
            row["text"],
            says[row["text"]],
            only[row["text"]] | ({ANY_SIGN} if row.get("message_type") in ("emotion", "rate") else set()),
        )
        for row, time in zip(rows, times, strict=True)
    ]
    lines.sort(key=lambda line: line.at)
    holders = _filled([line.agent for line in lines])
    about = {name: next((row[name] for row in rows if row.get(name) is not None), None) for name in ("shop", "channel")}
    held = [replace(line, agent=holder) for line, holder in zip(lines, holders, strict=True)]
    machine = [_too_quick(held, row, autos) for row in range(len(held))]
    spoken = [replace(line, role="bot") if quick else line for line, quick in zip(held, machine, strict=True)]
    return Chat(tuple(spoken), about, hours)


def _speaker(row: Mapping[str, Any]) -> str:
    """By flag, nick, prefix, type and notice; what was taken back is nobody's."""
    if row.get("message_type") in ("recall", "transfer") or re.fullmatch("由.*转交给.*", row["text"]):
        return "system"
    machine = row.get("is_auto") or "服务助手" in (row["agent_id"] or "") or row["text"].startswith("[自动回复]")
    return "bot" if row["role"] == "agent" and machine else str(row["role"])


def _names_holder(row: Mapping[str, Any]) -> bool:
    return bool(row["agent_id"]) and row["role"] in ("agent", "customer") and "服务助手" not in row["agent_id"]


def _holder(row: Mapping[str, Any], people: Collection[str]) -> str | None:
    """Whom a row names as holding the chat; a notice only one of the people of this chat."""
    if row["role"] in ("system", "bot"):
        name = row["text"].rpartition("转交给")[2]
        return name if "转交给" in row["text"] and name in people else None
    return row["agent_id"] if _names_holder(row) else None


def _too_quick(lines: list[Line], row: int, autos: frozenset[str]) -> bool:
    """Whether no person can have written an agent's line: a known text at once, or anything in no time at all."""
    before = [line for line in lines[:row] if line.role in ("customer", "agent")]
    asked = [line for line in before if line.role == "customer"]
    line = lines[row]
    if line.role != "agent" or not asked or not (line.known and line.exact):
        return False
    last = asked[-1]
    if last.known and last.exact and line.at - last.at <= 2000 and line.text in autos:
        return True
    while before[-1].role == "agent":
        before.pop()
    turn = [before.pop()]
    while before and before[-1].role == "customer":
        turn.insert(0, before.pop())
    first = next((each for each in turn if not each.only & {"courtesy", ANY_SIGN}), turn[0])
    return first.known and first.exact and line.at - first.at < 1000


def _filled(values: list[T | None]) -> list[T | None]:
    """What is not known is as it was before, and at the start as it will be."""
    filled: list[T | None] = []
    for value in values:
        filled.append(filled[-1] if value is None and filled else value)
    first = next((value for value in filled if value is not None), None)
    return [first if value is None else value for value in filled]


def _milliseconds(time: datetime | None) -> int | None:
    return None if time is None else round((time - EPOCH).total_seconds() * 1000)
