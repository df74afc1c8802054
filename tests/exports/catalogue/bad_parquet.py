"""Parquet files of every type, and broken ones."""

import io
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from case import Case

TIMES = [datetime(2026, 8, 26, 11, 0, second) for second in range(3)]
USUAL: dict[str, Any] = {
    "session_id": ["S1"] * 3,
    "message_id": ["M1", "M2", "M3"],
    "role": ["customer", "agent", "customer"],
    "sent_at": TIMES,
    "text": ["在吗", "您好", "谢谢"],
}


def written(columns: dict[str, Any] | None = None, **options: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({**USUAL, **(columns or {})}), file, **options)
    return file.getvalue()


def read(name: str, columns: dict[str, Any], **expected: Any) -> Case:
    expected.setdefault("scored", 3)
    return Case(name, written(columns), "chats.parquet", **expected)


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


WHOLE = written(use_dictionary=False, compression="none", write_page_checksum=True, write_statistics=False)
ELEVEN = ("2026-08-26 11:00:00", "2026-08-26 11:00:01", "2026-08-26 11:00:02")
UTC = [time.replace(tzinfo=timezone.utc) - timedelta(hours=8) for time in TIMES]  # noqa: UP017 – as Arrow names it
CASES = (
    read("Parquet", {}, times=ELEVEN),
    read("times in nanoseconds", {"sent_at": pa.array(TIMES, pa.timestamp("ns"))}, times=ELEVEN),
    read("times in seconds", {"sent_at": pa.array(TIMES, pa.timestamp("s"))}, times=ELEVEN),
    read("times in a zone", {"sent_at": pa.array(UTC, pa.timestamp("us", "UTC"))}, times=ELEVEN),
    read(
        "times in a zone of America", {"sent_at": pa.array(UTC, pa.timestamp("ms", "America/New_York"))}, times=ELEVEN
    ),
    read("times as epochs", {"sent_at": [1787713200 + at for at in range(3)]}, times=ELEVEN),
    read("times as floats", {"sent_at": [1787713200.0 + at for at in range(3)]}, times=ELEVEN),
    read(
        "times that are days",
        {"sent_at": pa.array([20691] * 3, pa.date32())},
        scored=0,
        rejects=tuple((at, "bad_time") for at in (1, 2, 3)),
    ),
    read(
        "times that are no times",
        {"sent_at": [True, False, True]},
        scored=0,
        rejects=tuple((at, "bad_time") for at in (1, 2, 3)),
    ),
    read("a time far off", {"sent_at": [*TIMES[:2], datetime(9999, 1, 1)]}, scored=2, rejects=((3, "bad_time"),)),
    read(
        "a time no calendar has",
        {"sent_at": pa.array([0, 1, 2**62], pa.timestamp("us"))},
        scored=0,
        rejects=tuple((at, "bad_time") for at in (1, 2, 3)),
    ),
    read("times that are null", {"sent_at": pa.nulls(3, pa.timestamp("us"))}),
    read("a text that is null in Parquet", {"text": ["在吗", None, "谢谢"]}, scored=2, rejects=((2, "missing_field"),)),
    read(
        "a column of nulls", {"text": pa.nulls(3)}, scored=0, rejects=tuple((at, "missing_field") for at in (1, 2, 3))
    ),
    read(
        "dictionaries",
        {"role": pa.array(USUAL["role"]).dictionary_encode(), "text": pa.array(USUAL["text"]).dictionary_encode()},
    ),
    read("large strings", {"text": pa.array(USUAL["text"], pa.large_string())}),
    read("views of strings", {"text": pa.array(USUAL["text"], pa.string_view())}),
    read(
        "texts as bytes",
        {"text": pa.array([text.encode() for text in USUAL["text"]], pa.binary())},
        texts=("在吗", "您好", "谢谢"),
    ),
    read(
        "texts as bytes in another encoding",
        {"text": pa.array([b"ok", "您好".encode("gb18030"), b"ok"], pa.binary())},
        scored=2,
        rejects=((2, "bad_encoding"),),
    ),
    read("texts as lists", {"text": [["在吗"], [], ["谢谢"]]}, scored=0, refused="not_a_table"),
    read("texts as structs", {"text": [{"body": "在吗"}] * 3}, scored=0, refused="not_a_table"),
    read("ids as integers", {"message_id": [2**62, 2**62 + 1, 3]}),
    read("ids as floats", {"message_id": [1.0, None, 3.0]}),
    read(
        "ids as large floats", {"message_id": [1234567890123456789.0, 2.0, 3.0]}, scored=2, rejects=((1, "id_rounded"),)
    ),
    read("ids as decimals", {"message_id": [Decimal("1234567890123456789"), Decimal(2), Decimal(3)]}),
    read("an unknown column of maps", {"x": pa.array([[("a", 1)]] * 3, pa.map_(pa.string(), pa.int64()))}),
    read(
        "a duplicate in Parquet",
        {"message_id": ["M1", "M2", "M1"], "text": ["在吗", "您好", "在吗"], "sent_at": [TIMES[0]] * 3},
        scored=2,
        duplicates=1,
    ),
    read("NUL in a text in Parquet", {"text": ["在吗", "您\0好", "谢谢"]}, scored=2, rejects=((2, "nul_padding"),)),
    Case("Parquet under another name", WHOLE, "chats.dat", scored=3),
    Case("Parquet named .csv", WHOLE, "chats.csv", scored=3),
    Case("Parquet in groups of one row", written(row_group_size=1), "chats.parquet", scored=3),
    Case(
        "Parquet without rows",
        written({name: pa.nulls(0, pa.string()) for name in USUAL}),
        "chats.parquet",
        warns="没有一条消息",
    ),
    Case("Parquet cut off", WHOLE[:-20], "chats.parquet", refused="not_a_table"),
    Case("Parquet of 8 bytes", b"PAR1PAR1", "chats.parquet", refused="not_a_table"),
    Case("Parquet that lost its start", WHOLE[4:], "chats.parquet", refused="not_a_table"),
    Case(
        "a flipped bit in a page", flipped(WHOLE, WHOLE.index("在吗".encode())), "chats.parquet", refused="not_a_table"
    ),
    Case(
        "a page of an unknown kind, which readers pass over",
        WHOLE[:5] + b"\x55" + WHOLE[6:],
        "chats.parquet",
        refused="not_a_table",
        tells="写明有 3 行，只读得出 0 行",
    ),
    Case("a flipped bit in the footer", flipped(WHOLE, len(WHOLE) - 6), "chats.parquet", refused="not_a_table"),
    Case("an encrypted footer", WHOLE[:-4] + b"PARE", "chats.parquet", refused="encrypted"),
    Case("text named .parquet", "会话,角色\n".encode(), "chats.parquet", refused="not_a_table"),
    Case(
        "no columns we know in Parquet",
        written({}).replace(b"session_id", b"session_ix"),
        "chats.parquet",
        refused="missing_columns",
    ),
    Case("two columns alike in Parquet", written({"content": ["a"] * 3}), "chats.parquet", refused="duplicate_columns"),
)
