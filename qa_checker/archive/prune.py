"""Removing old batches from an archive, never one that somebody's decision refers to."""

import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qa_checker.archive.disk import explained, flush_folder, locked
from qa_checker.archive.manifest import MANIFEST, RULEBOOKS, Manifest, published

Protected = Collection[str]
"""The batches of which reviews, comments or appeals speak."""


@dataclass(frozen=True)
class Pruning:
    """What would go and what must stay although it is old enough."""

    going: tuple[Manifest, ...]
    protected: tuple[Manifest, ...]

    @property
    def bytes(self) -> int:
        """How much room going makes."""
        return sum(size(manifest) for manifest in self.going)


def size(manifest: Manifest) -> int:
    """Bytes of the files of a batch."""
    return sum(file.bytes for file in manifest.files.values())


def plan(manifests: Sequence[Manifest], before: datetime, protected: Protected) -> Pruning:
    """Choose the batches published before a time."""
    old = [manifest for manifest in manifests if manifest.published_at < before]
    return Pruning(
        tuple(manifest for manifest in old if manifest.batch not in protected),
        tuple(manifest for manifest in old if manifest.batch in protected),
    )


def prune(root: Path, before: datetime, protected: Protected) -> Pruning:
    """Remove the batches published before a time, and rulebooks that no batch left refers to.

    A batch is gone as soon as its manifest is; killed after that, the next run clears the rest. Raises ArchiveBusy
    where a run holds the archive, ArchiveError where it can't be read or the disk refuses.
    """
    with locked(root), explained(root):
        manifests = published(root)
        pruning = plan(manifests, before, protected)
        for manifest in pruning.going:
            folder = root / manifest.batch
            (folder / MANIFEST).unlink()
            flush_folder(folder)
            shutil.rmtree(folder)
        needed = {manifest.fingerprint for manifest in manifests if manifest not in pruning.going}
        for snapshot in (root / RULEBOOKS).glob("*.json"):
            if snapshot.stem not in needed:
                snapshot.unlink()
        flush_folder(root)
    return pruning
