"""The page that carries the dashboard: Streamlit's own, made ours before it reaches the browser.

Streamlit speaks English (`lang`, title, "No results", "Connection error"), has no setting for that, and loses keys that
are pressed while it draws. So its one page gets our name and icon, a style sheet, and two small scripts of
frontend/: words.js says Streamlit's words in Chinese, keys.js holds keys until they can be answered.
"""

from base64 import b64encode
from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_checker.dashboard import FRONTEND

NAME = "客服质检"
ICON = FRONTEND / "favicon.png"
ICON_ADDRESS = "data:image/png;base64," + b64encode(ICON.read_bytes()).decode()

_FOLDER = "qa"


def _address(name: str) -> str:
    """Another one when the file changes, so that no browser goes on with what it kept."""
    content = (FRONTEND / name).read_bytes()
    return f"./{_FOLDER}/{name}?{sha256(content).hexdigest()[:12]}"


_OURS = f"""<link rel="stylesheet" href="{_address("frame.css")}">
    <script src="{_address("words.js")}" defer></script>
    <script src="{_address("keys.js")}" defer></script>
  </head>"""
_DRESS = (
    ('lang="en"', 'lang="zh-CN"'),
    ("<title>Streamlit</title>", f"<title>{NAME}</title>"),
    ('href="./favicon.png"', f'href="{ICON_ADDRESS}"'),
    ("You need to enable JavaScript to run this app.", "请在浏览器设置里允许运行 JavaScript，再刷新本页。"),
    ("</head>", _OURS),
)


def dressed(page: str) -> str:
    """Streamlit's page with our name, icon, style and scripts; any other page as it is."""
    if "<title>Streamlit</title>" not in page:
        return page
    for theirs, ours in _DRESS:
        page = page.replace(theirs, ours, 1)
    return page


def frame_routes(base_path: str) -> list[Mount]:
    """Where the browser fetches frontend/ from."""
    return [Mount(f"{base_path}/{_FOLDER}", StaticFiles(packages=[("qa_checker.dashboard", "frontend")]))]


class OurPage:
    """Dresses Streamlit's page on its way to the browser; everything else passes untouched, piece by piece."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        # Whole and readable: what a browser kept of an earlier version would be Streamlit's page by its tag.
        unread = {b"accept-encoding", b"if-none-match", b"if-modified-since"}
        plain = {**scope, "headers": [header for header in scope["headers"] if header[0] not in unread]}
        begun: list[Message] = []
        body = bytearray()

        async def send_dressed(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                begun.append(message)
            elif not begun:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await _send_page(begun[0], bytes(body), send)

        await self._app(plain, receive, send_dressed)


def _is_page(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")


async def _send_page(start: Message, body: bytes, send: Send) -> None:
    page = dressed(body.decode("utf-8")).encode("utf-8")
    headers = MutableHeaders(raw=start["headers"])
    for name in ("etag", "last-modified"):
        if name in headers:
            del headers[name]
    headers["content-length"] = str(len(page))
    await send(start)
    await send({"type": "http.response.body", "body": page})
