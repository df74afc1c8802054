"""A batch is published whole, with all rows accounted for, by one process at a time."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from disturbing import ENVIRONMENT
from hypothesis import given
from hypothesis import strategies as st
from publish_a_night import (
    BATCH,
    CODE_VERSION,
    REJECTED,
    counts,
    fill,
    inputs,
    night,
    publish,
    publishing,
    rulebook,
)

from qa_checker.archive.disk import ArchiveBusy
from qa_checker.archive.manifest import ArchiveError, published
from qa_checker.archive.names import safe_batch_name
from qa_checker.archive.publication import run_key
from qa_checker.archive.schema import TABLES
from qa_checker.archive.tablefile import ROWS_PER_GROUP
from qa_checker.archive.verify import verify
from qa_checker.nightly.known import Known

DRIVER = Path(__file__).with_name("publish_a_night.py")


def names(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*")}


def test_nothing_exists_before_anything_is_published(tmp_path: Path) -> None:
    assert published(tmp_path / "nowhere") == []
    assert verify(tmp_path / "nowhere") == []
    assert Known.of(tmp_path / "nowhere").published("any") is None


def test_what_was_written_can_be_read(tmp_path: Path) -> None:
    manifest = publish(tmp_path, "1")

    assert published(tmp_path) == [manifest]
    assert verify(tmp_path) == []
    for name, table in night("1").items():
        assert pq.read_table(manifest.folder(tmp_path) / f"{name}.parquet") == table
        assert manifest.files[f"{name}.parquet"].rows == table.num_rows
    lines = (manifest.folder(tmp_path) / "rejects.jsonl").read_text("utf-8").splitlines()
    kept = [json.loads(line) for line in lines]
    assert [(one["file"], one["row"], one["reason"], one["detail"]) for one in kept] == [
        (one.file, one.row, one.reason, one.detail) for one in REJECTED
    ]
    assert [base64.b64decode(one["raw"]) for one in kept] == [one.raw for one in REJECTED]
    assert manifest.reasons == {"bad_time": 2, "bad_json": 1}
    assert (tmp_path / "rulebooks" / "f1.json").read_text("utf-8") == rulebook("1").snapshot
    assert names(tmp_path) == {
        ".lock",
        "rulebooks",
        "rulebooks/f1.json",
        BATCH,
        f"{BATCH}/manifest.json",
        f"{BATCH}/{manifest.run}",
        *(f"{BATCH}/{manifest.run}/{file}" for file in manifest.files),
    }


def test_a_new_result_takes_the_place_of_the_old_one_and_of_no_other_batch(tmp_path: Path) -> None:
    publish(tmp_path, "1", batch="夜班")
    old = publish(tmp_path, "1")
    open_by_a_reader = pq.ParquetFile(old.folder(tmp_path) / "messages.parquet")
    new = publish(tmp_path, "2")

    assert [manifest.batch for manifest in published(tmp_path)] == [BATCH, "夜班"]
    assert published(tmp_path)[0] == new
    assert not old.folder(tmp_path).exists()
    assert open_by_a_reader.read() == night("1")["messages"]
    open_by_a_reader.close()


def test_the_key_is_what_a_result_is_made_from() -> None:
    key = run_key(["a", "b"], "f", "1")

    assert key == run_key(["b", "a"], "f", "1")
    assert key not in {run_key(["a"], "f", "1"), run_key(["a", "b"], "g", "1"), run_key(["a", "b"], "f", "2")}


def test_the_same_again_is_known_as_published_and_a_damaged_one_is_not(tmp_path: Path) -> None:
    manifest = publish(tmp_path, "1")

    assert Known.of(tmp_path).published(manifest.key) == manifest
    assert Known.of(tmp_path).published(run_key(["other"], "f1", "0.1.0")) is None
    (manifest.folder(tmp_path) / "rounds.parquet").unlink()
    assert Known.of(tmp_path).published(manifest.key) is None
    repaired = publish(tmp_path, "1")
    assert repaired.key == manifest.key
    assert Known.of(tmp_path).published(manifest.key) == repaired
    assert verify(tmp_path) == []


@pytest.mark.parametrize(
    "changed",
    [{"rows_in": 206}, {"scored": 199, "rows_in": 204}, {"quarantined": 4, "rows_in": 206}, {"sessions": 41}],
)
def test_rows_unaccounted_for_are_not_published(tmp_path: Path, changed: dict[str, int]) -> None:
    old = publish(tmp_path, "1")
    before = names(tmp_path)

    def unbalanced() -> None:
        with publishing(tmp_path, BATCH, rulebook("2"), CODE_VERSION) as publication:
            fill(publication, night("2"))
            publication.commit(inputs("2"), counts(**changed))

    with pytest.raises(ArchiveError, match="账目不平"):
        unbalanced()

    assert published(tmp_path) == [old]
    assert names(tmp_path) == before


@pytest.mark.parametrize("batch", [BATCH, "another"])
@pytest.mark.parametrize("committed", [True, False])
def test_an_error_in_the_block_publishes_nothing(tmp_path: Path, batch: str, committed: bool) -> None:
    old = publish(tmp_path, "1")
    before = names(tmp_path)

    def interrupted() -> None:
        with publishing(tmp_path, batch, rulebook("2"), CODE_VERSION) as publication:
            fill(publication, night("2"))
            if committed:
                publication.commit(inputs("2"), counts())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert published(tmp_path) == [old]
    assert names(tmp_path) == before


def test_a_block_left_without_commit_publishes_nothing(tmp_path: Path) -> None:
    with publishing(tmp_path, BATCH, rulebook("2"), CODE_VERSION) as publication:
        fill(publication, night("2"))

    assert names(tmp_path) == {".lock"}


def test_small_writes_become_even_row_groups(tmp_path: Path) -> None:
    sessions = ROWS_PER_GROUP // 2
    tables = night("1", sessions)
    with publishing(tmp_path, BATCH, rulebook("1"), CODE_VERSION) as publication:
        for name in ("sessions", "verdicts", "rounds"):
            publication.write(name, tables[name])
        publication.write("messages", iter(tables["messages"].to_batches(max_chunksize=999)))
        manifest = publication.commit(inputs("1"), counts(sessions, rows_in=sessions * 5 + 2, quarantined=0))

    with pq.ParquetFile(manifest.folder(tmp_path) / "messages.parquet") as file:
        groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
        assert [group.num_rows for group in groups] == [ROWS_PER_GROUP, ROWS_PER_GROUP, ROWS_PER_GROUP // 2]
        assert {group.column(0).compression for group in groups} == {"ZSTD"}
        assert file.read() == tables["messages"]


def test_the_schema_is_enforced(tmp_path: Path) -> None:
    messages = night("1")["messages"]
    encoded = messages.set_column(messages.schema.get_field_index("text"), "text", messages["text"].dictionary_encode())
    too_wide = messages.set_column(2, "seq", pa.array([2**40] * messages.num_rows))

    with publishing(tmp_path, BATCH, rulebook("1"), CODE_VERSION) as publication:
        publication.write("messages", encoded)
        for wrong in (
            messages.drop_columns("role"),
            messages.append_column("extra", messages["text"]),
            too_wide,
        ):
            with pytest.raises(ValueError, match=r"field names|out of bounds|not in range"):
                publication.write("messages", wrong)
        publication.reject(REJECTED)
        manifest = publication.commit(inputs("1"), counts(sessions=0, rows_in=205, scored=200))

    stored = pq.read_table(manifest.folder(tmp_path) / "messages.parquet")
    assert stored.schema.equals(TABLES["messages"])
    assert stored == messages


def test_a_file_name_in_a_foreign_encoding_is_no_obstacle(tmp_path: Path) -> None:
    name = "一月.csv".encode("gbk").decode("utf-8", "surrogateescape")
    with publishing(tmp_path, BATCH, rulebook("1"), CODE_VERSION) as publication:
        publication.reject([type(REJECTED[0])(name, 1, "bad_json", "", b"")])
        manifest = publication.commit(
            [type(inputs("1")[0])(name, "0" * 64, 1)],
            counts(sessions=0, rows_in=1, quarantined=1, duplicates=0),
        )

    assert published(tmp_path) == [manifest]
    assert json.loads((manifest.folder(tmp_path) / "rejects.jsonl").read_bytes())["file"] == name


def publish_once_free(root: Path, content: str) -> None:
    """Publish as soon as a killed process's lock is gone: on a busy machine the kernel takes a moment."""
    deadline = time.monotonic() + 10
    while True:
        try:
            publish(root, content)
        except ArchiveBusy:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


