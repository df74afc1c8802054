"""Starts the dashboard's server for `qa-checker dashboard`."""

import os
import signal
import socket
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

from qa_checker.dashboard import environment
from qa_checker.dashboard.environment import ARCHIVE_VARIABLE, DESK_VARIABLE, SettingsWrong
from qa_checker.desk.database import Desk, DeskError, desk_url


class LaunchRefused(Exception):
    """The dashboard can't be opened there; the message says why and what helps, in Chinese."""


def launch(archive: Path, host: str = "127.0.0.1", port: int = 8501, desk: str | None = None) -> int:
    """Run the dashboard over an archive until it is stopped (Ctrl+C); the server's exit code.

    Its settings lie in `.streamlit/config.toml` beside the script, so they hold wherever it is started from. Raises
    LaunchRefused for an address that others could reach without signing in, for a port that is taken, and for a desk
    database that can't be opened.
    """
    desk = desk or os.environ.get(DESK_VARIABLE)
    try:
        environment.check(host)
        Desk(desk_url(archive, desk)).close()
    except (SettingsWrong, DeskError) as wrong:
        raise LaunchRefused(str(wrong)) from None
    if not _is_free(host, port):
        raise LaunchRefused(f"端口 {port} 已被占用：看板可能已经打开了。也可以用 --port 换一个端口。")
    print(f"看板地址：http://{host}:{port}（按 Ctrl+C 停止）", file=sys.stderr, flush=True)
    with as_file(files("qa_checker.dashboard") / "main.py") as script:
        command = [
            # -P: a folder of this name where the command was typed, say a checkout, is not what was installed.
            *(sys.executable, "-P", "-m", "streamlit", "run", str(script)),
            *("--server.address", host, "--server.port", str(port)),
        ]
        told = {ARCHIVE_VARIABLE: str(archive.absolute()), DESK_VARIABLE: desk_url(archive, desk)}
        # Streamlit greets in English on stdout; its warnings and errors come on stderr.
        with subprocess.Popen(command, env=os.environ | told, stdout=subprocess.DEVNULL) as server:
            signal.signal(signal.SIGTERM, lambda *_: server.terminate())  # a service manager stops us, not the child
            try:
                return server.wait()
            except KeyboardInterrupt:
                return 0


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError:
        return False
    return True
