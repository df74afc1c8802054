"""Prices: what verdicts cost, and the score, money and dimensions that follow."""

from typing import Any

import pytest
from dialogue import SCANNER, rows, table

from qa_checker.cards import card
from qa_checker.rulebook import Rulebook
from qa_checker.rules import KINDS, OUTCOMES, Rule
from qa_checker.scorecard import Scored, score
from qa_checker.settings import Settings

TOLD = dict.fromkeys(("title", "why", "advice", "source"), "") | {"examples": {}}


def rule(kind: str, dimension: str = "process", **keys: Any) -> Rule:
    return KINDS[kind].model_validate(TOLD | {"id": f"{dimension}/{kind}"} | keys)


def scored(dialogue: str, *rules: Rule, **settings: Any) -> Scored:
    given = {"name": "测试", "dimensions": {"process": 60, "speed": 40}, "use": ["*"]} | settings
    book = Rulebook(Settings.model_validate(given), rules, SCANNER, "", "")
    return score(book.read(table(rows(dialogue) if dialogue else [])), book)


def told(result: Scored, number: int = 0) -> list[tuple[str, float, float]]:
    """Outcome, points and fine of each verdict of a rule."""
    found = result.verdicts[number][1]
    return [(OUTCOMES[o], float(p), float(f)) for o, p, f in zip(found.outcome, found.points, found.fine, strict=True)]


THREE_HOLDS = "agent 09:00:00 稍等\nagent 09:00:10 稍等\nagent 09:00:20 稍等"
SLOW = """customer 09:00:00 有货吗
          agent    09:02:00 有
          customer 09:03:00 多少钱
          agent    09:13:00 五十
          customer 09:14:00 包邮吗
          agent    09:14:30 包邮"""


def test_without_up_to_a_chat_pays_once() -> None:
    result = scored(THREE_HOLDS, rule("must_not_say", must_not_say="hold", costs=5, fine=5))
    assert told(result) == [("fails", 5, 5)]
    assert (result.score[0], result.fine[0]) == (95, 5)
    assert len(result.verdicts[0][1].quotes(result.chats).row) == 3  # and quotes every breach


def test_with_up_to_each_breach_pays_until_so_much_is_lost() -> None:
    result = scored(THREE_HOLDS, rule("must_not_say", must_not_say="hold", costs=5, up_to=8, fine=5))
    assert told(result) == [("fails", 5, 5), ("fails", 3, 5), ("fails", 0, 0)]
    assert (result.score[0], result.fine[0]) == (92, 10)


@pytest.mark.parametrize(
    ("costs", "limit", "expected", "waited"),
    [
        ({"over 60s": 3, "over 3m": 10}, "60s", ("fails", 10, 5), 600),  # the dearest
        ({"over 60s": 3}, "60s", ("fails", 3, 5), 120),  # of equals the first
        ({"over 2m": 3, "over 10m": 10}, "60s", ("fails", 3, 5), 600),  # exactly on the step is not over it
        ({"over 1h": 3}, "60s", ("hint", 0, 0), 120),  # broken, but below the first step
        (5, "60s", ("fails", 5, 5), 120),
        (5, "10m", ("passes", 0, 0), 120),
    ],
)
def test_steps_price_the_longest_wait(
    costs: Any, limit: str, expected: tuple[str, float, float], waited: float
) -> None:
    result = scored(SLOW, rule("must_reply_within", must_reply_within=limit, to="each", costs=costs, fine=5))
    assert told(result) == [expected]
    assert result.verdicts[0][1].waited.tolist() == [waited]


@pytest.mark.parametrize(
    ("costs", "points"), [({"over 60s": 3, "never": 20}, 20), ({"over 60s": 3, "over 3m": 10}, 10)]
)
def test_never_costs_its_own_or_the_highest_step(costs: Any, points: float) -> None:
    reply = rule("must_reply_within", must_reply_within="60s", to="first", costs=costs)
    assert told(scored("customer 09:00:00 有货吗", reply)) == [("fails", points, 0)]


def test_a_hint_costs_nothing() -> None:
    result = scored(THREE_HOLDS, rule("must_not_say", must_not_say="hold", hint=True))
    assert told(result) == [("hint", 0, 0)]
    assert result.score[0] == 100


def test_a_red_line_takes_everything_whatever_was_earned() -> None:
    result = scored(
        "customer 09:00:00 真棒\n" + THREE_HOLDS,
        rule("must_not_say", must_not_say="hold", costs="all"),
        rule("earns", when={"customer_says": "praise"}, earns=5),
        pass_mark=0,
    )
    assert (result.score[0], result.red_line[0], result.passed[0]) == (0, True, False)
    assert told(result) == [("fails", 100, 0)]


def test_praise_adds_up_to_the_bonus_cap_and_rewards_apart() -> None:
    praise = rule("earns", "praise", when={"customer_says": "praise"}, earns=8, reward=5)
    result = scored("customer 09:00:00 真棒\nagent 09:00:10 谢谢\ncustomer 09:00:20 真棒", praise, praise, bonus_cap=10)
    assert told(result) == [("earns", 8, 0)]  # once a chat
    assert (result.score[0], result.reward[0], result.fine[0]) == (110, 10, 0)
    assert result.dimensions["praise"][0] == 16


def test_the_score_takes_every_point_and_never_falls_below_nothing() -> None:
    result = scored(
        THREE_HOLDS,
        rule("must_not_say", must_not_say="hold", costs=70),
        rule("must_say", "speed", **{"in": "anywhere"}, must_say="closing", costs=40),
    )
    assert {name: float(lost[0]) for name, lost in result.dimensions.items()} == {"process": 70, "speed": 40}
    assert result.score[0] == 0


@pytest.mark.parametrize(("pass_mark", "passed"), [(95, True), (95.5, False)])
def test_the_pass_mark_itself_passes(pass_mark: float, passed: bool) -> None:
    result = scored(THREE_HOLDS, rule("must_not_say", must_not_say="hold", costs=5), pass_mark=pass_mark)
    assert result.passed.tolist() == [passed]


def test_the_holder_is_who_held_the_chat_last() -> None:
    result = scored("agent@甲 09:00:00 您好\nagent@乙 09:01:00 您好\ncustomer 09:02:00 谢谢")
    assert [result.chats.agents[number] for number in result.holder()] == ["乙"]


def test_an_empty_batch_is_scored() -> None:
    result = scored(
        "", rule("must_not_say", must_not_say="hold", costs=5), rule("earns", when={"customer_says": "praise"}, earns=1)
    )
    assert len(result.score) == len(result.holder()) == 0
    assert told(result) == []


def test_a_card_quotes_its_own_chat_alone() -> None:
    back = rule("must_say", must_say="closing", when={"agent_says": "hold"}, **{"in": "any_chat"}, costs=5)
    here, later = rows("agent 09:00:00 稍等", "一"), rows("customer 09:05:00 在吗\nagent 09:06:00 再见", "二")
    book = Rulebook(Settings(name="测试", dimensions={"process": 100}, use=("*",)), (back,), SCANNER, "", "")
    both = score(book.read(table([row | {"customer_id": "甲"} for row in here + later])), book)
    assert both.verdicts[0][1].quotes(both.chats).row.tolist() == [2]
    assert [(verdict.outcome, verdict.quotes) for verdict in card(both, 0).verdicts] == [("passes", ())]
