"""What a workbook's XML tells before it is opened: how far its cells reach, and which hold no value."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from qa_checker.exports.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_CELLS = 1 << 25
"""Between the first and the last cell of a sheet: the reader keeps room for all of them, filled or not."""

_CHUNK = 1 << 24
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_EMPTY = re.compile(rb"<(?:\w+:)?(?:c|row)\b[^<>]*/>")  # coloured, but nothing stands there
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]*)(\d+)[\"']")  # of a cell or a row
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)\br=[\"']([A-Z]{1,4})(\d{1,9})[\"']([^>]*[^/]|)>")
_WITHOUT_VALUE = re.compile(rb"(?:t=[\"']e[\"']|</?(?:\w+:)?f\b)")
_END = re.compile(rb"</(?:\w+:)?c>")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>[^<]")
_BROKEN = (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, KeyError, EOFError, OSError, NotImplementedError)
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_ID = re.compile(r"\{.*\}id")  # in one of two namespaces


@dataclass
class Extent:
    """Of one sheet: what its cells span, and why some of them have no value, by row and column from 0."""

    rows: int = 0
    columns: int = 0
    without_value: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Inside:
    """What a workbook's XML tells; `sheets` by name."""

    sheets: Mapping[str, Extent]
    counts_from_1904: bool


def look_into(data: bytes, file: str) -> Inside:
    """Look through each sheet of an .xlsx.

    Raises Refused where opening it would take too much memory, ValueError where it is no workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "xl/workbook.bin" in names:
                raise Refused("not_a_table", file, "这是 .xlsb（二进制工作簿）", "请在 Excel 里另存为 .xlsx")
            if len(names) > len(set(names)):
                raise ValueError("two members of one name")
            workbook = ElementTree.fromstring(archive.read(_WORKBOOK))
            extents = {name: _extent(archive, path) for name, path in _paths(archive, workbook).items()}
    except _BROKEN as broken:
        raise ValueError("not a workbook") from broken
    for name, extent in extents.items():
        if extent.rows * extent.columns > _MOST_CELLS:
            problem = f"“{name}”表的单元格一直铺到第 {extent.rows} 行第 {extent.columns} 列，大得不像聊天记录"
            raise Refused("too_large", file, problem, "请删去表格以外的单元格，或另存为 CSV 再读")
    return Inside(extents, any(element.get("date1904") in ("1", "true") for element in workbook))


def _paths(archive: zipfile.ZipFile, workbook: ElementTree.Element) -> dict[str, str]:
    """Say in which member each sheet is."""
    relations = ElementTree.fromstring(archive.read(_RELATIONS))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    paths = {}
    for element in workbook.iter():
        relation = next((value for name, value in element.items() if _ID.fullmatch(name)), None)
        name = element.get("name")
        if relation is not None and name is not None:
            paths[name] = posixpath.normpath(posixpath.join("/xl", targets.get(relation, "")))[1:]
    return paths


def _extent(archive: zipfile.ZipFile, path: str) -> Extent:
    found = Extent()
    columns: set[bytes] = set()
    for xml in _pieces(archive, path):
        for letters, row in _PLACE.findall(_EMPTY.sub(b"", xml)):
            found.rows = max(found.rows, int(row))
            columns.add(letters)
        if _WITHOUT_VALUE.search(xml):
            found.without_value.update(_without_value(xml))
    found.columns = max(map(_number, columns), default=0)
    if found.rows > _LAST_ROW or found.columns > _LAST_COLUMN:
        raise ValueError("a cell where no sheet has one")
    return found


def _pieces(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """Give the XML some MB at a time, cut between cells."""
    rest = b""
    with archive.open(path) as member:
        while chunk := member.read(_CHUNK):
            rest += chunk
            cut = max(rest.rfind(b"</c>"), rest.rfind(b":c>")) + 4
            if cut > 4:
                yield rest[:cut]
                rest = rest[cut:]
    yield rest


def _without_value(xml: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    for cell in _CELL.finditer(xml):
        end = _END.search(xml, cell.end())
        inside = xml[cell.end() : end.start() if end else len(xml)]
        attributes = cell[1] + cell[4]
        if re.search(rb"\bt=[\"']e[\"']", attributes):
            reason = "formula_error"
        elif _FORMULA.search(inside) and not _VALUE.search(inside) and not re.search(rb"\bt=[\"']str[\"']", attributes):
            reason = "formula_uncached"
        else:
            continue
        yield (int(cell[3]) - 1, _number(cell[2]) - 1), reason


def _number(letters: bytes) -> int:
    """Count columns as Excel does: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
