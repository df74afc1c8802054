"""Old batches go, those that people's decisions refer to stay."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from publish_a_night import publish
from typer.testing import CliRunner

from qa_checker.archive.disk import ArchiveBusy
from qa_checker.archive.manifest import MANIFEST, published
from qa_checker.archive.prune import prune
from qa_checker.archive.publish import holding
from qa_checker.archive.query import SessionKey
from qa_checker.archive.verify import verify
from qa_checker.cli import app
from qa_checker.desk.database import FILE_NAME, Desk, desk_url
from qa_checker.desk.reviews import comment

TOMORROW = datetime.now(UTC) + timedelta(days=1)


def test_old_batches_go_and_what_a_review_refers_to_stays(tmp_path: Path) -> None:
    judged = publish(tmp_path, "1", batch="judged")
    publish(tmp_path, "2", batch="old")

    assert prune(tmp_path, datetime.now(UTC) - timedelta(days=1), []).going == ()
    pruning = prune(tmp_path, TOMORROW, [judged.batch])

    assert [manifest.batch for manifest in pruning.going] == ["old"]
    assert pruning.protected == (judged,)
    assert published(tmp_path) == [judged]
    assert verify(tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != ".lock") == ["judged", "rulebooks"]
    assert [path.stem for path in (tmp_path / "rulebooks").iterdir()] == ["f1"]


def test_nothing_goes_while_a_run_holds_the_archive(tmp_path: Path) -> None:
    old = publish(tmp_path, "1")
    with holding(tmp_path), pytest.raises(ArchiveBusy):
        prune(tmp_path, TOMORROW, [])
    assert published(tmp_path) == [old]


def test_the_commands(tmp_path: Path) -> None:
    def command(*arguments: str) -> tuple[int, str]:
        ran = CliRunner().invoke(app, ["archive", *arguments, "--archive", str(tmp_path / "归档")])
        return ran.exit_code, ran.output

    assert command("list")[0] == 2
    (tmp_path / "归档").mkdir()
    manifest = publish(tmp_path / "归档", "1")
    assert "2026-01-01" in command("list")[1]
    assert command("verify") == (0, "1 个批次，全部文件与发布时一致。\n")
    assert command("prune")[0] == 2
    code, said = command("prune", "--before", "2999-01-01")
    assert (code, published(tmp_path / "归档")) == (0, [manifest])
    assert "将清理  2026-01-01" in said
    assert "什么也没有删" in said
    sealed = tmp_path / "归档" / manifest.batch / MANIFEST
    sealed.rename(aside := tmp_path / "aside")
    sealed.write_text("{}")
    for damaged in (("list",), ("prune", "--keep-days", "0")):
        code, said = command(*damaged)
        assert (code, "批次清单读不出来或已损坏" in said) == (2, True)
    aside.replace(sealed)
    rejects = manifest.folder(tmp_path / "归档") / "rejects.jsonl"
    rejects.write_bytes(rejects.read_bytes()[:-1])
    code, said = command("verify")
    assert code == 1
    assert str(rejects) in said
    desk = Desk(desk_url(tmp_path / "归档"))
    comment(desk, SessionKey("2026-01-01", "S1"), "再看看", "zhang")
    desk.close()
    code, said = command("prune", "--before", "2999-01-01", "--yes")
    assert (code, published(tmp_path / "归档")) == (0, [manifest])
    assert "保留  2026-01-01" in said
    (tmp_path / "归档" / FILE_NAME).unlink()
    assert command("prune", "--before", "2999-01-01", "--yes")[0] == 0
    assert published(tmp_path / "归档") == []
