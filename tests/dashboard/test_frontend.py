"""Promises about the sources: nothing is read as markup, nothing is fetched from elsewhere, settings hold everywhere."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import qa_checker.dashboard
from qa_checker.dashboard.launch import ARCHIVE_VARIABLE, NotLoopback, is_loopback, launch

ROOM = Path(qa_checker.dashboard.__file__).parent
SCRIPTS = sorted((ROOM / "frontend").glob("*.js"))
REPOSITORY = ROOM.parent.parent

MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\(|Function\(")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_our_javascript_never_reads_text_as_markup(script: Path) -> None:
    assert not MARKUP.search(script.read_text(encoding="utf-8"))


def test_both_components_are_looked_at() -> None:
    assert [script.name for script in SCRIPTS] == ["sheet.js", "transcript.js"]


@pytest.mark.parametrize("page", sorted(ROOM.glob("*.py")), ids=lambda path: path.name)
def test_no_page_lets_html_through(page: Path) -> None:
    assert not re.search(r"unsafe_allow_html|st\.html\(|components\.v1|st\.iframe", page.read_text(encoding="utf-8"))


def test_nothing_names_another_host() -> None:
    sources = [*SCRIPTS, *(ROOM / "frontend").glob("*.css"), *ROOM.glob("*.py"), ROOM / ".streamlit" / "config.toml"]
    for source in sources:
        assert not re.search(r"https?://|//cdn|url\(", source.read_text(encoding="utf-8")), source


def test_settings_are_the_same_from_a_checkout_as_from_a_wheel() -> None:
    ours = (ROOM / ".streamlit" / "config.toml").read_bytes()
    assert (REPOSITORY / ".streamlit" / "config.toml").read_bytes() == ours
    settings = tomllib.loads(ours.decode())
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["server"]["address"] == "127.0.0.1"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.com", ""])
def test_an_address_others_can_reach_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(NotLoopback, match="还没有登录"):
        launch(tmp_path, host, 8501)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "::1", "[::1]"])
def test_this_computers_own_addresses_are_fine(host: str) -> None:
    assert is_loopback(host)


def test_the_server_is_started_over_the_named_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = {}

    def call(command: list[str], env: dict[str, str]) -> int:
        started.update(command=command, env=env)
        return 7

    monkeypatch.setattr(subprocess, "call", call)
    assert launch(tmp_path, "127.0.0.1", 8765) == 7
    assert started["command"][:4] == [sys.executable, "-m", "streamlit", "run"]
    assert Path(started["command"][4]) == ROOM / "main.py"
    assert started["command"][5:] == ["--server.address", "127.0.0.1", "--server.port", "8765"]
    assert started["env"][ARCHIVE_VARIABLE] == str(tmp_path)
