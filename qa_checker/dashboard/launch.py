"""Starts the dashboard's server for `qa-checker dashboard`."""

import ipaddress
import os
import signal
import socket
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

ARCHIVE_VARIABLE = "QA_ARCHIVE"
"""The environment variable that tells the server which archive to show."""


class LaunchRefused(Exception):
    """The dashboard can't be opened there; the message says why and what helps, in Chinese."""


def launch(archive: Path, host: str = "127.0.0.1", port: int = 8501) -> int:
    """Run the dashboard over an archive until it is stopped (Ctrl+C); the server's exit code.

    Its settings lie in `.streamlit/config.toml` beside the script, so they hold wherever it is started from. Raises
    LaunchRefused for an address that others could reach, and for a port that is taken.
    """
    if not is_loopback(host):
        raise LaunchRefused(
            f"看板现在还没有登录，不能监听 {host}：别人会看到全部聊天记录。"
            "请去掉 --host，或改为 127.0.0.1，只在本机打开。"
        )
    if not _is_free(host, port):
        raise LaunchRefused(f"端口 {port} 已被占用：看板可能已经打开了。也可以用 --port 换一个端口。")
    print(f"看板地址：http://{host}:{port}（按 Ctrl+C 停止）", file=sys.stderr, flush=True)
    with as_file(files(__package__) / "main.py") as script:
        command = [
            *(sys.executable, "-m", "streamlit", "run", str(script)),
            *("--server.address", host, "--server.port", str(port)),
        ]
        environment = os.environ | {ARCHIVE_VARIABLE: str(archive.absolute())}
        # Streamlit greets in English on stdout; its warnings and errors come on stderr.
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
            signal.signal(signal.SIGTERM, lambda *_: server.terminate())  # a service manager stops us, not the child
            try:
                return server.wait()
            except KeyboardInterrupt:
                return 0


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError:
        return False
    return True
