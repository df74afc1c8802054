"""What the words of a rule mean where they could mean two things, one reading a line."""

from typing import Any

import pytest
from dialogue import chats

from qa_checker.rules import KINDS, OUTCOMES, Rule

HOLD = {"agent_says": "hold"}
ORDER = {"customer_says": "order-placed"}
SORRY = {"must_say": "apology", "when": HOLD}
CHECK = {"must_say": "address-check", "when": ORDER}


def rule(keys: dict[str, Any]) -> Rule:
    kind = next(key for key in keys if key in KINDS)
    price = {} if {"costs", "hint"} & keys.keys() or kind in ("earns", "reviewer_asks") else {"costs": 5}
    told = dict.fromkeys(("title", "why", "advice", "source"), "") | {"id": "process/rule", "examples": {}}
    return KINDS[kind].model_validate(told | price | keys)


def outcomes(keys: dict[str, Any], *dialogues: str) -> list[str]:
    batch = chats(*dialogues)
    return [OUTCOMES[outcome] for outcome in rule(keys).verdicts_on(batch).outcome]


READINGS = {
    "the first reply is all that a person sends until the customer speaks": (
        {"must_say": "greeting", "in": "first_reply"},
        "bot 09:00:00 您好\nagent@甲 09:00:01 在\nagent@乙 09:00:02 您好\ncustomer 09:00:03 有货吗",
        "passes",
    ),
    "a chat that breaks off in an unanswered question has no ending": (
        {"must_say": "closing", "in": "last_three_messages"},
        "customer 09:00:00 有货吗\nagent 09:00:10 有\ncustomer 09:00:20 多少钱",
        "skips",
    ),
    "a chat of courtesies has no ending": (
        {"must_say": "closing", "in": "last_three_messages", "ignoring": "courtesy"},
        "customer 09:00:00 谢谢\nagent 09:00:10 在",
        "skips",
    ),
    "a courtesy at the end leaves the ending as it was": (
        {"must_say": "closing", "in": "last_three_messages", "ignoring": "courtesy"},
        "customer 09:00:00 有货吗\nagent 09:00:10 有\ncustomer 09:00:20 谢谢",
        "fails",
    ),
    "the third last message is one of the last three": (
        {"must_say": "closing", "in": "last_three_messages"},
        "customer 09:00:00 有货吗\nagent 09:00:01 再见\nbot 09:00:02 您好\nagent 09:00:03 在\nagent 09:00:04 在",
        "passes",
    ),
    "the fourth last is not": (
        {"must_say": "closing", "in": "last_three_messages"},
        "customer 09:00:00 有货吗\nagent 09:00:01 再见\nagent 09:00:02 在\nagent 09:00:03 在\nagent 09:00:04 在",
        "fails",
    ),
    "only the agent's messages use up a window": (
        {**CHECK, "within": "1 message"},
        "customer 09:00:00 拍下了\nbot 09:00:01 您好\nsystem 09:00:02 付款\nagent 09:00:04 核对地址",
        "passes",
    ),
    "a window of messages at the very end asks for nothing": (
        {**CHECK, "within": "1 message"},
        "agent 09:00:00 您好\ncustomer 09:00:01 拍下了",
        "skips",
    ),
    "an open one does": (CHECK, "agent 09:00:00 您好\ncustomer 09:00:01 拍下了", "fails"),
    "a window of time does, too": ({**CHECK, "within": "3m"}, "agent 09:00:00 您好\ncustomer 09:00:01 拍下了", "fails"),
    "without a window a rule is due once": (
        CHECK,
        "customer 09:00:00 拍下了\nagent 09:00:01 核对地址\ncustomer 09:00:02 拍下了\nagent 09:00:03 好的",
        "passes",
    ),
    "with one it is due from each cue": (
        {**CHECK, "within": "1 message"},
        "customer 09:00:00 拍下了\nagent 09:00:01 核对地址\ncustomer 09:00:02 拍下了\nagent 09:00:03 好的",
        "fails",
    ),
    "one turn is one cue": (
        {**CHECK, "within": "1 message"},
        "customer 09:00:00 拍下了\ncustomer 09:00:01 拍下了\nagent 09:00:02 核对地址\nagent 09:00:03 好的",
        "passes",
    ),
    "of an agent's own cue the whole reply counts, before it": (
        {**SORRY, "within": "1 message"},
        "agent 09:00:00 抱歉\nagent 09:00:01 稍等\nagent 09:00:02 好的",
        "passes",
    ),
    "then so many messages more": (
        {**SORRY, "within": "1 message"},
        "agent 09:00:00 稍等\nagent 09:00:01 好的\ncustomer 09:00:02 好的\nagent 09:00:03 抱歉",
        "passes",
    ),
    "and no more": (
        {**SORRY, "within": "1 message"},
        "agent 09:00:00 稍等\ncustomer 09:00:02 好的\nagent 09:00:03 好的\nagent 09:00:04 抱歉",
        "fails",
    ),
    "a late line of the same reply counts within a window of time": (
        {**SORRY, "within": "30s"},
        "agent 09:00:00 稍等\nagent 09:05:00 抱歉",
        "passes",
    ),
    "a window of time starts at the cue": (
        {**SORRY, "within": "30s"},
        "agent 09:00:00 稍等\nagent 09:00:20 好的\ncustomer 09:00:25 好的\nagent 09:00:31 抱歉",
        "fails",
    ),
    "anywhere is before the cue, too": (
        {**CHECK, "in": "anywhere"},
        "agent 09:00:00 核对地址\ncustomer 09:00:01 拍下了",
        "passes",
    ),
    "before is before": (
        {"must_say": "transfer", "when": {"system_says": "transfer"}, "in": "before", "within": "1 message"},
        "agent 09:00:00 转接\nagent 09:00:01 好的\nsystem 09:00:02 转接\nagent 09:00:03 转接",
        "fails",
    ),
    "before by messages, where no person is": (
        {"must_say": "transfer", "when": {"system_says": "transfer"}, "in": "before", "within": "1 message"},
        "system 09:00:02 转接",
        "skips",
    ),
    "an excuse given by the deadline forgives": (
        {"must_return": "3m", "when": HOLD, "unless": {"customer_says": "praise"}},
        "agent 09:00:00 稍等\ncustomer 09:03:00 真棒\nagent 09:05:00 好的",
        "skips",
    ),
    "one given later does not": (
        {"must_return": "3m", "when": HOLD, "unless": {"customer_says": "praise"}},
        "agent 09:00:00 稍等\ncustomer 09:03:01 真棒\nagent 09:05:00 好的",
        "fails",
    ),
    "so it is with a reply": (
        {"must_reply_within": "60s", "to": "each", "unless": {"robot_says": "apology"}},
        "customer 09:00:00 有货吗\nbot 09:01:00 抱歉\nagent 09:02:00 有",
        "skips",
    ),
    "a later excuse does not help a late reply": (
        {"must_reply_within": "60s", "to": "each", "unless": {"robot_says": "apology"}},
        "customer 09:00:00 有货吗\nbot 09:01:01 抱歉\nagent 09:02:00 有",
        "fails",
    ),
    "a phrase is forgiven by what came by then": (
        {"must_not_say": "transfer", "unless": {"agent_says": "apology"}},
        "agent 09:00:00 抱歉，转接",
        "skips",
    ),
    "and not by what came behind it": (
        {"must_not_say": "transfer", "unless": {"agent_says": "apology"}},
        "agent 09:00:00 转接\nagent 09:00:01 抱歉",
        "fails",
    ),
    "what was kept stays kept": (
        {"must_not_say": "transfer", "unless": {"agent_says": "apology"}},
        "agent 09:00:00 抱歉",
        "passes",
    ),
    "a breach of another message stays one": (
        {"must_not_say": "hold", "unless": {"agent_says": "apology"}},
        "agent 09:00:00 稍等\nagent 09:00:01 抱歉\nagent 09:00:02 稍等",
        "fails",
    ),
    "forbidden behind a cue is allowed before it": (
        {"must_not_say": "transfer", "when": ORDER},
        "agent 09:00:00 转接\ncustomer 09:00:01 拍下了\nagent 09:00:02 好的",
        "passes",
    ),
    "unless it is forbidden anywhere": (
        {"must_not_say": "transfer", "when": ORDER, "in": "anywhere"},
        "agent 09:00:00 转接\ncustomer 09:00:01 拍下了\nagent 09:00:02 好的",
        "fails",
    ),
    "exactly in time is in time": (
        {"must_reply_within": "60s", "to": "first"},
        "customer 09:00:00 有货吗\nbot 09:00:30 您好\nagent 09:01:00 有",
        "passes",
    ),
    "a robot is no reply": (
        {"must_reply_within": "60s", "to": "first"},
        "customer 09:00:00 有货吗\nbot 09:00:30 您好\nagent 09:01:01 有",
        "fails",
    ),
    "the first wait is another rule's": (
        {"must_reply_within": "60s", "to": "later", "asking": "order-placed"},
        "customer 09:00:00 拍下了\nagent 09:05:00 好",
        "skips",
    ),
    "a later wait is its own, also the first that asks": (
        {"must_reply_within": "60s", "to": "later", "asking": "order-placed"},
        "customer 09:00:00 在吗\nagent 09:00:05 在\ncustomer 09:01:00 拍下了\nagent 09:05:00 好",
        "fails",
    ),
    "a question left out of hours and never answered": (
        {"must_reply_within": "60s", "to": "each"},
        "customer 23:30:00 有货吗",
        "skips",
    ),
    "on the wall clock there is no night": (
        {"must_reply_within": "60s", "to": "each", "clock": "wall"},
        "customer 23:30:00 有货吗",
        "fails",
    ),
    "a time not known": ({"must_reply_within": "60s", "to": "each"}, "customer - 有货吗\nagent 09:00:00 有", "skips"),
    "every hold is due": (
        {"must_return": "60s", "when": HOLD},
        "agent 09:00:00 稍等\nagent 09:00:30 稍等\nagent 09:02:00 好的",
        "fails",
    ),
    "a hold is a return": (
        {"must_return": "60s", "when": HOLD},
        "agent 09:00:00 稍等\nagent 09:00:30 稍等\nagent 09:01:30 好的",
        "passes",
    ),
    "the customer waits longer than, not exactly": (
        {"earns": 1, "when": {"customer_waits": "3m"}},
        "customer 09:00:00 有货吗\nagent 09:03:00 有",
        "skips",
    ),
    "the customer is silent for good": (
        {"earns": 1, "when": {"customer_silent": "2m"}},
        "customer 09:00:00 有货吗\nagent 09:00:10 有\nagent 09:00:20 您好",
        "earns",
    ),
    "silence is measured from the answer's last line": (
        {"earns": 1, "when": {"customer_silent": "2m"}},
        "customer 09:00:00 有货吗\nagent 09:00:10 有\nagent 09:02:00 您好\ncustomer 09:03:59 好的",
        "skips",
    ),
    "a silence of so long, to the second, is one": (
        {"earns": 1, "when": {"customer_silent": "2m"}},
        "customer 09:00:00 有货吗\nagent 09:00:10 有\ncustomer 09:02:10 好的",
        "earns",
    ),
    "the third sending of a text is one too many": (
        {"must_not_repeat": 3, "ignoring": "courtesy"},
        "agent 09:00:00 亲\nagent 09:00:01 好的\nagent 09:00:02 亲\nagent 09:00:03 好的\nagent 09:00:04 好的",
        "passes",
    ),
    "below the first step a breach is a hint": (
        {"must_reply_within": "60s", "to": "first", "costs": {"over 3m": 5}},
        "customer 09:00:00 有货吗\nagent 09:02:00 有",
        "hint",
    ),
    "a person's question waits for a person": (
        {"reviewer_asks": "说清楚了吗？", "costs": 5},
        "customer 09:00:00 有货吗",
        "skips",
    ),
}


