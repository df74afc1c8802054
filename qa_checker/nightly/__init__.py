"""The nightly run: exports in, published batches out, nothing lost on the way."""

from .cluster import SparkFailed
from .judging import WorkersLost
from .night import Options, run
from .result import Result, TooManyBadRows

__all__ = ["Options", "Result", "SparkFailed", "TooManyBadRows", "WorkersLost", "run"]
