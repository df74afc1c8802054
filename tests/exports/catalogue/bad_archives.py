"""Archives and files of sizes nobody exports, and chats of platforms that are damaged."""

import gzip
import io
import json
import lzma
import struct
import zipfile
from collections.abc import Mapping

from case import GOOD, LAST, REPLY, Case, between, row, table

CHAT = "店:小丹 2026-8-26 11:00:00\n您好\ntb1 2026-8-26 11:00:09\n在吗\n"
PLAIN = between()


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_flag(content: bytes, flag: int) -> bytes:
    """Set a flag of the only member, where it stands and in the directory."""
    changed = bytearray(content)
    changed[6] |= flag
    changed[content.index(b"PK\x01\x02") + 8] |= flag
    return bytes(changed)


def claiming(size: int) -> bytes:
    """Say in the directory that the member has so many bytes."""
    changed = bytearray(zipped({"a.csv": PLAIN}))
    struct.pack_into("<I", changed, changed.index(b"PK\x01\x02") + 24, size)
    return bytes(changed)


def twice() -> bytes:
    file = io.BytesIO(zipped({"a.csv": table(GOOD)}))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("b.csv", table(REPLY))
    return file.getvalue().replace(b"b.csv", b"a.csv")


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


def dumped(*found: object) -> bytes:
    return json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False).encode()


