"""Files that were made for one visitor: Streamlit gives them to whoever knows their name, this only to his visit."""

import re

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_checker.dashboard.controls.handing_out import VISIT
from qa_checker.dashboard.visitor import visit_of

_OWNER = re.compile(rf";\s*{VISIT}=([0-9a-f]+)")


class OnlyToWhomItWasMade:
    """Answers for a file of somebody else's visit as if there were none; what is nobody's own passes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        refused = False

        async def send_to_owner(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                kind = headers.get("content-type", "")
                owner = _OWNER.search(kind)
                refused = owner is not None and owner[1] != visit_of(HTTPConnection(scope).cookies)
                if refused:
                    await PlainTextResponse("没有这个文件。", status_code=404)(scope, receive, send)
                elif owner:
                    headers["content-type"] = _OWNER.sub("", kind)
                    headers["cache-control"] = "no-store"
            if not refused:
                await send(message)

        await self._app(scope, receive, send_to_owner if scope["type"] == "http" else send)
