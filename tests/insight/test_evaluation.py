"""Lists and rules are measured against labels as people would by hand."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from small_shop import rule, shop
from typer.testing import CliRunner, Result

from qa_checker.cli import app
from qa_checker.insight.agreement import agreements
from qa_checker.insight.evaluation import Evaluation, ListScore, evaluate, share
from qa_checker.insight.labels import LabelledSession, LabelsRefused, read
from qa_checker.language import Lexicon
from qa_checker.rulebook import RulebookError, load

PHRASES = {
    "greeting": "# 问候\n您好\n+morning\n!您好像",
    "morning": "# 早上\n早上好",
    "closing": "# 收尾\n再见",
    "order-placed": "# 下单\n拍(下|好)了",
    "asks": "# 提问\n吗\n多久",
    "off-platform": "# 站外\n加…微",
}
RULES = {
    "process/greeting": rule("问好", "must_say: greeting\nin: first_reply\ncosts: 3"),
    "solving/unanswered": rule("回答", "must_reply_within: 15m\nto: each\nasking: asks\ncosts: 5"),
}


def session(name: str, *messages: str, **labels: str) -> dict[str, Any]:
    """A labelled session of lines `agent 您好 #greeting #hold`."""
    said = []
    for seq, line in enumerate(messages):
        role, text, *marks = line.split()
        said.append({"seq": seq, "role": role, "text": text, "labels": [mark.lstrip("#") for mark in marks]})
    return {"session_id": name, "messages": said, **labels}


SESSIONS = [
    session("甲", "customer 在吗", "agent 您好 #greeting", "customer 拍下了 #order_placed", "agent 再见啦 #closing"),
    session("乙", "customer 您好", "agent 您好，早上好 #greeting", "customer 朋友拍好了您看行吗", "agent 嗯 #confirms"),
    session("丙", "agent 您好像说过", "agent 嗨 #greeting", "agent 早上好呀", "agent 欢迎您好 #system #greeting"),
]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return shop(tmp_path / "词库", PHRASES, RULES)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    return write(tmp_path / "标注.jsonl", SESSIONS)


def write(path: Path, sessions: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in sessions), "utf-8")
    return path


def evaluated(book: Path, sessions: list[dict[str, Any]] = SESSIONS) -> Evaluation:
    labelled = [LabelledSession.model_validate(each) for each in sessions]
    return evaluate(labelled, Lexicon.read(book.parent.parent))


def score(evaluation: Evaluation, name: str) -> ListScore:
    return next(each for each in evaluation.lists if each.list == name)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_list_is_compared_with_its_label_on_the_messages_of_who_says_such_things(book: Path) -> None:
    found = evaluated(book)
    greeting = score(found, "greeting")  # the customer's 您好 is nobody's greeting, the system text no message
    assert (greeting.said_by, greeting.labelled, greeting.found, greeting.both) == (("agent",), 3, 3, 2)
    assert greeting.precision.value == greeting.recall.value == greeting.f1.value == pytest.approx(2 / 3)
    placed = score(found, "order-placed")
    assert (placed.said_by, placed.labelled, placed.found, placed.both) == (("customer",), 1, 2, 1)
    assert (placed.precision.value, placed.recall.value, placed.f1.value) == pytest.approx((1 / 2, 1, 2 / 3))
    assert found.messages == 11
    assert "confirms" in found.without_list


def test_roles_come_from_the_file_before_the_guide(book: Path) -> None:
    confirming = session("丁", "agent 好的 #order_placed", "customer 拍下了")
    placed = score(evaluated(book, [confirming]), "order-placed")
    assert (placed.said_by, placed.labelled, placed.found) == (("agent",), 1, 0)


def test_disagreements_name_the_phrase_and_its_file_also_of_an_included_list(book: Path) -> None:
    parted = [
        (
            each.list,
            each.kind,
            each.session_id,
            each.seq,
            [each.text[low:high] for low, high in each.spans],
            each.phrases,
        )
        for each in evaluated(book).disagreements
    ]
    assert parted == [
        ("greeting", "false_hit", "丙", 2, ["早上好"], ("phrases/morning.txt:2 早上好",)),
        ("greeting", "miss", "丙", 1, [], ()),
        ("order-placed", "false_hit", "乙", 2, ["拍好了"], ("phrases/order-placed.txt:2 拍(下|好)了",)),
    ]


def test_words_cut_into_several_messages_are_a_false_hit_of_no_single_phrase(tmp_path: Path) -> None:
    book = shop(tmp_path / "词库", {"off-platform": "# 站外\n# joins: bursts\n加我微信"}, {})
    cut = session("戊", "agent 加我", "agent 微信")
    (false_hit,) = evaluated(book, [cut]).disagreements
    assert (false_hit.seq, false_hit.phrases) == (0, ())


def test_intervals_hold_the_measure_and_are_the_same_each_time(book: Path) -> None:
    found, again = evaluated(book), evaluated(book)
    for each in found.lists:
        for interval in (each.precision, each.recall, each.f1):
            if not math.isnan(interval.value):
                assert 0 <= interval.low <= interval.value <= interval.high <= 1
    assert score(found, "greeting") == score(again, "greeting")
    assert score(found, "greeting").f1.low < score(found, "greeting").f1.value
    assert share(9, 10)[1:] == pytest.approx((0.5958, 0.9821), abs=1e-4)  # Wilson's, as in any table
    assert share(10, 10).low == pytest.approx(0.7225, abs=1e-4)
    assert math.isnan(share(0, 0).value)


def test_rules_are_compared_with_labels_of_whole_sessions(book: Path) -> None:
    sessions = [
        session("甲", "customer 在吗", "agent 您好", opening_greeted="yes", unanswered_end="no"),
        session("乙", "customer 在吗", "agent 您好", opening_greeted="no", unanswered_end="no"),
        session("丙", "customer 在吗", "agent 嗯", "customer 多久", opening_greeted="no", unanswered_end="yes"),
        session("丁", "customer 在吗", opening_greeted="na"),
    ]
    found = agreements([LabelledSession.model_validate(each) for each in sessions], load(book))
    greeted, unanswered = found
    assert (greeted.rule, greeted.sessions, greeted.agreed) == ("process/greeting", 4, 0.75)
    assert greeted.differing == (("乙", "no", "yes"),)
    assert greeted.kappa == pytest.approx(0.6364, abs=1e-4)  # (0.75 − 5/16) / (1 − 5/16)
    assert (unanswered.rule, unanswered.sessions, unanswered.agreed, unanswered.kappa) == (
        "solving/unanswered",
        3,
        1,
        1,
    )


def test_rules_are_asked_for_no_more_than_the_labels_are() -> None:
    thanked, asked = "customer 好的谢谢", "agent 您看还有别的要帮忙的吗"
    sessions = [
        session("甲", "customer 发什么快递", "agent 中通", thanked, "agent 您客气了", asked, closed_politely="yes"),
        session("乙", "customer 发什么快递", "agent 中通", thanked, "agent 您客气了", closed_politely="no"),
        session("丙", "customer 想报修", "agent 取件地址不变是吗", "customer 是的", address_state="confirmed"),
        session("丁", "customer 发什么快递", "agent 中通", "customer 太让人失望了", unanswered_end="no"),
        session("戊", "customer 在吗", "agent 在的", "customer 发什么快递", "agent 无", unanswered_end="yes"),
    ]
    sessions[-1]["messages"][-1]["text"] = " "
    found = agreements([LabelledSession.model_validate(each) for each in sessions], load())
    assert [(each.rule, each.differing) for each in found] == [
        ("process/closing", ()),
        ("process/verify-address", ()),
        ("process/address-change", ()),
        ("solving/unanswered", ()),
    ]


def test_kappa_is_unknown_where_everybody_says_the_same(book: Path) -> None:
    same = LabelledSession.model_validate(session("甲", "agent 您好", opening_greeted="yes"))
    (greeted,) = agreements([same], load(book))
    assert greeted.agreed == 1
    assert math.isnan(greeted.kappa)


def test_a_broken_list_is_refused_only_if_it_is_compared(tmp_path: Path) -> None:
    fine = shop(tmp_path / "好", PHRASES | {"dialect": "~侬好"}, RULES)
    assert evaluated(fine).lists
    broken = shop(tmp_path / "坏", PHRASES | {"morning": "# 早\n~早"}, RULES)
    with pytest.raises(RulebookError, match=r"morning\.txt:2"):
        evaluated(broken)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            '{"session_id": "甲", "messages": [{"seq": 0, "role": "顾客", "text": "秘密"}]}',
            ":1: messages.0.role 只能是",
        ),
        ('{"session_id": "甲"}', ":1: 缺少 messages"),
        ('{"session_id": "甲", "messages": [], "opening_greeted": "maybe"}', "opening_greeted 只能是"),
        ("{秘密", "不是完整的 JSON"),
        ("", "没有会话"),
        ('{"session_id": "甲", "messages": []}\n' * 2, ":2: 会话编号 甲 前面已经有了"),
    ],
)
def test_a_label_file_that_cannot_be_used_is_refused_without_its_text(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "标注.jsonl"
    path.write_text(line, "utf-8")
    with pytest.raises(LabelsRefused) as refused:
        read(path)
    assert said in str(refused.value)
    assert "秘密" not in str(refused.value)


def test_the_command_prints_tables_and_quotes(book: Path, labels: Path) -> None:
    shown = run("evaluate", labels, "--rulebook", book)
    assert shown.exit_code == 0, shown.output
    assert "greeting" in shown.stdout
    assert "66.7%" in shown.stdout
    assert "没有比较：address-check" in shown.stdout  # lists of the guide that this shop does not have
    assert "【早上好】呀  ← phrases/morning.txt:2 早上好" in shown.stdout
    assert shown.stderr == ""
    assert "【" not in run("evaluate", labels, "--rulebook", book, "--disagreements", "0").stdout


def test_the_command_prints_json_without_nan(book: Path, labels: Path) -> None:
    shown = run("evaluate", labels, "--rulebook", book, "--json", "--disagreements", "1")
    found = json.loads(shown.stdout, parse_constant=pytest.fail)
    lists = {each["list"]: each for each in found["lists"]}
    assert lists["off-platform"]["precision"]["value"] is None
    assert lists["closing"]["f1"] == {"value": 1, "low": 1, "high": 1}
    assert [each["kind"] for each in found["disagreements"] if each["list"] == "greeting"] == ["false_hit", "miss"]


def test_a_label_file_that_is_not_there_is_refused_in_chinese(book: Path, tmp_path: Path) -> None:
    refused = run("evaluate", tmp_path / "无.jsonl", "--rulebook", book)
    assert (refused.exit_code, "读不了标注文件" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("floor", "code", "said"),
    [
        ("greeting=0.66,closing=1", 0, ""),
        ("closing=1，greeting=0.67", 1, "greeting 的 F1 是 66.7%，没有达到 67.0%"),
        ("off-platform=0.5", 1, "off-platform 的 F1 是 无法计算"),
        ("greting=0.5", 2, "是不是 greeting？"),
        ("greeting=高", 2, "看不懂"),
    ],
)
def test_a_floor_that_is_not_met_fails(book: Path, labels: Path, floor: str, code: int, said: str) -> None:
    shown = run("evaluate", labels, "--rulebook", book, "--floor", floor)
    assert (shown.exit_code, said in shown.stderr) == (code, True), shown.output
