"""JSON as programs log it and people cut it."""

import json
from typing import Any

from case import GOOD, REPLY, Case, table

USUAL = {
    "session_id": "S1",
    "message_id": "M1",
    "agent_id": "店:小丹",
    "customer_id": "tb26",
    "role": "customer",
    "ts": "2026-08-26 11:00:01",
    "text": "在吗",
}


def message(number: int, **other: Any) -> dict[str, Any]:
    return {**USUAL, "message_id": f"M{number}", "ts": f"2026-08-26 11:00:{number:02}", **other}


def line(number: int, **other: Any) -> str:
    return json.dumps(message(number, **other), ensure_ascii=False)


def without(number: int, key: str) -> str:
    return json.dumps({name: value for name, value in message(number).items() if name != key})


def lines(*middle: str) -> bytes:
    """Put the lines below two good ones and above another."""
    return "".join(each + "\n" for each in (line(1), line(2), *middle, line(9))).encode("utf-8", "surrogatepass")


def array(*messages: dict[str, Any]) -> bytes:
    return json.dumps(messages, ensure_ascii=False).encode()


def odd(name: str, middle: str, reason: str = "bad_json", **other: Any) -> Case:
    return Case(name, lines(middle), "chats.jsonl", scored=3, rejects=((3, reason),), **other)


def fine(name: str, content: bytes, scored: int, file: str = "chats.jsonl", **other: Any) -> Case:
    return Case(name, content, file, scored=scored, **other)