@pytest.mark.parametrize(("keys", "dialogue", "outcome"), READINGS.values(), ids=READINGS)
def test_the_words_mean(keys: dict[str, Any], dialogue: str, outcome: str) -> None:
    assert outcomes(keys, dialogue) == [outcome]


def test_a_question_of_one_chat_is_not_answered_in_the_next() -> None:
    silent = {"earns": 1, "when": {"customer_silent": "2m"}}
    assert outcomes(silent, "customer 09:00:00 有货吗", "agent 09:00:01 您好") == ["skips", "skips"]


def charged(keys: dict[str, Any], dialogue: str) -> list[str]:
    batch = chats(dialogue)
    return [batch.agents[number] for number in rule(keys).verdicts_on(batch).charged]


def test_a_wait_is_charged_to_who_held_the_chat_when_the_customer_spoke() -> None:
    late = "agent@甲 09:00:00 您好\ncustomer 09:01:00 有货吗\nagent@乙 09:05:00 有"
    assert charged({"must_reply_within": "60s", "to": "each"}, late) == ["甲"]


def test_a_missing_sentence_is_charged_to_who_held_the_chat_when_its_place_ended() -> None:
    handed_over = "customer 09:00:00 拍下了\nagent@甲 09:00:10 好的\nagent@乙 09:00:20 好的"
    assert charged(CHECK, handed_over) == ["乙"]
    assert charged({**CHECK, "within": "1 message"}, handed_over) == ["甲"]


