"""Accounts: who may come in, as what, and the passwords and visits of those who sign in here."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .audit import Action, note
from .database import Desk
from .tables import Account, SignIn

SHORTEST_PASSWORD = 10
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
IDLE_FOR = timedelta(hours=2)
VISIT_LASTS = timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=5)

_hasher = PasswordHasher()
_NOBODYS_HASH = _hasher.hash(secrets.token_hex())
"""Compared for names that don't exist, so that the time of an answer does not tell which do."""


class Role(StrEnum):
    """What someone does in a service team."""

    SUPERVISOR = "supervisor"
    AGENT = "agent"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Person:
    """An account; `agent_id` is an agent's own name in the exports."""

    name: str
    role: Role
    agent_id: str | None
    disabled: bool
    has_password: bool
    locked_until: datetime | None
    created_at: datetime


class AccountRefused(Exception):
    """The account or the sign-in is not possible; the message says why, in Chinese."""


def add_account(
    desk: Desk, name: str, role: Role, *, agent_id: str | None = None, password: str | None = None, by: str
) -> Person:
    """Let somebody in; without a password only through OIDC. Raises AccountRefused."""
    if not name.strip() or name != name.strip() or len(name) > 100:
        raise AccountRefused("账号名不能为空、首尾不能有空格，最长 100 个字符。")
    if role is Role.AGENT and not agent_id:
        raise AccountRefused("客服账号要写明他在聊天记录里的客服名（命令行里用 --agent-id），否则什么也看不到。")
    if password is not None:
        _check_password(name, password)
    row = Account(
        name=name,
        role=role,
        agent_id=agent_id,
        password_hash=_hasher.hash(password) if password is not None else None,
        disabled=False,
        failures=0,
        created_at=desk.now(),
    )
    try:
        with desk.writing() as session:
            session.add(row)
            session.flush()
            note(session, desk.now(), by, Action.ACCOUNT_CHANGED, account=name, change="added", role=role)
    except IntegrityError:
        raise AccountRefused(f"账号 {name} 已经有了。") from None
    return _person(row)


def disable_account(desk: Desk, name: str, *, by: str) -> None:
    """Shut somebody out at once, from running visits too. Raises AccountRefused."""
    with desk.writing() as session:
        row = _named(session, name)
        row.disabled = True
        session.execute(
            update(SignIn).where(SignIn.account_id == row.id, SignIn.ended_at.is_(None)).values(ended_at=desk.now())
        )
        note(session, desk.now(), by, Action.ACCOUNT_CHANGED, account=name, change="disabled")


def enable_account(desk: Desk, name: str, *, by: str) -> None:
    """Let somebody in again who was shut out; he signs in anew. Raises AccountRefused."""
    with desk.writing() as session:
        _named(session, name).disabled = False
        note(session, desk.now(), by, Action.ACCOUNT_CHANGED, account=name, change="enabled")


def set_password(desk: Desk, name: str, password: str, *, by: str) -> None:
    """Give an account a new password, unlock it and end its visits. Raises AccountRefused."""
    _check_password(name, password)
    with desk.writing() as session:
        row = _named(session, name)
        row.password_hash, row.failures, row.locked_until = _hasher.hash(password), 0, None
        session.execute(
            update(SignIn).where(SignIn.account_id == row.id, SignIn.ended_at.is_(None)).values(ended_at=desk.now())
        )
        note(session, desk.now(), by, Action.ACCOUNT_CHANGED, account=name, change="password")


def accounts(desk: Desk) -> tuple[Person, ...]:
    """Everyone, by name."""
    with desk.reading() as session:
        return tuple(_person(row) for row in session.scalars(select(Account).order_by(Account.name)))


def account_named(desk: Desk, name: str) -> Person | None:
    """The account of this name, unless it is disabled."""
    with desk.reading() as session:
        row = session.scalar(select(Account).where(Account.name == name, Account.disabled.is_(False)))
        return _person(row) if row else None


def sign_in(desk: Desk, name: str, password: str) -> str:
    """Begin a visit; the answer is its token, known to the visitor alone. Raises AccountRefused.

    After so many wrong passwords in a row an account is locked for a while, also for the right one. Every refusal takes
    as long and says the same, so that nobody learns which accounts there are.
    """
    right = _is_right(_password_hash(desk, name) or _NOBODYS_HASH, password)
    with desk.writing() as session:
        row = session.scalar(select(Account).where(Account.name == name).with_for_update())
        locked = row is not None and row.locked_until is not None and row.locked_until > desk.now()
        if row and right and not locked and not row.disabled and row.password_hash:
            return _begun(desk, session, row)
        note(session, desk.now(), name[:100], Action.SIGN_IN_FAILED)
        if row and not locked:
            _count_failure(desk, session, row)
    raise AccountRefused(
        f"账号或密码不对。连续输错 {MOST_FAILURES} 次，账号会锁定一刻钟，这时密码对了也进不来：请过一刻钟再试，"
        "或请管理员重设密码。"
    )


def _password_hash(desk: Desk, name: str) -> str | None:
    with desk.reading() as session:
        return session.scalar(select(Account.password_hash).where(Account.name == name))


def _count_failure(desk: Desk, session: Session, row: Account) -> None:
    row.failures += 1
    if row.failures >= MOST_FAILURES:
        row.failures, row.locked_until = 0, desk.now() + LOCKED_FOR
        note(session, desk.now(), row.name, Action.LOCKED)


def _begun(desk: Desk, session: Session, row: Account) -> str:
    token = secrets.token_urlsafe(32)
    row.failures, row.locked_until = 0, None
    session.add(SignIn(token_digest=_digest(token), account_id=row.id, began_at=desk.now(), seen_at=desk.now()))
    note(session, desk.now(), row.name, Action.SIGNED_IN)
    return token


def signed_in(desk: Desk, token: str) -> Person | None:
    """Whose visit this is; None once it ended, was idle too long, or the account was disabled."""
    with desk.reading() as session:
        visit = session.get(SignIn, _digest(token))
        row = session.get(Account, visit.account_id) if visit else None
    if visit is None or row is None or visit.ended_at or row.disabled:
        return None
    idle, age = desk.now() - visit.seen_at, desk.now() - visit.began_at
    if idle > IDLE_FOR or age > VISIT_LASTS:
        return None
    if idle > _SEEN_EVERY:
        with desk.writing() as session:
            session.execute(update(SignIn).filter_by(token_digest=visit.token_digest).values(seen_at=desk.now()))
    return _person(row)


def sign_out(desk: Desk, token: str) -> None:
    """End a visit."""
    with desk.writing() as session:
        visit = session.get(SignIn, _digest(token))
        if visit and visit.ended_at is None:
            visit.ended_at = desk.now()
            row = session.get_one(Account, visit.account_id)
            note(session, desk.now(), row.name, Action.SIGNED_OUT)


def _check_password(name: str, password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise AccountRefused(f"密码至少 {SHORTEST_PASSWORD} 个字符。")
    if password.casefold() == name.casefold() or len(set(password)) < 4:
        raise AccountRefused("密码太好猜：不要用账号名，也不要只用几个重复的字符。")


def _is_right(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _named(session: Session, name: str) -> Account:
    row = session.scalar(select(Account).where(Account.name == name))
    if row is None:
        raise AccountRefused(f"没有账号 {name}。用 qa-checker accounts list 看看有哪些。")
    return row


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _person(row: Account) -> Person:
    return Person(
        name=row.name,
        role=Role(row.role),
        agent_id=row.agent_id,
        disabled=row.disabled,
        has_password=row.password_hash is not None,
        locked_until=row.locked_until,
        created_at=row.created_at,
    )
