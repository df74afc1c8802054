"""The nightly run: exports in, published batches out, nothing lost on the way."""

from .failures import Failure, failures, noting_failures
from .judging import WorkersLost
from .night import Options, run
from .result import Result, TooManyBadRows

__all__ = [
    "Failure",
    "Options",
    "Result",
    "TooManyBadRows",
    "WorkersLost",
    "failures",
    "noting_failures",
    "run",
]
