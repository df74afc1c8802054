"""The command line: parses, calls, prints. Results go to stdout, messages for people to stderr."""

import gc
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from .exit_codes import CANNOT
from .options import (
    ARCHIVE,
    AccountRole,
    Archive,
    Columns,
    DeskAt,
    Encoding,
    Engine,
    InForce,
    Json,
    Layout,
    Paths,
    Rulebook,
)

app = typer.Typer(
    name="qa-checker",
    help="中文客服会话质检：读入导出的聊天记录，按规则打分，给出证据。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # Rich would cut off what is longer than a column and has no spaces, like most Chinese
)
rules_app = typer.Typer(help="查看和试用规则。", no_args_is_help=True)
app.add_typer(rules_app, name="rules")
accounts_app = typer.Typer(help="看板的账号：谁可以进来，能看什么。", no_args_is_help=True)
app.add_typer(accounts_app, name="accounts")
archive_app = typer.Typer(help="查看、校验和清理归档。", no_args_is_help=True)
app.add_typer(archive_app, name="archive")


@app.command()
def score(
    paths: Paths,
    archive: Archive,
    rulebook: Rulebook = "ecommerce",
    workers: Annotated[int | None, typer.Option(min=1, help="评分进程数；不写则按行数和 CPU 核数决定")] = None,
    batch: Annotated[
        str | None, typer.Option("--batch", help="把这些文件合成一个批次，并这样命名；不写则一个文件一个批次")
    ] = None,
    mask: Annotated[
        bool, typer.Option("--mask", help="存档里遮住手机号、身份证号、银行卡号和地址；评分不受影响")
    ] = False,
    encoding: Encoding = None,
    columns: Columns = None,
    layout: Layout = None,
    max_bad_ratio: Annotated[float, typer.Option(min=0, max=1, help="隔离行的最大占比，超过就不发布")] = 0.2,
    engine: Annotated[Engine, typer.Option(help="在哪里评分：本机，或 Spark 集群")] = Engine.LOCAL,
    master: Annotated[
        str | None, typer.Option("--master", help="Spark 的地址，如 spark://主机:7077 或 local[4]", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """给导出的聊天记录打分，结果整批写入归档。只评新的和有变化的文件，同样的输入再跑一次什么也不做。"""
    from ..nightly import Options
    from . import scoring
    from .asking import column_mapping, stop

    if master and engine is Engine.LOCAL:
        stop("--master 要和 --engine spark 一起写")
    spark = master or "local[*]" if engine is Engine.SPARK else None
    options = Options(encoding, column_mapping(columns), layout, max_bad_ratio, workers, mask, batch, spark)
    scoring.score(paths, archive, rulebook, options, json)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="一段会话：导出文件、“顾客/客服 …”对话文本，或 - 表示标准输入")],
    rulebook: Rulebook = "ecommerce",
    archive: InForce = None,
    encoding: Encoding = None,
    layout: Layout = None,
    json: Json = False,
) -> None:
    """检查一段会话：每条规则的结论和原话，什么也不保存。"""
    from . import reading

    reading.check(file, rulebook, archive, encoding, layout, json)


@app.command()
def scan(
    path: Annotated[Path, typer.Argument(help="导出文件，或 - 表示标准输入")],
    lists: Annotated[str | None, typer.Option("--lists", help="只看这些词表，用逗号分开")] = None,
    format_: Annotated[str, typer.Option("--format", help="输出格式，目前只有 jsonl")] = "jsonl",
    encoding: Encoding = None,
    columns: Columns = None,
    layout: Layout = None,
) -> None:
    """逐条消息列出说到了哪些词表，附原文位置。"""
    from . import reading

    reading.scan(path, lists, format_, encoding, columns, layout)


@rules_app.command("list")
def rules_list(rulebook: Rulebook = "ecommerce", archive: InForce = None) -> None:
    """列出规则手册里的规则。"""
    from . import rules

    rules.show_all(rulebook, archive)


@rules_app.command("show")
def rules_show(
    rule: Annotated[str, typer.Argument(help="规则编号，如 process/greeting")],
    rulebook: Rulebook = "ecommerce",
    archive: InForce = None,
) -> None:
    """看一条规则：说什么、为什么、怎样算对、示例。"""
    from . import rules

    rules.show(rule, rulebook, archive)


@rules_app.command("test")
def rules_test(
    path: Annotated[
        Path | None, typer.Argument(help="规则文件、规则手册或 lexicons 文件夹；不写则是内置的全部规则")
    ] = None,
    archive: InForce = None,
) -> None:
    """运行规则旁边的示例。"""
    from . import rules

    rules.test(path, archive)


@rules_app.command("health")
def rules_health(
    archive: Annotated[
        Path | None,
        typer.Option("--archive", help="看这个归档里的消息，按它生效的规则；不写就只看自带的文件", file_okay=False),
    ] = None,
    rulebook: Rulebook = "ecommerce",
    json: Json = False,
) -> None:
    """给规则和词表体检：用不上的、互相抵消的、写重复的、缺示例的，最值得看的在前。"""
    from . import insight

    insight.health(archive, rulebook, json)


