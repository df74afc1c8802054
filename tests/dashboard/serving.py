"""Runs `qa-checker dashboard` on a port of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from qa_checker.dashboard.environment import ARCHIVE_VARIABLE


def free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(environment: dict[str, str], port: int | None = None) -> Iterator[str]:
    """The address of a running dashboard.

    It is started in a folder with another `qa_checker` in it, as somebody does who installed it from a checkout.
    """
    port = port or free_port()
    command = [
        *(sys.executable, "-P", "-m", "qa_checker.cli", "dashboard"),
        *("--archive", environment[ARCHIVE_VARIABLE], "--port", str(port)),
    ]
    told = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))} | environment
    with TemporaryDirectory() as folder:
        (Path(folder) / "qa_checker").mkdir()
        (Path(folder) / "qa_checker" / "__init__.py").write_text("raise ImportError('not what was installed')")
        with subprocess.Popen(
            command, env=told, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as running:
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
