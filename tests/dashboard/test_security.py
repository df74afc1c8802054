"""Which requests reach the dashboard: its own pages', without a sign-in this computer's; and where a sign-in leads."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from qa_checker.dashboard.server import signing_in
from qa_checker.dashboard.server.security import OnlyOurOwnPages


def answered(kind: str, host: str, origin: str | None, *, only_here: bool) -> list[Message] | None:
    """What was answered in the dashboard's place; None where the request reached it."""
    reached: list[Scope] = []
    sent: list[Message] = []

    async def dashboard(scope: Scope, _: Receive, __: Send) -> None:
        reached.append(scope)

    async def receive() -> Message:
        return {"type": f"{kind}.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin else [])
    asyncio.run(OnlyOurOwnPages(dashboard, only_here)({"type": kind, "headers": headers}, receive, send))
    assert bool(reached) is not bool(sent)
    return sent or None


@pytest.mark.parametrize(
    ("host", "origin", "opens"),
    [
        ("qa.example.com", "https://qa.example.com", True),
        ("127.0.0.1:8501", "http://127.0.0.1:8501", True),
        ("qa.example.com", None, True),  # no browser
        ("qa.example.com", "https://evil.example", False),
        ("127.0.0.1:8501", "http://localhost:3000", False),  # another program's page on the same computer
        ("127.0.0.1:8501", "null", False),
    ],
)
def test_a_page_of_another_site_opens_no_data_connection(host: str, origin: str | None, opens: bool) -> None:
    sent = answered("websocket", host, origin, only_here=False)
    assert sent == (None if opens else [{"type": "websocket.close", "code": 1008}])


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:9000", "[::1]:8501"])
def test_without_a_sign_in_this_computers_names_are_let_in(host: str) -> None:
    assert answered("websocket", host, f"http://{host}", only_here=True) is None
    assert answered("http", host, None, only_here=True) is None


@pytest.mark.parametrize("host", ["evil.example:8501", "127.0.0.1.evil.example", "10.0.0.5:8501", "[", ""])
def test_without_a_sign_in_a_foreign_name_for_this_computer_is_refused(host: str) -> None:
    assert answered("websocket", host, f"http://{host}", only_here=True)
    begun, body = answered("http", host, None, only_here=True) or []
    assert begun["status"] == 403
    assert "只能在这台电脑上打开" in body["body"].decode()


@pytest.mark.parametrize("base", ["", "/quality"])
@pytest.mark.parametrize(
    ("wanted", "ours"),
    [
        ("/session?batch=1&id=会话%20一", True),
        ("//evil.example/x", False),
        ("/\\evil.example", False),
        ("/\t/evil.example", False),
        ("https://evil.example/", False),
        ("javascript:alert(1)", False),
        ("", False),
        ("/" + "x" * 3000, False),
    ],
)
def test_signing_in_leads_on_to_our_own_pages_alone(
    monkeypatch: pytest.MonkeyPatch, base: str, wanted: str, ours: bool
) -> None:
    monkeypatch.setattr(signing_in, "base_path", lambda: base)
    assert signing_in.leads_on(base + wanted if ours else wanted) == (base + wanted if ours else f"{base}/")
