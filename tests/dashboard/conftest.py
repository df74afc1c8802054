"""A small archive of three days, four agents and every oddity the dashboard has to show, written as a night would."""

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, sync_playwright
from streamlit.components.v2 import manifest_scanner

from qa_checker.archive.manifest import Counts, Input, Manifest, PublishedFile
from qa_checker.archive.query import Archive
from qa_checker.archive.schema import DIMENSIONS, TABLES

FINGERPRINT = hashlib.sha256(b"rulebook").hexdigest()
HOSTILE = "<img src=x onerror=window.__xss=1><script>window.__xss=1</script>"
HOSTILE_AGENT = "<img src=x onerror=window.__xss=2>"
ASTRAL = "👨‍👩‍👧😡这个不归我们管，您找厂家吧😊"


def _rule(title: str, why: str, advice: str, source: str, costs: float | str) -> dict[str, Any]:
    return {"title": title, "why": why, "advice": advice, "source": source, "costs": costs}


RULES = {
    "process/greeting": _rule("首次回复要问好", "第一印象", "您好，很高兴为您服务", "规范一", 3),
    "attitude/no-shirking": _rule("不推诿", "首问负责", "我帮您核实", "规范二", 10) | {"up_to": 20, "fine": 5},
    "compliance/no-off-platform": _rule("不引导离开平台", "平台规则", "请在平台内沟通", "规范三", "all"),
    "speed/each-reply": _rule("三分钟内回复", "平台考核", "马上为您查", "规范四", 5),
    "attitude/warm": _rule("热情耐心", "温度", "不着急", "规范六", 5) | {"reviewer_asks": "热情吗？"},
    "praise/thanked": _rule("顾客表扬", "好服务要看得见", "", "规范五", 0),
}


