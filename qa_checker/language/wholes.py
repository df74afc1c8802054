"""Whole messages (`==好的`): what a short message consists of, fillers aside."""

import re
from collections.abc import Iterable

from .choices import choice
from .recognisers import RECOGNISERS

LONGEST_WHOLE = 30  # characters; a message that says nothing more than a courtesy is short

_PUNCTUATION = r"\s\0，。！？!?、；;：:,.~～…·\-—_*#()（）\[\]【】\"'“”‘’^"
_PARTICLES = "亲哦噢呢哈啊呀哒滴嘛啦"
_EMOJI = r"\U0001f000-\U0001faff\u2600-\u27bf"
_FILLER = f"[{_PUNCTUATION}{_PARTICLES}{_EMOJI}]"


class Whole:
    """Phrases of which a message must consist, fillers aside; atomic patterns, so that no message takes long."""

    def __init__(self, texts: Iterable[str]):
        phrases = "|".join(_pattern(text) for text in sorted(texts, key=len, reverse=True))
        self._all = re.compile(rf"(?>(?:{phrases}|{_FILLER})+)")
        self._one = re.compile(phrases)

    def spells_out(self, text: str) -> bool:
        """Whether the text is made of these phrases and fillers, with at least one phrase."""
        return self._all.fullmatch(text) is not None and self._one.search(text) is not None


def _pattern(text: str) -> str:
    """A phrase with its choices, or `@name` for what a recogniser finds."""
    return RECOGNISERS[text[1:]].pattern.pattern if text.startswith("@") else choice(text).pattern.pattern
