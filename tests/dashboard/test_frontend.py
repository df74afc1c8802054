"""Promises about the sources: nothing is read as markup or fetched from elsewhere, settings hold everywhere."""

import http.client
import re
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit

import qa_checker.dashboard
from qa_checker.dashboard.environment import is_loopback
from qa_checker.dashboard.server.frame import dressed
from qa_checker.dashboard.server.launch import LaunchRefused, launch

ROOM = Path(qa_checker.dashboard.__file__).parent
SCRIPTS = sorted((ROOM / "frontend").glob("*.js"))
REPOSITORY = Path(__file__).parents[2]
STREAMLIT = Path(streamlit.__file__).parent / "static"

MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\(|Function\("
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_our_javascript_never_reads_text_as_markup(script: Path) -> None:
    assert not MARKUP.search(script.read_text(encoding="utf-8"))


def test_every_script_is_looked_at() -> None:
    names = [script.stem for script in SCRIPTS]
    assert names == ["dialogue", "keys", "sheet", "transcript", "typing", "words"]


def test_streamlits_page_is_made_ours_and_no_other_page_is_touched() -> None:
    page = (STREAMLIT / "index.html").read_text(encoding="utf-8")
    ours = dressed(page)
    for said in ('lang="zh-CN"', "<title>客服质检</title>", "data:image/png;base64", "请在浏览器设置里允许"):
        assert said in ours
    for fetched in ("frame.css", "words.js", "keys.js"):
        assert f'"./qa/{fetched}?' in ours
    assert "Streamlit</title>" not in ours
    other = page.replace("<title>Streamlit", "<title>别的")
    assert dressed(other) == other


def test_what_is_said_in_chinese_is_still_what_streamlit_says() -> None:
    says = "".join(script.read_text(encoding="utf-8") for script in (STREAMLIT / "static" / "js").glob("*.js"))
    phrases = re.findall(r"\[/\^([A-Z][A-Za-z ]+)\$/", (ROOM / "frontend" / "words.js").read_text(encoding="utf-8"))
    assert len(phrases) > 25
    whole = [re.sub("apply$|submit form$", "", phrase) for phrase in phrases]  # said in two pieces
    assert [phrase for phrase in whole if phrase not in says] == []


@pytest.mark.parametrize("page", sorted(ROOM.glob("*.py")), ids=lambda path: path.name)
def test_no_page_lets_html_through(page: Path) -> None:
    assert not re.search(r"unsafe_allow_html|st\.html\(|components\.v1|st\.iframe", page.read_text(encoding="utf-8"))


def test_nothing_names_another_host() -> None:
    sources = [*SCRIPTS, *(ROOM / "frontend").glob("*.css"), *ROOM.glob("*.py"), ROOM / ".streamlit" / "config.toml"]
    for source in sources:
        assert not re.search(r"https?://(?!\{host\})|//cdn|\burl\(", source.read_text(encoding="utf-8")), source


def test_settings_are_the_same_from_a_checkout_as_from_a_wheel() -> None:
    ours = (ROOM / ".streamlit" / "config.toml").read_bytes()
    assert (REPOSITORY / ".streamlit" / "config.toml").read_bytes() == ours
    settings = tomllib.loads(ours.decode())
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["server"]["address"] == "127.0.0.1"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.com", ""])
def test_an_address_others_can_reach_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(LaunchRefused, match="没有登录就不能监听"):
        launch(tmp_path, host, 8501)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "::1"])
def test_this_computers_own_addresses_are_fine(host: str) -> None:
    assert is_loopback(host)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_that_is_taken_is_said(tmp_path: Path, taken_port: int) -> None:
    with pytest.raises(LaunchRefused, match=f"端口 {taken_port} 已被占用"):
        launch(tmp_path, "127.0.0.1", taken_port)


def test_the_dashboard_starts_answers_says_nothing_but_its_own_and_ends_with_whoever_stops_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    command = [sys.executable, "-m", "qa_checker.cli", "dashboard", "--archive", str(tmp_path), "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert f"http://127.0.0.1:{port}" in process.stderr.readline()
        wait_until(lambda: answers(port))
        assert leads(port, "overview?days=all") == "/?days=all"
        assert leads(port, "my-overview") == "/"
        process.terminate()
        assert process.stderr.read() == ""
    wait_until(lambda: not answers(port))


def leads(port: int, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", f"/{path}")
    answer = connection.getresponse()
    connection.close()
    return answer.headers["location"]


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.1)
