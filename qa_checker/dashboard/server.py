"""What stands around the pages: the routes and the guards of the server that Streamlit runs."""

import sys
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from streamlit import config

from qa_checker.dashboard import environment
from qa_checker.dashboard.environment import Auth, SettingsWrong
from qa_checker.dashboard.frame import OurPage, frame_routes
from qa_checker.dashboard.security import SecureHeaders
from qa_checker.dashboard.signing_in import OnlyAfterSignIn, base_path, sign_in_routes

PAGES = str(files(__package__) / "pages.py")
"""The script that Streamlit runs for every visitor."""


def check_settings() -> None:
    """End the server, with the reason in Chinese, where its settings would leave the door open or locked for good."""
    try:
        environment.check(str(config.get_option("server.address") or "0.0.0.0"))
    except SettingsWrong as wrong:
        print(wrong, file=sys.stderr, flush=True)
        raise SystemExit(2) from None


def routes() -> list[BaseRoute]:
    """Addresses beside Streamlit's own."""
    doors = sign_in_routes() if environment.auth() is Auth.LOCAL else []
    return [*frame_routes(base_path()), *doors]


def middleware() -> list[Middleware]:
    """What every request passes before it reaches Streamlit, outermost first."""
    guards = [Middleware(OnlyAfterSignIn)] if environment.auth() is Auth.LOCAL else []
    return [Middleware(SecureHeaders), *guards, Middleware(OurPage)]


def secrets() -> Mapping[str, Any] | None:
    """What `st.login` reads."""
    return {"auth": dict(environment.oidc_secrets())} if environment.auth() is Auth.OIDC else None
