"""Room for what may not fit into memory: large files in mapped copies, tables beyond a size in an Arrow file."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import RawIOBase
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

import pyarrow as pa

if TYPE_CHECKING:
    from typing_extensions import Buffer

_PIECE = 1 << 23

Bytes = bytes | mmap.mmap
"""The bytes of a file, in memory or mapped; both are searched and sliced alike."""


@dataclass(frozen=True)
class Scratch:
    """Where to put what is too large for memory; without a folder everything stays in memory."""

    folder: Path | None = None
    in_memory: int = 64 << 20  # bytes of one file or pile that are not too large

    def fits(self, size: int) -> bool:
        """Say whether so many bytes may be held in memory."""
        return self.folder is None or size <= self.in_memory

    def spool(self) -> Spool:
        """Give a file to write what will be read back as bytes."""
        return Spool(self)


IN_MEMORY = Scratch()


class Spool(RawIOBase):
    """Bytes that are written once and then read back."""

    def __init__(self, scratch: Scratch) -> None:
        super().__init__()
        self.size = 0
        self._scratch = scratch
        self._pieces: list[bytes] = []
        self._file: BinaryIO | None = None

    def writable(self) -> bool:
        """Say so to those who ask."""
        return True

    def write(self, piece: Buffer) -> int:
        """Add bytes."""
        added = bytes(piece)
        self.size += len(added)
        if self._file is None and not self._scratch.fits(self.size):
            # Without a name it vanishes with the process, however that ends.
            self._file = tempfile.TemporaryFile(dir=self._scratch.folder)  # noqa: SIM115
            self._file.writelines(self._pieces)
            self._pieces.clear()
        if self._file is None:
            self._pieces.append(added)
        else:
            self._file.write(added)
        return len(added)

    def content(self) -> Bytes:
        """Give everything written."""
        if self._file is None:
            return b"".join(self._pieces)
        self._file.flush()
        return _mapped(self._file)

    def close(self) -> None:
        """Let go of the file; what was mapped stays."""
        if self._file is not None:
            self._file.close()
        super().close()


def _mapped(file: BinaryIO) -> mmap.mmap:
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def as_file(data: Bytes) -> IO[bytes]:
    """Give what reads the bytes as a file, without a copy of them."""
    return cast("IO[bytes]", pa.BufferReader(pa.py_buffer(data)))


def let_go(data: Bytes) -> None:
    """Give back the memory of a mapped file; what is asked again comes from the disk again."""
    if isinstance(data, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        data.madvise(mmap.MADV_DONTNEED)


def pieces_of(data: Bytes, begin: int = 0) -> Iterator[memoryview]:
    """Give the bytes some at a time; nothing of a mapped file stays in memory."""
    view = memoryview(data)
    for start in range(begin, len(data), _PIECE):
        yield view[start : start + _PIECE]
        let_go(data)


def holds(data: Bytes, wanted: bytes) -> bool:
    """Say whether the bytes occur."""
    for start in range(0, len(data), _PIECE):
        if data.find(wanted, start, start + _PIECE + len(wanted) - 1) >= 0:
            return True
        let_go(data)
    return False


@dataclass
class Pile:
    """Tables of one schema in the order they came; beyond a size, or once asked for its file, it lies on the disk."""

    scratch: Scratch
    rows: int = 0
    path: Path | None = None
    _tables: list[pa.Table] = field(default_factory=list)
    _bytes: int = 0
    _writer: pa.ipc.RecordBatchStreamWriter | None = None

    def append(self, table: pa.Table) -> None:
        """Add rows."""
        self.rows += table.num_rows
        if self._writer is not None:
            self._writer.write_table(table)
            return
        self._tables.append(table)
        self._bytes += table.nbytes
        if not self.scratch.fits(self._bytes):
            self.to_disk()

    def to_disk(self) -> None:
        """Keep the rows in a file from now on."""
        if self.path is not None or not self._tables:
            return
        with tempfile.NamedTemporaryFile(dir=self.scratch.folder, suffix=".arrow", delete=False) as file:
            self.path = Path(file.name)
        # Not compressed: that would be a quarter of all that reading costs, for files that soon are deleted.
        self._writer = pa.ipc.new_stream(str(self.path), self._tables[0].schema)
        for table in self._tables:
            self._writer.write_table(table)
        self._tables = []

    def close(self) -> None:
        """Finish the file, so that it can be read."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def __iter__(self) -> Iterator[pa.Table]:
        """Give the rows piece by piece, as they came."""
        self.close()
        if self.path is None:
            yield from self._tables
            return
        with pa.OSFile(str(self.path)) as file, pa.ipc.open_stream(file) as stream:
            for batch in stream:
                yield pa.Table.from_batches([batch])

    def table(self) -> pa.Table:
        """Give all rows in one table; there must have been one append at least."""
        return pa.concat_tables(list(self))

    def drop(self) -> None:
        """Forget the rows."""
        self.close()
        self._tables = []
        if self.path is not None:
            self.path.unlink(missing_ok=True)
