"""What a text says: phrase lists written by supervisors, found in one pass, with exact positions."""

from .hits import Hits, Scan, Spans
from .lexicon import Lexicon
from .phrases import Phrase, PhraseList, Problem, parse, phrases_of, suggestion
from .recognisers import RECOGNISERS
from .remembered import Remembered
from .scanner import Scanner

__all__ = [
    "RECOGNISERS",
    "Hits",
    "Lexicon",
    "Phrase",
    "PhraseList",
    "Problem",
    "Remembered",
    "Scan",
    "Scanner",
    "Spans",
    "parse",
    "phrases_of",
    "suggestion",
]
