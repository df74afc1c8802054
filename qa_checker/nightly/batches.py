"""Cutting what an operator names into batches: one a file, so that a new file leaves the others as they are."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ..archive.names import safe_batch_name
from ..exports import Refused
from ..exports.files.paths import READABLE, called, find_files, sha256_of

_PACKED = (".gz", ".zip")


@dataclass(frozen=True)
class Batch:
    """The files that are judged and published together; `sha256s` of them as they lie on the disk."""

    name: str
    paths: tuple[Path, ...]
    sha256s: tuple[str, ...]

    @property
    def label(self) -> str:
        """The files, for people."""
        return "、".join(str(called(path)) for path in self.paths)


def cut(
    paths: Sequence[Path], together: str | None = None, tables: Mapping[Path, str] = MappingProxyType({})
) -> tuple[list[Batch], list[str], list[Refused]]:
    """Give the batches, what to warn about, and which files can't be opened, which leaves the others alone.

    There is a batch for each file or table, or one of the name `together` for all. `tables` are the inputs that are no
    files, with the digests of what they hold.
    Raises exports.Refused where a path doesn't exist, or one of those to be taken together can't be opened.
    """
    found, warnings = find_files([path for path in paths if path not in tables])
    inputs: list[tuple[Path, str]] = []
    unopened: list[Refused] = []
    for path in found:
        try:
            inputs.append((path, sha256_of(path)))
        except Refused as refused:
            if together is not None:
                raise
            unopened.append(refused)
    inputs += tables.items()
    if together is not None:
        return [Batch(safe_batch_name(together), *zip(*inputs, strict=True))], warnings, []
    names = _names([path if path in tables else path.resolve() for path, _ in inputs])
    batches = [Batch(name, (path,), (sha256,)) for name, (path, sha256) in zip(names, inputs, strict=True)]
    return batches, warnings, unopened


def _names(files: Sequence[Path]) -> list[str]:
    """Name each batch after its file, in the shortest way that tells it from the others."""
    ways: tuple[Callable[[Path], str], ...] = (
        lambda path: stem(path),
        lambda path: path.name,
        lambda path: f"{path.parent.name}-{path.name}",
        lambda path: f"{stem(path)}-{hashlib.sha256(str(path).encode(errors='surrogateescape')).hexdigest()[:8]}",
    )
    names = [""] * len(files)
    for way in ways:
        told = [name or safe_batch_name(way(path)) for name, path in zip(names, files, strict=True)]
        often = Counter(told)
        names = [name if often[name] == 1 else "" for name in told]
    return [name or safe_batch_name(stem(path)) for name, path in zip(names, files, strict=True)]


def stem(path: Path) -> str:
    """Give the name of a file without what only says how it is written."""
    name = path.name
    for suffixes in (_PACKED, READABLE):
        suffix = Path(name).suffix
        if suffix.lower() in suffixes:
            name = name.removesuffix(suffix)
    return name or "batch"
