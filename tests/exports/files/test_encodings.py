"""Encodings: guessed, named, and broken in places."""

import pytest
from conftest import as_csv, message, rejected, texts

from qa_checker.exports import Refused
from qa_checker.exports.files.encodings import decode

CONTENT = as_csv([message(0, "在吗"), message(1, "您好，请问有什么可以帮您", "客服"), message(2, "镕喆𠮷")])


@pytest.mark.parametrize(
    ("written_in", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16-le")],
)
def test_encodings_are_guessed(reading, written_in, found):
    export = reading(CONTENT.encode(written_in))
    assert texts(export)[2] == "镕喆𠮷"
    assert export.files[0].encoding == found


def test_utf16_the_other_way_round(reading):
    assert texts(reading(b"\xfe\xff" + CONTENT.encode("utf-16-be")))[0] == "在吗"


@pytest.mark.parametrize("named", ["utf-16-le", "UTF-16LE"])
def test_utf16_without_a_mark_must_be_named(reading, named):
    with pytest.raises(Refused, match="--encoding utf-16-le") as refused:
        reading(CONTENT.encode("utf-16-le"))
    assert refused.value.reason == "encoding_unknown"
    assert texts(reading(CONTENT.encode("utf-16-le"), encoding=named))[0] == "在吗"


@pytest.mark.parametrize("named", ["gbk", "gb2312", "GB18030", "cp936"])
def test_the_argument_decides(reading, named):
    assert texts(reading(CONTENT.encode("gb18030"), encoding=named))[2] == "镕喆𠮷"


@pytest.mark.parametrize(("named", "content"), [("utf-8", CONTENT.encode("gb18030")), ("klingon", b"a")])
def test_a_wrong_argument_is_refused(reading, named, content):
    with pytest.raises(Refused) as refused:
        reading(content, encoding=named)
    assert refused.value.reason == "encoding_unknown"


def test_what_is_neither_is_refused(reading):
    with pytest.raises(Refused, match="--encoding") as refused:
        reading(bytes(range(128, 256)).replace(b"\n", b"") * 9 + b"\n" + b"\xff\xfe\xfd\n" * 9)
    assert refused.value.reason == "encoding_unknown"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("rows", [1, 10, 200])
def test_one_bad_line_does_not_change_the_encoding(reading, encoding, rows):
    content = as_csv([message(at, "您好，在的") for at in range(rows)] + [message(rows, "坏")]).encode(encoding)
    export = reading(content.replace("坏".encode(encoding), b"\xff"))
    assert export.files[0].encoding == encoding
    assert rejected(export) == [(rows + 2, "bad_encoding")]
    assert export.rejects[0].raw.endswith(b"\xff")


def test_few_chinese_lines_among_many_in_ascii_are_still_gb18030(reading):
    header = ("session_id", "message_id", "agent", "customer", "role", "time", "text")
    rows = [message(at, "ok", "agent") for at in range(300)] + [message(300, "好的", "agent")]
    rows = [[cell if cell != "店:小丹" else "a" for cell in row] for row in rows]
    export = reading(as_csv(rows, header).encode("gb18030"))
    assert texts(export)[-1] == "好的"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_rejects_keep_the_bytes_of_the_file(reading, encoding):
    export = reading(as_csv([message(0), message(1, role="路人")]).encode(encoding))
    assert rejected(export) == [(3, "bad_role")]
    found = export.rejects[0].raw.decode("utf-16-le" if encoding == "utf-16" else encoding)
    assert found == ",".join(message(1, role="路人"))


def test_a_broken_unit_in_utf16(reading):
    content = CONTENT.encode("utf-16")
    broken = content.replace("在".encode("utf-16-le"), b"\x00\xd8")
    assert rejected(reading(broken)) == [(2, "bad_encoding")]


def test_raw_bytes_of_several_lines():
    text = decode("一\n".encode() + b"\xff\n" + "三\n".encode() * 40, "a.txt")
    assert text.raw(0, len(text.data)) == "一\n".encode() + b"\xff\n" + ("三\n" * 40).encode()[:-1]
