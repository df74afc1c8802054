"""Whole messages (`==好的`): what a short message consists of, fillers aside."""

import re
from collections.abc import Iterable, Iterator

import numpy as np

from .choices import choice
from .normalise import Folded
from .recognisers import RECOGNISERS

LONGEST_WHOLE = 30  # characters; a message that says nothing more than a courtesy is short

_PUNCTUATION = r"\s\0，。！？!?、；;：:,.~～…·\-—_*#()（）\[\]【】\"'“”‘’^"
_PARTICLES = "亲哦噢呢哈啊呀哒滴嘛啦"
_EMOJI = r"\U0001f000-\U0001faff\u2600-\u27bf"
_FILLER = re.compile(f"[{_PUNCTUATION}{_PARTICLES}{_EMOJI}]")
_RECOGNISED = "\ue000"  # stands for what a recogniser found; private, so no message writes it


class Whole:
    """Phrases of which a message must consist, fillers aside."""

    def __init__(self, texts: Iterable[str]):
        plain = {text for text in texts if not text.startswith("@")}
        self._recognisers = [RECOGNISERS[text[1:]].pattern for text in texts if text.startswith("@")]
        self._phrases = {way for text in plain for way in choice(text).spelt_out() if way} | {_RECOGNISED}
        self._lengths = sorted(set(map(len, self._phrases)))
        letters = re.escape("".join(sorted(set("".join(self._phrases)))))
        self._alphabet = re.compile(f"(?:[{letters}]|{_FILLER.pattern})+")

    def candidates(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Start and end of every short text that may be spelt out: no character of it is foreign to the phrases."""
        foreign = np.bincount(folded.codes) > 0
        for code in np.flatnonzero(foreign).tolist():
            foreign[code] = not self._alphabet.fullmatch(chr(code))
        candidate = ~np.logical_or.reduceat(foreign[folded.codes], folded.starts[:-1])
        for pattern in self._recognisers:  # their characters may be any
            candidate[folded.text_at(np.array([found.start() for found in pattern.finditer(folded.text)], int))] = True
        candidate &= np.diff(folded.starts) <= LONGEST_WHOLE
        for text in np.flatnonzero(candidate).tolist():
            yield int(folded.starts[text]), int(folded.starts[text + 1]) - 1

    def spells_out(self, text: str) -> bool:
        """Whether the text is made of these phrases and fillers, with at least one phrase."""
        for pattern in self._recognisers:
            text = pattern.sub(_RECOGNISED, text)
        if not self._alphabet.fullmatch(text):
            return False
        reached = [False] * (len(text) + 1)  # by phrases and fillers from the start …
        said = list(reached)  # … with at least one phrase
        reached[0] = True
        for place in range(len(text)):
            if reached[place]:
                if _FILLER.match(text, place):
                    reached[place + 1] = True
                    said[place + 1] |= said[place]
                for length in self._lengths:
                    if place + length <= len(text) and text[place : place + length] in self._phrases:
                        reached[place + length] = said[place + length] = True
        return said[-1]
