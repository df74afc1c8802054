"""The nightly run: exports in, a published batch out, nothing lost on the way."""

from .night import Result, TooManyBadRows, run

__all__ = ["Result", "TooManyBadRows", "run"]
