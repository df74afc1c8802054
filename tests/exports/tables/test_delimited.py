"""Delimited tables: clean ones, damaged ones, and that both ways of reading agree."""

import csv
import io
from pathlib import Path

import hypothesis.strategies as st
import pytest
from conftest import HEADER, as_csv, message, rejected, texts
from hypothesis import HealthCheck, given, settings

from qa_checker.exports import MESSAGES, Refused, read
from qa_checker.exports.tables import blocks, delimited


def test_a_clean_table_becomes_messages(reading):
    export = reading(as_csv([message(0, "在吗"), message(1, "您好，在的", "客服")]))
    assert export.messages.schema.equals(MESSAGES)
    first, second = export.messages.to_pylist()
    assert (first["role"], second["role"]) == ("customer", "agent")
    assert first["session_id"] == "S1"
    assert first["message_id"] == "M0"
    assert first["agent_id"] == "店:小丹"
    assert first["customer_id"] == "tb26"
    assert str(first["sent_at"]) == "2026-08-26 11:00:00"
    assert first["shop"] is None
    assert first["is_auto"] is False
    assert export.files[0].layout == "csv"
    assert export.files[0].rows == 2


@pytest.mark.parametrize(("delimiter", "layout"), [("\t", "tsv"), (";", "csv"), ("|", "csv")])
def test_other_delimiters_are_recognised(reading, delimiter, layout):
    export = reading(as_csv([message(0), message(1, "好的，谢谢")], delimiter=delimiter))
    assert texts(export) == ["在吗", "好的，谢谢"]
    assert export.files[0].layout == layout


def test_quoted_line_breaks_and_quotes_are_text(reading):
    said = ["第一行\n第二行", '他说"好的", 行吗', "\n", "a\r\nb", '"']
    export = reading(as_csv([message(at, text) for at, text in enumerate(said)]))
    assert texts(export) == ["第一行\n第二行", '他说"好的", 行吗', "a\r\nb", '"']
    assert rejected(export) == [(5, "missing_field")]


def test_rows_are_counted_as_an_editor_counts_lines(reading):
    rows = [message(0, "一\n二\n三"), message(1, role="路人"), message(2, "四\n五"), message(3, role="路人")]
    assert rejected(reading(as_csv(rows))) == [(5, "bad_role"), (8, "bad_role")]


def test_windows_line_ends_and_blank_lines(reading):
    content = as_csv([message(0), message(1, role="路人")]).replace("\n", "\r\n\r\n")
    export = reading(content)
    assert texts(export) == ["在吗"]
    assert rejected(export) == [(5, "bad_role")]
    assert export.rejects[0].raw.endswith("在吗".encode())


def test_line_ends_of_the_old_mac(reading):
    assert len(texts(reading(as_csv([message(0), message(1)]).replace("\n", "\r")))) == 2


def test_a_lone_carriage_return_is_text(reading):
    lines = as_csv([message(0, "一行"), message(1)]).replace("一行", "一\r行")
    assert texts(reading(lines)) == ["一\r行", "在吗"]


def test_excel_says_how_it_separates(reading):
    assert texts(reading("sep=;\n" + as_csv([message(0)], delimiter=";"))) == ["在吗"]


def test_rows_of_nothing_but_commas_at_the_end_are_none(reading):
    export = reading(as_csv([message(0)]) + ",,,,,,\n,,,,,,\n")
    assert export.rows_in == 1


def test_an_empty_row_in_between_is_kept_as_a_reject(reading):
    export = reading(as_csv([message(0), [""] * 7, message(1)]))
    assert rejected(export) == [(3, "missing_field")]


def test_a_wrong_number_of_cells_costs_that_row_only(reading):
    lines = as_csv([message(0), message(1), message(2)]).splitlines()
    lines[2] += ",还有,逗号"
    lines.insert(3, "S1,M9,半行")
    export = reading("\n".join(lines))
    assert rejected(export) == [(3, "field_count"), (4, "field_count")]
    assert export.messages["message_id"].to_pylist() == ["M0", "M2"]
    assert export.rejects[0].raw == lines[2].encode()


@pytest.mark.parametrize("neighbour", ["下一条", "带,逗号", '带"引号"', "两\n行"])
def test_an_unclosed_quote_costs_that_row_only(reading, neighbour):
    lines = as_csv([message(1, neighbour), message(2, neighbour), message(3)]).splitlines()
    lines.insert(1, 'S1,M0,店:小丹,tb26,顾客,2026-08-26 10:00:00,"没有写完')
    export = reading("\n".join(lines))
    assert rejected(export) == [(2, "unclosed_quote")]
    assert texts(export) == [neighbour, neighbour, "在吗"]


def test_two_unclosed_quotes_do_not_close_each_other(reading):
    lines = as_csv([message(at) for at in range(6)]).splitlines()
    for at in (2, 5):
        lines[at] = lines[at].replace("在吗", '"在吗')
    export = reading("\n".join(lines))
    assert rejected(export) == [(3, "unclosed_quote"), (6, "unclosed_quote")]
    assert len(texts(export)) == 4


