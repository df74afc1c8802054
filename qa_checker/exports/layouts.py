"""Recognising how a file is laid out: by its first bytes, and by its suffix only where those leave a choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_checker.exports.csv_table import read_csv
from qa_checker.exports.encodings import Text, decode
from qa_checker.exports.export import Refused
from qa_checker.exports.json_lines import read_json_lines
from qa_checker.exports.parquet import read_parquet
from qa_checker.exports.paths import suffix_of
from qa_checker.exports.qianniu import looks_like_qianniu, read_qianniu
from qa_checker.exports.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from qa_checker.exports.records import Records

_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
_JSON = (".json", ".jsonl", ".ndjson")
_TABLES = (".csv", ".tsv")


def read_layout(
    data: bytes,
    path: Path,
    encoding: str | None,
    columns: Mapping[str, str],
    require_time: bool,
    progress: Callable[[int], None],
) -> list[Records]:
    """Read a file's records, whatever its layout; a workbook gives those of each of its sheets."""
    file, suffix = str(path), suffix_of(path)
    if not data:
        raise Refused("empty_file", file, "文件是空的（0 字节）", "请重新导出")
    if data.startswith((_ZIP, _OLE)) or suffix in (".xlsx", ".xls"):
        return read_workbook(data, file, columns, require_time, progress)
    if data.startswith(_PARQUET) or suffix == ".parquet":
        return [read_parquet(data, file, columns, require_time, progress)]
    text = decode(data, file, encoding)
    if _is_json(text, suffix):
        return [read_json_lines(text, file, columns, require_time, progress)]
    if suffix not in _TABLES and looks_like_qianniu(text):
        return [read_qianniu(text, file, progress)]
    return [read_csv(text, file, columns, require_time, progress)]


def _is_json(text: Text, suffix: str) -> bool:
    return suffix in _JSON or text.data[:4096].lstrip().startswith((b'{"', b"[{", b"[\n", b"{\n"))
