"""Many people at the dashboard at once: how long the server takes for each page, over a real websocket.

python bench/dashboard_users.py /somewhere/archive --users 50 --seconds 60

Half of them are supervisors, half agents, each signed in with an account of his own. They come one after the other
within the time one thinks between two clicks; what they do in the first seconds (warm-up) is told apart from the rest.
"""

import argparse
import asyncio
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

sys.path.insert(0, str(Path(__file__).parents[1]))

from qa_checker.archive.listing import Order, session_page
from qa_checker.archive.query import Archive, Choices, SessionKey, choices
from qa_checker.archive.selection import EVERYTHING, Filter, Scope
from qa_checker.dashboard.environment import ARCHIVE_VARIABLE, AUTH_VARIABLE, DESK_VARIABLE, Auth
from qa_checker.dashboard.visitor import VISIT_COOKIE
from qa_checker.desk.accounts import Role, add_account, sign_in
from qa_checker.desk.database import Desk
from tests.dashboard.serving import serving

THINKS = 4.0  # seconds between two clicks, on average
_PASSWORD = "一起喝第一杯奶茶2026"

Visit = tuple[str, str]
"""A page's name and the query of its address."""

Doings = Mapping[str, list[Visit]]
"""What people do, and where it leads: many addresses each, so that few answers are recalled."""


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    cookie: str
    doings: Doings


@dataclass
class Times:
    """Seconds by what was done: while the server warmed up, and after."""

    warming: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    steady: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def supervisors_doings(there: Choices, sessions: list[SessionKey], chance: random.Random) -> Doings:
    """Looking at a period or an agent, filtering, turning pages, drawing at random, opening sessions."""

    def agent() -> str:
        return chance.choice(there.agents)

    return {
        "总览 近7天": [("overview", "")],
        "总览 全部": [("overview", "days=all")],
        "总览 一名客服": [("overview", f"days=30&agent={agent()}") for _ in range(200)],
        "抽检 翻页": [("sessions", f"days=all&page={number}") for number in range(1, 400)],
        "抽检 筛选": [
            ("sessions", f"days=30&agent={agent()}&rule={chance.choice(there.rules)}&sort=score") for _ in range(400)
        ],
        "抽检 随机": [("sessions", f"days=all&draw=50&seed={number}") for number in range(400)],
        "客服指标 一人": [("agents", f"days=30&agent={agent()}") for _ in range(200)],
        "会话": [("session", f"batch={key.batch}&id={key.session_id}&days=all") for key in sessions],
    }


def agents_doings(sessions: list[SessionKey]) -> Doings:
    """Looking at oneself and one's sessions."""
    return {
        "我的概览": [("my-overview", f"days={days}") for days in ("7", "30", "all")],
        "我的会话": [("my-sessions", f"days=all&page={number}") for number in range(1, 100)],
        "我的会话 详情": [("session", f"batch={key.batch}&id={key.session_id}&days=all") for key in sessions],
    }


def people(root: Path, desk: Desk, count: int) -> list[Person]:
    """So many people, supervisors and agents in turn."""
    archive = Archive(root)
    archive.refresh()
    there = choices(archive, EVERYTHING)
    chance = random.Random(7)
    found = []
    for number in range(count):
        agent = there.agents[number] if number % 2 else None
        scope = Scope((agent,)) if agent else EVERYTHING
        sessions = _some_sessions(archive, scope)
        role = Role.AGENT if agent else Role.SUPERVISOR
        add_account(desk, f"user{number}", role, agent_id=agent, password=_PASSWORD, by="bench")
        cookie = f"{VISIT_COOKIE}={sign_in(desk, f'user{number}', _PASSWORD)}"
        doings = agents_doings(sessions) if agent else supervisors_doings(there, sessions, chance)
        found.append(Person(cookie, doings))
    archive.close()
    return found


def _some_sessions(archive: Archive, scope: Scope) -> list[SessionKey]:
    page = session_page(archive, scope, Filter(), Order(), page=1, size=400)
    return [SessionKey(*row) for row in page[["batch", "session_id"]].itertuples(index=False)]


