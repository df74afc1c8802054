"""docs/writing-rules.md names every word of the language, so that no key has to be guessed."""

import re
from pathlib import Path

import pytest

from qa_checker.language import RECOGNISERS
from qa_checker.language.phrases import GUARDS, JOINS, SPELT
from qa_checker.rules import KINDS
from qa_checker.rules.cue import Cue
from qa_checker.rules.must_keep import ShareOf
from qa_checker.rules.rule import Examples
from qa_checker.settings import Settings

MANUAL = (Path(__file__).parents[1] / "docs/writing-rules.md").read_text("utf-8")
WORDS = set(re.findall(r"[@a-z][a-z_]*", " ".join(re.findall(r"`([^`]*)`", MANUAL))))

KEYS = {
    field.alias or name
    for model in (*KINDS.values(), Cue, Examples, Settings, ShareOf)
    for name, field in model.model_fields.items()
} - {"id"}  # the path of the file


@pytest.mark.parametrize("key", sorted(KEYS | set(KINDS) | set(GUARDS) | set(JOINS) | set(SPELT)))
def test_every_key_is_explained(key: str) -> None:
    assert key in WORDS


@pytest.mark.parametrize("name", sorted(RECOGNISERS))
def test_every_recogniser_is_named(name: str) -> None:
    assert f"@{name}" in WORDS
