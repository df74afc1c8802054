"""In which order sessions come on the desk: along a list, the waiting ones of a list, or what was assigned to one."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from qa_checker.archive.listing import Neighbours, count_sessions, neighbours, session_page
from qa_checker.archive.query import Archive, SessionKey
from qa_checker.archive.selection import Filter, Scope, chosen
from qa_checker.dashboard.controls.address import LARGEST_DRAW, Asked, address
from qa_checker.dashboard.reading import Reading
from qa_checker.desk.reviews import signed_off
from qa_checker.desk.samples import Drawn

_STRIDE = 200
_FURTHEST = 20
"""Four thousand sessions ahead: further nobody looks for the next one, he narrows the list."""


class Queue(ABC):
    """Sessions in an order, on a page."""

    page: str

    @abstractmethod
    def address(self) -> dict[str, list[str]]:
        """The query parameters that ask for it."""

    @abstractmethod
    def place(self, reading: Reading, session: SessionKey) -> Neighbours | None:
        """Where a session stands in it; None for one that is not in it."""

    @abstractmethod
    def following(self, reading: Reading, session: SessionKey | None) -> SessionKey | None:
        """Which session comes on the desk when this one is done."""

    def waiting(self, reading: Reading) -> int | None:
        """How many still wait, where that is anybody's task."""
        return None


@dataclass(frozen=True)
class List(Queue):
    """The list that the address asks for, one after the other."""

    what: Asked
    page = "session"

    def address(self) -> dict[str, list[str]]:
        """The list's own."""
        return address(self.what)

    def place(self, reading: Reading, session: SessionKey) -> Neighbours | None:
        """Its place in the list."""
        return reading.ask(neighbours, self.what.filter, self.what.order, session)

    def following(self, reading: Reading, session: SessionKey | None) -> SessionKey | None:
        """The next one of the list."""
        place = self.place(reading, session) if session else None
        return place.after if place else None


@dataclass(frozen=True)
class WaitingList(List):
    """The sessions of a list that nobody has looked at yet, in the order of the list."""

    page = "review"

    def following(self, reading: Reading, session: SessionKey | None) -> SessionKey | None:
        """The first one after this that nobody has looked at; then from the top."""
        place = self.place(reading, session) if session else None
        passed = place.place if place else 0
        found = self._first_waiting(reading, session, passed)
        return found or (self._first_waiting(reading, session, 0) if passed else None)

    def waiting(self, reading: Reading) -> int | None:
        """How many nobody has looked at; None for a list too long to be anyone's task."""
        if reading.ask(count_sessions, self.what.filter) > LARGEST_DRAW:
            return None
        return len(_unseen(reading, self._keys(reading, 1, LARGEST_DRAW)))

    def _first_waiting(self, reading: Reading, after: SessionKey | None, passed: int) -> SessionKey | None:
        first = passed // _STRIDE + 1
        for page in range(first, first + _FURTHEST):
            keys = self._keys(reading, page, _STRIDE)
            ahead = keys[passed % _STRIDE :] if page == first else keys
            found = next((key for key in _unseen(reading, ahead) if key != after), None)
            if found or len(keys) < _STRIDE:
                return found
        return None

    def _keys(self, reading: Reading, page: int, size: int) -> list[SessionKey]:
        frame = reading.ask(session_page, self.what.filter, self.what.order, page=page, size=size)
        return [SessionKey(*row) for row in frame[["batch", "session_id"]].itertuples(index=False)]


@dataclass(frozen=True)
class Assignment(Queue):
    """A reviewer's part of a sample: done is what he himself has signed off."""

    sample: Drawn
    sessions: tuple[SessionKey, ...]
    done: frozenset[SessionKey]
    page = "review"

    def address(self) -> dict[str, list[str]]:
        """The number of the sample; whose part it is, the visit says."""
        return {"sample": [str(self.sample.id)]}

    def place(self, reading: Reading, session: SessionKey) -> Neighbours | None:
        """Its place in the order of the draw."""
        if session not in self.sessions:
            return None
        at = self.sessions.index(session)
        before = self.sessions[at - 1] if at else None
        after = self.sessions[at + 1] if at + 1 < len(self.sessions) else None
        return Neighbours(before, after, at + 1, len(self.sessions))

    def following(self, reading: Reading, session: SessionKey | None) -> SessionKey | None:
        """The next one to do; then from the top."""
        at = self.sessions.index(session) + 1 if session in self.sessions else 0
        around = self.sessions[at:] + self.sessions[:at]
        return next((key for key in around if key not in self.done and key != session), None)

    def waiting(self, reading: Reading) -> int:
        """How many are to do."""
        return len(self.sessions) - len(self.done)


def assignment(reading: Reading, sample: Drawn) -> Assignment:
    """What the visitor has to do of a sample, as far as the archive still holds it."""
    mine = sample.assigned_to(reading.visitor.name)
    there = reading.ask(_still_there, mine)
    sessions = tuple(key for key in mine if key in there)
    seen = signed_off(reading.desk, sessions)
    done = frozenset(key for key in sessions if reading.visitor.name in seen.get(key, ()))
    return Assignment(sample, sessions, done)


def _still_there(archive: Archive, scope: Scope, keys: Sequence[SessionKey]) -> frozenset[SessionKey]:
    visible = chosen(scope, Filter())
    found = archive.rows(
        f"SELECT batch, session_id FROM {visible.text} SEMI JOIN (SELECT unnest(?::VARCHAR[]) AS batch,"
        " unnest(?::VARCHAR[]) AS session_id) USING (batch, session_id)",
        (*visible.values, [key.batch for key in keys], [key.session_id for key in keys]),
    )
    return frozenset(SessionKey(row["batch"], row["session_id"]) for row in found)


def _unseen(reading: Reading, keys: list[SessionKey]) -> list[SessionKey]:
    seen = signed_off(reading.desk, keys)
    return [key for key in keys if key not in seen]