@contextmanager
def holder(root: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Another process in the middle of publishing, and the worker process it has started."""
    command = [sys.executable, str(DRIVER), "hold", str(root)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=ENVIRONMENT, **pipes) as process:
        assert process.stdout is not None
        worker = json.loads(process.stdout.readline())
        try:
            yield process, worker
        finally:
            process.kill()
            os.kill(worker, signal.SIGKILL)


def test_the_second_of_two_runs_is_told_at_once(tmp_path: Path) -> None:
    old = publish(tmp_path, "1")
    with holder(tmp_path):
        begun = time.monotonic()
        with pytest.raises(ArchiveBusy, match="另一个任务"):
            publish(tmp_path, "2")
        assert time.monotonic() - begun < 1
        assert published(tmp_path) == [old]
    publish_once_free(tmp_path, "2")


def test_a_killed_holder_lets_go_though_its_workers_live_on(tmp_path: Path) -> None:
    with holder(tmp_path) as (process, worker):
        process.kill()
        process.wait()
        os.kill(worker, 0)
        publish_once_free(tmp_path, "2")


def test_two_publications_in_one_process_exclude_each_other_too(tmp_path: Path) -> None:
    with publishing(tmp_path, BATCH, rulebook("1"), CODE_VERSION), pytest.raises(ArchiveBusy):
        publish(tmp_path, "2")


@pytest.mark.parametrize("name", ["2026-01-01", "夜班_3.csv", "a"])
def test_a_safe_batch_name_stays_as_it_is(name: str) -> None:
    assert safe_batch_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "..", ".hidden", "-rf", "a/b", "a\\b", "rulebooks", "NUL.txt", "con", "夜" * 200, "\0"]
)
def test_an_unsafe_batch_name_is_changed_and_refused_as_it_was(tmp_path: Path, name: str) -> None:
    assert safe_batch_name(name) != name
    with (
        pytest.raises(ValueError, match="safe batch name"),
        publishing(tmp_path, name, rulebook("1"), CODE_VERSION),
    ):
        pass
    manifest = publish(tmp_path, "1", batch=safe_batch_name(name))
    assert published(tmp_path) == [manifest]


@given(st.text(max_size=300))
def test_a_safe_batch_name_is_one_visible_folder(name: str) -> None:
    safe = safe_batch_name(name)

    assert safe_batch_name(safe) == safe
    assert Path(safe).name == safe
    assert safe[0] not in ".-"
    assert not safe.endswith((".", " "))
    assert len(safe.encode()) <= 255


@given(st.sampled_from("/\\ :_"), st.sampled_from("/\\ :_"))
def test_names_that_differ_stay_different(one: str, other: str) -> None:
    assert (safe_batch_name(f"a{one}b") == safe_batch_name(f"a{other}b")) == (one == other)
