"""Recognising how a file is laid out: by its first bytes, and by its suffix only where those leave a choice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa_checker.exports.cells.columns import naming
from qa_checker.exports.files.encodings import Text, decode
from qa_checker.exports.files.paths import READABLE, suffix_of, unpacked
from qa_checker.exports.files.scratch import IN_MEMORY
from qa_checker.exports.files.zips import is_workbook, members, refuse_bombs
from qa_checker.exports.messages.export import SourceFile
from qa_checker.exports.platforms import PLATFORMS
from qa_checker.exports.platforms.documents import platform_of, read_platform
from qa_checker.exports.problems import Refused
from qa_checker.exports.qianniu.cells import PACKED
from qa_checker.exports.qianniu.cells import TITLES as PACKED_TITLES
from qa_checker.exports.qianniu.client import looks_like_qianniu, read_qianniu
from qa_checker.exports.qianniu.web import looks_like_qianniu_web, read_qianniu_web
from qa_checker.exports.records import Records
from qa_checker.exports.tables.delimited import headers_of, read_csv
from qa_checker.exports.tables.json_lines import read_json_lines
from qa_checker.exports.tables.known import TABLES, KnownTable, known_table
from qa_checker.exports.tables.parquet import read_parquet
from qa_checker.exports.tables.workbook import read_workbook
from qa_checker.exports.texts.dongdong import looks_like_dongdong, read_dongdong
from qa_checker.exports.texts.wechat import looks_like_qq, looks_like_wechat_text, read_qq, read_wechat_text

if TYPE_CHECKING:
    from pathlib import Path

    from qa_checker.exports.files.scratch import Bytes, Scratch


@dataclass(frozen=True)
class ChatText:
    """A layout of plain text."""

    title: str
    looks_like: Callable[[Text], bool]
    read: Callable[[Text, str, Callable[[int], None]], Records]


CHAT_TEXTS = {
    "dongdong": ChatText("京东咚咚聊天记录文本", looks_like_dongdong, read_dongdong),
    "qianniu-web": ChatText("千牛网页版聊天记录文本", looks_like_qianniu_web, read_qianniu_web),
    "qianniu": ChatText("千牛聊天记录文本", looks_like_qianniu, read_qianniu),
    "qq": ChatText("QQ 聊天记录文本", looks_like_qq, read_qq),
    "wechat-txt": ChatText("微信聊天记录文本", looks_like_wechat_text, read_wechat_text),
}
"""In the order they are tried."""

TITLES: Mapping[str, str] = {
    "csv": "CSV 表格",
    "tsv": "制表符分隔的表格",
    "jsonl": "一行一条的 JSON",
    "json": "JSON 文档",
    "xlsx": "Excel 工作簿",
    "xls": "旧版 Excel 工作簿",
    "parquet": "Parquet 表格",
    **{name: layout.title for name, layout in CHAT_TEXTS.items()},
    **{name: table.title for name, table in TABLES.items()},
    **PACKED_TITLES,
    **{platform.name: platform.title for platform in PLATFORMS},
}
"""Every layout, as --layout takes it, and what people call it."""

_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
_EMPTY_ZIP = b"PK\x05\x06"
_FOREIGN = {
    b"%PDF": "PDF 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"Rar!": "RAR 压缩包",
    b"7z\xbc\xaf": "7z 压缩包",
    b"BZh": "bz2 压缩包",
    b"\x1f\x8b": "压缩了两遍的 gzip 文件",
    b"\x7fELF": "程序",
    b"MZ\x90": "程序",
    b"\xfd7zXZ": "xz 压缩包",
    b"\x28\xb5\x2f\xfd": "zstd 压缩包",
    b"SQLite format 3": "SQLite 数据库",
}
"""What people drop into the folder, by its first bytes."""

_JSON = (".json", ".jsonl", ".ndjson")
_TABLES = (".csv", ".tsv")
_LIKE_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\]])")
_JSON_SOMEWHERE = re.compile(rb"^\s*[\[{]", re.MULTILINE)
_DEEPEST = 3  # archives within archives


def recognised_as(file: SourceFile) -> str:
    """Say in Chinese as what a file was read."""
    titles = "、".join(TITLES[name] for name in file.layout.split("、"))
    return f"识别为 {titles}" + (f"（{file.encoding}）" if file.encoding else "")


def read_layout(
    data: Bytes,
    path: Path,
    encoding: str | None,
    columns: Mapping[str, str],
    require_time: bool,
    progress: Callable[[int], None],
    scratch: Scratch = IN_MEMORY,
    layout: str | None = None,
) -> Iterable[Records]:
    """Read a file's records, whatever its layout, or as the named one.

    A workbook gives those of each sheet, an archive those of each member, a large file several pieces.
    """
    if layout is not None and layout not in TITLES:
        known = "、".join(f"{name}（{title}）" for name, title in TITLES.items())
        raise Refused("layout_unknown", str(path), f"没有名为“{layout}”的格式", f"--layout 可以是：{known}")
    return _Opening(encoding, columns, require_time, progress, scratch, layout).read(data, path)


@dataclass(frozen=True)
class _Opening:
    """What was said about the files, and how to tell what becomes of them."""

    encoding: str | None
    columns: Mapping[str, str]
    require_time: bool
    progress: Callable[[int], None]
    scratch: Scratch
    layout: str | None

    def read(self, data: Bytes, path: Path, depth: int = 0) -> Iterable[Records]:
        file, suffix = str(path), suffix_of(path)
        if not len(data):
            raise Refused("empty_file", file, "文件是空的（0 字节）", "请重新导出")
        if kind := next((kind for start, kind in _FOREIGN.items() if data[: len(start)] == start), None):
            raise Refused(
                "not_a_table", file, f"这是{kind}，不是聊天记录的表格或文本", "请解压或导出成 CSV、Excel 再读"
            )
        head = data[:8]
        is_zip = head.startswith((_ZIP, _EMPTY_ZIP))
        if is_zip and suffix not in (".xlsx", ".xls") and not is_workbook(data, file):
            return self._members(data, path, depth)
        if is_zip:
            refuse_bombs(data, file)
        if self._is_workbook(head, suffix):
            meant = "" if self.layout in ("xlsx", "xls") else self.layout
            return read_workbook(bytes(data), file, self.columns, self.require_time, self.progress, meant)
        if self.layout == "parquet" or (self.layout is None and (head.startswith(_PARQUET) or suffix == ".parquet")):
            return read_parquet(data, file, self.columns, self.require_time, self.progress, self.scratch)
        return self._text(decode(data, file, self.encoding, self.scratch), file, suffix)

    def _is_workbook(self, head: bytes, suffix: str) -> bool:
        if self.layout in ("xlsx", "xls", *PACKED):
            return True
        looks_so = head.startswith((_ZIP, _OLE)) or suffix in (".xlsx", ".xls")
        return looks_so and (self.layout is None or self.layout in TABLES)

    def _members(self, data: Bytes, path: Path, depth: int) -> Iterator[Records]:
        if depth == _DEEPEST:
            raise Refused("too_large", str(path), "压缩包一层套一层", "请先解压再读")
        found = members(data, path)
        readable = [member for member in found if suffix_of(member.label) in READABLE]
        skipped = [f"{one.label}：不认识的文件类型，已跳过" for one in found if one not in readable]
        if not readable:
            raise Refused("empty_file", str(path), "压缩包里没有可以读的文件", f"可以读的有 {'、'.join(READABLE)}")
        for member in readable:
            content = unpacked(member.content(self.scratch), member.label, self.scratch)
            for records in self.read(content, member.label, depth + 1):
                yield replace(records, warnings=[*records.warnings, *skipped])
                skipped = []

    def _text(self, text: Text, file: str, suffix: str) -> Iterable[Records]:
        layout = self.layout
        if layout is None:
            layout = self._recognised(text, file, suffix)
        if layout in CHAT_TEXTS:
            return [CHAT_TEXTS[layout].read(text.in_memory(), file, self.progress)]
        if platform := next((one for one in PLATFORMS if one.name == layout), None):
            return [read_platform(platform, text.in_memory(), file, self.progress)]
        if layout in ("json", "jsonl"):
            return read_json_lines(text, file, self.columns, self.require_time, self.progress)
        return self._table(text, file, TABLES.get(layout))

    def _recognised(self, text: Text, file: str, suffix: str) -> str:
        head = text.data[:4096]
        if _LIKE_JSON.match(head) or (suffix in _JSON and _JSON_SOMEWHERE.search(head)):
            platform = platform_of(text, file)
            return "jsonl" if platform is None else platform.name
        headers = headers_of(text)
        has_header = any(map(naming(self.columns, file), headers))
        for name, chat_text in CHAT_TEXTS.items() if not (suffix in _TABLES and has_header) else ():
            if chat_text.looks_like(text):
                return name
        if headers and not has_header and suffix not in _TABLES:
            known = "、".join(f"{name}（{chat_text.title}）" for name, chat_text in CHAT_TEXTS.items())
            remedy = (
                f"聊天文本可以用 --layout 指明格式：{known}；表格请在最前面加一行表头，或用 --columns 指明表头里的名字"
            )
            raise Refused("not_a_table", file, "认不出是什么格式，不像聊天文本，第一行也不是表头", remedy)
        table = known_table(headers)
        return "csv" if table is None else table.name

    def _table(self, text: Text, file: str, table: KnownTable | None) -> Iterable[Records]:
        columns = self.columns if table is None else {**table.columns, **self.columns}
        pieces = read_csv(text, file, columns, self.require_time, self.progress)
        return pieces if table is None else table.of(list(pieces))
