"""Rows that come twice."""

from pathlib import Path

from conftest import as_csv, as_json_lines, json_message, message, rejected, texts

from qa_checker.exports import read

WITHOUT_ID = ("会话ID", "备注", "客服", "顾客", "角色", "发送时间", "内容")


def test_the_same_message_twice_is_counted(reading):
    export = reading(as_csv([message(0), message(1), message(0), message(0)]))
    assert export.duplicates == 2
    assert export.rows_in == 4
    assert export.messages["message_id"].to_pylist() == ["M0", "M1"]


def test_one_id_with_two_contents_is_a_contradiction(reading):
    export = reading(as_csv([message(0), message(0, "不在")]))
    assert rejected(export) == [(3, "duplicate_id")]
    assert "不在".encode() in export.rejects[0].raw
    assert texts(export) == ["在吗"]


def test_one_id_in_two_sessions_is_two_messages(reading):
    other = ["S2", *message(0)[1:]]
    assert reading(as_csv([message(0), other])).messages.num_rows == 2


def test_without_ids_equal_rows_are_duplicates(reading):
    row = ["S1", "x", *message(0)[2:]]
    assert reading(as_csv([row, row, row], WITHOUT_ID)).duplicates == 2


def test_without_ids_every_field_must_be_equal(reading):
    rows = [["S1", note, *message(0)[2:]] for note in ("x", "y")]
    assert reading(as_csv(rows, WITHOUT_ID)).duplicates == 0


def test_to_the_minute_two_equal_rows_are_two_messages(reading):
    row = ["S1", "x", *message(0, "好的", time="2026-08-26 11:00")[2:]]
    assert reading(as_csv([row, row], WITHOUT_ID)).messages.num_rows == 2


def test_without_a_time_two_equal_rows_are_two_messages(reading):
    row = ["S1", "x", *message(0, "好的")[2:]]
    row[5] = ""
    assert reading(as_csv([row, row], WITHOUT_ID)).messages.num_rows == 2


def test_in_json_the_order_of_keys_does_not_matter(reading):
    one = {key: value for key, value in json_message(0, note=1).items() if key != "message_id"}
    again = dict(reversed(one.items()))
    export = reading(as_json_lines([one, again, {**one, "note": 2}]), "a.jsonl")
    assert export.duplicates == 1
    assert export.messages.num_rows == 2


def test_overlapping_files(tmp_path: Path):
    """Two exports that overlap, one of each kind of row."""
    for header, make in (
        (("会话ID", "消息ID", *WITHOUT_ID[2:]), message),
        (WITHOUT_ID, lambda at: ["S1", "", *message(at)[2:]]),
    ):
        for name, numbers in (("a.csv", range(4)), ("b.csv", range(2, 6))):
            (tmp_path / name).write_text(as_csv([make(at) for at in numbers], header))
        export = read([tmp_path / "a.csv", tmp_path / "b.csv"])
        assert (export.rows_in, export.duplicates, export.messages.num_rows) == (8, 2, 6)
