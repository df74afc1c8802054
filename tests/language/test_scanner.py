"""Scanning: every kind of line, what excuses a hit, and the exact words quoted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_checker.language import Lexicon, Remembered, Scanner, parse, remembered
from qa_checker.language.normalise import fold_one


def lexicon(**lists: str) -> Lexicon:
    read = {name: parse(name, text, name) for name, text in lists.items()}
    assert not any(problems for _, problems in read.values())
    return Lexicon({name: found for name, (found, _) in read.items()})


def quoted(text: str, lines: str, **others: str) -> list[str]:
    """The words of a text that a list of these lines says."""
    hits = Scanner(lexicon(list=lines, **others)).scan(["无关的一条", text])
    _, start, end, _ = hits.spans["list"]
    assert set(hits.spans["list"].text.tolist()) <= {1}
    return [text[low:high] for low, high in zip(start, end, strict=True)]


@pytest.mark.parametrize(
    ("lines", "text", "found"),
    [
        ("麻烦核对", "亲，麻烦核对一下", ["麻烦核对"]),
        ("您好", "您好您好", ["您好", "您好"]),
        ("您好\n好的", "您好的", ["您好的"]),  # overlaps are one quote
        ("加微信", "加 微*信 吧", ["加 微*信"]),
        ("妈的", "媽的", ["媽的"]),
        ("VX", "加ｖｘ", ["ｖｘ"]),
        ("核对…地址", "核对一下收货地址", ["核对一下收货地址"]),
        ("核对…地址", "核对地址", ["核对地址"]),
        ("核对…地址", "核对12345678地址", ["核对12345678地址"]),
        ("核对…地址", "核对123456789地址", []),
        ("核对…地址", "核对。地址", []),
        ("核对…地址", "核对\n地址", []),
        ("核对…地址", "地址核对", []),
        ("看...地址…对", "看下地址对吗", ["看下地址对"]),
        ("@mobile", "打13800138000找我", ["13800138000"]),
        ("@spelt_mobile", "打13800138000", []),
        ("@spelt_mobile", "打13800138000,一会儿", []),
        ("@spelt_mobile", "打1 3 8 0 0 1 3 8 0 0 0", ["1 3 8 0 0 1 3 8 0 0 0"]),
        ("@mobile", "一三八零零壹叁8零零零", ["一三八零零壹叁8零零零"]),
        ("@mobile", "尺码有13 14 15 16 17 18", []),
        ("@qq", "🐧号：一二三四五六", ["🐧号：一二三四五六"]),
        (
            "# 骂人\n# spelt: pinyin\n废物",
            "fei物、废wu、废w、feiwu、fei wu",
            ["fei物", "废wu", "废w", "feiwu", "fei wu"],
        ),
        ("@address…对吗", "浙江省杭州市西湖区文三路100号，对吗", ["浙江省杭州市西湖区文三路100号，对吗"]),
        ("微信…@mobile", "微信同号13800138000", ["微信同号13800138000"]),
        ("(帮|给)您查(一|)下", "给您查下", ["给您查下"]),
        ("hao (ping|p)", "求hao ping", ["hao ping"]),  # a space beside a choice folds as in a text:
        ("hao (ping|p)", "求haoping", []),  # it stays between Latin letters …
        ("给 (好|差) 评", "给好评", ["给好评"]),  # … and goes between Chinese characters
        ("(jia|加) (vx|微)", "jia vx或加微", ["jia vx", "加微"]),
    ],
)
def test_phrases(lines: str, text: str, found: list[str]) -> None:
    assert quoted(text, lines) == found


@pytest.mark.parametrize(
    ("text", "found"), [("滚", ["滚"]), ("滚！", ["滚"]), ("滚筒洗衣机", []), ("摇滚乐", []), ("你给我滚", ["滚"])]
)
def test_a_whole_word_is_one_of_the_segmentation(text: str, found: list[str]) -> None:
    assert quoted(text, "=滚") == found


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("不行", True),
        ("亲，不行哦～", True),
        ("不行不行！😂", True),
        ("不行的话退货", False),
        ("我说不行", False),
        ("", False),
    ],
)
def test_a_whole_message_says_nothing_else(text: str, whole: bool) -> None:
    assert bool(quoted(text, "==不行")) is whole


def test_only_a_whole_message_says_only_the_list() -> None:
    hits = Scanner(lexicon(courtesy="==好的\n谢谢")).scan(["好的", "谢谢", "好的，什么时候发货"])
    assert hits.said_only(["courtesy"]).tolist() == [True, False, False]
    assert hits.said(["courtesy"]).tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("地址", ["地址"]),
        ("退货地址", []),
        ("退货地址和收货地址", ["地址"]),
        ("退 货 地址", []),
    ],
)
def test_an_excuse_deletes_the_hit_that_it_covers(text: str, found: list[str]) -> None:
    assert quoted(text, "地址\n!退货地址") == found


def test_an_excuse_shorter_than_the_hit_excuses_nothing() -> None:
    assert quoted("加我微信", "加我微信\n!微信") == ["加我微信"]


def test_an_excuse_may_have_a_gap() -> None:
    assert quoted("请稍后到页面评价", "稍后\n!请稍后…评价") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("vx", True), ("加vx吧", True), ("vx123", True), ("avx", False), ("vxa", False), ("a vx", True), ("v-x", True)],
)
def test_latin_phrases_stand_at_latin_edges(text: str, found: bool) -> None:
    assert bool(quoted(text, "vx")) is found


@pytest.mark.parametrize(("text", "found"), [("100%", True), ("1000", False), ("2100", False), ("满100减10", True)])
def test_numbers_stand_at_number_edges(text: str, found: bool) -> None:
    assert bool(quoted(text, "100")) is found


NEGATION = "不\n没\n谨防"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("加微信", True),
        ("不支持加微信", False),
        ("谨防他人加微信", False),
        ("不一二三四五六加微信", False),
        ("不一二三四五六七加微信", True),
        ("不，加微信", True),
        ("加微信不行", True),
    ],
)
def test_a_negation_shortly_before_guards(text: str, found: bool) -> None:
    assert bool(quoted(text, "# guards: negation\n加微信", negation=NEGATION)) is found
    assert quoted(text, "加微信", negation=NEGATION) == ["加微信"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("您说的“不知道”是指", False),
        ("「不知道」", False),
        ("> 不知道\n好的", False),
        ("> 好的\n不知道", True),
        ("“好”不知道", True),
        ("不知道这种话我们不说", False),
        ("不知道，这种话我们不说", True),
        ("没说过这种话，不知道", True),
    ],
)
def test_quotations_guard(text: str, found: bool) -> None:
    assert bool(quoted(text, "# guards: quotation\n不知道")) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [("【全网最低】毛衣", False), ("《最低》", False), ("http://a.cn/最低 便宜", False), ("这是最低价", True)],
)
def test_titles_guard(text: str, found: bool) -> None:
    assert bool(quoted(text, "# guards: titles\n最低")) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [("加微吧", ["加微"]), ("加微波炉", []), ("添加微", []), ("加微V", ["加微"]), ("加微。波炉", ["加微"])],
)
def test_words_guard_against_hits_that_cut_them(text: str, found: list[str]) -> None:
    assert quoted(text, "# guards: words\n加微") == found


@pytest.mark.parametrize(("text", "found"), [("sb", True), ("你sb吧", True), ("SB-200", False), ("sb3型", False)])
def test_words_guard_against_hits_in_model_numbers(text: str, found: bool) -> None:
    assert bool(quoted(text, "# guards: words\nsb")) is found


def test_a_long_number_behind_a_name_is_no_model() -> None:
    assert quoted("vx13800138000", "# guards: words\nvx") == ["vx"]


@pytest.mark.parametrize(
    ("text", "found"),
    [("蠢货", True), ("别问了，蠢货", True), ("蠢货。再见", True), ("蠢货日记", False), ("小蠢货，", False)],
)
def test_clauses_guard_against_hits_that_are_no_clause_of_their_own(text: str, found: bool) -> None:
    assert bool(quoted(text, "# guards: clauses\n蠢货")) is found


@pytest.mark.parametrize(("text", "found"), [("妈的", True), ("好，妈的烦", True), ("孩子妈的衣服", False)])
def test_openings_guard_against_hits_later_in_a_clause(text: str, found: bool) -> None:
    assert bool(quoted(text, "# guards: openings\n妈的")) is found


@pytest.mark.parametrize(
    ("text", "found"), [("真是废物", True), ("废物！", True), ("废物利用", False), ("真是", False)]
)
def test_a_whole_message_may_say_any_phrase_of_another_list(text: str, found: bool) -> None:
    assert bool(quoted(text, "=={names}\n==真是{names}", names="废物\n人渣")) is found


def test_a_borrowed_list_lends_every_way_of_a_phrase_of_many() -> None:
    many = f"({'|'.join('甲乙丙丁戊己庚辛')})({'|'.join('子丑寅卯辰巳午未')})"
    assert quoted("今天辛未日", "今天{days}日", days=many) == ["今天辛未日"]


def test_included_lists_count_and_can_be_excused() -> None:
    lines = "+paid\n给好评\n!不用返现"
    assert quoted("给好评返现", lines, paid="返现") == ["给好评", "返现"]
    assert quoted("不用返现", lines, paid="返现") == []


def test_the_guards_of_a_list_reach_what_it_includes() -> None:
    lines = "# guards: quotation\n+paid"
    assert quoted("你说“返现”吗", lines, paid="返现") == []
    assert quoted("返现", lines, paid="返现") == ["返现"]


def test_a_list_stays_what_it_is_where_another_includes_it() -> None:
    hits = Scanner(lexicon(list="+paid\n!不用返现", paid="返现")).scan(["不用返现"])
    assert hits.said(["paid"]).tolist() == [True]
    assert hits.said(["list"]).tolist() == [False]


def test_nothing_matches_across_two_messages() -> None:
    hits = Scanner(lexicon(list="加我…微信\n微信号")).scan(["加我", "微信", "号"])
    assert not hits.said(["list"]).any()


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("=", "没有可以匹配的字"),
        ("=滚…蛋", "整词"),
        ("==不行…吧", "整句"),
        ("@phone", "没有识别器 @phone"),
        ("# guards: negations", "guards 不认识 negations"),
        ("(帮|给)?您查", "可有可无的写成空选项"),
        ("好的,?亲", "可有可无的写成空选项"),
        ("加.*微信", "请写 …"),
        ("微信[0-9a-z]", "正则"),
        ("您好|你好", "竖线要写在成对的圆括号里"),
        ("(您好|你好", "竖线要写在成对的圆括号里"),
        ("(的(买|卖)|里)", "不能再套选项"),
    ],
)
def test_lines_that_cannot_work_are_named(lines: str, complaint: str) -> None:
    _, problems = parse("list", f"您好\n{lines}", "phrases/list.txt")
    assert len(problems) == 1
    assert str(problems[0]).startswith("phrases/list.txt:2: ")
    assert complaint in str(problems[0])


def says(text: str, head: str, tail: str, gap: int = 8) -> bool:
    """Whether two phrases follow each other so closely: every pair of places, one after the other."""
    folded = fold_one(text)
    starts = [place for place in range(len(folded)) if folded.startswith(head, place)]
    ends = [place for place in range(len(folded)) if folded.startswith(tail, place)]
    betweens = (folded[start + len(head) : end] for start in starts for end in ends if end >= start + len(head))
    return any(len(between) <= gap and not set(between) & set("。！？!?\n") for between in betweens)


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(st.lists(st.text("核对地址一二 *。\n", max_size=24), max_size=6))
def test_literals_and_gaps_against_a_naive_matcher(texts: list[str]) -> None:
    hits = Scanner(lexicon(gap="核对…地址", near="核…址", plain="核对地", longer="对地址\n核对")).scan(texts)
    assert hits.said(["gap"]).tolist() == [says(text, "核对", "地址") for text in texts]
    assert hits.said(["near"]).tolist() == [says(text, "核", "址") for text in texts]
    assert hits.said(["plain"]).tolist() == ["核对地" in fold_one(text) for text in texts]
    assert hits.said(["longer"]).tolist() == ["对地址" in fold_one(text) or "核对" in fold_one(text) for text in texts]


@settings(deadline=None, max_examples=50)
@given(batches=st.lists(st.lists(st.sampled_from(["您好", "您好您好", "加微*信", "好的", "核对地址"]), unique=True)))
def test_what_is_remembered_is_what_a_scan_finds(batches: list[list[str]]) -> None:
    scanner = Scanner(lexicon(greeting="您好\n==好的", outside="加微信", check="核对…地址"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(remembered, "MOST", 3)
        heard = Remembered(scanner)
        for texts in batches:
            found, scanned = heard.scan(texts), scanner.scan(texts)
            assert found.texts == scanned.texts
            for name, spans in scanned.spans.items():
                assert [column.tolist() for column in found.spans[name]] == [column.tolist() for column in spans]


@settings(max_examples=50, derandomize=True, deadline=None, database=None)
@given(st.lists(st.text("加微信不要薇号v。好", max_size=12), max_size=6, unique=True))
def test_bursts_are_scanned_for_the_lists_that_join_them_as_all_texts_are(texts: list[str]) -> None:
    lists = {
        "outside": "# joins: bursts\n# guards: negation\n加…{app}\n+apps\n!加好",
        "apps": "薇信",
        "app": "微信\n(微|v)(信|)(号|好)",
        "negation": "不要",
        "greeting": "==好\n要…好",
    }
    scanner = Scanner(lexicon(**lists))
    found, scanned = scanner.scan(texts, bursts=True), scanner.scan(texts)
    assert found.joins == scanned.joins == {"outside"}
    assert "greeting" not in found.spans
    for name, spans in found.spans.items():
        assert [column.tolist() for column in spans] == [column.tolist() for column in scanned.spans[name]]


LINES = st.text("核对地址…|()=~!@{}+#*. \n?滚abmobile", max_size=30)
AWKWARD = st.lists(
    st.text(
        st.sampled_from("核对地址滚 \n\0\x1b\u200b\u202e\ufeff\ud83dé𠮷👩‍ＡａİßŒ1３8") | st.characters(), max_size=40
    ),
    max_size=5,
)


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(LINES, AWKWARD)
def test_any_list_on_any_text(lines: str, texts: list[str]) -> None:
    """A list is complained about or matched; its quotes lie inside their texts, and company changes nothing."""
    read, problems = parse("list", lines, "list.txt")
    assert all(str(problem).startswith("list.txt:") for problem in problems)
    found = Lexicon({"list": read, "mobile": parse("mobile", "对地", "mobile.txt")[0]})
    if any("{" in piece.text or read.includes for each in (*read.phrases, *read.excuses) for piece in each.pieces):
        return  # Lexicon.read complains about lists that aren't there
    scanner = Scanner(found, ["list"])
    spans = scanner.scan(texts).spans["list"]
    for text, start, end in zip(*(each.tolist() for each in spans[:3]), strict=True):
        assert 0 <= start < end <= len(texts[text])
    for number, text in enumerate(texts):
        alone = scanner.scan([text]).spans["list"]
        here = spans.text == number
        assert (alone.start.tolist(), alone.end.tolist()) == (spans.start[here].tolist(), spans.end[here].tolist())