async def rerun(socket: ClientConnection, page: str, query: str) -> float:
    """Ask for a page; seconds until the server has sent all of it. Raises RuntimeError where it shows an error."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    asked.rerun_script.query_string = query
    begun = time.perf_counter()
    await socket.send(asked.SerializeToString())
    async for told in socket:
        message = ForwardMsg.FromString(told if isinstance(told, bytes) else told.encode())
        kind = message.WhichOneof("type")
        alert = message.delta.new_element.alert
        if kind == "delta" and alert.format == Alert.ERROR:
            raise RuntimeError(f"{page}?{query}: {alert.body}")
        if kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            break
    return time.perf_counter() - begun


async def visit(address: str, person: Person, comes: float, warm: float, ends: float, times: Times) -> None:
    """One person: comes at a moment, then clicks and thinks; moments are seconds of time.perf_counter."""
    chance = random.Random(comes)
    await asyncio.sleep(comes - time.perf_counter())
    headers = {"Cookie": person.cookie}
    async with connect(
        f"{address}/_stcore/stream", subprotocols=["streamlit"], max_size=None, origin=None, additional_headers=headers
    ) as socket:
        while (asked := time.perf_counter()) < ends:
            name = chance.choice(list(person.doings))
            took = await rerun(socket, *chance.choice(person.doings[name]))
            (times.steady if asked >= warm else times.warming)[name].append(took)
            await asyncio.sleep(chance.uniform(0.5, 1.5) * THINKS)


async def together(address: str, several: list[Person], warming: float, seconds: float) -> Times:
    """All of them at once."""
    times, now = Times(), time.perf_counter()
    warm, ends = now + warming, now + warming + seconds
    comes = [now + THINKS * turn / len(several) for turn in range(len(several))]
    await asyncio.gather(
        *(visit(address, person, come, warm, ends, times) for person, come in zip(several, comes, strict=True))
    )
    return times


def main() -> None:
    """Measure a supervisor and an agent alone, then all of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--warming", type=float, default=30, help="seconds at the beginning that are told apart")
    parser.add_argument("--seconds", type=float, default=60)
    told = parser.parse_args()
    with TemporaryDirectory() as folder:
        desk = Desk(f"sqlite:///{folder}/desk.sqlite")
        everybody = people(told.archive, desk, told.users)
        settings = {
            ARCHIVE_VARIABLE: str(told.archive),
            DESK_VARIABLE: f"{folder}/desk.sqlite",
            AUTH_VARIABLE: Auth.LOCAL,
        }
        with serving(settings) as server:
            address = server.replace("http", "ws", 1)
            for number, person in enumerate(everybody[:2]):
                times = asyncio.run(together(address, [person], told.warming if number == 0 else 10, told.seconds))
                _print(f"一名{'客服' if number else '班组长'}", times)
            used = _cpu_seconds()
            times = asyncio.run(together(address, everybody, told.warming, told.seconds))
            _print(f"{len(everybody)} 人", times)
            done = sum(len(each) for kind in (times.warming, times.steady) for each in kind.values())
            print(f"服务器每次 {(_cpu_seconds() - used) / done * 1000:.0f} 毫秒 CPU；机器负载 {os.getloadavg()[0]:.1f}")


def _print(title: str, times: Times) -> None:
    print(f"\n{title}，每次想 {THINKS:g} 秒；毫秒\n{'':<16}{'次':>6}{'p50':>8}{'p95':>8}{'最久':>8}")
    for name, seconds in _rows(times):
        if seconds:
            p50, p95 = np.percentile(seconds, [50, 95]) * 1000
            print(f"{name:<14}{len(seconds):>6}{p50:>8.0f}{p95:>8.0f}{max(seconds) * 1000:>8.0f}", flush=True)


def _rows(times: Times) -> Iterator[tuple[str, list[float]]]:
    yield "热身", [each for some in times.warming.values() for each in some]
    yield from sorted(times.steady.items())
    yield "合计", [each for some in times.steady.values() for each in some]


def _cpu_seconds() -> float:
    """What this process's children and theirs, that is the server, have used; Linux only."""
    ticks = [Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()[11:13] for each in _below(os.getpid())]
    return sum(int(each) for pair in ticks for each in pair) / os.sysconf("SC_CLK_TCK")


def _below(process: int) -> list[int]:
    children = [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return [each for child in children for each in (child, *_below(child))]


if __name__ == "__main__":
    main()