@dataclass
class Batch:
    """One night's tables while they are being written."""

    name: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {table: [] for table in TABLES})

    def session(
        self,
        session_id: str,
        agent: str,
        begins: datetime | None,
        turns: list[tuple[str, str, int]],
        *,
        shop: str = "一店",
        broken: tuple[tuple[str, float, int, str], ...] = (),
        earned: tuple[tuple[str, int, str], ...] = (),
        agents: tuple[str, ...] = (),
        charged: str | None = None,
    ) -> None:
        """Write a session: turns are (role, text, seconds since the last), broken are (rule, points, seq, quote)."""
        texts = [text for _, text, _ in turns]
        ended_at = self._messages(session_id, agent, begins, turns)
        rounds = self._rounds(session_id, agent, begins, turns)
        for rule, points, seq, quote in broken:
            self._verdict(session_id, charged or agent, rule, "fails", points, texts, seq, quote, fine=_fine(points))
        for rule, seq, quote in earned:
            self._verdict(session_id, agent, rule, "earns", 2.0, texts, seq, quote, reward=8.0)
        self._verdict(session_id, agent, "process/greeting", "passes", 0.0, texts, 0, texts[0])
        red = any(RULES[rule]["costs"] == "all" for rule, *_ in broken)
        score = 0.0 if red else max(0.0, 100 - sum(points for _, points, *_ in broken) + 2 * len(earned))
        waits = [waited for _, waited in rounds if waited is not None]
        held = {
            "shop": shop,
            "channel": "淘宝",
            "agent_id": agent,
            "customer_id": f"tb-{session_id}",
            "started_at": begins,
            "ended_at": ended_at,
        }
        counted = _counted(turns, rounds, begins)
        session = {
            **held,
            **counted,
            "agents": list(agents or (agent,)),
            "messages": len(turns),
            "average_response_s": sum(waits) / len(waits) if waits else None,
            "score": score,
            "passed": score >= 85,
            "red_line": red,
            "fine": sum(_fine(points) for _, points, *_ in broken),
            "reward": 8.0 * len(earned),
            "rulebook": f"测试手册@{FINGERPRINT}",
        }
        lost = {d: float(sum(p for rule, p, *_ in broken if rule.startswith(d + "/"))) for d in DIMENSIONS}
        self.rows["sessions"].append(self._of(session_id) | session | lost | {"praise": 2.0 * len(earned)})
        segment = self._of(session_id) | held | {"day": begins.date() if begins else None}
        self.rows["segments"].append(segment | counted)
        for before in agents[:-1]:
            nothing = {name: 0 for name, value in counted.items() if type(value) is int}
            self.rows["segments"].append(segment | nothing | {"agent_id": before, "transferred_out": 1})

    def _messages(
        self, session_id: str, agent: str, begins: datetime | None, turns: list[tuple[str, str, int]]
    ) -> datetime | None:
        at = begins
        for seq, (role, text, since) in enumerate(turns):
            at = at + timedelta(seconds=since) if at else None
            message = {
                "seq": seq,
                "message_id": f"{session_id}-{seq}",
                "role": role,
                "agent_id": agent if role == "agent" else None,
                "sent_at": at,
                "time_known": at is not None,
                "text": text,
                "message_type": "text",
            }
            self.rows["messages"].append(self._of(session_id) | message)
        return at

    def _rounds(
        self, session_id: str, agent: str, begins: datetime | None, turns: list[tuple[str, str, int]]
    ) -> list[tuple[int | None, float | None]]:
        rounds: list[tuple[int, int | None, float | None]] = []
        asked, waited = None, 0
        for seq, (role, _, since) in enumerate(turns):
            waited += since
            if role == "customer" and asked is None:
                asked, waited = seq, 0
            elif role == "agent" and asked is not None:
                rounds.append((asked, seq, float(waited) if begins else None))
                asked = None
        if asked is not None:
            rounds.append((asked, None, None))
        for asked_seq, replied_seq, waited_s in rounds:
            turn = {"asked_seq": asked_seq, "replied_seq": replied_seq, "waited_s": waited_s}
            known = {"agent_id": agent, "asked_at": begins, "in_hours": True}
            self.rows["rounds"].append(self._of(session_id) | turn | known)
        return [(replied_seq, waited_s) for _, replied_seq, waited_s in rounds]

    def _of(self, session_id: str) -> dict[str, Any]:
        return {"batch": self.name, "session_id": session_id}

    def _verdict(
        self,
        session_id: str,
        agent: str,
        rule: str,
        outcome: str,
        points: float,
        texts: list[str],
        seq: int,
        quote: str,
        *,
        fine: float = 0.0,
        reward: float = 0.0,
    ) -> None:
        start = texts[seq].index(quote)
        verdict = {
            "rule": rule,
            "dimension": rule.partition("/")[0],
            "outcome": outcome,
            "points": points,
            "fine": fine,
            "reward": reward,
            "agent_id": agent,
            "reason": f"{rule} {outcome}",
            "quotes": [{"seq": seq, "start": start, "end": start + len(quote), "text": quote}],
        }
        self.rows["verdicts"].append(self._of(session_id) | verdict)

    def publish(self, root: Path, run: str = "run1") -> None:
        """Put the batch where a reader finds it."""
        folder = root / self.name / run
        folder.mkdir(parents=True)
        files = {}
        for table, rows in self.rows.items():
            path = folder / f"{table}.parquet"
            pq.write_table(pa.Table.from_pylist(rows, schema=TABLES[table]), path)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            files[path.name] = PublishedFile(len(rows), path.stat().st_size, digest)
        messages = len(self.rows["messages"])
        manifest = Manifest(
            batch=self.name,
            run=run,
            key=f"key-{self.name}-{run}",
            inputs=(Input("chats.csv", "0" * 64, messages),),
            rulebook="测试手册",
            fingerprint=FINGERPRINT,
            snapshot_sha256="0" * 64,
            code_version="0",
            counts=Counts(messages, messages, 0, 0, len(self.rows["sessions"])),
            reasons={},
            warnings=(),
            published_at=datetime(2026, 9, 19, 1, 30, tzinfo=timezone(timedelta(hours=8))),
            files=files,
        )
        (root / self.name / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")


def _counted(
    turns: list[tuple[str, str, int]], rounds: list[tuple[int | None, float | None]], begins: datetime | None
) -> dict[str, Any]:
    """The counters of a session; times are known throughout, or not at all."""
    waits = [waited for _, waited in rounds if waited is not None]
    never = sum(replied is None for replied, _ in rounds)
    roles = [role for role, *_ in turns]
    return {
        "customer_messages": roles.count("customer"),
        "agent_messages": roles.count("agent"),
        "bot_messages": 0,
        "agent_chars": sum(len(text) for role, text, _ in turns if role == "agent"),
        "rounds": len(rounds),
        "untimed": 0 if begins else len(rounds),
        "unanswered": never,
        "within_30s": sum(waited <= 30 for waited in waits),
        "within_3min": sum(waited <= 180 for waited in waits),
        "waited_s": sum(waits) + 600.0 * never if begins else 0.0,
        "first_response_s": rounds[0][1] if rounds else None,
        "max_response_s": max(waits, default=None),
        "handled_s": float(sum(since for *_, since in turns)) if begins else None,
        **dict.fromkeys(
            ("imprecise", "left_messages", "asked_outside", "outside_in_time", "transferred_in", "transferred_out"), 0
        ),
        "invited": False,
        "solicited": False,
        "satisfaction": None,
    }


def _fine(points: float) -> float:
    return 5.0 if points >= 10 else 0.0


def write_archive(root: Path) -> None:
    """Write 68 sessions: enough for three pages, with ties in every figure one can sort by."""
    (root / "rulebooks").mkdir(parents=True)
    snapshot = {"rulebook": {"name": "测试手册"}, "rules": RULES, "lists": {}}
    (root / "rulebooks" / f"{FINGERPRINT}.json").write_text(json.dumps(snapshot, ensure_ascii=False), encoding="utf-8")
    for day in range(3):
        batch = Batch(f"2026-09-{16 + day}")
        morning = datetime(2026, 9, 16 + day, 9)
        for number in range(21):
            _everyday(batch, day, number, morning)
        if day == 2:
            _oddities(batch, morning)
        batch.publish(root)


def _everyday(batch: Batch, day: int, number: int, morning: datetime) -> None:
    agent = ("王明", "李婷", "郑凯")[number % 3]
    turns = [
        ("customer", "你好，在吗", 0),
        ("agent", "您好，很高兴为您服务", 10 + number % 5 * 10),
        ("customer", "怎么还没发货", 30),
        ("agent", "这个不归我们管" if agent == "郑凯" else "马上为您查", 240 if number % 7 == 0 else 20),
    ]
    broken: list[tuple[str, float, int, str]] = []
    if agent == "郑凯":
        broken.append(("attitude/no-shirking", 10.0, 3, "不归我们管"))
    if number % 7 == 0:
        broken.append(("speed/each-reply", 5.0, 3, turns[3][1]))
    if number % 10 == 4:
        broken.append(("process/greeting", 3.0, 1, "您好"))
    batch.session(
        f"S{day}-{number:03d}",
        agent,
        morning + timedelta(minutes=number // 2),
        turns,
        shop="一店" if number % 2 else "二店",
        broken=tuple(broken),
        earned=(("praise/thanked", 0, "你好"),) if number == 5 else (),
    )


def _oddities(batch: Batch, morning: datetime) -> None:
    batch.session(
        "X-red",
        "郑凯",
        morning,
        [("customer", "便宜点吗", 0), ("agent", "加我微信聊", 30)],
        broken=(("compliance/no-off-platform", 100.0, 1, "加我微信"),),
    )
    batch.session(
        "X-hostile",
        HOSTILE_AGENT,
        morning,
        [("customer", HOSTILE, 0), ("agent", ASTRAL, 400), ("system", "会话结束", 5)],
        broken=(
            ("attitude/no-shirking", 10.0, 1, "不归我们管"),
            ("attitude/no-shirking", 10.0, 1, "您找厂家吧"),
            ("speed/each-reply", 5.0, 1, ASTRAL),
        ),
    )
    batch.session("X-no-time", "王明", None, [("customer", "在吗", 0), ("agent", "在的", 0)])
    batch.session(
        "X-transferred",
        "李婷",
        morning,
        [("customer", "在吗", 0), ("agent", "在的", 9)],
        broken=(("process/greeting", 3.0, 1, "在的"),),
        agents=("王明", "李婷"),
        charged="王明",
    )
    batch.session(
        "X-'; DROP TABLE", "王明", morning, [("customer", "在吗", 0), ("customer", "有人吗", 9)], shop="一'店"
    )


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def _main_is_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest leaves its script as `__main__`, which processes spawned by later tests would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="session", autouse=True)
def _installed_components_are_looked_for_once() -> Iterator[None]:
    """AppTest looks through every installed package whenever it draws a page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def archive_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("archive")
    write_archive(root)
    return root


@pytest.fixture
def archive(archive_root: Path) -> Iterator[Archive]:
    opened = Archive(archive_root)
    opened.refresh()
    yield opened
    opened.close()
