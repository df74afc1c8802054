"""The nightly run: exports in, a published batch out, nothing lost on the way."""

from .failures import Failure, failures, noting_failures
from .night import Result, TooManyBadRows, run

__all__ = ["Failure", "Result", "TooManyBadRows", "failures", "noting_failures", "run"]
