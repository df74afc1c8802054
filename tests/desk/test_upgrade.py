"""A desk of an earlier version is brought up to date with what it holds."""

from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

from qa_checker.desk.database import Desk
from qa_checker.desk.rule_record import RuleRecord, records_of_rules
from qa_checker.desk.samples import samples

from .night import key


def _as_it_began(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(files("qa_checker.desk") / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    sample = "1, 4711, 2, 8, 'draw=2', '张班长', '李班长', '2026-09-18 02:00:00'"
    connection.execute(
        text(f"INSERT INTO samples (id, seed, size, population, asked, drawn_by, assigned_to, at) VALUES ({sample})")
    )
    for place in (0, 1):
        connection.execute(
            text("INSERT INTO sampled_sessions (sample_id, place, batch, session_id) VALUES (1, :place, 'night', :s)"),
            {"place": place, "s": f"S{place}"},
        )
    connection.execute(
        text(
            "INSERT INTO reviews (id, number, ruling, reviewer, note, at, batch, session_id, finding, run, rulebook,"
            " source, rule, outcome, quotes, points, fine, reward, red_line) VALUES (1, 1, 'confirmed', '张班长', '',"
            " '2026-09-18 02:00:00', 'night', 'S0', 'f', 'r', 'b', 'machine', 'process/greeting', 'failed', '[]',"
            " 5, 0, 0, FALSE)"
        )
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of each kind as its first version left it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    else:
        server = request.getfixturevalue("postgres")
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS earlier"))
            connection.execute(text("CREATE DATABASE earlier"))
        engine.dispose()
        url = server.replace("@/postgres", "@/earlier")
    engine = create_engine(url)
    with engine.begin() as connection:
        _as_it_began(connection)
    engine.dispose()
    return url


def test_samples_of_the_first_version_keep_who_reviews_them_and_learn_how_likely_they_were(earlier: str) -> None:
    desk = Desk(earlier)
    (sample,) = samples(desk)
    assert sample.assigned_to("李班长") == (key("S0"), key("S1"))
    assert {place.probability for place in sample.places} == {0.25}
    desk.close()


def test_rulings_of_the_first_version_count_as_read_one_by_one(earlier: str) -> None:
    desk = Desk(earlier)
    assert records_of_rules(desk) == {"process/greeting": RuleRecord(confirmed=1)}
    desk.close()
