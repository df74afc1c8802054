"""Excel workbooks as people, programs and attackers make them."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import xlwt
from case import HEADER, Case
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

TOP = HEADER.split(",")
AT = datetime(2026, 8, 26, 11, 0, 0)
TIME = "2026-08-26 11:00:00"


def row(number: int = 3, **cells: Any) -> list[Any]:
    usual = {"session": "S1", "id": f"M{number}", "agent": "店:小丹", "customer": "tb26", "role": "顾客"}
    return list({**usual, "time": AT + timedelta(seconds=number), "text": "在吗", **cells}.values())


def book(
    change: Callable[[Worksheet], object] = lambda sheet: None, *rows: Sequence[Any], **sheets: Sequence[Sequence[Any]]
) -> bytes:
    """Make a workbook of one sheet with these rows below the header, or of the named sheets."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, content in (sheets or {"聊天记录": [TOP, *rows]}).items():
        sheet = made.create_sheet(name)
        for each in content:
            sheet.append(each)
        change(sheet)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def xlsx(*rows: Sequence[Any], change: Callable[[Worksheet], object] = lambda sheet: None) -> bytes:
    return book(change, *rows)


def with_xml(content: bytes, changes: Mapping[str, tuple[str, str]]) -> bytes:
    """Replace text by pattern inside members, as openpyxl doesn't write it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            xml = old.read(name)
            for member, (pattern, replacement) in changes.items():
                if name == member:
                    changed, times = re.subn(pattern, replacement, xml.decode(), flags=re.DOTALL)
                    assert times
                    xml = changed.encode()
            new.writestr(name, xml)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def uncached(pattern: str, replacement: str, **cells: Any) -> bytes:
    return with_xml(xlsx(row(1), row(2, **cells), row(3)), {SHEET: (pattern, replacement)})


def from_1904(*rows: Sequence[Any]) -> bytes:
    made = openpyxl.Workbook()
    made.epoch = CALENDAR_MAC_1904
    for each in (TOP, *rows):
        made.active.append(each)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def days_from_1904(second: int) -> float:
    """A time as the number it is stored as, without a cell format that says so."""
    return (AT + timedelta(seconds=second) - datetime(1904, 1, 1)) / timedelta(days=1)


def merged(sheet: Worksheet) -> None:
    sheet.merge_cells("A2:A4")


def in_the_last_corner(sheet: Worksheet) -> None:
    sheet["XFD1048576"] = "x"


def coloured_to_the_end(sheet: Worksheet) -> None:
    sheet["XFD1048576"].number_format = "0.00"


def hide(sheet: Worksheet) -> None:
    sheet.sheet_state = "hidden" if sheet.title == "旧" else "visible"


def old(*rows: Sequence[Any]) -> bytes:
    """Make an .xls as Excel 97 wrote it."""
    made = xlwt.Workbook()
    sheet = made.add_sheet("聊天记录")
    clock = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss")
    for at, cells in enumerate([TOP, *rows]):
        for position, cell in enumerate(cells):
            sheet.write(at, position, cell, *([clock] if isinstance(cell, datetime) else []))
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def bomb(name: str, size: int) -> bytes:
    file = io.BytesIO(xlsx(row(1)))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b" " * size)
    return file.getvalue()


ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9))
    + "]><workbook"
)


def case(
    name: str, content: bytes | Callable[[], bytes], scored: int = 0, *rejects: tuple[int, str], **other: Any
) -> Case:
    return Case(name, content, other.pop("file", "chats.xlsx"), scored=scored, rejects=rejects, **other)


def refused(name: str, content: bytes | Callable[[], bytes], reason: str, file: str = "chats.xlsx") -> Case:
    return Case(name, content, file, refused=reason)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LONG = 1234567890123456789
CASES = (
    case("a workbook", xlsx(row(1), row(2)), 2, times=("2026-08-26 11:00:01", "2026-08-26 11:00:02")),
    case("a workbook with macros", xlsx(row(1)), 1, file="chats.xlsm"),
    case("a workbook named .xls", xlsx(row(1)), 1, file="chats.xls"),
    case("a workbook named .csv", xlsx(row(1)), 1, file="chats.csv"),
    case(
        "a workbook of Excel 97",
        old(row(1), row(2)),
        2,
        file="chats.xls",
        times=("2026-08-26 11:00:01", "2026-08-26 11:00:02"),
    ),
    case("a workbook of Excel 97 named .xlsx", old(row(1)), 1),
    case("ids that Excel 97 rounded", old(row(1, session=float(LONG)), row(2)), 1, (2, "id_rounded"), file="chats.xls"),
    case(
        "bare days counted from 1904",
        from_1904(row(1, time=days_from_1904(1)), row(2, time=days_from_1904(2))),
        2,
        times=("2026-08-26 11:00:01", "2026-08-26 11:00:02"),
    ),
    case("dates counted from 1904", from_1904(row(1), row(2)), 2, times=("2026-08-26 11:00:01", "2026-08-26 11:00:02")),
    case("serial numbers of days", xlsx(row(1, time=46260.458333333336)), 1, times=(TIME,)),
    case("serial numbers as text", xlsx(row(1, time="46260.458333")), 0, (2, "bad_time")),
    case("a day without a time among times", xlsx(row(1), row(2, time=date(2026, 8, 26))), 2),
    case(
        "days without times",
        xlsx(row(1, time=date(2026, 8, 26)), row(2, time=date(2026, 8, 27))),
        0,
        (2, "bad_time"),
        (3, "bad_time"),
    ),
    case(
        "times without a day",
        xlsx(row(1, time=time(11, 0)), row(2, time=time(11, 1))),
        0,
        (2, "bad_time"),
        (3, "bad_time"),
    ),
    case("a length of time", xlsx(row(1, time=timedelta(hours=3))), 0, (2, "bad_time")),
    case("a time before 1900", xlsx(row(1, time=-5.5), row(2)), 1, (2, "bad_time")),
    case("a time as 20260826110000", xlsx(row(1, time=20260826110000)), 1, times=(TIME,)),
    case("epochs in cells", xlsx(row(1, time=1787713200), row(2, time=1787713200000)), 2, times=(TIME, TIME)),
    case("written times and real ones", xlsx(row(1, time="2026/8/26 11:00:05"), row(2)), 2),
    case("an id of 19 digits as a number", xlsx(row(1, session=LONG), row(2)), 1, (2, "id_rounded")),
    case("an id of 19 digits as text", xlsx(row(1, session=str(LONG))), 1),
    case("an id shown rounded, as text", xlsx(row(1, session="1.23457E+18"), row(2)), 1, (2, "id_rounded")),
    case("an id of 12 digits as a number", xlsx(row(1, id=123456789012)), 1),
    case("true for a text", xlsx(row(1, text=True)), 1, texts=("true",)),
    case("a number for a text", xlsx(row(1, text=3.5), row(2, text=100)), 2, texts=("3.5", "100")),
    case(
        "a formula nobody computed", xlsx(row(1), row(2, text='=CONCAT("在","吗")'), row(3)), 2, (3, "formula_uncached")
    ),
    case(
        "a computed formula",
        uncached("<f>1\\+1</f><v ?/>", "<f>1+1</f><v>2</v>", text="=1+1"),
        3,
        texts=("在吗", "2", "在吗"),
    ),
    case("a formula for an id", xlsx(row(1), row(2, session="=A2")), 1, (3, "formula_uncached")),
    case("a formula elsewhere", xlsx([*row(1), "=1+1"], row(2)), 2),
    case("#REF! in a text", xlsx(row(1), row(2, text="#REF!")), 1, (3, "formula_error")),
    case(
        "#NAME? of a text that began with a minus",
        uncached(r'<c r="G3"><f>-在的</f><v ?/>', '<c r="G3" t="e"><f>-在的</f><v>#NAME?</v>', text="=-在的"),
        2,
        (3, "formula_error"),
    ),
    case("an error in a column nobody reads", xlsx([*row(1), "#REF!"]), 1),
    case("an error in a time", xlsx(row(1), row(2, time="#VALUE!")), 1, (3, "formula_error")),
    case(
        "a session merged over its messages", xlsx(row(1), row(2, session=None), row(3, session=None), change=merged), 3
    ),
    case("a session written once and not merged", xlsx(row(1), row(2, session=None)), 1, (3, "missing_field")),
    case("a title above the header", book(一=[["聊天记录导出"], [], TOP, row(1)]), 1, warns="第 3 行以前"),
    case("a title and notes above the header", book(一=[["店铺", "某店"], ["日期", "8月"], ["共", 1], TOP, row(1)]), 1),
    case(
        "a header below everything",
        book(一=[["行", at] for at in range(15)] + [TOP, row(1)]),
        refused="missing_columns",
    ),
    case("the header again in a sheet", xlsx(row(1), TOP, row(2)), 2, (3, "repeated_header")),
    case("a sum below", xlsx(row(1), ["汇总", 1]), 1, (3, "missing_field")),
    case("an average below", xlsx(row(1), [None] * 5 + [None, "平均 31 秒"]), 1, (3, "missing_field")),
    case("blank rows", xlsx(row(1), [], [None] * 7, row(2)), 2),
    case("rows of spaces", xlsx(row(1), [" "] * 7, row(2)), 2),
    case("blank columns before the table", book(一=[[None, *TOP], [None, *row(1)]]), 1),
    case("headers twice", book(一=[[*TOP, "内容"], [*row(1), "x"]]), refused="duplicate_columns"),
    case("only a header in a sheet", xlsx(), 0, warns="没有一条消息"),
    case("several sheets", book(一=[TOP, row(1)], 二=[TOP, row(2)]), 2),
    case("a sheet of figures beside", book(一=[TOP, row(1)], 汇总=[["客服", "首响"], ["小丹", 12]]), 1, warns="汇总"),
    case("a hidden sheet", book(hide, 旧=[TOP, row(1)], 新=[TOP, row(2)]), 2, warns="隐藏"),
    case("an empty sheet beside", book(一=[TOP, row(1)], 空=[]), 1),
    case(
        "a sheet with a name of markup",
        book(**{"<b>x&y": [TOP, row(1)], "2": [TOP, row(2, role="路人")]}),
        1,
        (2, "bad_role"),
    ),
    case(
        "text of several styles",
        with_xml(
            xlsx(row(1, text="粗细")),
            {SHEET: ("<is><t>粗细</t></is>", "<is><r><rPr><b/></rPr><t>粗</t></r><r><t>细</t></r></is>")},
        ),
        1,
        texts=("粗细",),
    ),
    case(
        "the letters of Japanese beside a text",
        with_xml(
            xlsx(row(1, text="東京")),
            {SHEET: ("<is><t>東京</t></is>", '<is><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></is>')},
        ),
        1,
        texts=("東京",),
    ),
    case("line breaks in a cell", xlsx(row(1, text="第一行\n第二行")), 1, texts=("第一行\n第二行",)),
    case("the characters Excel escapes", with_xml(xlsx(row(1, text="铃")), {SHEET: ("铃", "铃_x0007_")}), 1),
    case("a formula as text", xlsx(row(1, text="'=1+1")), 1),
    case("a cell of 32 767 letters", xlsx(row(1, text="长" * 32_767)), 1),
    case("the same row twice in a sheet", xlsx(row(1), row(1)), 1, duplicates=1),
    case("a message id twice in a sheet", xlsx(row(1), row(1, text="不在")), 1, (3, "duplicate_id")),
    case("colours to the last corner", xlsx(row(1), change=coloured_to_the_end), 1),
    case("an entity from outside", with_xml(xlsx(row(1)), {SHEET: ("<worksheet", ENTITY)}), 1),
    refused(
        "an entity from outside in the book",
        with_xml(
            xlsx(row(1)),
            {"xl/workbook.xml": ('<workbook (.*?)name="', ENTITY.replace("worksheet", r'workbook \1name="&e;'))},
        ),
        "not_a_table",
    ),
    refused(
        "entities that laugh a billion times",
        with_xml(xlsx(row(1)), {"xl/workbook.xml": ('<workbook (.*?)name="', LAUGHS + r' \1name="&j;')}),
        "not_a_table",
    ),
    refused(
        "a binary workbook",
        with_xml(xlsx(row(1)), {}).replace(b"xl/workbook.xml", b"xl/workbook.bin"),
        "not_a_table",
        "chats.xlsb",
    ),
    refused("a cell in the last corner", xlsx(row(1), change=in_the_last_corner), "too_large"),
    refused("a column beyond the last one", with_xml(xlsx(row(1)), {SHEET: ('r="A2"', 'r="AAAAAAA2"')}), "not_a_table"),
    refused(
        "a row beyond the last one", with_xml(xlsx(row(1)), {SHEET: ('r="A2"', 'r = "A99999999999"')}), "not_a_table"
    ),
    refused("cells that shared strings blow up", bomb("xl/sharedStrings.xml", 70 << 20), "too_large"),
    refused("a picture that blows up", bomb("xl/media/image1.png", 70 << 20), "too_large"),
    refused("no sheet with the columns", book(一=[["客服", "首响"], ["小丹", 12]]), "missing_columns"),
    refused("no cells at all", book(一=[]), "empty_file"),
    refused("a workbook cut off", xlsx(row(1))[:-100], "not_a_table"),
    refused(
        "a workbook whose sheet is damaged", with_xml(xlsx(row(1)), {SHEET: ("<row.*", "<row><c r=")}), "not_a_table"
    ),
    refused(
        "a workbook without its sheet",
        with_xml(xlsx(row(1)), {"xl/_rels/workbook.xml.rels": ("sheet1", "sheet9")}),
        "not_a_table",
    ),
    refused(
        "a workbook with a password",
        OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(400),
        "encrypted",
    ),
    refused("an old workbook cut off", old(row(1))[:600], "not_a_table", "chats.xls"),
    refused("a Word document of old", OLE + bytes(2000), "not_a_table", "chats.doc"),
    refused(
        "a web page named .xls",
        "<html><table><tr><td>会话ID</td></tr></table></html>".encode(),
        "not_a_table",
        "chats.xls",
    ),
    refused("a table of XML named .xls", b'<?xml version="1.0"?><Workbook/>', "not_a_table", "chats.xls"),
    refused("text named .xlsx", HEADER.encode(), "not_a_table"),
    refused("nothing named .xlsx", b"", "empty_file"),
    refused("a zip of something else named .xlsx", bomb("x", 1).replace(b"workbook", b"workbxxk"), "not_a_table"),
)
