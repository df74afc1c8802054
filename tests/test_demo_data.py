"""The demo export: the generator repeats it byte for byte, it is as big as promised and nobody's real data."""

import csv
import io
import json
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

DATA = Path(__file__).parent.parent / "data"
EXPORTS = sorted(path for path in DATA.iterdir() if path.suffix in {".csv", ".jsonl", ".txt"})
INVENTED_NUMBERS = {"10000000000", "13800138000"}
HEAD = re.compile(r"(\S+?)(?: --> (\S+))? (\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d\d:\d\d)$")


@dataclass(frozen=True)
class Row:
    session: str
    shop: str
    agent: str
    customer: str
    role: str
    at: datetime
    text: str


def table(path: Path) -> list[Row]:
    names = ("会话ID", "店铺", "客服", "顾客", "角色", "发送时间", "消息内容")
    rows = csv.DictReader(io.StringIO(path.read_bytes().decode("gb18030"), newline=""))
    return [Row(*(row[name] for name in names[:5]), moment(row[names[5]]), row[names[6]]) for row in rows]


def json_lines(path: Path) -> list[Row]:
    names = ("session_id", "shop", "agent_id", "customer_id", "role")
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Row(*(row[name] for name in names), moment(row["sent_at"]), row["text"]) for row in rows]


def client_text(path: Path) -> list[Row]:
    """A chat begins where another customer speaks; the client's text names only the customer's own lines."""
    rows: list[Row] = []
    chats, customer = 0, ""
    for line in path.read_text(encoding="utf-8").splitlines():
        head = HEAD.fullmatch(line)
        if head is None:
            if line != "已读":
                rows[-1] = Row(*list(vars(rows[-1]).values())[:6], line)
            continue
        nick, receiver, at = head.groups()
        if receiver and nick != customer:
            chats, customer = chats + 1, nick
        shop, _, account = (receiver or nick).partition(":")
        role = "bot" if account == "服务助手" else "agent" if account else "customer"
        agent = nick if role == "agent" else ""
        rows.append(Row(f"{path.name} {chats}", shop, agent, customer, role, moment(at), ""))
    return rows


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")


def sessions() -> dict[str, list[Row]]:
    readers = {".csv": table, ".jsonl": json_lines, ".txt": client_text}
    found = defaultdict(list)
    for path in EXPORTS:
        for row in readers[path.suffix](path):
            found[row.session].append(row)
    return found


@pytest.fixture(scope="module")
def demo() -> dict[str, list[Row]]:
    return sessions()


def test_the_generator_writes_the_committed_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-B", DATA / "generate.py", tmp_path], check=True, capture_output=True)
    again = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert again == {path.name: path.read_bytes() for path in EXPORTS}


def test_it_is_as_big_as_promised(demo: dict[str, list[Row]]) -> None:
    rows = [row for session in demo.values() for row in session]
    started = {session[0].at.date() for session in demo.values()}
    assert len(demo) >= 400
    assert 5000 <= len(rows) <= 8000
    assert len({row.agent for row in rows if row.agent}) == 8
    assert len({row.shop for row in rows}) == 2
    assert len(started) == 4
    assert {path.suffix for path in EXPORTS} == {".csv", ".jsonl", ".txt"}


def test_every_conversation_runs_forward_and_is_opened_by_the_customer(demo: dict[str, list[Row]]) -> None:
    for session in demo.values():
        assert session[0].role in {"customer", "顾客"}
        assert all(before.at <= after.at for before, after in pairwise(session)), session[0].session


def test_client_text_keeps_chats_apart_and_in_one_piece(demo: dict[str, list[Row]]) -> None:
    chats = [session for name, session in demo.items() if ".txt" in name]
    customers = [(chat[0].shop, chat[0].customer) for chat in chats]
    assert len(customers) == len(set(customers))
    for chat in chats:
        assert all(after.at - before.at < timedelta(minutes=30) for before, after in pairwise(chat))


def test_nothing_of_the_scripts_shows_through(demo: dict[str, list[Row]]) -> None:
    for row in (row for session in demo.values() for row in session):
        assert row.text.strip()
        assert not re.search(r"[{}]|[暖短稳]:| \| | \+ |^\(|，，|，$|^[，。]", row.text), row.text


def test_no_mobile_number_but_the_invented_ones() -> None:
    encodings = {".csv": "gb18030", ".jsonl": "utf-8", ".txt": "utf-8"}
    text = "".join(path.read_text(encoding=encodings[path.suffix]) for path in EXPORTS)
    assert set(re.findall(r"(?<!\d)1\d{10}(?!\d)", text)) == INVENTED_NUMBERS
