"""`score` and `demo`: run the night, tell what became of the rows."""

from importlib.resources import files
from pathlib import Path

import typer

from ..exports import Refused, recognised_as
from ..nightly import Options, Result, SparkFailed, WorkersLost, noting_failures, run
from ..rulebook import DEFAULT
from .asking import in_plain_chinese, rulebook_named
from .exit_codes import CANNOT, TOO_BAD
from .progress import progress
from .saying import json_of, say
from .standard_input import as_files
from .summary import Summary

_DEMO = "demo"


def score(paths: list[Path], archive: Path, rulebook: str, options: Options, as_json: bool) -> None:
    """Score exports into an archive and report the counts."""
    book = rulebook_named(rulebook, archive)
    with (
        in_plain_chinese(SparkFailed, WorkersLost),
        noting_failures(archive, paths),
        as_files(paths) as exports,
        progress() as report,
    ):
        result = run(exports, archive, book, options, progress=report, tell=report.tell)
    if as_json and (result.files or result.skipped):
        print(_json(result))
    if result.batch:
        _tell(result, archive)
    for problem in result.problems:
        say(str(problem))
    if result.problems:
        refused = any(isinstance(problem, Refused) for problem in result.problems)
        raise typer.Exit(CANNOT if refused else TOO_BAD)


def demo(archive: Path) -> None:
    """Score the demo exports and show what a night looks like."""
    book = rulebook_named(DEFAULT, archive)
    summary = Summary(book)
    folder = Path(str(files("qa_checker.demo_data")))
    exports = sorted(path for path in folder.iterdir() if path.suffix in (".csv", ".jsonl", ".txt"))
    with in_plain_chinese(SparkFailed, WorkersLost), progress() as report:
        result = run(exports, archive, book, Options(together=_DEMO), progress=report, judged=summary.add)
    _tell(result, archive)
    summary.show(archive)


def _json(result: Result) -> str:
    fields = {name: value for name, value in vars(result).items() if name not in ("files", "problems")}
    return json_of(fields)


def _tell(result: Result, archive: Path) -> None:
    """The counts and whatever the operator should know, on stderr."""
    if result.skipped:
        say(f"{result.skipped} 个文件已经按同样的规则评过分，没有重复计算。")
    for each in result.files:
        say(f"  {each.path}：{recognised_as(each)}，{each.rows} 行")
    say(
        f"读入 {result.rows_in} 行 = 评分 {result.scored} + 隔离 {result.quarantined} + 重复 {result.duplicates}；"
        f"{result.sessions} 段会话，用时 {result.seconds:.1f} 秒，批次 {result.batch}，归档 {archive}",
    )
    for reason, count in result.reasons.items():
        say(f"  隔离 {reason}：{count} 行，见 {archive}/<批次>/run-*/rejects.jsonl")
    for warning in result.warnings:
        say(f"  注意：{warning}")
