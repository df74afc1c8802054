"""The room as a whole: its promises, folders, roles, and every reason a row may be set aside for."""

import gzip
import hashlib
from pathlib import Path

import pytest
from conftest import HEADER, as_csv, as_json_lines, json_message, message, rejected, texts

import qa_checker.exports as room
from qa_checker.exports import Refused, read
from qa_checker.exports.cells.roles import ROLE_WORDS
from qa_checker.exports.problems import WHAT_TO_DO


def lines(*damaged: str) -> str:
    return as_csv([message(0)]) + "\n".join(damaged) + "\n" + as_csv([message(9)]).split("\n", 1)[1]


def damaged(**cells: str) -> str:
    row = dict(zip(HEADER, message(5), strict=True)) | cells
    return lines(",".join(row.values()))


def wecom(number: int) -> dict[str, object]:
    sent = {"from": "LiLei", "tolist": ["wmAbc"], "msgtime": 1785000000000 + number}
    return {"msgid": f"M{number}", "action": "send", **sent, "msgtype": "text", "text": {"content": "您好"}}


EACH_REASON = {
    "bad_encoding": lines(",".join(message(5, "坏"))).encode().replace("坏".encode(), b"\xff"),
    "nul_padding": damaged(内容="\0\0\0"),
    "field_count": damaged(内容="一,二"),
    "unclosed_quote": damaged(内容='"一'),
    "bad_quote": damaged(内容='一"二"'),
    "repeated_header": lines(",".join(HEADER)),
    "missing_field": damaged(内容=" "),
    "id_rounded": damaged(会话ID="1.23457E+18"),
    "bad_role": damaged(角色="路人"),
    "bad_time": damaged(发送时间="昨天 12:10"),
    "text_too_long": damaged(内容="长" * 100_001),
    "duplicate_id": lines(",".join(message(0, "另一句"))),
    "bad_json": "{\n".join([as_json_lines([json_message(0)]), as_json_lines([json_message(1)])]),
    "not_a_chat": as_json_lines([wecom(0), {"msgid": "S", "action": "switch", "time": 1, "user": "a"}, wecom(1)]),
    "no_header": "第一行\n店:小丹 2026-08-26 11:00:00\n您好\ntb1 2026-08-26 11:00:09\n在吗\n",
}


def test_each_reason_is_known():
    of_workbooks = {"formula_uncached", "formula_error"}
    assert set(EACH_REASON) == set(WHAT_TO_DO) - of_workbooks


@pytest.mark.parametrize(("reason", "content"), EACH_REASON.items())
def test_a_damaged_row_is_set_aside_and_the_others_are_read(reading, reason, content):
    export = reading(content, "千牛.txt" if reason == "no_header" else "chats.csv")
    assert [reject.reason for reject in export.rejects] == [reason]
    assert export.messages.num_rows == 2
    reject = export.rejects[0]
    assert reject.raw
    assert reject.raw in (content if isinstance(content, bytes) else content.encode())
    assert "请" in reject.detail
    assert "{" not in reject.detail


@pytest.mark.parametrize("cell", ["会话ID", "角色"])
def test_required_cells(reading, cell):
    export = reading(damaged(**{cell: ""}))
    assert rejected(export) == [(3, "missing_field")]
    assert cell[:2] in export.rejects[0].detail


def test_a_time_may_be_empty(reading):
    assert reading(damaged(发送时间="")).messages["sent_at"].null_count == 1


def test_a_picture_needs_no_text(reading):
    header = (*HEADER, "消息类型")
    rows = [[*message(0, ""), "image"], [*message(1, ""), "图片"], [*message(2, ""), "text"], [*message(3, ""), ""]]
    export = reading(as_csv(rows, header))
    assert texts(export) == ["", ""]
    assert rejected(export) == [(4, "missing_field"), (5, "missing_field")]


def test_long_texts_are_counted_in_characters(reading):
    assert reading(damaged(内容="长" * 100_000)).messages.num_rows == 3


@pytest.mark.parametrize(("role", "words"), ROLE_WORDS.items())
def test_words_for_roles(reading, role, words):
    export = reading(as_csv([message(at, role=word) for at, word in enumerate((role, role.upper(), *words))]))
    assert set(export.messages["role"].to_pylist()) == {role}
    assert not export.rejects


def test_roles_are_as_written_beside_whether_a_message_was_automatic(reading):
    rows = [[*message(0, role="客服"), "是"], [*message(1, role="客服"), "0"], [*message(2, role="顾客"), "true"]]
    export = reading(as_csv(rows, (*HEADER, "是否自动")))
    assert export.messages["role"].to_pylist() == ["agent", "agent", "customer"]
    assert export.messages["is_auto"].to_pylist() == [True, False, True]


