"""`score` and `demo`: run the night, tell what became of the rows."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from ..nightly import Result, TooManyBadRows, noting_failures, run
from ..nightly.night import Progress as Report
from ..rulebook import DEFAULT
from . import TOO_BAD
from .asking import column_mapping, in_plain_chinese, rulebook_named, stop
from .summary import Summary


def score(
    paths: list[Path],
    archive: Path,
    rulebook: str,
    encoding: str | None,
    columns: str | None,
    max_bad_ratio: float,
    as_json: bool,
) -> None:
    """Score exports into an archive and report the counts."""
    mapping = column_mapping(columns)
    book = rulebook_named(rulebook, archive)
    try:
        with in_plain_chinese(), noting_failures(archive, paths), _progress() as report:
            result = run(
                paths, archive, book, encoding=encoding, columns=mapping, max_bad_ratio=max_bad_ratio, progress=report
            )
    except TooManyBadRows as refused:
        if as_json:
            print(_json(refused.result))
        stop(str(refused), TOO_BAD)
    if as_json:
        print(_json(result))
    _tell(result, archive)


def demo(archive: Path) -> None:
    """Score the demo exports and show what a night looks like."""
    book = rulebook_named(DEFAULT, archive)
    summary = Summary(book)
    folder = Path(str(files("qa_checker.demo_data")))
    exports = sorted(path for path in folder.iterdir() if path.suffix in (".csv", ".jsonl", ".txt"))
    with in_plain_chinese(), _progress() as report:
        result = run(exports, archive, book, progress=report, judged=summary.add)
    _tell(result, archive)
    summary.show(archive)


def _json(result: Result) -> str:
    fields = asdict(result)
    fields.pop("files")
    return json.dumps(fields, ensure_ascii=False)


def _tell(result: Result, archive: Path) -> None:
    """The counts and whatever the operator should know, on stderr."""
    if result.skipped:
        typer.echo(f"这 {result.skipped} 个文件已经按同样的规则评过分（批次 {result.batch}），没有重复计算。", err=True)
    for each in result.files:
        typer.echo(f"  {each.path}：{' '.join(filter(None, (each.layout, each.encoding)))}，{each.rows} 行", err=True)
    typer.echo(
        f"读入 {result.rows_in} 行 = 评分 {result.scored} + 隔离 {result.quarantined} + 重复 {result.duplicates}；"
        f"{result.sessions} 段会话，用时 {result.seconds:.1f} 秒，批次 {result.batch}，归档 {archive}",
        err=True,
    )
    for reason, count in result.reasons.items():
        typer.echo(f"  隔离 {reason}：{count} 行，见 {archive / result.batch}/run-*/rejects.jsonl", err=True)
    for warning in result.warnings:
        typer.echo(f"  注意：{warning}", err=True)


@contextmanager
def _progress() -> Iterator[Report]:
    """A bar on a terminal, silence in a log."""
    if not sys.stderr.isatty():
        yield lambda doing, done, total: None
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.completed:,.0f} 行"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("读取", total=None)
        yield lambda doing, done, total: bar.update(task, description=doing, completed=done, total=total or None)
