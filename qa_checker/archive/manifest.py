"""The manifest of a published batch: the file that says which results exist and what they were made from."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

MANIFEST = "manifest.json"
RULEBOOKS = "rulebooks"


class ArchiveError(Exception):
    """The archive can't be read or written; its text is plain Chinese: what happened, where, what helps."""


@dataclass(frozen=True)
class Input:
    """An input file as it was read; `rows` counts everything in it, quarantined rows and duplicates too."""

    path: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Counts:
    """Where the rows of a batch went: rows_in = scored + quarantined + duplicates."""

    rows_in: int
    scored: int
    quarantined: int
    duplicates: int
    sessions: int


@dataclass(frozen=True)
class PublishedFile:
    """A file of a run; `rows` are table rows, or lines of rejects.jsonl."""

    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """A published batch. `key` names what it was made from (see `run_key`), `files` what must be on disk."""

    batch: str
    run: str
    key: str
    inputs: tuple[Input, ...]
    rulebook: str
    fingerprint: str
    snapshot_sha256: str  # of rulebooks/<fingerprint>.json
    code_version: str
    counts: Counts
    reasons: Mapping[str, int]  # why rows were quarantined
    warnings: tuple[str, ...]
    published_at: datetime
    files: Mapping[str, PublishedFile]
    masked: bool = False  # texts were masked before they were stored
    seconds: float = 0.0  # from the first byte read to the last one written

    def folder(self, root: Path) -> Path:
        """Return the folder that holds the files of this run."""
        return root / self.batch / self.run

    def to_json(self) -> str:
        """Return the text of manifest.json, sealed by a checksum of its own."""
        content = _MANIFEST.dump_python(self, mode="json")
        return json.dumps({"seal": _seal(content), **content}, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Read manifest.json; raises ValueError where it is not what `to_json` wrote."""
        content = json.loads(text)
        if not isinstance(content, dict) or content.pop("seal", None) != _seal(content):
            raise ValueError("the seal does not match")
        return _MANIFEST.validate_python(content)


_MANIFEST = TypeAdapter(Manifest)


def manifest_paths(root: Path) -> Iterator[Path]:
    """Yield every manifest below `root`, in the order of the batch names."""
    yield from sorted(root.glob(f"[!.]*/{MANIFEST}"))


def read_manifest(path: Path) -> Manifest:
    """Read one manifest; raises ArchiveError where it is damaged, or was copied from another batch."""
    try:
        manifest = Manifest.from_json(path.read_bytes())
    except (OSError, ValueError, ValidationError) as error:
        raise ArchiveError(
            f"批次清单读不出来或已损坏：{path}。请对该批次重新运行打分，或从备份恢复这个文件。"
        ) from error
    if manifest.batch != path.parent.name:
        raise ArchiveError(
            f"批次清单与所在文件夹不一致：{path} 记录的批次是“{manifest.batch}”。"
            "归档里的文件夹不能改名或复制，请把它改回原名或移出归档目录。"
        )
    return manifest


def published(root: Path) -> list[Manifest]:
    """Return the batches that exist, by name: a folder without a manifest does not. Raises ArchiveError."""
    return [read_manifest(path) for path in manifest_paths(root)]


def _seal(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
