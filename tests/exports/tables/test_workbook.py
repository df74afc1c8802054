"""Excel workbooks as people make them."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from conftest import HEADER, message, rejected, texts

from qa_checker.exports import Refused


def workbook(**sheets) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_cells_are_read_as_text(reading):
    export = reading(
        workbook(a=[HEADER, message(0, "在吗"), [12345, 7, None, None, "客服", "2026/8/6 9:05", 100]]), "a.xlsx"
    )
    second = export.messages.to_pylist()[1]
    assert (second["session_id"], second["message_id"], second["text"]) == ("12345", "7", "100")
    assert second["agent_id"] is None
    assert export.files[0].layout == "xlsx"


def test_dates_and_serial_numbers_are_times(reading):
    times = [datetime(2026, 8, 26, 11, 0, 5), 46260.5, date(2026, 8, 26), "2026-08-26 11:00:07", 1787713200]
    export = reading(workbook(a=[HEADER, *(message(at, time=time) for at, time in enumerate(times))]), "a.xlsx")
    assert [str(time) for time in export.messages["sent_at"]] == [
        *("2026-08-26 11:00:05", "2026-08-26 12:00:00", "2026-08-26 00:00:00"),
        *("2026-08-26 11:00:07", "2026-08-26 11:00:00"),
    ]


def test_dates_without_a_time_of_day_are_no_times(reading):
    export = reading(workbook(a=[HEADER, message(0, time=date(2026, 8, 26))]), "a.xlsx")
    assert rejected(export) == [(2, "bad_time")]


def test_serial_numbers_are_no_times_in_text_files(reading):
    export = reading("\n".join((",".join(HEADER), ",".join(message(0, time="46260.5")))), "a.csv")
    assert rejected(export) == [(2, "bad_time")]


def test_long_numbers_were_rounded_by_excel(reading):
    rows = [
        [1234567890123456789, *message(0)[1:]],
        ["1.23457E+18", *message(1)[1:]],
        ["1234567890123456789", *message(2)[1:]],
    ]
    export = reading(workbook(a=[HEADER, *rows]), "a.xlsx")
    assert rejected(export) == [(2, "id_rounded"), (3, "id_rounded")]
    assert export.messages["session_id"].to_pylist() == ["1234567890123456789"]


def test_rows_are_the_sheet_s_and_blank_ones_are_none(reading):
    rows = [["聊天记录导出"], [], HEADER, message(0), [], message(1, role="路人")]
    export = reading(workbook(a=rows), "a.xlsx")
    assert rejected(export) == [(6, "bad_role")]
    assert export.rows_in == 2
    assert any("第 3 行以前" in warning for warning in export.warnings)


def test_every_sheet_with_the_columns_is_read(reading):
    sheets = {
        "一月": [HEADER, message(0)],
        "汇总": [["客服", "首响"], ["小丹", 12]],
        "二月": [HEADER, message(1, role="路人")],
    }
    export = reading(workbook(**sheets, 空=[]), "a.xlsx")
    assert texts(export) == ["在吗"]
    assert export.rejects[0].file.endswith("a.xlsx[二月]")
    assert any("汇总" in warning for warning in export.warnings)
    assert len(export.files) == 1
    assert export.files[0].rows == 2


def test_rows_that_are_twice_in_a_workbook(reading):
    header, row = HEADER[2:], message(0)[2:]
    rows = [["会话", *header], ["S1", *row], ["S1", *row]]
    rows[1][4] = rows[2][4] = datetime(2026, 8, 26, 11, 0, 5)
    assert reading(workbook(a=rows), "a.xlsx").duplicates == 1


def test_refusals(reading):
    with pytest.raises(Refused, match="另存为") as refused:
        reading(b"<html><table></table></html>", "a.xls")
    assert refused.value.reason == "not_a_table"
    with pytest.raises(Refused) as refused:
        reading(workbook(a=[HEADER])[:200], "a.xlsx")
    assert refused.value.reason == "not_a_table"
    with pytest.raises(Refused) as refused:
        reading(workbook(a=[]), "a.xlsx")
    assert refused.value.reason == "empty_file"
    with pytest.raises(Refused, match="密码") as refused:
        reading(b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "a.xlsx")
    assert refused.value.reason == "encrypted"
    with pytest.raises(Refused) as refused:
        reading(workbook(a=[["客服", "首响"], ["小丹", 12]]), "a.xlsx")
    assert refused.value.reason == "missing_columns"
