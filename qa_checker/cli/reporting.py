"""`report`: the metrics of an archive as a workbook, CSV or JSON, or at a glance on the terminal."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import typer

from ..archive.query import Archive, choices
from ..archive.selection import EVERYTHING, Filter
from ..metrics import metric
from ..metrics.report import Report, as_csv, as_json, as_workbook, shown
from ..metrics.report import report as measured
from ..spreadsheets import replace_file, written
from .asking import in_plain_chinese, stop
from .tables import console, table

_WRITERS: dict[str, Callable[[Report], bytes]] = {".xlsx": as_workbook, ".csv": as_csv, ".json": as_json}
_AT_A_GLANCE = (
    *("sessions", "received", "first_response", "average_response", "timely_round_rate"),
    *("reply_rate", "answer_ratio", "handling", "satisfied"),
)


def report(folder: Path, since: str | None, until: str | None, out: Path | None) -> None:
    """Measure a period and write it where asked, else print it by agent."""
    first, last = _day("--from", since), _day("--to", until)
    if first and last and first > last:
        stop(f"--from {first} 比 --to {last} 还晚，请对调。")
    if out and out.suffix.lower() not in _WRITERS:
        stop(f"--out {out} 的后缀看不懂，请写成 .xlsx、.csv 或 .json。")
    with in_plain_chinese():
        archive = Archive(folder)
        archive.refresh()
    if not archive.manifests:
        stop(f"{folder} 里还没有打过分的批次。请先运行 qa-checker score … --archive {folder}。")
    found = measured(archive, Filter(since=first, until=last))
    if not found.sessions:
        there = choices(archive, EVERYTHING)
        if there.first_day is None:
            stop("归档里的会话都没有时间，分不出时期；请去掉 --from 和 --to。")
        stop(f"这段时间里没有会话；归档里的会话从 {there.first_day} 到 {there.last_day}，请改 --from 或 --to。")
    if out is None:
        _print(found)
        return
    try:
        replace_file(out, _WRITERS[out.suffix.lower()](found))
    except FileNotFoundError:
        stop(f"写不了 {out}：文件夹不存在，请先建好，或换一个位置。")
    except PermissionError:
        stop(f"写不了 {out}：没有写入权限，或者文件正在 Excel 里开着。请关掉它，或换一个位置。")
    except OSError as error:
        stop(f"写不了 {out}：{error.strerror}。请换一个位置再试。")
    typer.echo(f"{found.sessions} 段会话的报表已写入 {out}。", err=True)


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        stop(f"{option} {text} 不是日期，请写成 2026-11-16。")


def _print(found: Report) -> None:
    metrics = [metric(key) for key in _AT_A_GLANCE]
    names = [each.name for each in metrics]
    records = [*found.groups["by_agent"].to_dict("records"), found.whole.assign(agent_id="合计").to_dict("records")[0]]
    rows = [
        (record["agent_id"] or "（未分配）", *(written(shown(each, record[each.key])) for each in metrics))
        for record in records
    ]
    console().print(table(("客服", *names), rows, figures=names))
    typer.echo("写成表格：加上 --out 报表.xlsx（也可以是 .csv、.json）", err=True)
