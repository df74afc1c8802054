"""What browsers must not do with our pages: load from elsewhere, run foreign script, frame them, act for others."""

import hashlib
import re
from base64 import b64encode
from importlib.resources import files
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_checker.dashboard.environment import is_loopback

_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def content_security_policy() -> str:
    """Everything from here, nothing from elsewhere; script only from our files and from components of ours.

    `blob:` because Streamlit hands the JavaScript of a component to the browser as one: only script that already runs
    can make such an address, a message or a nickname can't. Its pages carry a little script of their own, allowed by
    its hash. Styles are inline all over Streamlit; without foreign addresses they can't carry anything out.
    """
    page = (files("streamlit") / "static" / "index.html").read_bytes()
    own = " ".join(
        f"'sha256-{b64encode(hashlib.sha256(found).digest()).decode()}'" for found in _INLINE_SCRIPT.findall(page)
    )
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' blob: {own}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


class SecureHeaders:
    """Puts the headers on every answer; an answer with a stricter policy of its own keeps that."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": content_security_policy(),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class OnlyOurOwnPages:
    """Refuses data connections that a page of another site opened, and addresses that are not this computer's.

    Streamlit itself trusts every page on localhost, and asks a host on the internet for our address before it refuses
    one from elsewhere. Where nobody signs in (`only_here`), the name in the address matters too: any site can have its
    own name point at 127.0.0.1, and would then be of our origin (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, only_here: bool) -> None:
        self._app = app
        self._only_here = only_here

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket") or self._is_ours(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            told = "没有登录的看板只能在这台电脑上打开，请用 http://127.0.0.1 或 http://localhost 加端口。"
            await PlainTextResponse(told, status_code=403)(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if self._only_here and not is_loopback(_name(f"//{host}")):
            return False
        return scope["type"] == "http" or origin is None or urlsplit(origin).netloc == host


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # brackets that don't close
        return ""
