"""What reaches beyond one message or one chat: bursts, later chats of a customer, promised times, echoed words."""

from datetime import datetime
from typing import Any

import pytest
from dialogue import rows, table

from qa_checker.chats import AGENT, Chats, chats_of
from qa_checker.language import Lexicon, Scanner, parse
from qa_checker.language.promises import deadline
from qa_checker.rules import KINDS, OUTCOMES

LISTS = {
    "off-platform": "# 站外\n# joins: bursts\n加我(薇信|微信)",
    "mobile": "# 手机号\n@mobile",
    "promise": "# 承诺\n@time_promise…回复您",
    "closing": "# 结束\n祝您愉快",
}
SCANNER = Scanner(Lexicon({name: parse(name, text, name)[0] for name, text in LISTS.items()}))


def chats(*dialogues: str, customer: str | None = None, until: datetime | None = None) -> Chats:
    mine = [
        row | {"customer_id": customer} for number, each in enumerate(dialogues) for row in rows(each, f"会话{number}")
    ]
    exported = None if until is None else int((until - datetime(1970, 1, 1)).total_seconds() * 1000)
    return chats_of(table(mine), SCANNER.scan, exported_until=exported)


def outcomes(batch: Chats, **keys: Any) -> list[str]:
    kind = next(KINDS[key] for key in keys if key in KINDS)
    told = dict.fromkeys(("title", "why", "advice", "source"), "") | {"id": "process/rule", "examples": {}, "costs": 5}
    return [
        OUTCOMES[outcome] for outcome in kind.model_validate(told | {"clock": "wall"} | keys).verdicts_on(batch).outcome
    ]


def test_words_cut_into_quick_messages_are_heard_and_quoted_in_each() -> None:
    batch = chats("agent 09:00:00 加我\nagent 09:00:05 薇\nagent 09:00:09 信哦")
    assert batch.says(["off-platform"], by=AGENT).tolist() == [0]
    _, row, start, end = batch.words(batch.says(["off-platform"], by=AGENT), ["off-platform"])
    texts = ["加我", "薇", "信哦"]
    assert [texts[r][a:b] for r, a, b in zip(row, start, end, strict=True)] == ["加我", "薇", "信"]


@pytest.mark.parametrize(
    "dialogue",
    [
        "agent 09:00:00 加我\nagent 09:02:00 微信",
        "agent 09:00:00 加我\ncustomer 09:00:05 微信",
        "agent 09:00:00 这款可以加我们店铺的购物车哦，喜欢就加我\nagent 09:00:05 微信",
    ],
    ids=["too slow", "two people", "no short messages"],
)
def test_other_neighbours_are_not_a_burst(dialogue: str) -> None:
    assert not len(chats(dialogue).says(["off-platform"], by=AGENT))


ASKED_AND_GONE = "customer 09:00:00 什么时候退款"
NEXT_DAY = "agent 17T08:00:00 昨天问的退款到了"


def test_any_chat_looks_into_the_same_customers_later_chats() -> None:
    rule = {"must_reply_within": "24h", "to": "each", "in": "any_chat"}
    late = datetime(2026, 12, 1)
    assert outcomes(chats(ASKED_AND_GONE, NEXT_DAY, customer="甲", until=late), **rule) == ["passes", "skips"]
    assert outcomes(chats(ASKED_AND_GONE, NEXT_DAY, until=late), **rule) == ["fails", "skips"]
    assert outcomes(chats(ASKED_AND_GONE, customer="甲", until=datetime(2026, 11, 16, 20)), **rule) == ["skips"]


@pytest.mark.parametrize(
    ("answered", "outcome"), [("09:10:30", "passes"), ("09:20:00", "fails")], ids=["in time with grace", "late"]
)
def test_a_promised_time_is_the_limit(answered: str, outcome: str) -> None:
    talk = f"agent 09:00:00 我10分钟内回复您\nagent 09:00:05 祝您愉快\nagent {answered} 查到了"
    rule = {"when": {"agent_says": "promise"}, "must_return": "as_promised", "ignoring": "closing"}
    assert outcomes(chats(talk), **rule) == [outcome]


def test_reading_back_the_customers_own_number_is_no_leak() -> None:
    rule = {"must_not_say": "mobile", "unless_echoed": True}
    own = "customer 09:00:00 电话 138 0013 8000\nagent 09:00:10 电话是13800138000对吗"
    assert outcomes(chats(own), **rule) == ["passes"]
    assert outcomes(chats("agent 09:00:10 她的电话是13800138000"), **rule) == ["fails"]


@pytest.mark.parametrize(
    ("promise", "by"),
    [
        ("10分钟内", "2026-11-20T10:10"),
        ("两个半小时", "2026-11-20T12:30"),
        ("明天上午", "2026-11-21T12:00"),
        ("今天下午", "2026-11-20T18:00"),
        ("晚上8点前", "2026-11-20T20:00"),
        ("3个工作日", "2026-11-25T10:00"),  # over a weekend
        ("1-3个工作日", "2026-11-25T10:00"),
        ("下周一", "2026-11-24T00:00"),
        ("24小时内", "2026-11-21T10:00"),
        ("尽快", None),
    ],
)
def test_promises_of_time(promise: str, by: str | None) -> None:
    said_at = datetime(2026, 11, 20, 10)  # a Friday
    assert deadline(promise, said_at) == (by and datetime.fromisoformat(by))
