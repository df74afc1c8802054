"""An export larger than memory gives what it gives in memory, for any size of pieces and shards."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import as_csv

from qa_checker.exports import Export, Refused, Scratch, read, records
from qa_checker.exports.files import scratch

HEADER = ["会话ID", "消息ID", "客服", "顾客", "角色", "发送时间", "内容", "备注"]
SAID = [
    "在吗",
    "您好亲，请问有什么可以帮您",
    "什么时候发货",
    "今天就发货的哦",
    '他说"好"\n下一行',
    "好的",
    "谢谢",
    "不客气，祝您生活愉快",
]


def messy(seed: int, rows: int = 600) -> list[list[str]]:
    """Unsorted rows of many customers: repeated ones, contradictions, rows without an id, a role or a time."""
    chance = random.Random(seed)
    made = []
    for number in range(rows):
        customer = chance.randrange(40)
        session = f"S{customer}-{chance.randrange(3)}" if customer % 7 else f"nobody-{number % 11}"
        at = f"2026-08-26 {chance.randrange(9, 18):02}:{chance.randrange(60):02}:{chance.randrange(60):02}"
        row = [session, f"M{number}" if number % 3 else "", "店:小丹", f"tb{customer}" if number % 4 else ""]
        row += [chance.choice(["顾客", "客服", "", "未知"] if number % 5 else ["系统"]), at, chance.choice(SAID), "x"]
        if number % 17 == 0:
            row[5] = "前天"
        made.append(row)
    made += [list(row) for row in chance.sample(made, 60)]
    for row in chance.sample(made, 30):
        made.append([*row[:6], "改了", "x"])
    chance.shuffle(made)
    return made


def without_sessions(seed: int) -> list[list[str]]:
    return [["", *row[1:3], row[3] or "tb0", *row[4:]] for row in messy(seed)]


def in_csv(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "chats.csv"
    path.write_text(as_csv(rows, HEADER) + "S1,unclosed\n" + ",,,,,,,\n" * 90, "utf-8")
    return path


def in_gb18030(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "chats.csv"
    path.write_bytes(as_csv(rows, HEADER).encode("gb18030") + b"S1,M,x,y,\xff\xff\n")
    return path


def without_session_column(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "chats.csv"
    path.write_text("\ufeff" + as_csv([row[1:] for row in rows], HEADER[1:]), "utf-8")
    return path


def in_json(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "chats.jsonl"
    lines = [json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) for row in rows]
    path.write_text("\n".join([*lines[:50], '{"会话ID": ', "", *lines[50:]]), "utf-8")
    return path


def in_parquet(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "chats.parquet"
    pq.write_table(pa.table(dict(zip(HEADER, zip(*rows, strict=True), strict=True))), path, row_group_size=100)
    return path


def told(export: Export) -> dict[str, object]:
    """Everything an export says, its messages in one order."""
    return {
        "messages": sorted(map(repr, export.messages.to_pylist())),
        "rejects": list(export.rejects),
        **{name: getattr(export, name) for name in ("rows_in", "duplicates", "warnings", "files")},
    }


@pytest.mark.parametrize("write", [in_csv, in_gb18030, without_session_column, in_json, in_parquet])
@pytest.mark.parametrize(("piece", "shard"), [(1, 50), (90, 7), (10_000, 200)])
def test_out_of_core_reads_the_same(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Path, list[list[str]]], Path],
    piece: int,
    shard: int,
) -> None:
    path = write(tmp_path, without_sessions(3) if write is without_session_column else messy(3))
    whole = read([path])
    assert whole.duplicates
    assert {"duplicate_id", "bad_time"} <= {reject.reason for reject in whole.rejects}
    assert any("按用语推断" in warning for warning in whole.warnings)

    monkeypatch.setattr(records, "PIECE", piece)
    monkeypatch.setattr("qa_checker.exports.tables.parquet.PIECE", piece)
    monkeypatch.setattr("qa_checker.exports.tables.blocks.LARGE", 5_000)
    monkeypatch.setattr("qa_checker.exports.tables.blocks.SMALL", 1_000)
    monkeypatch.setattr(scratch, "_PIECE", 1_000)
    folder = tmp_path / "scratch"
    folder.mkdir()
    parted = read([path], scratch=Scratch(folder, in_memory=0), shard_rows=shard)

    assert len(parted.shards) > 2
    assert told(parted) == told(whole)
    customers = [set(messages["customer_id"].drop_null().to_pylist()) for messages in parted.shards]
    sessions = [set(messages["session_id"].to_pylist()) for messages in parted.shards]
    assert sum(map(len, sessions)) == len(set().union(*sessions))
    if write is without_session_column:
        assert sum(map(len, customers)) == len(set().union(*customers))


def test_a_name_that_all_share_keeps_no_shard_from_being_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa_checker.exports.messages.partition.LARGEST", 100)
    rows = [
        [f"S{at // 4}", f"M{at}", "店:小丹", "匿名", "顾客", "2026-08-26 11:00:00", "在吗", ""] for at in range(400)
    ]
    path = in_csv(tmp_path, rows)
    parted = read([path], scratch=Scratch(tmp_path), shard_rows=50)
    assert max(messages.num_rows for messages in parted.shards) <= 54
    assert any("1 个顾客名下各有超过 100 条消息" in warning for warning in parted.warnings)


@pytest.mark.parametrize("first_column", [0, 1])  # with and without session ids
def test_a_session_without_end_is_refused_with_its_first_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first_column: int
) -> None:
    monkeypatch.setattr("qa_checker.exports.messages.partition.LARGEST", 100)
    endless = [["0", "", "店:小丹", "匿名", "顾客", f"2026-08-26 11:00:{at % 60:02}", str(at), ""] for at in range(101)]
    rows = [row[first_column:] for row in messy(1)[:50] + endless]
    path = tmp_path / "chats.csv"
    path.write_text(as_csv(rows, HEADER[first_column:]), "utf-8")
    with pytest.raises(Refused, match=r"chats.csv 第 \d+ 行：从这一行开始的会话有 101 条消息") as refused:
        read([path])
    lines = path.read_text("utf-8").splitlines()
    assert refused.value.row == 1 + next(at for at, line in enumerate(lines) if "匿名" in line)
