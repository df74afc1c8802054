"""Files as people export them, written where a test can read them back."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from qa_checker.exports import Export, read

HEADER = ("会话ID", "消息ID", "客服", "顾客", "角色", "发送时间", "内容")


def message(number: int, text: str = "在吗", role: str = "顾客", time: str | None = None) -> list[str]:
    """One row below HEADER; every message has its own id and time."""
    time = time or f"2026-08-26 11:{number // 60:02}:{number % 60:02}"
    return ["S1", f"M{number}", "店:小丹", "tb26", role, time, text]


def as_csv(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, delimiter: str = ",") -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
    return file.getvalue()


def as_json_lines(rows: Sequence[Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def json_message(number: int, **other: Any) -> dict[str, Any]:
    return {
        "session_id": "S1",
        "message_id": f"M{number}",
        "role": "agent",
        "ts": f"2026-08-26 11:00:{number:02}",
        "text": "您好",
        **other,
    }


def texts(export: Export) -> list[str]:
    return export.messages["text"].to_pylist()


def said(export: Export) -> list[tuple[str, str]]:
    return list(zip(export.messages["role"].to_pylist(), texts(export), strict=True))


def types(export: Export) -> list[str | None]:
    return export.messages["message_type"].to_pylist()


def column(export: Export, name: str) -> list[Any]:
    return export.messages[name].to_pylist()


def layouts(export: Export) -> list[str]:
    return [file.layout for file in export.files]


def rejected(export: Export) -> list[tuple[int, str]]:
    return [(reject.row, reject.reason) for reject in export.rejects]


@pytest.fixture
def reading(tmp_path: Path) -> Callable[..., Export]:
    """Write one file and read it; every reading must account for every row."""

    def write_and_read(content: str | bytes, name: str = "chats.csv", **options: Any) -> Export:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        export = read([path], **options)
        assert export.rows_in == export.messages.num_rows + len(export.rejects) + export.duplicates
        return export

    return write_and_read
