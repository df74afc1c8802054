"""Whatever happens to a run, readers see the old result or the new, and the same command again ends well."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from disturbing import ENVIRONMENT
from publish_a_night import BATCH, CODE_VERSION, inputs, publish, publishing, rulebook

from qa_checker.archive.disk import explained
from qa_checker.archive.manifest import ArchiveError, published
from qa_checker.archive.publication import run_key
from qa_checker.archive.schema import TABLES
from qa_checker.archive.verify import verify
from qa_checker.nightly.known import Known

DRIVER = Path(__file__).with_name("publish_a_night.py")
VERSION_IN = {"sessions": "rulebook", "verdicts": "reason", "messages": "text", "rounds": "agent_id"}


def drive(command: str, root: Path, *arguments: str) -> list[str]:
    """Let a process of its own do what a command says, and return what it says."""
    ran = subprocess.run(
        [sys.executable, str(DRIVER), command, str(root), *arguments],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=300,
    )
    return [str(json.loads(line)) for line in ran.stdout.splitlines()]


def content(root: Path) -> dict[str, object]:
    """Everything in an archive but the time of publishing, which the seal of a manifest covers too."""
    files: dict[str, object] = {}
    for path in sorted(root.rglob("*")):
        files[str(path.relative_to(root))] = path.read_bytes() if path.is_file() else None
        if path.name == "manifest.json":
            manifest = json.loads(path.read_bytes())
            del manifest["published_at"], manifest["seconds"], manifest["seal"]
            files[str(path.relative_to(root))] = manifest
    return files


def same_command_again(root: Path, version: str, sessions: int = 40) -> None:
    """What a person does after a run was killed; any later run clears what that leaves."""
    key = run_key([file.sha256 for file in inputs(version)], rulebook(version).fingerprint, CODE_VERSION)
    if not Known.of(root).published(key):
        publish(root, version, sessions)
    with publishing(root, "another", rulebook("9"), CODE_VERSION):
        pass


@pytest.mark.long
@pytest.mark.parametrize("old", [["f1"], []])
def test_killed_at_any_step(tmp_path: Path, old: list[str]) -> None:
    (tmp_path / "before").mkdir()
    if old:
        publish(tmp_path / "before", "1")
    [steps] = drive("die-at-any-step", tmp_path)
    assert int(steps) >= 30
    expected = content(tmp_path / steps)

    seen = []
    for step in range(int(steps)):
        root = tmp_path / str(step)
        seen.append([manifest.fingerprint for manifest in published(root)])
        assert seen[-1] in (old, ["f2"])
        assert verify(root) == []
        same_command_again(root, "2")
        assert content(root) == expected
    assert seen == sorted(seen)  # the new result stands from one step on
    assert seen[0] == old
    if old:
        assert seen[-1] == ["f2"]  # … and only then the old files go


def test_killed_at_any_time(tmp_path: Path) -> None:
    publish(tmp_path / "before", "1")
    drive("die-at-any-time", tmp_path, "1", "8")
    same_command_again(tmp_path / "before", "2", 2000)
    expected = content(tmp_path / "before")

    for number in range(8):
        root = tmp_path / str(number)
        assert [manifest.fingerprint for manifest in published(root)] in (["f1"], ["f2"])
        assert verify(root) == []
        same_command_again(root, "2", 2000)
        assert content(root) == expected


def test_a_reader_never_sees_a_mix(tmp_path: Path) -> None:
    seen = set()
    command = [sys.executable, str(DRIVER), "again-and-again", str(tmp_path), "60"]
    with subprocess.Popen(command, env=ENVIRONMENT) as writer:
        while writer.poll() is None:
            for manifest in published(tmp_path):
                versions = set()
                try:
                    for table, column in VERSION_IN.items():
                        file = manifest.folder(tmp_path) / f"{table}.parquet"
                        versions |= set(pq.read_table(file, partitioning=None)[column].to_pylist())
                except FileNotFoundError:  # replaced since its manifest was read
                    continue
                assert {f"f{version}" for version in versions} == {manifest.fingerprint}
                seen.add(manifest.fingerprint)
    assert writer.returncode == 0
    assert len(seen) > 2


def test_every_flipped_bit_is_found(tmp_path: Path) -> None:
    manifest = publish(tmp_path, "1")
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != ".lock"]
    assert len(files) == 8

    for path in files:
        sound = path.read_bytes()
        for place in range(0, len(sound), max(1, len(sound) // 50)):
            path.write_bytes(flipped(sound, place))
            assert any(str(path) in problem for problem in verify(tmp_path)), (path, place)
        assert Known.of(tmp_path).published(manifest.key) is None
        path.write_bytes(sound[: len(sound) // 2])
        assert any(str(path) in problem for problem in verify(tmp_path))
        path.unlink()
        if path.name == "manifest.json":
            assert published(tmp_path) == []
        else:
            assert verify(tmp_path) == [f"{path}:文件不见了"]
        path.write_bytes(sound)
    assert verify(tmp_path) == []


@pytest.mark.parametrize("table", TABLES)
def test_a_flipped_bit_in_any_column_can_not_be_read(tmp_path: Path, table: str) -> None:
    path = publish(tmp_path, "1").folder(tmp_path) / f"{table}.parquet"
    sound = path.read_bytes()
    with pq.ParquetFile(path) as file:
        group = file.metadata.row_group(0)
        columns = [group.column(number) for number in range(group.num_columns)]
    for column in columns:
        start = column.dictionary_page_offset or column.data_page_offset
        path.write_bytes(flipped(sound, start + column.total_compressed_size - 1))
        with pytest.raises(OSError, match="CRC"):
            pq.read_table(path, page_checksum_verification=True, partitioning=None)


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :]


def test_a_damaged_manifest_is_named_and_another_run_repairs_it(tmp_path: Path) -> None:
    publish(tmp_path, "1")
    path = tmp_path / BATCH / "manifest.json"
    for damaged in (
        b"",
        b"[]",
        b"{}",
        b"\xff",
        path.read_bytes().replace(b'"rows_in": 205', b'"rows_in": 305'),
    ):
        path.write_bytes(damaged)
        with pytest.raises(ArchiveError, match=r"批次清单读不出来或已损坏.*manifest\.json.*重新运行打分"):
            published(tmp_path)
    publish(tmp_path, "2", batch="another")
    publish(tmp_path, "1")
    assert len(published(tmp_path)) == 2
    assert verify(tmp_path) == []


def test_a_copied_batch_is_not_counted_twice(tmp_path: Path) -> None:
    publish(tmp_path, "1")
    (tmp_path / BATCH).rename(tmp_path / "copy")

    with pytest.raises(ArchiveError, match="不能改名或复制"):
        published(tmp_path)


def test_a_full_disk(tmp_path: Path) -> None:
    old = publish(tmp_path, "1")
    before = content(tmp_path)

    said = drive("file-size-limit", tmp_path, "0", "100", "2000", "8000", "30000")

    assert (
        said
        == [
            f"写不进归档目录 {tmp_path}：磁盘空间不足或超出了配额。"
            "请清理磁盘，或换一个归档目录，然后重新运行；已发布的结果没有受影响。"
        ]
        * 5
    )
    assert published(tmp_path) == [old]
    assert content(tmp_path) == before
    assert drive("file-size-limit", tmp_path, str(10**9)) == ["published"]


@pytest.mark.skipif(os.name == "nt", reason="folders have no write permission on Windows")
def test_a_folder_without_write_permission(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()

    [said] = drive("read-only", tmp_path / "archive")

    assert said.startswith("写不进归档目录 archive：没有写入权限。请检查目录权限")


@pytest.mark.parametrize(
    ("code", "what"),
    [
        (errno.ENOSPC, "磁盘空间不足"),
        (errno.EDQUOT, "磁盘空间不足"),
        (errno.EROFS, "没有写入权限"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_errors_of_the_disk_are_explained(code: int, what: str) -> None:
    with pytest.raises(ArchiveError, match=f"归档目录 nights：{what}"), explained(Path("nights")):
        raise OSError(code, os.strerror(code))
