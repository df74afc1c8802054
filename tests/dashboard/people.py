"""Accounts for the tests of who may do what, and visits of those who hold them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from qa_checker.dashboard import visitor
from qa_checker.dashboard.environment import AUTH_VARIABLE
from qa_checker.desk.accounts import Role, add_account, sign_in
from qa_checker.desk.database import Desk

from .visiting import Visit, visited

PASSWORD = "秋天的第一杯奶茶2026"


def hire(desk: Desk) -> None:
    """A supervisor, two agents and an operator, who sign in with one password."""
    add_account(desk, "zhang", Role.SUPERVISOR, password=PASSWORD, by="测试")
    add_account(desk, "li", Role.SUPERVISOR, password=PASSWORD, by="测试")
    add_account(desk, "wang", Role.AGENT, agent_id="王明", password=PASSWORD, by="测试")
    add_account(desk, "zheng", Role.AGENT, agent_id="郑凯", password=PASSWORD, by="测试")
    add_account(desk, "ops", Role.OPERATOR, password=PASSWORD, by="测试")


@pytest.fixture(scope="module")
def hired(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk's file with everybody's account: hashing their passwords takes longer than most tests."""
    file = tmp_path_factory.mktemp("hired") / "desk.sqlite"
    desk = Desk(f"sqlite:///{file}")
    hire(desk)
    desk.close()
    return file


@pytest.fixture
def desk(hired: Path, tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(f"sqlite:///{shutil.copy(hired, tmp_path)}")
    yield opened
    opened.close()


@pytest.fixture
def visit(archive_root: Path, tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Open a page as somebody who signed in."""
    monkeypatch.setenv(AUTH_VARIABLE, "local")

    def open_page(name: str, page: str, /, **params: str) -> AppTest:
        cookies = {visitor.VISIT_COOKIE: sign_in(desk, name, PASSWORD)} if name else {}
        monkeypatch.setattr(visitor, "_cookies", lambda: cookies)
        return visited(monkeypatch, page, archive_root, tmp_path / "desk.sqlite", **params)

    return open_page
