"""Every test of the desk runs twice: on a SQLite file and on a PostgreSQL server that is started for it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from qa_checker.desk.database import Desk
from qa_checker.desk.tables import Table

BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server of our own on a socket in a temporary folder: the URL of its `postgres` database."""
    binaries = Path(found).parent if (found := shutil.which("initdb")) else BIN
    if binaries is None:
        pytest.skip("no PostgreSQL server on this machine (initdb not found)")
    with tempfile.TemporaryDirectory(prefix="qa-pg-") as folder:  # short: a socket's path may have 107 bytes
        os.chmod(folder, 0o777)
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # it refuses to run as root
        data = f"{folder}/data"
        settings = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=60"
        run = [*as_user, str(binaries / "initdb"), "-D", data, "-U", "qa", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(run, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        control = [*as_user, str(binaries / "pg_ctl"), "-D", data, "-w"]
        subprocess.run(
            [*control, "-l", f"{folder}/log", "-o", settings, "start"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        try:
            yield f"postgresql+psycopg://qa@/postgres?host={folder}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, cwd=folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def desk_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of each kind with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'desk.sqlite'}"
        return
    server = request.getfixturevalue("postgres")
    yield server
    tables = ", ".join(table.name for table in Table.metadata.sorted_tables)
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))  # past the triggers that forbid it
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    engine.dispose()


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 9, 18, 2, 0, tzinfo=UTC)  # a Friday, ten in the morning in Shanghai

    def __call__(self) -> datetime:
        return self.time

    def passes(self, **time: float) -> None:
        """Let time pass: hours=1, minutes=5."""
        self.time += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(desk_address: str, clock: Callable[[], datetime]) -> Iterator[Desk]:
    opened = Desk(desk_address, clock)
    yield opened
    opened.close()