@pytest.mark.parametrize(
    ("keys", "dialogue", "words"),
    [
        (CHECK, "customer 09:00:00 好的，拍下了\nagent 09:00:10 好的", [(1, "好的")]),  # his first message in the place
        (CHECK, "agent 08:59:00 您好\ncustomer 09:00:00 好的，拍下了", [(1, "拍下了")]),  # else the customer's cue
        (SORRY, "agent 09:00:00 您好，稍等\nagent 09:00:10 好的", [(0, "稍等")]),  # the agent's own cue
        ({"must_not_say": "hold"}, "agent 09:00:00 稍等\nagent 09:00:01 您好，稍等", [(0, "稍等"), (1, "稍等")]),
        (
            {"must_reply_within": "60s", "to": "first"},
            "customer 09:00:00 有货吗\nagent 09:02:00 有",
            [(0, "有货吗"), (1, "有")],
        ),
    ],
)
def test_what_is_quoted(keys: dict[str, Any], dialogue: str, words: list[tuple[int, str]]) -> None:
    batch = chats(dialogue)
    quotes = rule(keys).verdicts_on(batch).quotes(batch)
    texts = [message.text for message in batch.conversation(0)]
    assert [(row, texts[row][low:high]) for _, row, low, high in zip(*quotes, strict=True)] == words


