"""Publishing a batch whole or not at all.

The manifest is the switch. Everything is written below `.writing`, made durable, moved beside the old run,
and only then named by a manifest that replaces the old one in one step. A run that no manifest names was left
behind by a killed run or an older result, and is cleared by whoever holds the lock.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from qa_checker.archive.disk import WRITING, explained, flush_folder, locked, write_durably
from qa_checker.archive.manifest import MANIFEST, RULEBOOKS, ArchiveError, Manifest, read_manifest
from qa_checker.archive.names import safe_batch_name
from qa_checker.archive.publication import Publication, RulebookVersion


@dataclass(frozen=True)
class Held:
    """The archive in the hands of one writer. What is put into `scratch` vanishes with the hold, however it ends."""

    root: Path
    scratch: Path

    @contextmanager
    def publishing(self, batch: str, rulebook: RulebookVersion, code_version: str) -> Iterator[Publication]:
        """Publish what the block commits; without `commit`, or by an error, nothing happens.

        `batch` comes from `safe_batch_name`. Raises ArchiveError where the disk refuses.
        """
        if batch != safe_batch_name(batch):
            raise ValueError(f"not a safe batch name: {batch!r}")
        publication = None
        try:
            with explained(self.root):
                publication = Publication(self.root, batch, rulebook, code_version)
            yield publication
            if publication.manifest:
                with explained(self.root):
                    _put_in_place(self.root, publication.folder, publication.manifest, rulebook.snapshot)
        finally:
            if publication:
                publication.abandon()
            shutil.rmtree(self.root / WRITING / "run", ignore_errors=True)
            with suppress(OSError):
                _clear_unnamed_runs(self.root / batch)
                (self.root / batch).rmdir()  # refused unless nothing was ever published in it


@contextmanager
def holding(root: Path) -> Iterator[Held]:
    """Hold the archive for one writer; raises ArchiveBusy at once where another does, ArchiveError by the disk."""
    with locked(root):
        try:
            with explained(root):
                _clear_leftovers(root)
                scratch = root / WRITING / "scratch"
                scratch.mkdir(parents=True)
            yield Held(root, scratch)
        finally:
            shutil.rmtree(root / WRITING, ignore_errors=True)


def has_leftovers(root: Path) -> bool:
    """Say whether a writer was killed, or is at work: holding the archive clears what the killed leave."""
    return (root / WRITING).exists()


def _put_in_place(root: Path, finished: Path, manifest: Manifest, snapshot: str) -> None:
    write_durably(root / RULEBOOKS / f"{manifest.fingerprint}.json", snapshot, root)
    folder = root / manifest.batch
    folder.mkdir(exist_ok=True)
    finished.rename(manifest.folder(root))
    flush_folder(folder)
    flush_folder(root)
    write_durably(folder / MANIFEST, manifest.to_json(), root)


def _clear_leftovers(root: Path) -> None:
    """Remove what killed runs left behind."""
    shutil.rmtree(root / WRITING, ignore_errors=True)
    for batch in {run.parent for run in root.glob("[!.]*/run-*")}:
        _clear_unnamed_runs(batch)
        with suppress(OSError):
            batch.rmdir()  # refused unless nothing is published in it


def _clear_unnamed_runs(batch: Path) -> None:
    """Remove the runs of a batch that its manifest doesn't name; a damaged manifest keeps them all."""
    manifest = batch / MANIFEST
    with suppress(ArchiveError):
        named = read_manifest(manifest).run if manifest.exists() else None
        for run in batch.glob("run-*"):
            if run.name != named:
                # Windows keeps files that a reader has open: then the next holder removes them.
                shutil.rmtree(run, ignore_errors=True)
