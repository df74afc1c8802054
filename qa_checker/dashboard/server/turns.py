"""How many pages are drawn at once: the others wait for their turn.

One interpreter draws all pages. Where a dozen people click within a second and all are served at once, each waits until
the last page is ready; one after the other, most have theirs long before (figures: bench/dashboard.md).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2
"""While one page waits for the archive, which answers beside the interpreter, the other is drawn."""

LONGEST_WAIT = 1.0
"""Seconds after which a page is drawn all the same: somebody's long work must not hold up everybody."""

_turns = threading.Semaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Hold one of the turns while a page is drawn."""
    held = _turns.acquire(timeout=LONGEST_WAIT)
    try:
        yield
    finally:
        if held:
            _turns.release()
