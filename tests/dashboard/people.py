"""Accounts for the tests of who may do what."""

from qa_checker.desk.accounts import Role, add_account
from qa_checker.desk.database import Desk

PASSWORD = "秋天的第一杯奶茶2026"


def hire(desk: Desk) -> None:
    """A supervisor, two agents and an operator, who sign in with one password."""
    add_account(desk, "zhang", Role.SUPERVISOR, password=PASSWORD, by="测试")
    add_account(desk, "li", Role.SUPERVISOR, password=PASSWORD, by="测试")
    add_account(desk, "wang", Role.AGENT, agent_id="王明", password=PASSWORD, by="测试")
    add_account(desk, "zheng", Role.AGENT, agent_id="郑凯", password=PASSWORD, by="测试")
    add_account(desk, "ops", Role.OPERATOR, password=PASSWORD, by="测试")