def test_unknown_speakers_are_inferred(reading):
    rows = [
        message(0, "在吗，这款什么时候发货", "顾客"),
        message(1, "您好，很高兴为您服务，请问有什么可以帮您", "未知"),
    ]
    export = reading(as_csv(rows))
    assert export.messages["role"].to_pylist() == ["customer", "agent"]
    assert export.warnings


def test_the_text_itself_is_never_changed(reading):
    said = ["  前后有空格  ", "全角　空格", "emoji👍🏻", "ﾊﾝｶｸ", "\u200b零宽"]
    assert texts(reading(as_csv([message(at, text) for at, text in enumerate(said)]))) == said


def test_optional_cells_are_trimmed_and_empty_ones_unknown(reading):
    rows = [[" S1 ", " ", "\u3000店:小丹", *message(at)[3:]] for at in range(2)]
    first = reading(as_csv(rows)).messages.to_pylist()[0]
    assert (first["session_id"], first["message_id"], first["agent_id"]) == ("S1", None, "店:小丹")


def test_a_folder_is_read_in_order(tmp_path: Path):
    (tmp_path / "b.csv").write_text(as_csv([message(1)]))
    (tmp_path / "a.jsonl").write_text(as_json_lines([json_message(0)]))
    (tmp_path / "c.CSV.gz").write_bytes(gzip.compress(as_csv([message(2)]).encode()))
    for ignored in (".hidden.csv", "read.py", "rules.yaml", "README.md", "~$open.xlsx"):
        (tmp_path / ignored).write_text("x")
    (tmp_path / "photo.png").write_text("x")
    (tmp_path / "older").mkdir()
    export = read([tmp_path])
    assert export.messages["message_id"].to_pylist() == ["M0", "M1", "M2"]
    assert [Path(file.path).name for file in export.files] == ["a.jsonl", "b.csv", "c.CSV.gz"]
    assert len(export.warnings) == 2
    assert any("photo.png" in warning for warning in export.warnings)


def test_files_are_identified_by_what_lies_on_the_disk(tmp_path: Path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(as_csv([message(0)]).encode()))
    file = read([path]).files[0]
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (file.rows, file.layout, file.encoding) == (1, "csv", "utf-8")


def test_rejects_come_file_by_file_and_row_by_row(tmp_path: Path):
    content = as_csv([message(0, role="路人"), message(1), message(1, "另一句"), message(2, time="?")]) + "一\n"
    for name in ("b.csv", "a.csv"):
        (tmp_path / name).write_text(content)
    export = read([tmp_path / "b.csv", tmp_path / "a.csv"])
    assert [(Path(reject.file).name, reject.row) for reject in export.rejects] == [
        *(("b.csv", row) for row in (2, 4, 5, 6)),
        *(("a.csv", row) for row in (2, 4, 5, 6)),
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv", b"\n\n", "empty_file"),
        ("a.jsonl", b" \n", "empty_file"),
        ("a.csv", b"hello\n", "missing_columns"),
        ("a.csv.gz", gzip.compress(b"x" * 999, mtime=0)[:-9], "not_a_table"),
        ("a.jsonl", as_json_lines([{"a": 1}]).encode(), "missing_columns"),
    ],
)
def test_whole_files_are_refused(reading, name, content, reason):
    with pytest.raises(Refused, match=name) as refused:
        reading(content, name)
    assert refused.value.reason == reason


def test_what_is_not_there_is_refused(tmp_path: Path):
    for paths, reason in (([tmp_path / "none.csv"], "not_found"), ([], "not_found"), ([tmp_path], "empty_file")):
        with pytest.raises(Refused) as refused:
            read(paths)
        assert refused.value.reason == reason


def test_too_large_a_file_is_refused(reading, monkeypatch):
    monkeypatch.setattr("qa_checker.exports.files.paths.LARGEST_FILE", 1000)
    for name, content in (("a.csv", b"x" * 1001), ("a.csv.gz", gzip.compress(b"x" * 1001))):
        with pytest.raises(Refused) as refused:
            reading(content, name)
        assert refused.value.reason == "too_large"


def test_a_header_without_rows_is_an_empty_export(reading):
    export = reading(as_csv([]))
    assert export.rows_in == 0
    assert export.messages.num_rows == 0
    assert any("没有一条消息" in warning for warning in export.warnings)


def test_messages_to_people_hold_no_words_of_the_chat(reading):
    export = reading(damaged(内容="机密,的话"))
    assert not any("机密" in reject.detail for reject in export.rejects)


def test_what_the_room_offers():
    assert room.__all__ == ["MESSAGES", "Export", "Refused", "Reject", "Scratch", "SourceFile", "read", "recognised_as"]
    assert all(hasattr(room, name) for name in room.__all__)
