"""Starts the dashboard's server as `qa-checker dashboard` does, on a port of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import qa_checker.dashboard


def free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(environment: dict[str, str], port: int | None = None) -> Iterator[str]:
    """The address of a running dashboard."""
    port = port or free_port()
    main = Path(qa_checker.dashboard.__file__).parent / "main.py"
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(main)),
        *("--server.port", str(port), "--server.headless=true"),
    ]
    told = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))} | environment
    with subprocess.Popen(command, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health", running)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def wait_for(address: str, running: subprocess.Popen[bytes]) -> None:
    """Return once the server answers there."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and running.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:  # nobody listens yet, or is still busy
            time.sleep(0.2)
    pytest.fail(f"the server did not answer at {address}")
