"""Exemplars find rewordings and leave other sentences on the same subject alone."""

import csv
from pathlib import Path

import numpy as np

from qa_checker.language import Lexicon, Scanner, parse
from qa_checker.language.exemplars import ALIKE, Exemplars
from qa_checker.language.normalise import fold_one

LINES = (Path(__file__).parent / "exemplars.tsv").read_text("utf-8").splitlines()
PAIRS = list(csv.DictReader(LINES, delimiter="\t"))


def test_the_threshold_parts_rewordings_from_other_sentences() -> None:
    exemplars = Exemplars([fold_one(sentence) for sentence in sorted({pair["exemplar"] for pair in PAIRS})])
    found = exemplars.likeness([fold_one(pair["sentence"]) for pair in PAIRS]) >= ALIKE
    meant = np.array([pair["alike"] == "1" for pair in PAIRS])
    assert (found & meant).sum() >= 0.9 * meant.sum() - 0.5
    assert (found & ~meant).sum() <= 0.05 * (~meant).sum() + 0.5


def test_an_exemplar_is_found_as_the_sentence_that_says_it() -> None:
    taboo, problems = parse("taboo", "# 忌语\n~这么简单的问题您自己不会解决吗\n!退货的问题您自己不会解决吗", "taboo")
    assert not problems
    texts = ["亲。这么简单的问题，你自己不能解决吗？稍等", "简单的问题您可以自助解决", "您好"]
    spans = Scanner(Lexicon({"taboo": taboo}), ["taboo"]).scan(texts).spans["taboo"]
    said = [(text, texts[text][low:high]) for text, low, high in zip(spans.text, spans.start, spans.end, strict=True)]
    assert said == [(0, "这么简单的问题，你自己不能解决吗")]


def test_a_short_exemplar_is_refused() -> None:
    _, problems = parse("taboo", "~不行", "phrases/taboo.txt")
    assert [str(problem) for problem in problems] == ["phrases/taboo.txt:1: 例句（~）至少写 6 个字，短的请直接写成短语"]
