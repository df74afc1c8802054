import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from qa_checker.dashboard.server import turns
from qa_checker.dashboard.server.turns import AT_ONCE, turn


@pytest.fixture(autouse=True)
def all_turns_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_turns", threading.Semaphore(AT_ONCE))


class Visitors:
    """Draws pages until it is let go."""

    def __init__(self) -> None:
        self.drawing = threading.Semaphore(0)
        self.drawn = threading.Event()

    def page(self) -> None:
        with turn():
            self.drawing.release()
            assert self.drawn.wait(10)


def test_no_more_than_so_many_pages_are_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_WAIT", 10.0)
    visitors = Visitors()
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        pages = [pool.submit(visitors.page) for _ in range(AT_ONCE + 1)]
        for _ in range(AT_ONCE):
            assert visitors.drawing.acquire(timeout=10)
        one_more = visitors.drawing.acquire(timeout=0.2)
        visitors.drawn.set()
        for page in pages:
            page.result(10)
    assert not one_more


def test_long_work_holds_nobody_up_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_WAIT", 0.05)
    visitors = Visitors()
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        for _ in range(AT_ONCE + 1):
            pool.submit(visitors.page)
        came_in = [visitors.drawing.acquire(timeout=10) for _ in range(AT_ONCE + 1)]
        visitors.drawn.set()
    assert all(came_in)


def test_a_page_that_fails_gives_its_turn_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_WAIT", 10.0)
    for _ in range(AT_ONCE + 1):
        with pytest.raises(ZeroDivisionError), turn():
            raise ZeroDivisionError


def test_who_came_in_unasked_gives_no_turn_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_turns", threading.BoundedSemaphore(1))
    monkeypatch.setattr(turns, "LONGEST_WAIT", 0.01)
    with turn(), turn():
        pass
    with turn():
        pass
