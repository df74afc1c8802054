"""Reads the rows that were set aside: why, from which file, and the row itself as it stood."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from qa_checker.archive.manifest import Manifest
from qa_checker.archive.publication import REJECTS
from qa_checker.archive.query import Archive

_COLUMNS = "{file: 'VARCHAR', row: 'BIGINT', reason: 'VARCHAR', detail: 'VARCHAR', raw: 'VARCHAR'}"
_LONGEST = 4_000


@dataclass(frozen=True)
class RejectPage:
    """How many rows were set aside, and some of them: batch, file, row, reason, detail and raw (text)."""

    total: int
    rows: pd.DataFrame


def reject_files(archive: Archive, manifests: Sequence[Manifest]) -> tuple[str, ...]:
    """The names of the files that rows were set aside from."""
    source = _source(archive, manifests)
    if source is None:
        return ()
    return tuple(row["file"] for row in archive.rows(f"SELECT DISTINCT file FROM {source} ORDER BY file"))


def reject_page(
    archive: Archive, manifests: Sequence[Manifest], *, reason: str = "", file: str = "", page: int = 1, size: int = 50
) -> RejectPage:
    """One page (from 1) of the rows set aside in these batches."""
    source = _source(archive, manifests)
    if source is None:
        return RejectPage(0, pd.DataFrame())
    conditions = [(f"{column} = ?", value) for column, value in (("reason", reason), ("file", file)) if value]
    where = "WHERE " + " AND ".join(text for text, _ in conditions) if conditions else ""
    values = [value for _, value in conditions]
    total = int(archive.rows(f"SELECT count(*) AS n FROM {source} {where}", values)[0]["n"])
    found = archive.frame(
        f"SELECT * FROM {source} {where} ORDER BY filename, file, row LIMIT ? OFFSET ?",
        [*values, size, (page - 1) * size],
    )
    batches = {str(manifest.folder(archive.root) / REJECTS): manifest.batch for manifest in manifests}
    found["batch"] = found.pop("filename").map(batches)
    found["raw"] = found["raw"].map(_as_text)
    return RejectPage(total, found)


def _source(archive: Archive, manifests: Sequence[Manifest]) -> str | None:
    paths = [manifest.folder(archive.root) / REJECTS for manifest in manifests if manifest.counts.quarantined]
    if not paths:
        return None
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return (
        f"read_json([{listed}], format='newline_delimited', columns={_COLUMNS}, filename=true, "
        "maximum_object_size=100000000)"
    )


def _as_text(raw: str) -> str:
    """The bytes of a row for reading: what is no UTF-8 is tried as GB18030, then shown as escapes."""
    data = base64.b64decode(raw)[:_LONGEST]
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "backslashreplace")
