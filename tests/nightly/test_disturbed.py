"""Whatever happens to a night, each batch is the old one or the new one, and the same command again ends well."""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from disturbing import ENVIRONMENT, in_a_child
from small_nights import content, folder_of_exports, write_export

from qa_checker.archive.disk import ArchiveBusy
from qa_checker.archive.manifest import ArchiveError, published
from qa_checker.archive.publish import holding
from qa_checker.archive.schema import TABLES
from qa_checker.archive.verify import verify
from qa_checker.nightly import Options, run
from qa_checker.rulebook import Rulebook, load

DRIVER = Path(__file__).with_name("small_nights.py")


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load()


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    return folder_of_exports(tmp_path / "导出")


def drive(*arguments: str | Path) -> None:
    """Let a process of its own do what a command says."""
    subprocess.run([sys.executable, str(DRIVER), *map(str, arguments)], env=ENVIRONMENT, check=True, timeout=600)


def killed(tmp_path: Path, exports: Path, book: Rulebook, command: str, kills: int, old: bool) -> None:
    root = tmp_path / "runs"
    (root / "before").mkdir(parents=True)
    if old:
        run([exports / "一店.csv"], root / "before", book)
        write_export(exports / "一店.csv", 3)
    before = {manifest.batch: manifest.key for manifest in published(root / "before")}

    drive(command, exports, root, 7, kills)
    after = {manifest.batch: manifest.key for manifest in published(root / "undisturbed")}
    assert set(after) == {"一店", "二店"}
    names = sorted(path.name for path in root.glob("killed-*"))
    assert len(names) >= kills
    for name in names:
        found = {manifest.batch: manifest.key for manifest in published(root / name)}
        assert all(found.get(batch) in (before.get(batch), after[batch]) for batch in after), name
        assert set(found) <= set(after)
        assert verify(root / name) == []

    drive("again", exports, root, *names)
    expected = content(root / "undisturbed")
    for name in names:
        assert content(root / name) == expected, name


def test_killed_at_some_times(tmp_path: Path, exports: Path, book: Rulebook) -> None:
    killed(tmp_path, exports, book, "die-at-times", 2, old=True)


@pytest.mark.long
@pytest.mark.parametrize(("command", "old"), [("die-at-steps", False), ("die-at-times", True)])
def test_killed_at_many_points(tmp_path: Path, exports: Path, book: Rulebook, command: str, old: bool) -> None:
    killed(tmp_path, exports, book, command, 25, old)


def test_the_second_of_two_nights_is_told_at_once(tmp_path: Path, exports: Path, book: Rulebook) -> None:
    with holding(tmp_path / "archive"), pytest.raises(ArchiveBusy, match="另一个任务"):
        run([exports], tmp_path / "archive", book)
    assert not run([exports], tmp_path / "archive", book).problems


def test_a_full_disk_is_named_and_leaves_the_old_night(tmp_path: Path, exports: Path, book: Rulebook) -> None:
    archive = tmp_path / "archive"
    run([exports / "一店.csv"], archive, book)
    before = content(archive)
    write_export(exports / "一店.csv", 3, sessions=400)

    def limited(limit: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        with pytest.raises(ArchiveError, match="磁盘空间不足"):
            run([exports], archive, book, Options(workers=1))

    for limit in (0, 3_000, 20_000):
        assert in_a_child(lambda limit=limit: limited(limit)) == 0
        assert content(archive) == before


def test_an_archive_that_cannot_be_written(tmp_path: Path, exports: Path, book: Rulebook) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    archive.chmod(0o555)
    tmp_path.chmod(0o755)

    def as_nobody() -> None:
        os.chdir(tmp_path)  # root may write everywhere; pytest's folders are closed to others from above
        if os.geteuid() == 0:
            os.setuid(65534)
        with pytest.raises(ArchiveError, match="没有写入权限"):
            run([Path("导出")], Path("archive"), book)

    assert in_a_child(as_nobody) == 0


def test_an_archive_that_vanishes_on_the_way(tmp_path: Path, exports: Path, book: Rulebook) -> None:
    archive = tmp_path / "archive"

    def vanish(doing: str, done: int, total: int) -> None:
        if doing == "评分" and done:
            shutil.rmtree(archive, ignore_errors=True)

    with pytest.raises(ArchiveError, match="写不进归档目录"):
        run([exports], archive, book, progress=vanish)
    assert len(run([exports], archive, book).batches) == 2


def test_a_flipped_bit_in_any_file_is_found_and_the_next_night_repairs_it(
    tmp_path: Path, exports: Path, book: Rulebook
) -> None:
    archive = tmp_path / "archive"
    run([exports], archive, book)
    sound = [manifest.counts for manifest in published(archive)]
    names = [path.relative_to(archive) for path in archive.rglob("*.*") if path.is_file() and path.name != ".lock"]
    assert len(names) == 2 * (len(TABLES) + 2) + 1
    for name in names:
        [path] = archive.glob(re.sub(r"run-[^/]+", "run-*", str(name)))  # repaired, it may be in another run
        bytes_ = path.read_bytes()
        middle = len(bytes_) // 2
        path.write_bytes(bytes_[:middle] + bytes([bytes_[middle] ^ 4]) + bytes_[middle + 1 :])
        assert any(str(path) in problem for problem in verify(archive)), path
        assert run([exports], archive, book).skipped < 2
        assert verify(archive) == []
        assert [manifest.counts for manifest in published(archive)] == sound


def test_without_rjieba_and_without_java_the_results_are_the_same(
    tmp_path: Path, exports: Path, book: Rulebook
) -> None:
    run([exports], tmp_path / "with", book)
    code = (
        "import sys; sys.modules['rjieba'] = None\n"
        "from qa_checker.cli import main\n"
        f"sys.argv = ['qa-checker', 'score', {str(exports)!r}, '--archive', {str(tmp_path / 'without')!r}, '--json']\n"
        "main()"
    )
    bare = {**os.environ, "PATH": "/nowhere"}
    bare.pop("JAVA_HOME", None)
    ran = subprocess.run([sys.executable, "-c", code], env=bare, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout)["batches"] == ["一店", "二店"]
    assert content(tmp_path / "without") == content(tmp_path / "with")
