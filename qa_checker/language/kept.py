"""Parsed phrase lists, kept in the user's cache folder: to parse them all takes half a second."""

import json
import os
import time
from contextlib import suppress
from functools import cache, lru_cache
from hashlib import sha256
from importlib.metadata import version
from itertools import starmap
from pathlib import Path
from typing import Any
from unicodedata import unidata_version

from platformdirs import user_cache_path

from .phrases import Phrase, PhraseList, Piece, Problem, parse

STALE = 30 * 86400  # seconds after which a kept list is thrown away: it is parsed and kept again if it still stands


@lru_cache(maxsize=1000)  # who edits a rulebook reads it again and again
def parsed(name: str, text: str, shown_path: str) -> tuple[PhraseList, tuple[Problem, ...]]:
    """What `parse` gives, or gave the last time for the same name and text."""
    folder = _folder()
    if folder is None:
        return parse(name, text, shown_path)
    path = folder / sha256(f"{name}\n{text}".encode(errors="surrogatepass")).hexdigest()
    if kept := _read(path):
        return kept, ()
    found, problems = parse(name, text, shown_path)
    if not problems:
        _keep(path, found)
    return found, problems


@cache
def _folder() -> Path | None:
    """Where lists are kept, a folder for each version of what parses them; None where no other user is kept out."""
    try:
        folder = user_cache_path("qa-checker") / "lists" / _parser()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except (OSError, RuntimeError):  # RuntimeError: this user has no home
        return None
    if os.name == "posix" and (status.st_uid != os.geteuid() or status.st_mode & 0o022):
        return None
    return folder


def _parser() -> str:
    """The digest of all that decides what a text is parsed to."""
    sources = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))]
    tables = [unidata_version, *(version(name) for name in ("opencc-python-reimplemented", "pypinyin"))]
    return sha256(b"\n".join([*sources, *map(str.encode, tables)])).hexdigest()


def _read(path: Path) -> PhraseList | None:
    """A kept list; None where there is none, or it is damaged."""
    try:
        digest, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if digest != sha256(content).hexdigest().encode():
        return None
    fields: dict[str, Any] = json.loads(content)
    for name in ("phrases", "excuses"):
        fields[name] = [_phrase(*each) for each in fields[name]]
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    return PhraseList(**fields)


def _phrase(line: int, source: str, pieces: list[Any], kind: Any, respelt: bool) -> Phrase:
    return Phrase(line, source, tuple(starmap(Piece, pieces)), kind, respelt)


def _keep(path: Path, found: PhraseList) -> None:
    """Write a list beside its place and then there; a disk that is full or read-only costs only time."""
    _throw_away_stale(path.parent.parent)
    fields = json.dumps(vars(found), ensure_ascii=False, default=lambda phrase: list(vars(phrase).values()))
    content = fields.encode(errors="surrogatepass")  # the name of a file may be anything
    spare = path.with_suffix(f".{os.getpid()}")
    try:
        spare.write_bytes(sha256(content).hexdigest().encode() + b"\n" + content)
        spare.replace(path)
    except OSError:
        with suppress(OSError):
            spare.unlink()


@cache  # once a process
def _throw_away_stale(folder: Path) -> None:
    for path in folder.glob("*/*"):
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - STALE:
                path.unlink()
