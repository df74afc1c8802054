"""A rulebook's health: what is named is of no use or works against itself, and nothing healthy is named."""

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_shop import rule, shop
from typer.testing import CliRunner, Result

from qa_checker.archive.manifest import ArchiveError
from qa_checker.chats import MESSAGES
from qa_checker.cli import app
from qa_checker.examples import conversation
from qa_checker.exports import read
from qa_checker.insight.findings import TITLES, Finding
from qa_checker.insight.health import health
from qa_checker.insight.replay import replay
from qa_checker.language import Lexicon
from qa_checker.nightly import run as night
from qa_checker.rulebook import load

GREETING = rule("问好", "must_say: greeting\nin: first_reply\ncosts: 3", passes="客服 您好", fails="客服 嗯")
HEADER = "会话ID,消息ID,客服,顾客,角色,发送时间,消息内容\n"


def found(book: Path, kind: str, dialogues: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Where and what, of the findings of one kind."""
    return [(each.where, each.what) for each in findings(book, dialogues) if each.kind == kind]


def findings(book: Path, dialogues: Iterable[str] | None = None) -> tuple[Finding, ...]:
    shards = None
    if dialogues is not None:
        rows = [conversation(text, f"会话{number}")[0] for number, text in enumerate(dialogues)]
        shards = [pa.Table.from_pylist(each, schema=MESSAGES) for each in rows]  # each in a shard of its own
    return health(load(book), Lexicon.read(book.parent.parent), shards).findings


def one_list(folder: Path, lines: str) -> Path:
    return shop(folder, {"greeting": f"# 问候\n{lines}"}, {"process/greeting": GREETING})


# What the files show by themselves


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        ("您好\n在呢\n您好", ["phrases/greeting.txt:4"]),
        ("歡迎\n欢迎", ["phrases/greeting.txt:3"]),  # written in two ways, matched in one
        ("您好\n==您好\n=您好\n您…好", []),
        ("(您|你)好\n你好", ["phrases/greeting.txt:3"]),
        ("你好\n(您|你)好", ["phrases/greeting.txt:2"]),  # the later line says more
        ("(您|你)好\n(你|妮)好", []),
        ("您们好\n您(好|…来了|们好)", ["phrases/greeting.txt:2"]),  # and not the later line for the earlier
        ("您好\n!您好像\n!您好像", ["phrases/greeting.txt:4"]),
        ("您好\n!您好", []),
    ],
)
def test_a_phrase_written_twice_is_named_where_it_can_go(tmp_path: Path, lines: str, where: list[str]) -> None:
    assert [place for place, _ in found(one_list(tmp_path, lines), "duplicate")] == where


def test_of_a_line_with_several_phrases_it_is_said_that_only_one_can_go(tmp_path: Path) -> None:
    book = one_list(tmp_path, "您(好|…来了|们好)\n您(早|…慢走|们好)")
    (duplicate,) = [each for each in findings(book) if each.kind == "duplicate"]
    assert (duplicate.where, duplicate.what) == ("phrases/greeting.txt:3", "您们好")
    assert duplicate.why == "只这一种说法，第 2 行已经有了"


def test_only_what_somebody_wrote_can_be_written_twice(tmp_path: Path) -> None:
    respelt = "# spelt: pinyin\n(加|十)微信\n加微信\n加威信\njiaweixin"  # both 微信 and 威信 are spelt weixin
    expected = [("phrases/greeting.txt:4", "加微信"), ("phrases/greeting.txt:6", "jiaweixin")]
    assert found(one_list(tmp_path, respelt), "duplicate") == expected


def test_a_phrase_that_an_included_list_has_is_named(tmp_path: Path) -> None:
    lists = {"greeting": "# 问候\n+early\n您好\n早", "early": "# 早\n早\n早安"}
    book = shop(tmp_path, lists, {"process/greeting": GREETING})
    (duplicate,) = [each for each in findings(book) if each.kind == "duplicate"]
    assert (duplicate.where, duplicate.why) == ("phrases/greeting.txt:4", "+early 第 2 行已经有了")


@pytest.mark.parametrize(
    ("body", "contradicts"),
    [
        ("when: {customer_says: asks}\nmust_say: polite\nunless: {customer_says: thanks}", True),
        ("when: {customer_says: asks}\nmust_say: polite\nunless: {agent_says: thanks}", False),  # someone else's words
        ("when: {agent_says: asks}\nmust_say: thanks", True),
        ("when: {customer_says: asks}\nmust_say: thanks", False),
        ("must_not_say: asks\nunless: {agent_says: thanks}", True),
        ("must_say: polite\nin: last_three_messages\nasking: asks\nignoring: thanks", True),
        ("must_say: polite\nin: last_three_messages\nasking: asks\nignoring: polite", False),
    ],
)
def test_a_phrase_on_both_sides_of_a_rule_is_named(tmp_path: Path, body: str, contradicts: bool) -> None:
    lists = {"asks": "# 问\n吗\n(好的|行)呢", "thanks": "# 谢\n谢谢\n好的呢", "polite": "# 礼貌\n请\n您"}
    book = shop(tmp_path, lists, {"process/both": rule("两边", f"{body}\ncosts: 1", passes="客服 请", fails="客服 嗯")})
    expected = [("rules/process/both.yaml", "(好的|行)呢")] if contradicts else []
    assert found(book, "contradiction") == expected


def test_rules_without_both_kinds_of_example_are_named(tmp_path: Path) -> None:
    rules = {
        "process/greeting": GREETING,
        "process/one": rule("一", "must_say: greeting\nin: anywhere\ncosts: 1", fails="客服 嗯"),
        "praise/earned": rule("奖", "when: {customer_says: greeting}\nearns: 1", earns="顾客 您好", skips="顾客 嗯"),
        "praise/none": rule("无", "when: {customer_says: greeting}\nearns: 1"),
        "process/person": rule("人", "reviewer_asks: 好吗？"),
    }
    book = shop(tmp_path, {"greeting": "# 问候\n您好"}, rules)
    missing = [(each.what, each.why) for each in findings(book) if each.kind == "missing_example"]
    assert sorted(missing) == [("一", "没有 passes 示例"), ("无", "没有 earns、skips 示例")]


def test_a_healthy_rulebook_has_no_findings(tmp_path: Path) -> None:
    assert findings(one_list(tmp_path, "您好\n!您好像")) == ()
    said = ["客服 您好", "客服 您好像没付款", "客服 嗯"]
    assert findings(one_list(tmp_path, "您好\n!您好像"), said) == ()


# What messages show


def test_phrases_never_said_are_named_by_line(tmp_path: Path) -> None:
    book = one_list(tmp_path, "您好\n(早|晚)安\n==在的\n==好的\n==忙\n欢…迎您\n欢…送您")
    said = ["客服 您好", "顾客 晚安", "客服 在的，好的", "客服 欢天喜地迎您", "客服 忙着呢"]
    expected = [("phrases/greeting.txt:6", "==忙"), ("phrases/greeting.txt:8", "欢…送您")]
    assert found(book, "unsaid_phrase", said) == expected


def test_a_phrase_whose_spellings_are_not_said_either_is_named_once(tmp_path: Path) -> None:
    book = one_list(tmp_path, "# spelt: pinyin\n您好\n加微信\n加群聊")
    said = ["客服 您好", "客服 jia微信"]
    assert found(book, "unsaid_phrase", said) == [("phrases/greeting.txt:5", "加群聊")]


def test_a_longer_whole_is_not_taken_for_the_shorter_in_it(tmp_path: Path) -> None:
    book = one_list(tmp_path, "您好\n==好\n==好的")
    assert found(book, "unsaid_phrase", ["客服 您好", "客服 好的"]) == [("phrases/greeting.txt:3", "==好")]


def test_a_phrase_said_only_across_messages_is_said(tmp_path: Path) -> None:
    book = one_list(tmp_path, "加微信\n加我\n# joins: bursts")
    said = ["客服 09:00:00 加微\n客服 09:00:05 信"]
    assert found(book, "unsaid_phrase", said) == [("phrases/greeting.txt:3", "加我")]
    assert found(book, "unsaid_list", said) == []


def test_a_list_never_said_is_named_once(tmp_path: Path) -> None:
    book = one_list(tmp_path, "您好\n你好\n!您好像")
    said = ["客服 嗯", "客服 您好像没付款"]  # said, yet never counted
    assert found(book, "unsaid_list", said) == [("phrases/greeting.txt", "greeting")]
    assert found(book, "unsaid_phrase", said) == []


def test_phrases_always_excused_are_named(tmp_path: Path) -> None:
    book = one_list(tmp_path, "您好\n保证…退\n包退\n!保证金\n# guards: negation")
    shop(tmp_path, {"negation": "# 不\n不"}, {})
    said = ["客服 您好", "客服 保证金可退", "客服 不包退", "顾客 您好"]
    excused = [("phrases/greeting.txt:3", "保证…退"), ("phrases/greeting.txt:4", "包退")]
    assert found(book, "always_excused", said) == excused
    assert found(book, "always_excused", [*said, "客服 包退的"]) == excused[:1]


def test_phrases_inside_others_are_named(tmp_path: Path) -> None:
    book = one_list(tmp_path, "您好\n您好呀\n请稍\n请稍等\n稍…等")
    said = ["客服 您好呀", "客服 您好", "客服 请稍等"]
    assert found(book, "shadowed", said) == [("phrases/greeting.txt:4", "请稍"), ("phrases/greeting.txt:6", "稍…等")]
    assert found(book, "shadowed", [*said, "客服 请稍候"]) == [("phrases/greeting.txt:6", "稍…等")]


def test_excuses_without_effect_are_named(tmp_path: Path) -> None:
    lists = {"greeting": "# 问候\n您好\n+early\n!您好像\n!早餐\n!好像\n!晚餐", "early": "# 早\n早"}
    book = shop(tmp_path, lists, {"process/greeting": GREETING})
    said = ["客服 您好像没付款", "客服 您好", "客服 早餐吃了"]  # 早餐 excuses what the included list finds
    idle = {each.where: each.count for each in findings(book, said) if each.kind == "idle_excuse"}
    assert idle == {"phrases/greeting.txt:6": 1, "phrases/greeting.txt:7": 0}


def test_rules_that_always_or_never_speak_are_named_with_their_sessions(tmp_path: Path) -> None:
    lists = {"greeting": "# 问候\n您好", "sorry": "# 歉\n抱歉", "bad": "# 骂\n笨"}
    rules = {
        "process/greeting": GREETING,
        "process/always": rule("总", "when: {customer_says: bad}\nmust_say: sorry\ncosts: 1"),
        "process/never": rule("从不", "must_not_say: bad\ncosts: 1"),
        "process/undue": rule("没轮到", "when: {agent_says: bad}\nmust_say: sorry\ncosts: 1"),
        "praise/earned": rule("奖", "when: {customer_says: greeting}\nearns: 1"),
        "process/person": rule("人", "reviewer_asks: 好吗？"),
    }
    book = shop(tmp_path, lists, rules)
    said = ["客服 您好\n顾客 您好", "顾客 笨\n客服 嗯", "顾客 笨死了\n客服 嗯"]
    of_rules = {each.kind: (each.what, each.count) for each in findings(book, said) if each.where.startswith("rules/")}
    of_rules.pop("missing_example")
    assert of_rules == {"always_fires": ("总", 2), "never_fires": ("从不", 3), "never_due": ("没轮到", 0)}


def test_the_most_useful_comes_first(tmp_path: Path) -> None:
    book = one_list(tmp_path, "您好\n您好\n晚安\n!您好像\n您好的\n嗯…好")
    kinds = [each.kind for each in findings(book, ["客服 您好", "客服 您好"])]
    assert kinds == sorted(kinds, key=list(TITLES).index)
    assert set(kinds) == {"never_fires", "duplicate", "shadowed", "idle_excuse", "unsaid_phrase"}


# An archive's messages


@pytest.fixture
def export(tmp_path: Path) -> Path:
    rows = "".join(
        f"S{session},{session}-{seq},小禾,甲{session % 2},{role},2026-11-16 09:{session:02}:{seq * 10:02},{text}\n"
        for session in range(30)
        for seq, (role, text) in enumerate([("顾客", "在吗"), ("客服", "您好"), ("顾客", f"第{session}次")])
    )
    path = tmp_path / "夜班.csv"
    path.write_text(HEADER + rows, "utf-8")
    return path


@pytest.fixture
def archive(export: Path, tmp_path: Path) -> Path:
    night([export], tmp_path / "归档", load(one_list(tmp_path / "词库", "您好\n你好")))
    return tmp_path / "归档"


@pytest.mark.parametrize("rows", [1, 10, 500_000])
def test_an_archive_gives_back_its_messages_in_whole_sessions(export: Path, archive: Path, rows: int) -> None:
    shards = list(replay(archive, rows))
    kept = ["session_id", "message_id", "agent_id", "customer_id", "role", "sent_at", "text", "is_auto"]
    messages = pa.concat_tables(shards).select(kept)
    whole = read([export]).messages.select(kept)
    by_message = sorted(whole.to_pylist(), key=lambda row: row["message_id"])
    agents = {row["message_id"]: "小禾" for row in by_message}  # in an archive every row has who was in charge
    assert sorted(messages.to_pylist(), key=lambda row: row["message_id"]) == [
        {**row, "agent_id": agents[row["message_id"]]} for row in by_message
    ]
    homes = [set(shard["session_id"].to_pylist()) for shard in shards]
    assert sum(map(len, homes)) == 30


def test_times_without_seconds_are_doubtful_after_the_archive_too(tmp_path: Path) -> None:
    export = tmp_path / "夜班.csv"
    export.write_text(
        HEADER + "S1,1,小禾,甲,顾客,2026-11-16 09:00,在吗\nS1,2,小禾,甲,客服,2026-11-16 09:01,在\n", "utf-8"
    )
    night([export], tmp_path / "归档", load(one_list(tmp_path / "词库", "您好\n你好")))
    (shard,) = replay(tmp_path / "归档")
    assert shard["to_the_second"].to_pylist() == [False, False]


def test_an_archive_without_batches_or_with_damage_is_refused(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="还没有"):
        list(replay(tmp_path / "无"))
    (messages,) = archive.rglob("messages.parquet")
    chunks = pq.read_metadata(messages).row_group(0).to_dict()["columns"]
    (texts,) = (chunk for chunk in chunks if chunk["path_in_schema"] == "text")
    content = bytearray(messages.read_bytes())
    content[texts["data_page_offset"] + texts["total_compressed_size"] // 2] ^= 0xFF
    messages.write_bytes(content)
    with pytest.raises(ArchiveError, match="损坏"):
        list(replay(archive))


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_command_tells_what_to_look_at(archive: Path, tmp_path: Path) -> None:
    book = tmp_path / "词库" / "rulebooks" / "small.yaml"
    shown = run("rules", "health", "--archive", archive, "--rulebook", book)
    assert shown.exit_code == 0, shown.output
    assert "看了 30 段会话、90 条消息，0 处值得看看" in shown.stdout
    assert "另有 2 处看得还太少" in shown.stdout
    assert "你好" not in shown.stdout
    content = json.loads(run("rules", "health", "--archive", archive, "--rulebook", book, "--json").stdout)
    assert [each["kind"] for each in content["findings"]] == ["never_fires", "unsaid_phrase"]
    assert [each["looks"] for each in content["findings"]] == [30, 1]  # sessions, distinct texts that greet
    assert (content["sessions"], content["messages"]) == (30, 90)


def test_what_was_never_seen_is_news_after_300_looks(tmp_path: Path) -> None:
    book = one_list(tmp_path, "您好\n你好\n!您好像")

    def news(looks: int) -> list[tuple[str, str]]:
        rows = [conversation(f"客服 您好{number}", f"会话{number}")[0][0] for number in range(looks)]
        table = pa.Table.from_pylist(rows, schema=MESSAGES)
        found = health(load(book), Lexicon.read(book.parent.parent), [table]).findings
        return [(each.kind, each.what) for each in found if each.is_news]

    assert news(299) == []
    assert news(300) == [("never_fires", "问好"), ("idle_excuse", "!您好像"), ("unsaid_phrase", "你好")]


def test_the_command_needs_no_archive(tmp_path: Path) -> None:
    shown = run("rules", "health", "--rulebook", one_list(tmp_path, "您好\n您好"))
    assert shown.exit_code == 0, shown.output
    assert "没有看消息" in shown.stdout
    assert "phrases/greeting.txt:3  您好：第 2 行已经有了" in shown.stdout


def test_an_archive_that_is_not_there_is_refused(tmp_path: Path) -> None:
    refused = run("rules", "health", "--archive", tmp_path / "无", "--rulebook", one_list(tmp_path, "您好"))
    assert refused.exit_code == 2
    assert "还没有打过分的批次" in refused.stderr
