"""accounts: who may come into the dashboard."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from ..desk import accounts as desk_accounts
from ..desk.accounts import AccountRefused, Role, add_account, disable_account, enable_account, set_password
from ..desk.database import Desk
from .asking import stop
from .desk import opened_desk

_ROLES = {Role.SUPERVISOR: "班组长", Role.AGENT: "客服", Role.OPERATOR: "运营"}


def add(name: str, role: str, agent_id: str | None, sso: bool, archive: Path, desk: str | None) -> None:
    """Make an account."""
    with _opened(archive, desk) as opened:
        password = None if sso else _password()
        add_account(opened, name, Role(role), agent_id=agent_id, password=password, by=_operator())
    typer.echo(f"已建账号 {name}（{_ROLES[Role(role)]}）。", err=True)


def show_all(archive: Path, desk: str | None) -> None:
    """List the accounts, one a line."""
    with _opened(archive, desk) as opened:
        for person in desk_accounts.accounts(opened):
            way = "密码" if person.has_password else "单点登录"
            state = "已停用" if person.disabled else "可用"
            typer.echo("\t".join((person.name, _ROLES[person.role], person.agent_id or "-", way, state)))


def disable(name: str, archive: Path, desk: str | None) -> None:
    """Shut somebody out."""
    with _opened(archive, desk) as opened:
        disable_account(opened, name, by=_operator())
    typer.echo(f"已停用账号 {name}。", err=True)


def enable(name: str, archive: Path, desk: str | None) -> None:
    """Let somebody in again."""
    with _opened(archive, desk) as opened:
        enable_account(opened, name, by=_operator())
    typer.echo(f"已恢复账号 {name}。", err=True)


def set_new_password(name: str, archive: Path, desk: str | None) -> None:
    """Give an account another password."""
    with _opened(archive, desk) as opened:
        set_password(opened, name, _password(), by=_operator())
    typer.echo(f"已重设 {name} 的密码。", err=True)


@contextmanager
def _opened(archive: Path, desk: str | None) -> Iterator[Desk]:
    with opened_desk(archive, desk) as opened:
        try:
            yield opened
        except AccountRefused as refused:
            stop(str(refused))


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("密码：")
    if getpass.getpass("再输一遍：") != password:
        stop("两次输入的密码不一样。")
    return password


def _operator() -> str:
    return f"命令行（{getpass.getuser()}）"
