"""Folding: one spelling for matching, and an exact way back to the original."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_checker.language.normalise import END, fold, fold_one


@pytest.mark.parametrize(
    ("original", "folded"),
    [
        ("ＶＸ１２３", "vx123"),
        ("㎡", "㎡"),  # would become two characters, and stays
        ("𝓋𝓍", "vx"),
        ("媽的滾", "妈的滚"),
        ("傻\u200b逼\ufeff", "傻逼"),
        ("微*信", "微信"),
        ("微 信 1 3 8", "微信1 3 8"),
        ("微❤️信", "微信"),
        ("加.我", "加我"),
        ("v-x", "vx"),
        ("left-right", "left-right"),
        ("➕我", "加我"),
        ("要加。我们", "要加。我们"),
        ("傻。逼", "傻逼"),
        ("加，微，信", "加微信"),
        ("傻,逼玩意", "傻,逼玩意"),
        ("加【微】（信）", "加微信"),
        ("加(微信)", "加(微信)"),
        ("[数字x]月[数字x]日", "[数字x]月[数字x]日"),
        ("亻 尔贝戋", "你贱"),
        ("加㊙我㊣吧", "加我吧"),
        ("儍逼鄕下", "傻逼乡下"),
        ("智——障", "智障"),
        ("发我个🧧", "发我个红包"),
        ("🐷🧠", "猪脑"),
        ("加\n我", "加\n我"),
        ("微----信", "微----信"),
        ("", ""),
    ],
)
def test_one_spelling(original: str, folded: str) -> None:
    assert fold([original]).text[:-1] == folded


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("亲，加我 微*信 吧", "微信", "微*信"),
        ("傻\u200b\u200b逼吗", "傻逼", "傻\u200b\u200b逼"),
        ("👨\u200d👩\u200d👧 您好", "您好", "您好"),
        ("ＶＸ", "vx", "ＶＸ"),
        ("退款時間", "时间", "時間"),
        ("发个🧧吧", "红包", "🧧"),
        ("亻 尔贝戋", "你贱", "亻 尔贝戋"),
    ],
)
def test_the_map_leads_back_to_the_very_words(text: str, word: str, found: str) -> None:
    folded = fold(["前一条", text])
    at = folded.text.index(word, int(folded.starts[1]))
    assert text[folded.origin[at] : folded.until[at + len(word) - 1]] == found


awkward = st.text(
    st.sampled_from("微信vx1好的。，\n *-❤\ufe0f\u200b➕媽Ａ⒱👍🏻\U0002f800\ud800") | st.characters(), max_size=12
)


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(st.lists(awkward, max_size=5))
def test_every_folded_character_comes_from_its_own_text_in_order(texts: list[str]) -> None:
    folded = fold(texts)
    assert len(folded.starts) == len(texts) + 1
    assert len(folded.text) == len(folded.origin) == len(folded.kinds) == folded.starts[-1]
    for number, text in enumerate(texts):
        low, high = int(folded.starts[number]), int(folded.starts[number + 1])
        assert folded.text[high - 1] == END
        origin = folded.origin[low:high].tolist()
        assert origin == sorted(origin)
        assert all(0 <= place <= len(text) for place in origin)
        unchanged = (
            place for place in range(low, high - 1) if folded.text[place].isascii() and folded.text[place].isdigit()
        )
        assert all(unicodedata.digit(text[folded.origin[place]]) == int(folded.text[place]) for place in unchanged)


@settings(max_examples=80, derandomize=True, deadline=None, database=None)
@given(st.lists(awkward, min_size=1, max_size=4))
def test_a_text_folds_alone_as_in_company(texts: list[str]) -> None:
    together = fold(texts)
    for number, text in enumerate(texts):
        assert together.text[together.starts[number] : together.starts[number + 1]] == fold([text]).text


def test_a_phrase_keeps_its_punctuation_and_folds_the_rest() -> None:
    assert fold_one("滾，别") == "滚,别"
    assert fold_one("(微 *信)") == "(微信)"


def test_an_html_entity_is_the_character_it_stands_for() -> None:
    folded = fold(["加&#x5fae;&#20449; a&nbsp;b &foo; x&amp;y"])
    assert folded.text.startswith("加微信")
    assert (folded.origin[1], folded.until[1], folded.until[2]) == (1, 9, 17)
    assert "&foo;" in folded.text
