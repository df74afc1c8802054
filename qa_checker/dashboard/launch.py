"""Starts the dashboard's server for `qa-checker dashboard`."""

import ipaddress
import os
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

ARCHIVE_VARIABLE = "QA_ARCHIVE"
"""The environment variable that tells the server which archive to show."""


class NotLoopback(Exception):
    """Someone wants to open the dashboard to others, and there is no login yet; the message says so in Chinese."""


def launch(archive: Path, host: str = "127.0.0.1", port: int = 8501) -> int:
    """Run the dashboard over an archive until it is stopped; the server's exit code.

    Its settings lie in `.streamlit/config.toml` beside the script, so they hold wherever it is started from. Raises
    NotLoopback for an address that others could reach.
    """
    if not is_loopback(host):
        raise NotLoopback(
            f"看板现在还没有登录，不能监听 {host}：别人会看到全部聊天记录。"
            "请去掉 --host，或改为 127.0.0.1，只在本机打开。"
        )
    with as_file(files(__package__) / "main.py") as script:
        command = [
            *(sys.executable, "-m", "streamlit", "run", str(script)),
            *("--server.address", host, "--server.port", str(port)),
        ]
        return subprocess.call(command, env=os.environ | {ARCHIVE_VARIABLE: str(archive.absolute())})


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
