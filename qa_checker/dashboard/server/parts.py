"""What Streamlit's server is made of here: the script of the pages, and what stands around it."""

import gc
import sys
import threading
from collections.abc import Mapping
from importlib import import_module
from importlib.resources import files
from typing import Any

from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from streamlit import config

from qa_checker.dashboard import environment
from qa_checker.dashboard.environment import Auth, SettingsWrong
from qa_checker.dashboard.server.files import OnlyToWhomItWasMade
from qa_checker.dashboard.server.first_pages import first_page_routes
from qa_checker.dashboard.server.frame import OurPage, frame_routes
from qa_checker.dashboard.server.mishaps import explain, keep_words_out_of_the_log
from qa_checker.dashboard.server.security import OnlyOurOwnPages, SecureHeaders
from qa_checker.dashboard.server.signing_in import OnlyAfterSignIn, base_path, sign_in_routes

SCRIPT = str(files("qa_checker.dashboard") / "script.py")
"""What Streamlit runs for every visitor, at every click."""


def parts() -> dict[str, Any]:
    """The arguments of `st.App`; begins to read archive and rules, so that no first visitor need wait for them.

    Ends the server, with the reason in Chinese, where its settings would leave the door open or locked for good.
    """
    check_settings()
    keep_words_out_of_the_log()
    threading.Thread(target=_make_ready, name="ready", daemon=True).start()
    return {"routes": _routes(), "middleware": _guards(), "secrets": _secrets(), "on_script_error": explain}


def check_settings() -> None:
    """Raise SystemExit, after saying why, where the server may not start as it was set up."""
    try:
        environment.check(str(config.get_option("server.address") or "0.0.0.0"))
    except SettingsWrong as wrong:
        print(wrong, file=sys.stderr, flush=True)
        raise SystemExit(2) from None


def _make_ready() -> None:
    pages = import_module("qa_checker.dashboard.navigation")  # by name: it stands above this room
    pages.make_ready()
    gc.collect()
    gc.freeze()  # what was imported stays: nobody need look through it for garbage again


def _routes() -> list[BaseRoute]:
    """Addresses beside Streamlit's own."""
    doors = sign_in_routes() if environment.auth() is Auth.LOCAL else []
    return [*frame_routes(base_path()), *first_page_routes(), *doors]


def _guards() -> list[Middleware]:
    """What every request passes before it reaches Streamlit, outermost first."""
    doorkeeper = [Middleware(OnlyAfterSignIn)] if environment.auth() is Auth.LOCAL else []
    ours = Middleware(OnlyOurOwnPages, only_here=environment.auth() is Auth.NONE)
    return [Middleware(SecureHeaders), ours, *doorkeeper, Middleware(OnlyToWhomItWasMade), Middleware(OurPage)]


def _secrets() -> Mapping[str, Any] | None:
    """What `st.login` reads."""
    return {"auth": dict(environment.oidc_secrets())} if environment.auth() is Auth.OIDC else None