IN_A_MINUTE = {"must_reply_within": "60s", "to": "first", "costs": {"over 60s": 3, "over 3m": 10}}


@pytest.mark.parametrize(
    ("answered", "outcome", "points"),
    [
        ("09:01", "passes", 0),
        ("09:02", "skips", 0),
        ("09:03", "fails", 3),
        ("09:04", "fails", 3),
        ("09:05", "fails", 10),
    ],
)
def test_without_seconds_only_what_is_certain_is_a_breach_and_priced(
    answered: str, outcome: str, points: float
) -> None:
    batch = chats(f"customer 09:00 有货吗\nagent {answered} 有")
    found = rule(IN_A_MINUTE).verdicts_on(batch)
    assert [OUTCOMES[each] for each in found.outcome] == [outcome]
    assert found.points.tolist() == [points]
    assert ("精度不足" in found.reason(0)) == (outcome == "skips")


COARSE = {
    "a wait": (
        {"earns": 1, "when": {"customer_waits": "3m"}},
        "customer 09:00 有货吗\nagent {} 有",
        ("09:04", "skips"),
        ("09:05", "earns"),
    ),
    "a silence": (
        {"earns": 1, "when": {"customer_silent": "3m"}},
        "customer 08:59:00 有货吗\nagent 09:00 有\ncustomer {} 好的",
        ("09:03", "skips"),
        ("09:04", "earns"),
    ),
    "a return": (
        {"must_return": "3m", "when": HOLD},
        "agent 09:00 稍等\nagent {} 有",
        ("09:04", "skips"),
        ("09:05", "fails"),
    ),
    "a deadline": (
        {**CHECK, "within": "3m"},
        "customer 09:00 拍下了\nagent {} 核对地址",
        ("09:04", "passes"),
        ("09:05", "fails"),
    ),
}


@pytest.mark.parametrize(("keys", "dialogue", "doubtful", "certain"), COARSE.values(), ids=COARSE)
def test_every_time_of_the_language_knows_the_doubtful_minute(
    keys: dict[str, Any], dialogue: str, doubtful: tuple[str, str], certain: tuple[str, str]
) -> None:
    for time, outcome in (doubtful, certain):
        assert outcomes(keys, dialogue.format(time)) == [outcome]


