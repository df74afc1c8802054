"""Checking that an archive still holds, byte for byte, what its manifests say."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from qa_checker.archive.manifest import RULEBOOKS, ArchiveError, Manifest, manifest_paths, read_manifest


def verify(root: Path) -> list[str]:
    """Return what is wrong with the archive, a plain Chinese line for each problem; empty means sound."""
    problems = []
    for path in manifest_paths(root):
        try:
            manifest = read_manifest(path)
            while (found := damage(root, manifest)) and (newer := read_manifest(path)) != manifest:
                manifest = newer  # replaced while we were reading: the old files are gone for a good reason
        except ArchiveError as error:
            found = [str(error)]
        problems += found
    return problems


def damage(root: Path, manifest: Manifest) -> list[str]:
    """Return what is wrong with the files of one batch; reads all of them."""
    return list(_damage(root, manifest))


def _damage(root: Path, manifest: Manifest) -> Iterator[str]:
    snapshot = root / RULEBOOKS / f"{manifest.fingerprint}.json"
    promised: list[tuple[Path, int | None, str]] = [(snapshot, None, manifest.snapshot_sha256)]
    for name, file in manifest.files.items():
        promised.append((manifest.folder(root) / name, file.bytes, file.sha256))
    for path, size, sha256 in promised:
        try:
            with path.open("rb") as content:
                actual = os.fstat(content.fileno()).st_size
                if size not in (None, actual):
                    yield f"{path}:应有 {size} 字节，实际 {actual} 字节"
                elif hashlib.file_digest(content, "sha256").hexdigest() != sha256:
                    yield f"{path}:内容与发布时不同(sha256 不符)"
        except FileNotFoundError:
            yield f"{path}:文件不见了"
        except OSError as error:
            yield f"{path}:读不出来({os.strerror(error.errno or 0)})"
