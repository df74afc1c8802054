"""The desk database: SQLite in a file by default, PostgreSQL by URL; brought up to date whenever it is opened."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

FILE_NAME = "desk.sqlite"
_PATIENCE = 30  # seconds; whoever holds a SQLite file lets go sooner
_UPGRADE_LOCK = 7301  # any number, as long as all of us ask for the same


class DeskError(Exception):
    """The desk database can't be opened; its text says why and what helps, in Chinese, without the password."""


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def desk_url(archive: Path, given: str | None = None) -> str:
    """Where decisions are kept: as given (a URL, or the path of a SQLite file), else a file inside the archive."""
    if given and "://" in given:
        return given
    path = Path(given) if given else archive / FILE_NAME
    return URL.create("sqlite", database=str(path.absolute())).render_as_string(hide_password=False)


class Desk:
    """An open desk database. Safe for many threads; every transaction has a connection of its own."""

    def __init__(self, url: str, clock: Callable[[], datetime] = now) -> None:
        """Open and bring up to date; makes the file and its folder where there is none. Raises DeskError."""
        self.now = clock
        try:
            parsed = make_url(url)
            if parsed.drivername in ("postgres", "postgresql"):
                parsed = parsed.set(drivername="postgresql+psycopg")
            self.engine = _engine(parsed)
        except (ArgumentError, NoSuchModuleError, OSError) as error:
            raise DeskError(
                "复核数据库的地址看不懂，请写成 postgresql://用户名:密码@主机/库名，或一个能写入的文件的路径。"
            ) from error
        try:
            self._upgrade()
        except CommandError as error:
            self.close()
            raise DeskError("复核数据库是更新的版本建立的，请升级 qa-checker 后再打开。") from error
        except DBAPIError as error:
            self.close()
            where = parsed.render_as_string(hide_password=True)
            raise DeskError(f"复核数据库打不开：{where}。请检查地址、用户名和密码，或文件夹能否写入。") from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes; committed at the end, or not at all."""
        with Session(self.engine.execution_options(writes=True), expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    def _upgrade(self) -> None:
        with (
            as_file(files(__package__) / "migrations") as folder,
            self.engine.execution_options(writes=True).begin() as connection,
        ):
            if connection.dialect.name == "postgresql":  # SQLite's own write lock serves there
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})
            config = Config()
            config.set_main_option("script_location", str(folder).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # autocommit: the driver leaves BEGIN to us, so that a writer can ask for the lock before it reads.
    engine = create_engine(url, connect_args={"timeout": _PATIENCE, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begun(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _use_wal(connection: sqlite3.Connection) -> None:
    """Of two who open a new file at once, SQLite turns one away without letting him wait: ask again."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