def test_an_unclosed_quote_that_would_swallow_quietly(reading):
    """Opened here, closed by the next such accident: correct CSV, were there not whole records in between."""
    lines = as_csv([message(at) for at in range(4)]).splitlines()
    lines[1] = lines[1].replace("在吗", '"在吗')
    lines[3] = lines[3].replace("在吗", '在吗"')
    export = reading("\n".join(lines))
    assert rejected(export) == [(2, "unclosed_quote"), (4, "bad_quote")]
    assert export.messages["message_id"].to_pylist() == ["M1", "M3"]


def test_an_unclosed_quote_in_the_last_row(reading):
    export = reading(as_csv([message(0)]) + 'S1,M1,店:小丹,tb26,顾客,2026-08-26 10:00:00,"没有写完')
    assert rejected(export) == [(3, "unclosed_quote")]


@pytest.mark.parametrize("cell", ['他说"好"', '"好"的', ' "好"'])
def test_stray_quotes_cost_that_row_only(reading, cell):
    lines = as_csv([message(0), message(1, "两\n行")]).splitlines()
    lines.insert(2, f"S1,M7,店:小丹,tb26,顾客,2026-08-26 10:00:00,{cell}")
    export = reading("\n".join(lines))
    assert rejected(export) == [(3, "bad_quote")]
    assert texts(export) == ["在吗", "两\n行"]


def test_a_header_in_between_is_no_message(reading):
    once = as_csv([message(0)])
    export = reading(once + once.replace("M0", "M1"))
    assert rejected(export) == [(3, "repeated_header")]


def test_undecodable_bytes_cost_that_row_only(reading):
    content = as_csv([message(0), message(1, "坏"), message(2)]).encode()
    broken = content.replace("坏".encode(), b"\xe5\x9d")
    export = reading(broken)
    assert rejected(export) == [(3, "bad_encoding")]
    assert export.rejects[0].raw.endswith(b"\xe5\x9d")
    assert export.files[0].encoding == "utf-8"


def test_undecodable_bytes_inside_a_quoted_message_reject_all_of_it(reading):
    content = as_csv([message(0), message(1, "一\n坏\n三"), message(2)]).encode()
    export = reading(content.replace("坏".encode(), b"\xff"))
    assert rejected(export) == [(3, "bad_encoding")]
    assert export.rejects[0].raw.endswith('三"'.encode())
    assert b"\xff" in export.rejects[0].raw


def test_empty_bytes_are_padding(reading):
    export = reading(as_csv([message(0), message(1, "坏\0")]).encode() + b"\0" * 300)
    assert rejected(export) == [(3, "nul_padding"), (4, "nul_padding")]


def test_a_bad_row_far_into_a_large_file(reading, monkeypatch):
    monkeypatch.setattr(blocks, "LARGE", 4000)
    monkeypatch.setattr(blocks, "SMALL", 500)
    rows = [message(at, "两\n行" if at % 3 else "一行") for at in range(300)]
    lines = as_csv(rows).splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if number > 200 and line.startswith("S1"))
    lines.insert(at, '坏"行\n')
    export = reading("".join(lines))
    assert rejected(export) == [(at + 1, "bad_quote")]
    assert export.messages.num_rows == 300


def test_progress_is_told_how_far_reading_is(reading):
    told = []
    reading(as_csv([message(0), message(1)]), progress=told.append)
    assert told[-1] == 2


CELLS = st.text(alphabet='a,"\n\r 好;1', max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CELLS, max_size=8), st.lists(st.tuples(st.integers(0, 400), st.sampled_from('",\n"a')), max_size=3))
def test_both_ways_of_reading_agree(tmp_path: Path, monkeypatch, said, damage):
    content = as_csv([message(at, text) for at, text in enumerate(said)])
    start = len(",".join(HEADER)) + 1
    for place, mark in damage:
        at = min(start + place, len(content))
        content = content[:at] + mark + content[at:]
    path = tmp_path / "chats.csv"
    path.write_bytes(content.encode())
    monkeypatch.setattr(blocks, "SMALL", 60)
    fast = read([path])
    with monkeypatch.context() as patch:
        patch.setattr(delimited._Table, "clean", lambda *_: None)
        slow = read([path])
    assert fast.messages.equals(slow.messages)
    assert fast.rejects == slow.rejects
    assert fast.duplicates == slow.duplicates


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(alphabet='a,"\n 好;1', min_size=1, max_size=6).filter(str.strip), max_size=8))
def test_well_formed_tables_come_back_as_they_were_written(tmp_path: Path, said):
    path = tmp_path / "chats.csv"
    content = as_csv([message(at, text) for at, text in enumerate(said)])
    assert [row[6] for row in csv.reader(io.StringIO(content, newline=""))][1:] == said
    path.write_bytes(content.encode())
    export = read([path])
    assert texts(export) == said
    assert not export.rejects


def test_a_header_with_an_open_quote_is_refused(reading):
    with pytest.raises(Refused, match="表头的引号不成对") as refused:
        reading('会话ID,"角色,发送时间,内容\nS1,顾客,2026-08-26 11:00:00,在吗\n')
    assert refused.value.reason == "not_a_table"
