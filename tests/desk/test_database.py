"""Opening a desk: made where there is none, brought up to date, and never a traceback for a person."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from qa_checker.desk.database import Desk, DeskError, desk_url
from qa_checker.desk.tables import AuditEntry, Table


def test_the_migrations_make_the_tables_that_the_code_speaks_of(desk: Desk) -> None:
    with desk.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_a_desk_opened_again_or_by_many_at_once_keeps_what_it_holds(desk_address: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        desks = list(pool.map(Desk, [desk_address] * 4))
    with desks[0].writing() as session:
        session.add(AuditEntry(at=desks[0].now(), actor="a", action="test", detail={"note": "你好"}))
    for desk in [*desks, Desk(desk_address)]:
        with desk.reading() as session:
            entry = session.scalars(select(AuditEntry)).one()
            assert (entry.detail, entry.at.tzinfo is not None) == ({"note": "你好"}, True)
        desk.close()


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'someone else'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_rewrite_the_audit_log(desk: Desk, change: str) -> None:
    with desk.writing() as session:
        session.add(AuditEntry(at=desk.now(), actor="a", action="test", detail={}))
    with pytest.raises(DBAPIError, match="only ever added"), desk.writing() as session:
        session.execute(text(change))


def test_a_desk_of_a_later_version_is_refused_in_words(desk: Desk, desk_address: str) -> None:
    def written_by(version: str) -> str:
        with desk.writing() as session:
            before = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            session.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
            return str(before)

    ours = written_by("9999")
    with pytest.raises(DeskError, match="请升级 qa-checker"):
        Desk(desk_address)
    written_by(ours)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense://x", "地址看不懂"),
        ("postgresql://qa:secret@127.0.0.1:1/x", "打不开"),
        ("mysql+no://x", "地址看不懂"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(url: str, words: str) -> None:
    with pytest.raises(DeskError, match=words) as refused:
        Desk(url)
    assert "secret" not in str(refused.value)


def test_decisions_lie_beside_the_results_unless_told_otherwise(tmp_path: Path) -> None:
    assert desk_url(tmp_path) == f"sqlite:///{tmp_path}/desk.sqlite"
    assert desk_url(tmp_path, "postgresql://x/y") == "postgresql://x/y"
    assert desk_url(tmp_path, str(tmp_path / "other.db")) == f"sqlite:///{tmp_path}/other.db"
