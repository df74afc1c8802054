"""Drafts: one an author and place, the last words stand, sent or old ones are gone."""

from concurrent.futures import ThreadPoolExecutor

from qa_checker.desk.database import Desk
from qa_checker.desk.drafts import KEPT_FOR, draft, drop_draft, keep_draft, place_of

from .conftest import Clock
from .night import key

HERE = place_of("comment", key("S1"), 0)


def written(desk: Desk, author: str = "张班长") -> object:
    kept = draft(desk, author, HERE)
    return kept.content if kept else None


def test_the_last_words_stand_for_each_author_and_place(desk: Desk) -> None:
    keep_draft(desk, "张班长", HERE, "下次")
    keep_draft(desk, "张班长", HERE, "下次先道歉")
    keep_draft(desk, "李班长", HERE, {"seen": 2, "files": {"a": "甲\n"}})
    assert (written(desk), written(desk, "李班长")) == ("下次先道歉", {"seen": 2, "files": {"a": "甲\n"}})
    assert draft(desk, "张班长", place_of("comment", key("S2"), 0)) is None


def test_what_was_sent_or_emptied_is_gone(desk: Desk) -> None:
    keep_draft(desk, "张班长", HERE, "下次")
    drop_draft(desk, "张班长", HERE)
    assert written(desk) is None
    keep_draft(desk, "张班长", HERE, "下次")
    keep_draft(desk, "张班长", HERE, "")
    assert written(desk) is None


def test_old_drafts_fall_away(desk: Desk, clock: Clock) -> None:
    keep_draft(desk, "张班长", HERE, "下次")
    clock.time += KEPT_FOR
    assert written(desk) == "下次"
    clock.passes(seconds=1)
    assert written(desk) is None
    keep_draft(desk, "李班长", HERE, "别人写的")
    clock.time -= KEPT_FOR / 2
    assert written(desk) is None


def test_two_tabs_that_begin_at_once_leave_one_draft(desk: Desk) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: keep_draft(desk, "张班长", HERE, f"第 {number} 次"), range(12)))
    assert str(written(desk)).startswith("第 ")
