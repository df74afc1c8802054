"""The handbook is what the rule files say today, and the catalogue is covered by rules that exist."""

from pathlib import Path

import pytest
from small_shop import rule, shop

from qa_checker.insight.handbook import HOW, Clause, catalogue, coverage_page, nowhere, price, rules_page, sentence
from qa_checker.rulebook import Rulebook, lexicons, load, load_rules

ROOT = Path(__file__).parents[2]
CATALOGUE = catalogue(ROOT / "tests" / "catalogue.tsv")
STALE = "docs 旧了：python -m qa_checker.insight.handbook"


@pytest.fixture(scope="module")
def every_rule() -> Rulebook:
    return load_rules(lexicons())


def test_the_committed_pages_are_fresh(every_rule: Rulebook) -> None:
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == rules_page(every_rule, lexicons()), STALE
    assert (ROOT / "docs" / "coverage.md").read_text("utf-8") == coverage_page(CATALOGUE, every_rule), STALE


def test_every_rule_of_the_catalogue_is_covered_by_what_exists(every_rule: Rulebook) -> None:
    assert len({clause.rule for clause in CATALOGUE}) == len(CATALOGUE) == 113
    assert sum(clause.clauses for clause in CATALOGUE) == 427
    assert {clause.how for clause in CATALOGUE} == set(HOW)
    assert nowhere(CATALOGUE, every_rule) == []


def test_only_what_a_chat_shows_whole_has_no_gap() -> None:
    assert [clause.rule for clause in CATALOGUE if (clause.how == "fully") == bool(clause.gap)] == []


def test_every_target_is_set_in_the_shop_s_rulebook() -> None:
    targets = load("ecommerce").settings.targets.model_dump(exclude_none=True)
    named = {name for clause in CATALOGUE for name in clause.covered_by if name.startswith("target:")}
    assert {f"target:{name}" for name in targets} == named


def test_a_rule_or_target_that_does_not_exist_is_named(tmp_path: Path) -> None:
    book = load(shop(tmp_path, {"greeting": "# 问好\n您好\n"}, {"process/greeting": GREETING}))
    clauses = [
        Clause("hello", "问好", 1, "fully", ("process/greeting", "process/greetings"), ""),
        Clause("csat", "满意", 1, "target", ("target:satisfaction", "target:happiness"), "时期"),
        Clause("lost", "漏了", 1, "fully", (), ""),
    ]
    assert nowhere(clauses, book) == ["hello: process/greetings", "csat: target:happiness", "lost: （空）"]


GREETING = rule(
    "要问好",
    "# 只看第一次回复\nmust_say: greeting\nin: first_reply\ncosts: 3\nfine: 5",
    passes="顾客 在吗\n客服 您好",
    fails="顾客 在[吗]\n客服 «有*货»",
)


def test_a_rule_s_section_says_all_that_its_file_says(tmp_path: Path) -> None:
    book = load(shop(tmp_path, {"greeting": "# 问好\n您好\n"}, {"process/greeting": GREETING}))
    page = rules_page(book, tmp_path)
    for part in (
        "## 流程规范\n\n### 要问好\n\n`process/greeting` · 扣 3 分，罚 5 元",
        "为什么\n\n- 可以这样说：这样说\n- 出处：测试",
        "```yaml\n# 只看第一次回复\nmust_say: greeting\nin: first_reply\ncosts: 3\nfine: 5\n```",
        "- `greeting` 问好",
        "违反：\n\n> 顾客 在\\[吗\\]<br>\n> 客服 **有\\*货**",
    ):
        assert part in page


def test_a_rule_s_sentence_leaves_out_what_it_tells_people() -> None:
    text = "title: 题\nwhy: 因\nsource: 源\n\n# 说明\nwhen: {customer_says: 在吗}\nearns: 5\nexamples:\n  skips: []\n"
    assert sentence(text) == "# 说明\nwhen: {customer_says: 在吗}\nearns: 5"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("must_not_say: greeting\ncosts: all", "一票否决"),
        ("must_not_say: greeting\ncosts: 5\nup_to: 10", "扣 5 分，每次都扣，最多 10 分"),
        ("must_not_say: greeting\nhint: true", "只提示，不扣分"),
        ("must_reply_within: 60s\nto: first\ncosts: {over 60s: 3, never: 20}", "超过 1分钟扣 3 分，始终没有扣 20 分"),
        ("when: {customer_says: greeting}\nearns: 5\nreward: 2", "加 5 分，奖 2 元"),
        ("reviewer_asks: 好吗？", "由人判断，不扣分"),
        ("reviewer_asks: 好吗？\ncosts: 5", "由人判断，答否扣 5 分"),
    ],
)
def test_a_price_is_told_in_words(tmp_path: Path, body: str, words: str) -> None:
    book = load(shop(tmp_path, {"greeting": "您好\n"}, {"process/x": rule("题", body)}))
    assert price(book.rules[0]) == words
