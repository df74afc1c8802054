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