def test_what_is_forbidden_within_a_time_is_only_where_it_surely_was_said_within_it() -> None:
    keys = {"must_not_say": "closing", "when": HOLD, "within": "3m"}
    assert outcomes(keys, "agent 09:00 稍等\nagent 09:02 再见") == ["fails"]
    assert outcomes(keys, "agent 09:00 稍等\nagent 09:03 再见") != ["fails"]


REASONS = {
    "answered late": (
        {"must_reply_within": "3m", "to": "first"},
        "customer 09:00:05 有货吗\nagent 09:04:10 有",
        "09:00:05 提问，09:04:10 回复，等了4分5秒（营业时间），要求 3分钟 以内",
    ),
    "over night": (
        {"must_reply_within": "3m", "to": "each", "clock": "wall"},
        "customer 22:59:00 有货吗\nagent 17T08:03:00 有",
        "11月16日 22:59:00 提问，11月17日 08:03:00 回复，等了9小时4分（自然时间），要求 3分钟 以内",
    ),
    "never": (
        {"must_reply_within": "3m", "to": "first"},
        "customer 09:00:05 有货吗",
        "09:00:05 提问，一直没有人回复（营业时间），要求 3分钟 以内",
    ),
    "without seconds": (
        {"must_reply_within": "3m", "to": "first"},
        "customer 09:00 有货吗\nagent 09:06 有",
        "09:00 提问，09:06 回复，等了约6分钟（营业时间），要求 3分钟 以内",
    ),
    "back late": (
        {"must_return": "3m", "when": HOLD},
        "agent 09:00:00 稍等\nagent 09:20:00 有",
        "09:00:00 说的，09:20:00 回来，过了20分钟（营业时间），要求 3分钟 以内",
    ),
    "a wait unexplained": (
        {"must_say": "apology", "when": {"customer_waits": "3m"}},
        "customer 09:00:00 有货吗\nagent 09:05:00 有",
        "09:00:00 提问，09:05:00 回复，等了5分钟（营业时间），这之后没有说到",
    ),
    "a silence left": (
        {"must_say": "closing", "when": {"customer_silent": "2m"}},
        "customer 09:00:00 有货吗\nagent 09:00:20 有\ncustomer 09:09:20 好的",
        "09:00:20 答完，顾客 09:09:20 才再说话，静了9分钟（营业时间），这之后没有说到",
    ),
}


@pytest.mark.parametrize(("keys", "dialogue", "reason"), REASONS.values(), ids=REASONS)
def test_a_reason_on_time_names_asked_answered_waited_and_the_clock(
    keys: dict[str, Any], dialogue: str, reason: str
) -> None:
    assert rule(keys).verdicts_on(chats(dialogue)).reason(0) == reason


def test_a_promise_names_by_when() -> None:
    keys = {"must_return": "as_promised", "when": {"agent_says": "promise"}, "clock": "wall"}
    batch = chats("agent 09:00:00 10分钟内回复\nagent 09:30:00 有")
    told = "09:00:00 说的，09:30:00 回来，过了30分钟（自然时间），说好 09:10:00 之前"
    assert rule(keys).verdicts_on(batch).reason(0) == told


def test_an_hour_on_the_service_clock_is_not_over_while_it_stands_still() -> None:
    keys = {"must_say": "apology", "when": ORDER, "in": "any_chat", "within": "2h"}
    asked = "customer 22:30:00 拍下了\nagent 22:31:00 有"
    assert outcomes(keys, f"{asked}\nagent 17T09:00:00 有") == ["skips"]  # an hour and a half of it, then the export
    assert outcomes(keys, f"{asked}\nagent 17T09:30:00 有") == ["fails"]


def test_what_only_robots_were_asked_blames_nobody() -> None:
    keys = {"must_reply_within": "3m", "to": "each"}
    assert outcomes(keys, "customer 09:00:00 有货吗\nbot 09:00:01 您好") == ["skips"]
    assert outcomes(keys, "customer 09:00:00 有货吗\nagent@甲! 09:00:01 您好") == ["fails"]


def test_the_first_question_is_the_first_that_was_asked_in_hours() -> None:
    keys = {"must_reply_within": "3m", "to": "first"}
    assert outcomes(keys, "customer 07:00:00 有货吗\nagent 07:00:30 有\ncustomer 09:00:00 多少钱") == ["fails"]
