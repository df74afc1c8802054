"""The queue of 复核台: the sessions of a list that nobody has looked at yet, in the order of the list."""

from collections.abc import Iterator

from qa_checker.archive.query import SessionKey, count_sessions, neighbours, session_page
from qa_checker.dashboard.address import Asked
from qa_checker.dashboard.reading import Reading
from qa_checker.desk.reviews import signed_off

_STRIDE = 200
_FURTHEST = 20
"""Four thousand sessions ahead: further nobody looks for the next one, he narrows the list."""


def next_waiting(reading: Reading, what: Asked, after: SessionKey | None) -> SessionKey | None:
    """The first session of the list, after this one, that nobody has looked at; then from the top."""
    found = None
    place = reading.ask(neighbours, what.filter, what.order, after) if after else None
    for position, key, waits in _ahead(reading, what):
        if not waits or key == after:
            continue
        if place is None or position > place.place:
            return key
        found = found or key
    return found


def waiting_count(reading: Reading, what: Asked) -> int:
    """How many sessions of the list nobody has looked at."""
    total = reading.ask(count_sessions, what.filter)
    if total > _STRIDE * _FURTHEST:
        return total
    return sum(waits for _, _, waits in _ahead(reading, what))


def _ahead(reading: Reading, what: Asked) -> Iterator[tuple[int, SessionKey, bool]]:
    """Place in the list (from 1), session, and whether it waits."""
    for page in range(1, _FURTHEST + 1):
        frame = reading.ask(session_page, what.filter, what.order, page=page, size=_STRIDE)
        keys = [SessionKey(*row) for row in frame[["batch", "session_id"]].itertuples(index=False)]
        seen = signed_off(reading.desk, keys)
        for place, key in enumerate(keys, (page - 1) * _STRIDE + 1):
            yield place, key, key not in seen
        if len(keys) < _STRIDE:
            return
