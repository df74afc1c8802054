"""The nightly run: exports in, published batches out, nothing lost on the way."""

from .cluster import SparkFailed
from .failures import Failure, failures, noting_failures
from .night import Options, run
from .result import Result, TooManyBadRows
from .workers import WorkersLost

__all__ = [
    "Failure",
    "Options",
    "Result",
    "SparkFailed",
    "TooManyBadRows",
    "WorkersLost",
    "failures",
    "noting_failures",
    "run",
]
