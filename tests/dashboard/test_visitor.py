"""Who is at the dashboard is asked again at every step: visits end, also those an identity provider vouched for."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qa_checker.dashboard import visitor
from qa_checker.dashboard.controls import drafting
from qa_checker.dashboard.environment import AUTH_VARIABLE
from qa_checker.dashboard.noting import NoLongerHere, handed_out
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.server import parts
from qa_checker.dashboard.visitor import current_visitor, is_still_here, scope_of
from qa_checker.desk.accounts import VISIT_LASTS, Role, add_account, disable_account, sign_in
from qa_checker.desk.audit import Action, entries
from qa_checker.desk.database import Desk
from qa_checker.desk.drafts import draft

from .people import PASSWORD


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(f"sqlite:///{tmp_path / 'desk.sqlite'}")
    yield opened
    opened.close()


class Vouched(dict[str, object]):
    """What Streamlit knows of somebody whom a provider let in."""

    is_logged_in = True


@pytest.mark.parametrize(
    ("age", "claims", "known"),
    [
        (timedelta(minutes=1), {}, True),
        (VISIT_LASTS + timedelta(minutes=1), {}, False),
        (timedelta(minutes=1), {"email_verified": False}, False),
        (timedelta(minutes=1), {"email": "stranger@example.com"}, False),
    ],
)
def test_a_provider_is_believed_for_half_a_day_and_for_accounts_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, age: timedelta, claims: dict[str, object], known: bool
) -> None:
    monkeypatch.setenv(AUTH_VARIABLE, "oidc")
    add_account(desk, "li@example.com", Role.SUPERVISOR, by="测试")
    begun = (datetime.now(UTC) - age).timestamp()
    monkeypatch.setattr(visitor.st, "user", Vouched({"email": "li@example.com", "iat": begun} | claims))
    assert (current_visitor(desk) is not None) is known


def test_a_dialog_left_open_does_nothing_for_whom_was_shut_out(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(AUTH_VARIABLE, "local")
    add_account(desk, "wang", Role.AGENT, agent_id="王明", password=PASSWORD, by="测试")
    cookies = {visitor.VISIT_COOKIE: sign_in(desk, "wang", PASSWORD)}
    monkeypatch.setattr(visitor, "_cookies", lambda: cookies)
    wang = current_visitor(desk)
    assert wang
    assert is_still_here(desk, wang)
    boxes = list[object]()
    monkeypatch.setattr(drafting, "typing", lambda _, typed: boxes.append(typed))
    archive = type("Nowhere", (), {"root": tmp_path})()
    drafting.remember(Reading(archive, "", scope_of(wang), desk, wang), "draft-x", in_dialog=True)
    (typed,) = boxes
    typed("写了一半")  # type: ignore[operator]
    disable_account(desk, "wang", by="测试")
    typed("又写了一句")  # type: ignore[operator]
    assert not is_still_here(desk, wang)
    kept = draft(desk, "wang", "draft-x")
    assert kept
    assert kept.content == "写了一半"


def test_a_file_is_made_and_noted_for_whom_is_here_and_not_for_whom_was_shut_out(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(AUTH_VARIABLE, "local")
    add_account(desk, "ops", Role.OPERATOR, password=PASSWORD, by="测试")
    cookies = {visitor.VISIT_COOKIE: sign_in(desk, "ops", PASSWORD)}
    monkeypatch.setattr(visitor, "_cookies", lambda: cookies)
    ops = current_visitor(desk)
    assert ops
    archive = type("Nowhere", (), {"root": tmp_path})()
    made = handed_out(Reading(archive, "", scope_of(ops), desk, ops), lambda: b"chats", what="sessions")
    monkeypatch.setattr(visitor, "_cookies", dict)  # Streamlit makes the file where it knows of no visitor
    assert made() == b"chats"
    disable_account(desk, "ops", by="测试")
    with pytest.raises(NoLongerHere):
        made()
    assert entries(desk, actions=[Action.EXPORTED])[0] == 1


@pytest.mark.parametrize("address", [None, "0.0.0.0", "10.0.0.5"])
def test_the_server_itself_refuses_to_be_open_however_it_was_started(
    address: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(AUTH_VARIABLE, raising=False)
    monkeypatch.setattr(parts.config, "get_option", lambda _: address)
    with pytest.raises(SystemExit) as ended:
        parts.check_settings()
    assert ended.value.code == 2
    assert "没有登录就不能监听" in capsys.readouterr().err
