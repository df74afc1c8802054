"""Who may come in: passwords are never kept, wrong ones lock, visits end."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from qa_checker.desk import accounts as accounts_module
from qa_checker.desk.accounts import (
    MOST_FAILURES,
    AccountRefused,
    Role,
    account_named,
    accounts,
    add_account,
    disable_account,
    set_password,
    sign_in,
    sign_out,
    signed_in,
)
from qa_checker.desk.audit import Action, entries
from qa_checker.desk.database import Desk

from .conftest import Clock

PASSWORD = "秋天的第一杯奶茶2026"


@pytest.fixture(autouse=True)
def quick_to_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts_module, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def wang(desk: Desk) -> str:
    add_account(desk, "wang", Role.AGENT, agent_id="王明", password=PASSWORD, by="测试")
    return "wang"


def test_a_visit_knows_role_and_agent_and_ends_when_it_is_ended(desk: Desk, wang: str) -> None:
    token = sign_in(desk, wang, PASSWORD)
    person = signed_in(desk, token)
    assert person is not None
    assert (person.name, person.role, person.agent_id) == ("wang", Role.AGENT, "王明")
    sign_out(desk, token)
    assert signed_in(desk, token) is None
    assert signed_in(desk, "guessed") is None


def test_neither_passwords_nor_tokens_are_kept(desk: Desk, wang: str) -> None:
    token = sign_in(desk, wang, PASSWORD)
    with desk.reading() as session:
        stored = str(session.execute(text("SELECT * FROM accounts")).all())
        stored += str(session.execute(text("SELECT * FROM sign_ins")).all())
    assert PASSWORD not in stored
    assert token not in stored
    assert "$argon2id$" in stored


def test_five_wrong_passwords_lock_even_the_right_one_for_a_while(desk: Desk, wang: str, clock: Clock) -> None:
    def guess(number: int) -> str:
        with pytest.raises(AccountRefused) as refused:
            sign_in(desk, wang, f"wrong {number}")
        return str(refused.value)

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(guess, range(5)))
    with pytest.raises(AccountRefused, match="锁定"):
        sign_in(desk, wang, PASSWORD)
    clock.passes(minutes=16)
    assert signed_in(desk, sign_in(desk, wang, PASSWORD))
    assert entries(desk, actions=[Action.LOCKED])[0] == 1


def test_a_refusal_tells_nobody_which_accounts_there_are(
    desk: Desk, wang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_account(desk, "sso", Role.SUPERVISOR, by="测试")
    add_account(desk, "gone", Role.SUPERVISOR, password=PASSWORD, by="测试")
    disable_account(desk, "gone", by="测试")
    compared = list[str]()
    monkeypatch.setattr(accounts_module, "_is_right", lambda password_hash, _: bool(compared.append(password_hash)))
    words = set()
    for name in ("nobody", "wang", "sso", "gone"):
        for _ in range(MOST_FAILURES + 1):  # the last one finds wang locked
            with pytest.raises(AccountRefused) as refused:
                sign_in(desk, name, "wrong password")
            words.add(str(refused.value))
    assert len(words) == 1
    assert len(compared) == 4 * (MOST_FAILURES + 1)  # the hash takes the time that somebody could measure
    assert entries(desk, actions=[Action.SIGN_IN_FAILED])[0] == 4 * (MOST_FAILURES + 1)


def test_visits_end_after_two_idle_hours_and_after_twelve_in_all(desk: Desk, wang: str, clock: Clock) -> None:
    idle = sign_in(desk, wang, PASSWORD)
    busy = sign_in(desk, wang, PASSWORD)
    for _ in range(11):
        clock.passes(hours=1)
        assert signed_in(desk, busy)
    assert signed_in(desk, idle) is None
    clock.passes(minutes=61)
    assert signed_in(desk, busy) is None


def test_disabling_and_a_new_password_end_running_visits(desk: Desk, wang: str) -> None:
    token = sign_in(desk, wang, PASSWORD)
    set_password(desk, wang, "另一个长长的新密码2026", by="测试")
    assert signed_in(desk, token) is None
    token = sign_in(desk, wang, "另一个长长的新密码2026")
    disable_account(desk, wang, by="测试")
    assert signed_in(desk, token) is None
    assert account_named(desk, wang) is None
    with pytest.raises(AccountRefused, match="账号或密码不对"):
        sign_in(desk, wang, "另一个长长的新密码2026")
    with desk.writing() as session:  # a visit that began at the very moment the account was shut
        session.execute(text("UPDATE sign_ins SET ended_at = NULL"))
    assert signed_in(desk, token) is None


@pytest.mark.parametrize(
    ("name", "role", "agent_id", "password", "words"),
    [
        ("", Role.OPERATOR, None, PASSWORD, "不能为空"),
        (" a", Role.OPERATOR, None, PASSWORD, "空格"),
        ("a", Role.AGENT, None, PASSWORD, "--agent-id"),
        ("a", Role.OPERATOR, None, "short", "至少 10"),
        ("operator-1", Role.OPERATOR, None, "OPERATOR-1", "太好猜"),
        ("wang", Role.OPERATOR, None, PASSWORD, "已经有了"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    desk: Desk, wang: str, name: str, role: Role, agent_id: str | None, password: str, words: str
) -> None:
    with pytest.raises(AccountRefused, match=words):
        add_account(desk, name, role, agent_id=agent_id, password=password, by="测试")
    assert [person.name for person in accounts(desk)] == ["wang"]
