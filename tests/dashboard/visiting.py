"""Opens a page as Streamlit itself runs it, without a browser."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import qa_checker.dashboard
from qa_checker.dashboard import navigation
from qa_checker.dashboard.environment import ARCHIVE_VARIABLE, DESK_VARIABLE

SCRIPT = Path(qa_checker.dashboard.__file__).parent / "script.py"
SLOW = 60  # seconds; a busy machine

Visit = Callable[..., AppTest]
"""Opens a page for a test; what it is given besides are the parameters of the address."""


def visited(
    monkeypatch: pytest.MonkeyPatch, page: str, archive: Path, desk: Path, /, **params: str | list[str]
) -> AppTest:
    """The page of this name, drawn over an archive and a desk's file."""
    monkeypatch.setenv(ARCHIVE_VARIABLE, str(archive))
    monkeypatch.setenv(DESK_VARIABLE, str(desk))
    rooms = sorted(navigation.ROOMS, key=lambda room: room.name != page)  # AppTest opens the first page only
    monkeypatch.setattr(navigation, "ROOMS", tuple(rooms))
    app = AppTest.from_file(str(SCRIPT), default_timeout=SLOW)
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def drawn(app: AppTest) -> dict[str, Any]:
    """What the page hands to our own component."""
    parts = [json.loads(each.proto.json) for each in app.get("bidi_component")]
    (shown,) = (part for part in parts if "box" not in part)  # what watches a box draws nothing
    return shown  # type: ignore[no-any-return]


def button(app: AppTest, label: str) -> Any:
    """The first button that says so."""
    return next(each for each in app.button if each.label == label)
