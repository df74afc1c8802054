"""The door of a dashboard with accounts of its own: a page for the password, and nothing behind it without a visit."""

import html
import string
from urllib.parse import urlencode, urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URL
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from qa_checker.dashboard import FRONTEND
from qa_checker.dashboard.environment import desk_address
from qa_checker.dashboard.reading import opened_desk
from qa_checker.dashboard.server.frame import ICON_ADDRESS
from qa_checker.dashboard.visitor import VISIT_COOKIE
from qa_checker.desk.accounts import AccountRefused, sign_in, signed_in

_LONGEST, _LONGEST_ADDRESS = 200, 2000
_AT_ONCE = CapacityLimiter(2)
"""Passwords checked at a time: each takes 64 MB and a core by design, and whoever finds the door can send a hundred."""

_PAGE = string.Template((FRONTEND / "sign_in.html").read_text(encoding="utf-8"))


def base_path() -> str:
    """Where the dashboard stands below its host: '' or '/quality'."""
    base = str(config.get_option("server.baseUrlPath")).strip("/")
    return f"/{base}" if base else ""


def sign_in_routes() -> list[Route]:
    """The page that asks for a password, and what it sends its answer to."""
    return [Route(f"{base_path()}/sign-in", _answer, methods=["GET", "POST"])]


class OnlyAfterSignIn:
    """Lets nothing pass, neither page nor data nor websocket, without the cookie of a visit that has not ended."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._sign_in = f"{base_path()}/sign-in"
        self._open = (self._sign_in, f"{base_path()}/_stcore/health")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        open_to_all = scope["type"] == "http" and scope["path"] in self._open
        if open_to_all or scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        token = HTTPConnection(scope).cookies.get(VISIT_COOKIE, "")
        if await run_in_threadpool(_is_visiting, token):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        elif "text/html" in HTTPConnection(scope).headers.get("accept", ""):
            await RedirectResponse(_sign_in_for(URL(scope=scope)), status_code=303)(scope, receive, send)
        else:
            await PlainTextResponse("请先登录。", status_code=401)(scope, receive, send)


def _is_visiting(token: str) -> bool:
    return bool(token) and signed_in(opened_desk(desk_address()), token) is not None


def _sign_in_for(wanted: URL) -> str:
    """The page for the password, which leads on to where one wanted to go."""
    address = f"{wanted.path}?{wanted.query}" if wanted.query else wanted.path
    asked = "" if address == _home() else f"?{urlencode({'next': address})}"
    return f"{base_path()}/sign-in{asked}"


def _home() -> str:
    return f"{base_path()}/"


def leads_on(address: str) -> str:
    """Where to go after signing in: to the address that was wanted if it is one of ours, else to the first page.

    A link to our page for the password must not lead on to another site: browsers read `//site` and `/\\site` as one.
    """
    ours = (
        address.startswith(_home()) and not address.startswith("//") and "\\" not in address and address.isprintable()
    )
    return address if ours and len(address) <= _LONGEST_ADDRESS else _home()


async def _answer(request: Request) -> Response:
    wanted = leads_on(request.query_params.get("next", ""))
    if request.method == "GET":
        return _page(wanted=wanted)
    if not _from_our_own_page(request):
        return _page("请从这个页面登录。", status=403, wanted=wanted)
    form = await request.form(max_files=0, max_fields=4)
    name, password = str(form.get("name", "")).strip()[:_LONGEST], str(form.get("password", ""))[:_LONGEST]
    try:
        token = await to_thread.run_sync(sign_in, opened_desk(desk_address()), name, password, limiter=_AT_ONCE)
    except AccountRefused as refused:
        return _page(str(refused), name, status=401, wanted=wanted)
    response = RedirectResponse(wanted, status_code=303)
    secure = request.url.scheme == "https"
    response.set_cookie(VISIT_COOKIE, token, path=base_path() or "/", httponly=True, samesite="lax", secure=secure)
    return response


def _from_our_own_page(request: Request) -> bool:
    """Another site must not sign anybody in; browsers say where a form came from."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == URL(scope=request.scope).netloc


def _page(problem: str = "", name: str = "", status: int = 200, *, wanted: str) -> Response:
    shown = f'<p class="problem" role="alert">{html.escape(problem)}</p>' if problem else ""
    target = html.escape(_sign_in_for(URL(wanted)), quote=True)
    page = _PAGE.substitute(problem=shown, name=html.escape(name, quote=True), target=target, icon=ICON_ADDRESS)
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HTMLResponse(page, status_code=status, headers=headers)
