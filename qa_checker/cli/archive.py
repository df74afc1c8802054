"""`archive list|verify|prune`: what an archive holds, whether it is sound, and clearing out what is old."""

from datetime import date, datetime, timedelta
from pathlib import Path

import typer

from ..archive.manifest import Manifest, published
from ..archive.prune import plan, prune, size
from ..archive.verify import verify
from ..clock import SHANGHAI, midnight
from ..desk.references import batches_referred_to
from .asking import in_plain_chinese, stop
from .desk import opened_desk
from .exit_codes import WRONG
from .saying import json_of, say
from .tables import console, table


def show(archive: Path, as_json: bool) -> None:
    """List the batches of an archive, the newest first."""
    with in_plain_chinese():
        manifests = sorted(_published(archive), key=lambda each: each.published_at, reverse=True)
    if as_json:
        print(json_of([_line(manifest) for manifest in manifests]))
        return
    figures = ("会话", "消息", "隔离", "重复", "大小")
    rows = [_row(each) for each in manifests]
    terminal = console()
    terminal.print(table(("批次", "发布时间", "规则手册", *figures), rows, figures=figures, whole=("发布时间",)))
    terminal.print(f"共 {len(manifests)} 个批次，{_megabytes(sum(map(size, manifests)))}")


def check(archive: Path) -> None:
    """Compare every file with what its manifest says; exit 1 where something is wrong."""
    with in_plain_chinese():
        count = len(list(archive.glob("[!.]*/manifest.json"))) if archive.is_dir() else stop(_missing(archive))
        problems = verify(archive)
    for problem in problems:
        say(problem)
    if problems:
        stop(f"{len(problems)} 处有问题。请对这些批次的导出文件重新运行打分，或从备份恢复。", WRONG)
    typer.echo(f"{count} 个批次，全部文件与发布时一致。")


def clear(archive: Path, keep_days: int | None, before: date | None, yes: bool, desk: str | None) -> None:
    """Remove old batches, or only say which would go."""
    if (keep_days is None) == (before is None):
        stop("请用 --keep-days 或 --before 说明清理到哪一天（只用其中一个）")
    if keep_days is not None:
        before = (datetime.now(SHANGHAI) - timedelta(days=keep_days)).date()
    assert before is not None
    until = midnight(before)
    with in_plain_chinese():
        _published(archive)  # before a desk is made where nothing is
    with opened_desk(archive, desk) as people:
        protected = batches_referred_to(people)
    with in_plain_chinese():
        pruning = prune(archive, until, protected) if yes else plan(_published(archive), until, protected)
    for manifest in pruning.protected:
        typer.echo(f"保留  {manifest.batch}：有复核或申诉引用它")
    for manifest in pruning.going:
        typer.echo(f"{'已清理' if yes else '将清理'}  {manifest.batch}（{manifest.published_at:%Y-%m-%d} 发布）")
    what = f"{before:%Y-%m-%d} 以前发布的 {len(pruning.going)} 个批次，{_megabytes(pruning.bytes)}"
    typer.echo(f"已清理 {what}。" if yes else f"将清理 {what}。这是预演，什么也没有删；确认后加 --yes 再运行。")


def _published(archive: Path) -> list[Manifest]:
    return published(archive) if archive.is_dir() else stop(_missing(archive))


def _missing(archive: Path) -> str:
    return f"没有这个归档目录：{archive}。请检查 --archive。"


def _line(manifest: Manifest) -> dict[str, object]:
    return {
        "batch": manifest.batch,
        "run": manifest.run,
        "published_at": manifest.published_at.isoformat(),
        "rulebook": manifest.rulebook,
        "inputs": [each.path for each in manifest.inputs],
        **vars(manifest.counts),
        "bytes": size(manifest),
        "masked": manifest.masked,
    }


def _row(manifest: Manifest) -> tuple[str, ...]:
    counts = manifest.counts
    return (
        *(manifest.batch, f"{manifest.published_at:%Y-%m-%d %H:%M}", manifest.rulebook),
        *(f"{count:,}" for count in (counts.sessions, counts.scored, counts.quarantined, counts.duplicates)),
        _megabytes(size(manifest)) + ("，已遮蔽" if manifest.masked else ""),
    )


def _megabytes(bytes_: int) -> str:
    return f"{bytes_ / 1e6:,.1f} MB"
