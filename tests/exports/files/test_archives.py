"""Zip archives, patterns, and the layout the user names."""

import gzip
import io
import resource
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import as_csv, as_json_lines, json_message, layouts, message, rejected, said, texts
from disturbing import in_a_child
from pyarrow import csv

from qa_checker.exports import Refused, Scratch, read

CHAT = "店:小丹 2026-8-26 11:00:00\n您好\ntb1 2026-8-26 11:00:09\n在吗\n"


def zipped(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_members_of_several_layouts(reading):
    members = {
        "b/千牛.txt": CHAT,
        "a.csv": as_csv([message(0), message(1, role="路人")]),
        "c.jsonl.gz": gzip.compress(as_json_lines([json_message(5)]).encode()),
        "photo.png": b"x",
        "__MACOSX/._a.csv": b"x",
        ".DS_Store": b"x",
    }
    export = reading(zipped(members), "exports.zip")
    assert texts(export) == ["在吗", "您好", "在吗", "您好"]
    assert layouts(export) == ["csv、qianniu、jsonl"]
    assert Path(export.rejects[0].file).parts[-2:] == ("exports.zip", "a.csv")
    assert any("photo.png" in warning for warning in export.warnings)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese_names_of_members(reading, encoding):
    """Windows writes them in GB18030 and old tools in UTF-8, neither saying so."""
    found = "聊天.csv".encode(encoding)
    content = zipped({"x" * len(found): as_csv([message(0, role="路人")])}).replace(b"x" * len(found), found)
    assert Path(reading(content, "exports.zip").rejects[0].file).name == "聊天.csv"


def test_archives_within_archives(reading):
    inner = zipped({"a.csv": as_csv([message(0)])})
    assert texts(reading(zipped({"1.zip": zipped({"2.zip": inner})}), "exports.zip")) == ["在吗"]
    deepest = zipped({"1.zip": zipped({"2.zip": zipped({"3.zip": inner})})})
    with pytest.raises(Refused, match="一层套一层"):
        reading(deepest, "exports.zip")


def test_an_archive_under_another_name(reading):
    assert texts(reading(zipped({"a.csv": as_csv([message(0)])}), "exports.dat")) == ["在吗"]


def encrypted() -> bytes:
    content = bytearray(zipped({"a.csv": as_csv([message(0)])}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def lying() -> bytes:
    """Say that a member is smaller than it is."""
    content = bytearray(zipped({"a.csv": b"x" * 1000}))
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, 10)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (zipped({"a.csv": as_csv([message(0)])})[:-30], "not_a_table"),
        (b"PK\x03\x04" + b"x" * 99, "not_a_table"),
        (zipped({}), "empty_file"),
        (zipped({"photo.png": b"x"}), "empty_file"),
        (zipped({"a.csv": ""}), "empty_file"),
        (encrypted(), "encrypted"),
        (lying(), "not_a_table"),
        (zipped({"a.csv": b"0" * (70 << 20)}), "too_large"),
        (zipped({"a.xlsx": zipped({"[Content_Types].xml": b"0" * (70 << 20)})}), "too_large"),
    ],
    ids=["cut", "header", "no members", "no chats", "empty", "password", "lying", "bomb", "workbook bomb"],
)
def test_archives_that_are_refused(reading, content, reason):
    with pytest.raises(Refused, match=r"exports\.zip") as refused:
        reading(content, "exports.zip")
    assert refused.value.reason == reason


def test_more_members_than_anybody_exports(reading, monkeypatch):
    monkeypatch.setattr("qa_checker.exports.files.zips.MOST_MEMBERS", 2)
    with pytest.raises(Refused, match="3 个文件"):
        reading(zipped({f"{at}.csv": "x" for at in range(3)}), "exports.zip")


def test_a_pattern_no_shell_has_read(tmp_path: Path):
    for name in ("b.csv", "a.csv", "c.txt"):
        (tmp_path / name).write_text(as_csv([message(0, name)]))
    assert [Path(file.path).name for file in read([tmp_path / "*.csv"]).files] == ["a.csv", "b.csv"]
    with pytest.raises(Refused, match="没有文件符合"):
        read([tmp_path / "*.json"])


class TestNamedLayouts:
    def test_the_user_s_word_goes_first(self, reading):
        assert layouts(reading("老王 2026-8-26 11:00:00\n您好\n", "a.csv", layout="wechat-txt")) == ["wechat-txt"]
        assert layouts(reading(as_csv([message(0)]), "a.txt", layout="csv")) == ["csv"]

    def test_a_plain_table_where_headers_say_more(self, reading):
        header = ("客户名", "发送时间", "发送内容", "发送账号", "账号类型")
        rows = [("tb1", "2026-8-26 11:00:00", "在吗", "tb1", "客户")]
        columns = {"customer_id": "客户名", "agent_id": "发送账号"}
        export = reading(as_csv(rows, header), "a.csv", layout="csv", columns=columns)
        assert export.messages["agent_id"].to_pylist() == ["tb1"]

    @pytest.mark.parametrize("layout", ["qianniu-json-cells", "xlsx", "parquet", "csv"])
    def test_a_wrong_one_is_refused(self, reading, layout):
        with pytest.raises(Refused):
            reading(CHAT, "a.txt", layout=layout)

    def test_lines_that_are_not_of_it_are_set_aside(self, reading):
        assert rejected(reading(CHAT, "a.txt", layout="jd")) == [(row, "bad_json") for row in (1, 2, 3, 4)]

    def test_names_are_listed_where_there_is_no_such(self, reading):
        with pytest.raises(Refused, match="千牛聊天记录文本") as refused:
            reading(CHAT, "a.txt", layout="qianiu")
        assert refused.value.reason == "layout_unknown"

    def test_members_of_an_archive_too(self, reading):
        export = reading(zipped({"a.txt": "张三 2026-8-26 11:00:00\n您好\n"}), "a.zip", layout="wechat-txt")
        assert len(said(export)) == 1


@pytest.mark.parametrize("name", ["聊天.csv.gz", "聊天.zip", "聊天.parquet"])
def test_a_full_disk_is_not_taken_for_a_damaged_file(tmp_path, name):
    written = as_csv([message(number) for number in range(2000)])
    if name.endswith(".gz"):
        content = gzip.compress(written.encode())
    elif name.endswith(".zip"):
        content = zipped({"聊天.csv": written})
    else:
        sink = pa.BufferOutputStream()
        pq.write_table(csv.read_csv(io.BytesIO(written.encode())), sink)
        content = sink.getvalue().to_pybytes()
    path = tmp_path / name
    path.write_bytes(content)

    def on_a_small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(content), len(content)))
        with pytest.raises(OSError, match="File too large"):
            read([path], scratch=Scratch(tmp_path, in_memory=0))

    assert in_a_child(on_a_small_disk) == 0
