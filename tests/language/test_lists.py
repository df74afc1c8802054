"""The phrase lists that come with the product find what people mean, in spellings they were not written from."""

import csv
from pathlib import Path

from qa_checker.language import Lexicon, Scanner
from qa_checker.rulebook import lexicons

LINES = (Path(__file__).parent / "sentences.tsv").read_text("utf-8").splitlines()
ROWS = list(csv.DictReader(LINES, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_list_finds_what_says_it_and_leaves_its_doubles_alone() -> None:
    scanner = Scanner(Lexicon.read(lexicons()), {row["list"] for row in ROWS})
    spans = scanner.scan([row["sentence"] for row in ROWS]).spans
    found = {(name, text) for name in spans for text in spans[name].text.tolist()}
    wrong = [row for number, row in enumerate(ROWS) if ((row["list"], number) in found) != (row["said"] == "1")]
    assert not wrong
