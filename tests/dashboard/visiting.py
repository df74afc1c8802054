"""Opens a page as Streamlit itself runs it, without a browser."""

from collections.abc import Callable
from pathlib import Path

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
