"""The first page of a role answers at the dashboard's own address: who asks for it by name is led there."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from qa_checker.dashboard.server.signing_in import base_path

FIRST_PAGES = ("overview", "my-overview")
"""Streamlit knows its default page by no name; another address that it doesn't know says 没有这个页面."""


def first_page_routes() -> list[Route]:
    """Their names lead to where they are, with what the address asks for."""
    return [Route(f"{base_path()}/{name}", _lead) for name in FIRST_PAGES]


async def _lead(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{base_path()}/{query}")
