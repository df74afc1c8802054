"""A standalone Spark cluster on the loopback, one process a machine, that a test can hurt."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyspark

_SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"
_DEPLOY = "org.apache.spark.deploy"
_PATIENCE = 60  # seconds


@contextmanager
def standalone(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Give the address of a master and the processes of its workers; each leads a process group of its own."""
    processes = [_start(folder, "master", f"{_DEPLOY}.master.Master", "--host", "127.0.0.1", "--port", "0")]
    try:
        [address] = _said(folder / "master.log", r"Starting Spark master at (spark://\S+)")
        for number in range(workers):
            name = f"worker{number}"
            told = ("--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--work-dir", str(folder / name), address)
            processes.append(_start(folder, name, f"{_DEPLOY}.worker.Worker", *told))
        _said(folder / "master.log", r"Registering worker", workers)
        yield address, processes[1:]
    finally:
        for process in processes:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a machine with all that runs on it, as losing its power would."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _start(folder: Path, name: str, main: str, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}
    web = ("--webui-port", "0")
    with (folder / f"{name}.log").open("wb") as log:
        command = [str(_SPARK_CLASS), main, *web, *arguments]
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)


def _said(log: Path, pattern: str, times: int = 1) -> list[str]:
    """Wait until a log says so as often."""
    given_up = time.monotonic() + _PATIENCE
    while time.monotonic() < given_up:
        found = re.findall(pattern, log.read_text(errors="replace"))
        if len(found) >= times:
            return found
        time.sleep(0.2)
    raise TimeoutError(f"{log} never said {pattern}")
