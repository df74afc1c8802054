"""The queue of 复核台: the sessions of a list that nobody has looked at yet, in the order of the list."""

from qa_checker.archive.query import SessionKey, count_sessions, neighbours, session_page
from qa_checker.dashboard.address import LARGEST_DRAW, Asked
from qa_checker.dashboard.reading import Reading
from qa_checker.desk.reviews import signed_off

_STRIDE = 200
_FURTHEST = 20
"""Four thousand sessions ahead: further nobody looks for the next one, he narrows the list."""


def next_waiting(reading: Reading, what: Asked, after: SessionKey | None) -> SessionKey | None:
    """The first session of the list, after this one, that nobody has looked at; then from the top."""
    place = reading.ask(neighbours, what.filter, what.order, after) if after else None
    passed = place.place if place else 0
    return _first_waiting(reading, what, after, passed) or (_first_waiting(reading, what, after, 0) if passed else None)


def _first_waiting(reading: Reading, what: Asked, after: SessionKey | None, passed: int) -> SessionKey | None:
    first = passed // _STRIDE + 1
    for page in range(first, first + _FURTHEST):
        keys = _page(reading, what, page, _STRIDE)
        ahead = keys[passed % _STRIDE :] if page == first else keys
        found = next((key for key in _waiting(reading, ahead) if key != after), None)
        if found or len(keys) < _STRIDE:
            return found
    return None


def waiting_count(reading: Reading, what: Asked) -> int | None:
    """How many sessions of the list nobody has looked at; None for a list too long to be anyone's task."""
    if reading.ask(count_sessions, what.filter) > LARGEST_DRAW:
        return None
    return len(_waiting(reading, _page(reading, what, 1, LARGEST_DRAW)))


def _waiting(reading: Reading, keys: list[SessionKey]) -> list[SessionKey]:
    seen = signed_off(reading.desk, keys)
    return [key for key in keys if key not in seen]


def _page(reading: Reading, what: Asked, page: int, size: int) -> list[SessionKey]:
    frame = reading.ask(session_page, what.filter, what.order, page=page, size=size)
    return [SessionKey(*row) for row in frame[["batch", "session_id"]].itertuples(index=False)]
