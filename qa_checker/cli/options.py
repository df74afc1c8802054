"""Arguments and options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

ARCHIVE = Path("qa-archive")

Paths = Annotated[list[Path], typer.Argument(help="导出文件或文件夹，或 - 表示标准输入", show_default=False)]
Rulebook = Annotated[str, typer.Option("--rulebook", help="规则手册：名称，或 .yaml 文件的路径")]
Archive = Annotated[Path, typer.Option("--archive", help="存放结果的文件夹", file_okay=False)]
InForce = Annotated[
    Path | None,
    typer.Option(
        "--archive", help="用这个归档里生效的规则（看板上发布的最新一版）；不写就用软件自带的", file_okay=False
    ),
]
Json = Annotated[bool, typer.Option("--json", help="在标准输出打印一个 JSON 对象")]
Encoding = Annotated[str | None, typer.Option("--encoding", help="文件编码，如 gb18030；不写则自动识别")]
Columns = Annotated[str | None, typer.Option("--columns", help="列名对应，如 session_id=会话编号,text=正文")]
DeskAt = Annotated[
    str | None,
    typer.Option("--desk", envvar="QA_DESK", help="复核数据库：postgresql://… 或文件路径；不写就在归档文件夹里"),
]
Layout = Annotated[str | None, typer.Option("--layout", help="文件格式，如 qianniu；不写则自动识别")]


class Engine(StrEnum):
    """Where sessions are judged."""

    LOCAL = "local"
    SPARK = "spark"


class AccountRole(StrEnum):
    """What an account may do."""

    SUPERVISOR = "supervisor"
    AGENT = "agent"
    OPERATOR = "operator"
