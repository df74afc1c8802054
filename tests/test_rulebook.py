"""Loading rulebooks: everything that is wrong is named at once, with its line and what was perhaps meant."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from qa_checker.rulebook import Rulebook, RulebookError, load

BOOK = """\
name: 测试
dimensions: {process: 50, speed: 50}
use: ["*"]
"""
TOLD = "title: 题\nwhy: 因\nadvice: 议\nsource: 源\n"  # four lines: a rule's own begin on the fifth
EXAMPLES = "examples: {passes: [客服 您好], fails: [客服 在]}\n"


def folder(path: Path, rules: Mapping[str, str], book: str = BOOK, **lists: str) -> Path:
    """A lexicon folder; returns the path of its rulebook."""
    for name in ("rulebooks", "rules", "phrases"):
        (path / name).mkdir(parents=True)
    (path / "rulebooks" / "book.yaml").write_text(book, "utf-8")
    for name, text in {"greeting": "您好", "closing": "再见", **lists}.items():
        (path / "phrases" / f"{name}.txt").write_text(text, "utf-8")
    for name, text in rules.items():
        file = path / "rules" / f"{name}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(TOLD + text + EXAMPLES, "utf-8")
    return path / "rulebooks" / "book.yaml"


def problems(path: Path, rules: Mapping[str, str], book: str = BOOK, **lists: str) -> list[str]:
    with pytest.raises(RulebookError) as refused:
        load(folder(path, rules, book, **lists))
    assert str(refused.value) == "\n".join(map(str, refused.value.problems))
    return [str(problem) for problem in refused.value.problems]


FIRST_REPLY = "must_say: greeting\nin: first_reply\ncosts: 3\n"


def test_a_folder_s_rules_are_ordered_by_dimension_and_ready(tmp_path: Path) -> None:
    book = load(folder(tmp_path, {"speed/a": FIRST_REPLY, "process/z": FIRST_REPLY, "process/b": FIRST_REPLY}))
    assert [rule.id for rule in book.rules] == ["process/b", "process/z", "speed/a"]
    assert book.rule("speed/a") is book.rules[2]
    assert book.rule("speed/b") is None


@pytest.mark.parametrize(
    ("rule", "line", "words"),
    [
        (FIRST_REPLY + "unles: {agent_says: greeting}\n", 8, "不认识的键 unles，是不是 unless？"),
        (FIRST_REPLY + "unless: {agent_say: greeting}\n", 8, "不认识的键 agent_say，是不是 agent_says？"),
        ("must_say: greting\nin: first_reply\ncosts: 3\n", 5, "没有名为 greting 的词表，是不是 greeting？"),
        (FIRST_REPLY + "costs: 5\n", 8, "costs 写了两遍"),
        ("must_sya: greeting\nin: first_reply\ncosts: 3\n", 1, "must_sya，是不是 must_say？"),
        (FIRST_REPLY + "must_not_say: closing\n", 1, "只写一种"),
        ("must_say: greeting\nin: nowhere\ncosts: 3\n", 6, "in 要写"),
        ("must_say: greeting\nin: first_reply\nwhen: {customer_says: 在吗}\ncosts: 3\n", None, "有 when 时，in 要写"),
        ("must_say: greeting\nin: first_reply\nwithin: 3m\ncosts: 3\n", None, "within 要和 when 一起用"),
        ("must_say: greeting\nwhen: {customer_says: 在吗}\nwithin: 3 minutes\ncosts: 3\n", 7, "范围 3 minutes 看不懂"),
        ("must_say: greeting\nin: first_reply\nhint: true\ncosts: 3\n", None, "不能再写 costs"),
        ("must_say: greeting\nin: first_reply\n", None, "要写 costs"),
        ("must_say: greeting\nin: first_reply\nhint: true\nup_to: 3\n", None, "up_to 要和 costs"),
        ("must_say: greeting\nin: first_reply\ncosts: {over 60s: 3}\n", None, "分档扣分只能用在"),
        ("must_say: greeting\nin: first_reply\ncosts: -3\n", 7, "costs 要写正数"),
        ("must_say: greeting\nin: first_reply\ncosts: 3\nfine: five\n", 8, "fine 要写数字"),
        ("must_say: []\nin: first_reply\ncosts: 3\n", 5, "词表"),
        ("must_say: '@phone'\nin: first_reply\ncosts: 3\n", 5, "没有识别器 @phone"),
        ("must_say: 您好、再见\nin: first_reply\ncosts: 3\n", 5, "会当成一个说法"),
        ("must_say: [您好，再见]\nin: first_reply\ncosts: 3\n", 5, "会当成一个说法"),
        ("must_say: 加.*微信\nin: first_reply\ncosts: 3\n", 5, "请写 …"),
        ("must_reply_within: 60\nto: first\ncosts: 3\n", 5, "时长 60 看不懂"),
        ("must_reply_within: 60s\ncosts: 3\n", None, "to（first、later、each 或 average）和 when 要写一个"),
        ("must_reply_within: 60s\nto: first\ncosts: {after 60s: 3}\n", 7, "after 60s 看不懂"),
        ("must_return: 3m\ncosts: 3\n", None, "must_return 要写 when"),
        ("must_not_say: greeting\nwithin: 3m\ncosts: 3\n", None, "要和 when 一起用"),
        ("earns: 5\n", None, "earns 要写 when"),
        ("earns: 5\nwhen: {}\n", 6, "线索要写"),
    ],
)
def test_a_problem_is_named_with_its_line(tmp_path: Path, rule: str, line: int | None, words: str) -> None:
    found = problems(tmp_path, {"process/rule": rule})
    assert len(found) == 1, found
    assert found[0].startswith(f"rules/process/rule.yaml:{line or ''}")
    assert words in found[0]


def test_all_problems_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        {
            "process/good": FIRST_REPLY,
            "process/one": FIRST_REPLY + "unles: 1\nclok: wall\n",
            "speed/two": "must_say: +\nin: there\nhint: maybe\n",
            "other/three": "",
        },
        BOOK.replace("speed: 50", "sped: 50"),
        greeting="@phone\n+gone",
    )
    for words in (
        "unles",
        "clok",
        "in 要写",
        "hint 要写",
        "没有维度 sped，是不是 speed？",
        "@phone",
        "gone",
        "维度文件夹",
    ):
        assert any(words in each for each in found), (words, found)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("title: [题\nmust_say: greeting\n", None, "YAML 写法有误"),
        ("title: '题\n", None, "YAML 写法有误"),
        ("title: 题\nwhy：因\nadvice: 议\n", 2, "冒号是全角的"),
        ("title: 题\nwhy:因\nadvice: 议\n", 2, "冒号后面要空一格"),
        ("title: 题\nexamples:\n\tpasses: [客服 您好]\n", 3, "制表符"),
        ("- 题\n", 1, "键: 值"),
        ("", 1, "键: 值"),
        ("title:　题", 1, "键: 值"),
    ],
)
def test_a_file_that_is_no_yaml_mapping_is_named(tmp_path: Path, text: str, line: int | None, words: str) -> None:
    book = folder(tmp_path, {"process/good": FIRST_REPLY})
    (tmp_path / "rules/process/bad.yaml").write_text(text, "utf-8")
    with pytest.raises(RulebookError) as refused:
        load(book)
    assert str(refused.value).startswith(f"rules/process/bad.yaml:{line or ''}")
    assert words in str(refused.value)


@pytest.mark.parametrize("text", ["title: !!python/object:os.system 题\n", "title: &a [*a]\n", "title: 2026-02-30\n"])
def test_yaml_that_cannot_be_constructed_is_named(tmp_path: Path, text: str) -> None:
    book = folder(tmp_path, {"process/good": FIRST_REPLY})
    (tmp_path / "rules/process/bad.yaml").write_text(text, "utf-8")
    with pytest.raises(RulebookError, match=r"rules/process/bad\.yaml:1"):
        load(book)


def test_problems_of_the_rulebook_do_not_hide_those_of_its_rules(tmp_path: Path) -> None:
    found = problems(tmp_path, {"process/rule": FIRST_REPLY + "unles: 1\n"}, BOOK + "colour: red\n")
    assert len(found) == 2


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    book = folder(tmp_path, {})
    (tmp_path / "rules/process").mkdir()
    (tmp_path / "rules/process/gbk.yaml").write_bytes("title: 题".encode("gbk"))
    with pytest.raises(RulebookError, match="UTF-8"):
        load(book)


@pytest.mark.parametrize(
    ("book", "line", "words"),
    [
        (BOOK.replace("use", "uses"), 3, "不认识的键 uses，是不是 use？"),
        (BOOK + 'service_hours: {every_day: "8-23"}\n', 4, "营业时间"),
        (BOOK + "session_gap: soon\n", 4, "时长 soon 看不懂"),
        (BOOK + "base_score: 0\n", 4, "base_score 太小了"),
        (BOOK + "platform_metrics: ebay\n", 4, "platform_metrics 要写"),
        (BOOK + "override: {process/rul: {costs: 5}}\n", 4, "override 里没有规则 process/rul，是不是 process/rule？"),
        (BOOK.replace('["*"]', "[proces/*]"), 3, "use 里的 proces/* 没有对应的规则"),
    ],
)
def test_problems_of_the_rulebook_itself(tmp_path: Path, book: str, line: int, words: str) -> None:
    found = problems(tmp_path, {"process/rule": FIRST_REPLY}, book)
    assert any(each.startswith(f"book.yaml:{line}: ") and words in each for each in found), found


def test_an_override_changes_a_rule_and_is_checked_like_its_file(tmp_path: Path) -> None:
    book = load(
        folder(tmp_path / "good", {"process/rule": FIRST_REPLY}, BOOK + "override: {process/rule: {costs: 5}}\n")
    )
    assert book.rules[0].costs.points == 5  # type: ignore[attr-defined]
    assert (
        "不认识的键 cost"
        in problems(tmp_path / "bad", {"process/rule": FIRST_REPLY}, BOOK + "override: {process/rule: {cost: 5}}\n")[0]
    )


def test_an_unknown_rulebook_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="是不是 ecommerce？"):
        load("ecomerce")
    with pytest.raises(RulebookError, match="没有这个规则手册文件"):
        load(tmp_path / "none.yaml")


def test_phrases_may_stand_where_lists_do(tmp_path: Path) -> None:
    book = load(folder(tmp_path, {"process/rule": "must_say: [greeting, 让您费心了]\nin: anywhere\ncosts: 3\n"}))
    assert book.rules[0].lists() == {"greeting", "让您费心了"}


def fingerprint(path: Path, rule: str = FIRST_REPLY, greeting: str = "您好", book: str = BOOK) -> str:
    loaded: Rulebook = load(folder(path, {"process/rule": rule}, book, greeting=greeting))
    return loaded.fingerprint


def test_the_fingerprint_is_of_what_decides_and_not_of_how_it_is_written(tmp_path: Path) -> None:
    plain = fingerprint(tmp_path / "plain")
    assert fingerprint(tmp_path / "comment", "# 说明\n" + FIRST_REPLY, "# 问好\n\n您好", BOOK + "# 完\n") == plain
    assert fingerprint(tmp_path / "order", "costs: 3\nin: first_reply\nmust_say: greeting\n") == plain
    assert fingerprint(tmp_path / "costs", FIRST_REPLY.replace("3", "4")) != plain
    assert fingerprint(tmp_path / "list", greeting="您好\n你好") != plain
    assert fingerprint(tmp_path / "kind", greeting="==您好") != plain
    assert fingerprint(tmp_path / "book", book=BOOK + "pass_mark: 80\n") != plain


@pytest.mark.parametrize(
    ("first", "other", "warned"),
    [
        ("to: first", "to: first", True),
        ("to: first", "to: each", True),
        ("to: first", "to: later", False),
        ("to: first", "to: average", False),
        ("to: each", "when: {customer_says: 急}", False),
        ("to: each\napplies_to: {shop: [甲]}", "to: each\napplies_to: {shop: [乙]}", False),
    ],
)
def test_two_rules_that_charge_one_wait_are_warned_of(tmp_path: Path, first: str, other: str, warned: bool) -> None:
    rules = {
        "speed/one": f"must_reply_within: 60s\n{first}\ncosts: 3\n",
        "speed/two": f"must_reply_within: 5m\n{other}\ncosts: 3\n",
    }
    warnings = load(folder(tmp_path, rules)).warnings
    assert [str(each).startswith("book.yaml:3: speed/one（to: ") for each in warnings] == [True] * warned


def test_a_hint_charges_nothing(tmp_path: Path) -> None:
    wait = "must_reply_within: 60s\nto: each\n"
    assert not load(folder(tmp_path, {"speed/one": wait + "costs: 3\n", "speed/two": wait + "hint: true\n"})).warnings


def test_the_rulebooks_that_come_with_it_charge_no_wait_twice() -> None:
    assert not [warning for name in ("ecommerce", "hotline", "contract") for warning in load(name).warnings]
