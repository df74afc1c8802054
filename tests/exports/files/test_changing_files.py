"""A file that is cut off or written to while it is read: what was read is what its digest says, or it is refused."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import HEADER, as_csv, message, texts

from qa_checker.exports import Refused, Scratch, read
from qa_checker.exports.files.scratch import Spool

ROWS = [message(number) for number in range(3000)]


def in_csv(path: Path) -> None:
    path.write_text(as_csv(ROWS), "utf-8")


def in_parquet(path: Path) -> None:
    columns = dict(zip(HEADER, zip(*ROWS, strict=True), strict=True))
    pq.write_table(pa.table(columns), path, row_group_size=100)


@pytest.mark.parametrize("write", [in_csv, in_parquet])
def test_a_file_cut_off_while_its_rows_are_read_is_read_as_it_was(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    path, folder = tmp_path / "夜班", tmp_path / "scratch"
    folder.mkdir()
    write(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()

    def cut_off(rows: int) -> None:
        with path.open("rb+") as file:
            file.truncate(0)

    export = read([path], scratch=Scratch(folder, in_memory=0), shard_rows=500, progress=cut_off)
    assert path.stat().st_size == 0
    assert len(texts(export)) == len(ROWS)
    assert [file.sha256 for file in export.files] == [digest]


@pytest.mark.parametrize("in_memory", [0, 1 << 30])
def test_a_file_that_grows_while_it_is_loaded_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    path, folder = tmp_path / "夜班.csv", tmp_path / "scratch"
    folder.mkdir()
    in_csv(path)
    write = Spool.write

    def write_while_the_file_grows(spool: Spool, piece: bytes) -> int:
        with path.open("ab") as file:
            file.write(b"S1,")
        return write(spool, piece)

    monkeypatch.setattr(Spool, "write", write_while_the_file_grows)
    with pytest.raises(Refused, match="读的时候文件变了，多半还在写入。请等它写完") as refused:
        read([path], scratch=Scratch(folder, in_memory=in_memory))
    assert refused.value.reason == "changed"