THREE = array(message(1), message(2), message(3))
CASES = (
    odd("a line cut off", line(3)[:-20]),
    odd("a line cut off inside a character's escape", line(3)[:-4] + "\\u4f"),
    odd("a line that lost its start", line(3)[9:]),
    odd("two objects in a line", line(3) + line(4)),
    odd("a comma behind the object", line(3) + ","),
    odd("a comma before the bracket", line(3)[:-1] + ",}"),
    odd("single quotes", line(3).replace('"', "'")),
    odd("a comment in JSON", line(3)[:-1] + "/* 备注 */}"),
    odd("a line of a log", "2026-08-26 11:00:03 INFO " + line(3)),
    odd("an array among objects", "[1, 2]"),
    odd("a string among objects", '"在吗"'),
    odd("a number among objects", "42"),
    odd("null among objects", "null"),
    odd("a table's line among objects", "S1,M3,顾客,2026-08-26,在吗"),
    odd("True of Python", line(3).replace('"在吗"', "True")),
    odd("a text that is an object", line(3, text={"body": "在吗"})),
    odd("a text that is an array", line(3, text=["在吗"])),
    odd("nested ten thousand deep", '{"text":' * 10_000 + "1" + "}" * 10_000),
    odd("arrays ten thousand deep", line(3)[:-1] + ', "x": ' + "[" * 10_000 + "]" * 10_000 + "}"),
    Case(
        "nested deeper than any stack",
        lambda: lines(
            *(line(at) for at in range(10, 40)), line(3)[:-1] + ', "x": ' + "[" * 300_000 + "]" * 300_000 + "}"
        ),
        "chats.jsonl",
        scored=33,
        rejects=((33, "bad_json"),),
    ),
    odd("a text twice, with other words", line(3)[:-1] + ', "text": "没有了"}'),
    odd("a text that is NaN", line(3, text=float("nan")), "missing_field"),
    odd("a text that is null", line(3, text=None), "missing_field"),
    odd("a text that isn't there", without(3, "text"), "missing_field"),
    odd("a role that isn't there", without(3, "role"), "missing_field"),
    odd("a time that isn't there", without(3, "ts"), "missing_field"),
    odd("a session that isn't there", without(3, "session_id"), "missing_field"),
    odd("a session that is null", line(3, session_id=None), "missing_field"),
    odd("an empty object", "{}", "missing_field"),
    odd("a role that is a number", line(3, role=2), "bad_role"),
    odd("a time that is true", line(3, ts=True), "bad_time"),
    odd("a time that is infinite", line(3, ts=float("inf")), "bad_time"),
    odd("an id that a double rounded", line(3, session_id=1.2345678901234568e18), "id_rounded"),
    odd("NUL in a text, escaped", line(3, text="在\0吗"), "nul_padding"),
    odd("NUL bytes in a line", line(3) + "\0\0", "nul_padding"),
    odd("NUL bytes for a line", "\0" * 99, "nul_padding"),
    odd("an undecodable byte", line(3, text="坏").replace("坏", "\udcff"), "bad_encoding"),
    odd("too long a text in JSON", line(3, text="长" * 100_001), "text_too_long"),
    Case(
        "a message id again in JSON, other words",
        lines(line(1, text="不")),
        "chats.jsonl",
        scored=3,
        rejects=((3, "duplicate_id"),),
    ),
    Case("the same object again", lines(line(1)), "chats.jsonl", scored=3, duplicates=1),
    fine("a text twice, with the same words", lines(line(3)[:-1] + ', "text": "在吗"}'), 4),
    fine("an unknown key twice", lines(line(3)[:-1] + ', "x": 1, "x": 2}'), 4),
    fine("half a surrogate pair", lines(line(3)[:-2] + '\\ud83d"}'), 4),
    fine("a pair of surrogates", lines(line(3)[:-2] + '\\ud83d\\ude00"}'), 4, texts=("在吗", "在吗", "在吗😀", "在吗")),
    fine("a text that is a number", lines(line(3, text=5)), 4, texts=("在吗", "在吗", "5", "在吗")),
    fine("a text that is true", lines(line(3, text=True)), 4),
    fine("a number of a thousand digits", lines(line(3)[:-1] + ', "x": ' + "9" * 1000 + "}"), 4),
    fine(
        "a number of ten thousand digits for a text",
        lines(line(3, text=0).replace(" 0}", " " + "9" * 10_000 + "}")),
        3,
        rejects=((3, "bad_json"),),
    ),
    fine("a number too large for a double", lines(line(3)[:-1] + ', "x": 1e999}'), 4),
    fine("ids that are numbers", lines(line(3, session_id=12345678901234567)), 4),
    fine("a time in milliseconds", lines(line(3, ts=1787713200000)), 4),
    fine("a time that is null", lines(line(3, ts=None)), 4),
    fine("unknown fields of all kinds", lines(line(3, x=[1, {"y": None}], z={"a": [1.5]})), 4),
    fine("blank lines in JSON", lines("", "  ", line(3), ""), 4),
    fine("Windows line ends in JSON", lines(line(3)).replace(b"\n", b"\r\n"), 4),
    fine("a mark before JSON", b"\xef\xbb\xbf" + lines(line(3)), 4),
    fine("a mark before a line in between", lines("\ufeff" + line(3)), 4),
    fine("JSON in GB18030", lines(line(3)).decode().encode("gb18030"), 4),
    fine("JSON in UTF-16", lines(line(3)).decode().encode("utf-16"), 4),
    fine("JSON lines named .json", lines(line(3)), 4, "chats.json"),
    fine("JSON lines named .csv", lines(line(3)), 4, "chats.csv"),
    fine(
        "an array in one giant line",
        array(*(message(at % 60, message_id=str(at)) for at in range(5000))),
        5000,
        "chats.json",
    ),
    fine("an array with a line break after each object", THREE.replace(b"}, ", b"},\n"), 3, "chats.json"),
    fine("an array with indents", json.dumps([message(1), message(2)], indent=2).encode(), 2, "chats.json"),
    fine("an array in an array", b"[" + THREE + b"]", 3, "chats.json"),
    fine("an array of all kinds", THREE[:-1] + b', 1, null, "x", []]', 3, "chats.json", rejects=((1, "bad_json"),) * 3),
    fine(
        "objects over several lines each",
        (json.dumps(message(1), indent=1) + "\n" + json.dumps(message(2), indent=1)).encode(),
        2,
    ),
    fine(
        "a session and its messages",
        json.dumps({"session_id": "S7", "messages": [message(1), message(2)]}).encode(),
        2,
        "chats.json",
    ),
    fine(
        "a session without messages", lines('{"session_id": "S7", "messages": []}'), 3, rejects=((3, "missing_field"),)
    ),
    fine(
        "messages that are none",
        lines('{"session_id": "S7", "messages": [1, null, "x"]}'),
        3,
        rejects=((3, "bad_json"),) * 3,
    ),
    Case("an array cut off", THREE[:-30], "chats.json", refused="not_a_table"),
    Case("an array without its end", THREE[:-1], "chats.json", refused="not_a_table"),
    Case("an array with a comma too many", THREE[:-1] + b",]", "chats.json", scored=3),
    Case("an array that stops after a comma", THREE[:-1] + b",", "chats.json", refused="not_a_table"),
    Case("arrays nested beyond reason", b"[" * 100_000, "chats.json", refused="not_a_table"),
    Case("an empty array", b"[]", "chats.json", scored=0, warns="没有一条消息"),
    Case("an empty object alone", b"{}", "chats.json", rejects=((1, "missing_field"),)),
    Case("null alone", b"null", "chats.json", refused="not_a_table"),
    Case("a page of a web server named .json", b"<html><body>502</body></html>", "chats.json", refused="not_a_table"),
    fine("a table named .json", table(GOOD, REPLY), 2, "chats.json"),
    fine("an array in an answer", b'{"code": 0, "msg": "ok", "data": ' + THREE + b"}", 3, "chats.json"),
    fine("an array deep in an answer", b'{"code": 0, "result": {"total": 3, "list": ' + THREE + b"}}", 3),
    odd(
        "a message of pictures, without a text", without(3, "text")[:-1] + ', "files": [{"url": "x"}]}', "missing_field"
    ),
    Case("two arrays in an answer", b'{"a": ' + THREE + b', "b": ' + THREE + b"}", "x.json", refused="missing_columns"),
    Case("a half bracket alone", b"{", "chats.json", rejects=((1, "bad_json"),)),
    Case("JSON without any column we know", b'{"a": 1}\n{"b": 2}\n', "chats.jsonl", refused="missing_columns"),
    Case(
        "two keys for one column in JSON", lines(line(3, content="有货吗")), "chats.jsonl", refused="duplicate_columns"
    ),
    Case(
        "a column for each key of ten thousand",
        lambda: lines(line(3, **{f"k{at}": at for at in range(10_000)})),
        "chats.jsonl",
        scored=4,
    ),
)