@archive_app.command("list")
def archive_list(archive: Archive = ARCHIVE, json: Json = False) -> None:
    """列出归档里的批次：会话数、消息数、占用空间，最近发布的在前。"""
    from . import archive as archives

    archives.show(archive, json)


@archive_app.command("verify")
def archive_verify(archive: Archive = ARCHIVE) -> None:
    """逐个文件核对 SHA-256；有损坏就以 1 退出并指出是哪个文件。"""
    from . import archive as archives

    archives.check(archive)


@archive_app.command("prune")
def archive_prune(
    archive: Archive = ARCHIVE,
    keep_days: Annotated[int | None, typer.Option(min=0, max=36_500, help="保留最近多少天发布的批次")] = None,
    before: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="清理这一天以前发布的批次，如 2026-08-01")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="真的删除；不写只列出将要删除的批次")] = False,
    desk: DeskAt = None,
) -> None:
    """清理旧批次；有复核或申诉引用的批次永远保留。"""
    from . import archive as archives

    archives.clear(archive, keep_days, before.date() if before else None, yes, desk)


@app.command()
def evaluate(
    labels: Annotated[Path, typer.Argument(help="标注文件：一行一段会话的 JSON")],
    rulebook: Rulebook = "ecommerce",
    archive: InForce = None,
    json: Json = False,
    disagreements: Annotated[int, typer.Option(min=0, help="每个词表的误报、漏报各列几条")] = 3,
    floor: Annotated[
        str | None, typer.Option("--floor", help="F1 的下限，如 greeting=0.95,closing=0.9；没达到就以 1 退出")
    ] = None,
) -> None:
    """拿人工标注对照词表和规则：精确率、召回率、F1，以及哪里不一致。"""
    from . import insight

    insight.evaluate(labels, rulebook, archive, json, disagreements, floor)


@app.command()
def report(
    archive: Archive,
    since: Annotated[str | None, typer.Option("--from", help="从哪一天起，如 2026-11-16；不写就从头")] = None,
    until: Annotated[str | None, typer.Option("--to", help="到哪一天为止，含当天；不写就到最后")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help=".xlsx：概况、每名客服每天、指标说明等；.csv：每名客服每天；.json：全部"),
    ] = None,
) -> None:
    """接待与响应报表：首响、平响、3分钟回复率、答问比等，按客服、店铺和日期。"""
    from . import reporting

    reporting.report(archive, since, until, out)


@app.command()
def demo(archive: Archive = ARCHIVE) -> None:
    """给自带的演示数据打分，打印概况和最差的三段会话。"""
    from . import scoring

    scoring.demo(archive)


@app.command()
def dashboard(
    archive: Archive = ARCHIVE,
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8501,
    desk: DeskAt = None,
) -> None:
    """在浏览器里打开看板。"""
    from ..dashboard.server.launch import LaunchRefused, launch

    try:
        code = launch(archive, host, port, desk)
    except LaunchRefused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(CANNOT) from None
    raise typer.Exit(code)


@accounts_app.command("add")
def accounts_add(
    name: Annotated[str, typer.Argument(help="登录名；单点登录时与身份提供方的邮箱一致")],
    role: Annotated[AccountRole, typer.Option(help="supervisor 班组长、agent 客服、operator 运营")],
    agent_id: Annotated[str | None, typer.Option("--agent-id", help="客服在聊天记录里的客服名")] = None,
    sso: Annotated[bool, typer.Option("--sso", help="只用单点登录，不设密码")] = False,
    archive: Archive = ARCHIVE,
    desk: DeskAt = None,
) -> None:
    """新建账号。密码在提示后输入，或从标准输入读一行；命令行参数里不能写密码。"""
    from . import accounts

    accounts.add(name, role, agent_id, sso, archive, desk)


@accounts_app.command("list")
def accounts_list(archive: Archive = ARCHIVE, desk: DeskAt = None) -> None:
    """列出账号。"""
    from . import accounts

    accounts.show_all(archive, desk)


@accounts_app.command("disable")
def accounts_disable(name: str, archive: Archive = ARCHIVE, desk: DeskAt = None) -> None:
    """停用账号，已登录的也立刻退出。"""
    from . import accounts

    accounts.disable(name, archive, desk)


@accounts_app.command("enable")
def accounts_enable(name: str, archive: Archive = ARCHIVE, desk: DeskAt = None) -> None:
    """恢复停用的账号。"""
    from . import accounts

    accounts.enable(name, archive, desk)


@accounts_app.command("password")
def accounts_password(name: str, archive: Archive = ARCHIVE, desk: DeskAt = None) -> None:
    """重设密码并解锁，已登录的也立刻退出。"""
    from . import accounts

    accounts.set_new_password(name, archive, desk)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # A rulebook is a million objects that live to the end: looking for garbage among them takes a fifth of loading it.
    gc.set_threshold(100_000)
    app()
