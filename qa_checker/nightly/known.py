"""What an archive already holds of the files an operator names."""

from dataclasses import dataclass, field
from pathlib import Path

from ..archive.manifest import ArchiveError, Manifest, manifest_paths, read_manifest
from ..archive.verify import damage
from .batches import Batch


@dataclass
class Known:
    """The published batches, by name and by what they were made from; damaged ones count as missing."""

    root: Path
    _by_name: dict[str, Manifest] = field(default_factory=dict)
    _by_key: dict[str, Manifest] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path) -> "Known":
        """Look through an archive, which need not exist yet."""
        known = cls(root)
        for path in manifest_paths(root):
            try:
                known.add(read_manifest(path))
            except ArchiveError:
                continue
        return known

    def add(self, manifest: Manifest | None) -> None:
        """Take in what has just been published."""
        if manifest:
            self._by_name[manifest.batch] = manifest
            self._by_key[manifest.key] = manifest

    def published(self, key: str) -> Manifest | None:
        """Give the batch that was made from the same and is still sound; a damaged one is worth another run."""
        manifest = self._by_key.get(key)
        return manifest if manifest and not damage(self.root, manifest) else None

    def state(self, batch: Batch, key: str, sound: Manifest | None) -> str:
        """Say in Chinese what a run would do with a batch, and why; `sound` is what `published` gave for its key."""
        if sound:
            return "已评过"
        before = self._by_name.get(batch.name)
        if before is None:
            return "新"
        if sorted(each.sha256 for each in before.inputs) == sorted(batch.sha256s):
            return "规则、程序或选项有变化，重新评分" if before.key != key else "归档里的结果已损坏，重新评分"
        came_from = {Path(each.path).resolve() for each in before.inputs}
        elsewhere = came_from.isdisjoint(path.resolve() for path in batch.paths)
        where = f"（归档里的批次 {batch.name} 来自 {before.inputs[0].path}，将被替换）" if elsewhere else ""
        return f"有变化{where}"
