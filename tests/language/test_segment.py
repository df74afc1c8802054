"""Words: the fast segmenter cuts exactly as jieba does."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from qa_checker.language.segment import Jieba, RustJieba, segmenter

SENTENCES = (
    "滚筒洗衣机可以加我微信号吗",
    "您好，请问这款连衣裙的S码适合九十斤以内吗？",
    "2026年11月16日下单的，vx 已经拍下iPhone15 Pro了😂",
    "退货地址：浙江省杭州市西湖区文三路100号",
    "我要投诉！！你们客服，态度太差…",
    " \u3000\n",
    "",
)


@pytest.fixture
def userdict(tmp_path: Path) -> Path:
    path = tmp_path / "userdict.txt"
    path.write_text("# 行业词\n微信号\n九十斤 200000\n给我发 0\n\n已经拍下  # 平台说法\n", "utf-8")
    return path


@pytest.mark.parametrize("sentence", SENTENCES)
def test_words_tile_the_text(sentence: str) -> None:
    words = list(segmenter().words(sentence))
    assert "".join(word for word, _, _ in words) == sentence
    assert all(sentence[start:end] == word for word, start, end in words)


def test_a_user_word_of_frequency_0_is_none(userdict: Path) -> None:
    kinds = (Jieba, RustJieba) if find_spec("rjieba") else (Jieba,)
    assert all([word for word, _, _ in kind(userdict).words("给我发个")] == ["给", "我", "发", "个"] for kind in kinds)


def test_user_words_stay_whole(userdict: Path) -> None:
    words = [word for word, _, _ in Jieba(userdict).words("可以加我微信号吗，已经拍下")]
    assert "微信号" in words
    assert "已经拍下" in words


@pytest.mark.skipif(not find_spec("rjieba"), reason="rjieba (extra fast) is not installed")
@pytest.mark.parametrize("with_userdict", [False, True])
def test_both_segmenters_give_the_same_words(with_userdict: bool, userdict: Path) -> None:
    slow, fast = (kind(userdict if with_userdict else None) for kind in (Jieba, RustJieba))
    for sentence in SENTENCES:
        assert list(fast.words(sentence)) == list(slow.words(sentence))
