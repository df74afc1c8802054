"""How the commands say something: words of strangers reach the terminal as words, never as commands to it."""

import json
from typing import Any

import typer

_JOINER = "\u200d"  # holds emoji together


def harmless(text: str) -> str:
    """Put spaces for control characters, escapes, direction marks and halves of surrogate pairs."""
    return "".join(each if each.isprintable() or each in ("\n", _JOINER) else " " for each in text)


def shown(text: str) -> str:
    """Give text for rich, in which nothing is markup."""
    from rich.markup import escape  # rich takes a moment to load, and not every command prints by it

    return escape(harmless(text))


def say(message: str) -> None:
    """Say something to the operator, on stderr."""
    typer.echo(harmless(message), err=True)


def json_of(value: Any) -> str:
    """Write JSON in which characters that can't be seen are escaped."""
    written = json.dumps(value, ensure_ascii=False, default=str)
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in written)
