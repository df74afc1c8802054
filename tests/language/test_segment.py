"""Words: cut exactly as jieba does, with the user's own among them."""

import logging
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_checker.language.segment import Segmenter

OWN = {"微信号": 100_000, "九十斤": 200_000, "给我发": 0, "已经拍下": 100_000, "全国统一客服热线电话": 5}
USERDICT = "# 行业词\n微信号\n九十斤 200000\n给我发 0\n\n已经拍下  # 平台说法\n全国统一客服热线电话 5\n"

SENTENCES = (
    "滚筒洗衣机可以加我微信号吗",
    "您好，请问这款连衣裙的S码适合九十斤以内吗？",
    "2026年11月16日下单的，vx 已经拍下iPhone15 Pro了😂",
    "退货地址：浙江省杭州市西湖区文三路100号",
    "我要投诉！！你们客服，态度太差…全国统一客服热线电话多少",
    "中华人民共和国消费者权益保护法，AT&T，c++ 和 1.5-2.0 都行",
    " \u3000\r\n\r\t\n",
    "",
)


@pytest.fixture
def userdict(tmp_path: Path) -> Path:
    path = tmp_path / "userdict.txt"
    path.write_text(USERDICT, "utf-8")
    return path


@cache
def jieba(with_own: bool) -> Any:
    """jieba's own code."""
    with warnings.catch_warnings():  # jieba 0.42 imports pkg_resources and has old escapes
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    for word, frequency in OWN.items() if with_own else ():
        tokenizer.add_word(word, frequency)
    return tokenizer


def cut(text: str, userdict: Path | None = None) -> list[str]:
    return [word for word, _, _ in Segmenter(userdict).words(text)]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_words_tile_the_text(sentence: str) -> None:
    words = list(Segmenter().words(sentence))
    assert "".join(word for word, _, _ in words) == sentence
    assert all(sentence[start:end] == word for word, start, end in words)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_words_are_those_of_jieba(sentence: str, userdict: Path) -> None:
    assert cut(sentence) == list(jieba(with_own=False).cut(sentence, HMM=False))
    assert cut(sentence, userdict) == list(jieba(with_own=True).cut(sentence, HMM=False))


@given(st.lists(st.sampled_from([*"".join(SENTENCES), *OWN, "一不做，二不休", "氼", "龥", "\U00020000"])).map("".join))
def test_words_of_nonsense_are_those_of_jieba(nonsense: str) -> None:
    assert cut(nonsense) == list(jieba(with_own=False).cut(nonsense, HMM=False))


def test_a_user_word_of_frequency_0_is_none(userdict: Path) -> None:
    assert cut("给我发个", userdict) == ["给", "我", "发", "个"]


def test_user_words_stay_whole(userdict: Path) -> None:
    words = cut("可以加我微信号吗，已经拍下", userdict)
    assert "微信号" in words
    assert "已经拍下" in words