LINES = "".join(f"{line}\n" for line in (GOOD, REPLY, LAST)).encode()
PDD = {
    "msg_id": "1",
    "ts": 1787713200,
    "content": "在吗",
    "from": {"role": "user", "uid": "1"},
    "to": {"role": "mall_cs"},
    "type": 0,
}
CASES = (
    Case("a .gz", gzip.compress(PLAIN), "chats.csv.gz", scored=3),
    Case("a .gz named .csv", gzip.compress(PLAIN), scored=3),
    Case("two .gz joined", gzip.compress(PLAIN) + gzip.compress(LINES), "chats.csv.gz", scored=3, duplicates=3),
    Case("a .gz cut off", gzip.compress(PLAIN)[:-12], "chats.csv.gz", refused="not_a_table"),
    Case("a .gz with a flipped bit", flipped(gzip.compress(PLAIN), 40), "chats.csv.gz", refused="not_a_table"),
    Case("words behind a .gz", gzip.compress(PLAIN) + b"words", "chats.csv.gz", refused="not_a_table"),
    Case("text named .gz", PLAIN, "chats.csv.gz", scored=3),
    Case("an empty .gz", gzip.compress(b""), "chats.csv.gz", refused="empty_file"),
    Case("a .gz in a .gz", gzip.compress(gzip.compress(PLAIN)), "chats.csv.gz", refused="encoding_unknown"),
    Case("a .gz that blows up", lambda: gzip.compress(bytes(80 << 20)), "chats.csv.gz", refused="too_large"),
    Case("an .xz", lzma.compress(PLAIN), "chats.csv.xz", refused="not_a_table"),
    Case("a .7z", b"7z\xbc\xaf\x27\x1c" + bytes(40), "chats.7z", refused="not_a_table"),
    Case("a .zip", zipped({"a.csv": PLAIN}), "chats.zip", scored=3),
    Case("a .zip of two", zipped({"a.csv": table(GOOD), "b/c.txt": CHAT.encode()}), "chats.zip", scored=3),
    Case(
        "a .zip with a bad row",
        zipped({"a.csv": between(row(role="路人"))}),
        "chats.zip",
        scored=3,
        rejects=((4, "bad_role"),),
    ),
    Case("a .zip with pictures", zipped({"a.csv": PLAIN, "b.png": b"x"}), "chats.zip", scored=3, warns="b.png"),
    Case("a .zip of pictures", zipped({"b.png": b"x"}), "chats.zip", refused="empty_file"),
    Case("a .zip of nothing", zipped({}), "chats.zip", refused="empty_file"),
    Case("a .zip of folders", zipped({"a/": b"", "b/": b""}), "chats.zip", refused="empty_file"),
    Case("a .zip with an empty table", zipped({"a.csv": PLAIN, "b.csv": b""}), "chats.zip", refused="empty_file"),
    Case(
        "a .zip with a file that is no chat",
        zipped({"a.csv": PLAIN, "b.csv": b"x,y\n1,2\n"}),
        "chats.zip",
        refused="missing_columns",
    ),
    Case("a .zip cut off", zipped({"a.csv": PLAIN})[:-30], "chats.zip", refused="not_a_table"),
    Case("a .zip with a flipped bit", flipped(zipped({"a.csv": PLAIN}), 60), "chats.zip", refused="not_a_table"),
    Case("a .zip with a password", with_flag(zipped({"a.csv": PLAIN}), 1), "chats.zip", refused="encrypted"),
    Case("a .zip packed as LZMA", zipped({"a.csv": PLAIN}, zipfile.ZIP_LZMA), "chats.zip", scored=3),
    Case("a .zip that blows up", lambda: zipped({"a.csv": bytes(80 << 20)}), "chats.zip", refused="too_large"),
    Case(
        "a .zip of many that blow up together",
        lambda: zipped({f"{at}.csv": bytes(20 << 20) for at in range(4)}),
        "chats.zip",
        refused="too_large",
    ),
    Case(
        "a .zip in a .zip that blows up",
        lambda: zipped({"a.zip": zipped({"a.csv": bytes(80 << 20)})}),
        "chats.zip",
        refused="too_large",
    ),
    Case("a .zip that claims 4 GB", claiming(0xFFFFFFF0), "chats.zip", refused="too_large"),
    Case("a .zip that claims 9 bytes", claiming(9), "chats.zip", refused="not_a_table"),
    Case("a .zip with two members of one name", twice(), "chats.zip", scored=2),
    Case(
        "a .zip with paths out of it",
        zipped({"../../a.csv": table(GOOD), "/b.csv": table(REPLY)}),
        "chats.zip",
        scored=2,
    ),
    Case("a .zip with names of Windows", zipped({"夜班\\a.csv": PLAIN}), "chats.zip", scored=3),
    Case(
        "a spreadsheet of LibreOffice",
        zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
        "chats.ods",
        refused="empty_file",
    ),
    Case(
        "a Word document",
        zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"}),
        "chats.docx",
        refused="not_a_table",
    ),
    Case("千牛 text", CHAT.encode(), "chats.txt", scored=2),
    Case("千牛 text in GB18030", CHAT.encode("gb18030"), "chats.txt", scored=2),
    Case(
        "千牛 text with lines above it",
        ("以下为聊天记录\n" + CHAT).encode(),
        "chats.txt",
        scored=2,
        rejects=((1, "no_header"),),
    ),
    Case(
        "千牛 text with an impossible day",
        CHAT.replace("2026-8-26 11:00:09", "2026-2-30 11:00:09").encode(),
        "chats.txt",
        scored=1,
        rejects=((3, "bad_time"),),
    ),
    Case(
        "千牛 text cut off behind a head",
        CHAT.encode()[: -len("在吗\n".encode())],
        "chats.txt",
        scored=1,
        rejects=((3, "missing_field"),),
    ),
    Case(
        "千牛 text with an undecodable byte",
        CHAT.encode().replace("在吗".encode(), b"\xff"),
        "chats.txt",
        scored=1,
        rejects=((3, "bad_encoding"),),
    ),
    Case("a novel", "从前有座山，山里有座庙。\n庙里有个老和尚。\n".encode(), "chats.txt", refused="not_a_table"),
    Case("拼多多", dumped({"result": {"messages": [PDD]}}), "chats.json", scored=1),
    Case("拼多多 without messages", dumped({"result": {"messages": []}}), "chats.json", refused="missing_columns"),
    Case(
        "拼多多 with messages that are none",
        dumped({"result": {"messages": [PDD, None, 5, "x"]}}),
        "chats.json",
        scored=1,
        rejects=((1, "bad_json"),) * 3,
    ),
    Case(
        "拼多多 without a time",
        dumped({"result": {"messages": [PDD, {**PDD, "msg_id": "2", "ts": None}]}}),
        "chats.json",
        scored=2,
    ),
    Case(
        "拼多多 with a role nobody knows",
        dumped({"result": {"messages": [PDD, {**PDD, "msg_id": "2", "from": {"role": "alien"}}]}}),
        "chats.json",
        scored=1,
        rejects=((1, "missing_field"),),
    ),
)
