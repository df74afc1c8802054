"""What every command does first: load the rulebook, read the column mapping, and say in Chinese what cannot be."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer

from ..archive.disk import ArchiveBusy
from ..archive.manifest import ArchiveError
from ..exports import Refused
from ..exports.cells.columns import ALIASES, NAMEABLE, canonical_name
from ..language import suggestion
from ..rulebook import Rulebook, RulebookError, lexicons, load
from .exit_codes import BUSY, CANNOT, STOPPED
from .saying import say


def stop(message: str, code: int = CANNOT) -> NoReturn:
    """Tell the user why the command ends, without a traceback."""
    say(message)
    raise typer.Exit(code)


@contextmanager
def in_plain_chinese(*others: type[Exception]) -> Iterator[None]:
    """Turn what can go wrong with input, rules and archives, and `others`, into a message and an exit code."""
    told: tuple[type[Exception], ...] = (Refused, ArchiveError, *others)
    try:
        yield
    except RulebookError as error:
        written = any(problem.line for problem in error.problems)
        heading = "规则有问题，请先改好：\n  " if written else ""
        stop(heading + "\n  ".join(map(str, error.problems)))
    except KeyboardInterrupt:
        stop("已停止。没有评完的批次什么也没有发布，再运行一次同样的命令即可。", STOPPED)
    except told as error:
        stop(str(error))
    except ArchiveBusy as error:
        stop(str(error), BUSY)


def rulebook_named(name: str, archive: Path | None = None) -> Rulebook:
    """The rulebook, as last published beside the archive, or the end of the command with every problem listed.

    Its warnings go to stderr.
    """
    with in_plain_chinese():
        book = load(name, lexicons(archive))
    warn(book)
    return book


def warn(rulebook: Rulebook) -> None:
    """Tell what in a rulebook is worth a look."""
    for warning in rulebook.warnings:
        typer.echo(f"注意：{warning}", err=True)


def lexicon_folder(rulebook: Rulebook) -> Path:
    """Where a rulebook's rules and lists are."""
    assert rulebook.loaded_from
    return rulebook.loaded_from[1]


def column_mapping(columns: str | None) -> dict[str, str]:
    """Read `session_id=会话编号,text=正文`; the standard columns may be called by their Chinese names too."""
    mapping = {}
    for pair in columns.replace("，", ",").split(",") if columns else ():
        name, equals, header = pair.partition("=")
        if not equals or not header.strip():
            stop(f"--columns 里的 {pair} 看不懂，请写成 session_id=会话编号,text=正文")
        canonical = canonical_name(name)
        if canonical is None:
            stop(f"--columns 里没有标准列 {name.strip()}{suggestion(name.strip(), ALIASES)}\n可以指定：{NAMEABLE}")
        mapping[canonical] = header.strip()
    return mapping
