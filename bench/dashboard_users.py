"""Many people at the dashboard at once: how long the server takes for each page, over a real websocket.

python bench/dashboard_users.py /somewhere/archive --users 50 --seconds 60
"""

import argparse
import asyncio
import random
import sys
import time
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

sys.path.insert(0, str(Path(__file__).parents[1]))

from qa_checker.archive.query import Archive, Order, SessionKey, choices, session_page
from qa_checker.archive.selection import EVERYTHING, Filter
from qa_checker.dashboard.environment import ARCHIVE_VARIABLE, DESK_VARIABLE
from tests.dashboard.serving import serving

THINKS = 4.0  # seconds between two clicks
Visit = tuple[str, str]
"""A page's name and the query of its address."""


def visits(root: Path, chance: random.Random) -> dict[str, list[Visit]]:
    """What people do: look at a period, filter, turn pages, open sessions. Many addresses, so that few are recalled."""
    archive = Archive(root)
    archive.refresh()
    there = choices(archive, EVERYTHING)
    page = session_page(archive, EVERYTHING, Filter(), Order(), page=1, size=400)
    sessions = [SessionKey(*row) for row in page[["batch", "session_id"]].itertuples(index=False)]
    archive.close()

    def agent() -> str:
        return chance.choice(there.agents)

    return {
        "总览 近7天": [("overview", "")],
        "总览 全部": [("overview", "days=all")],
        "总览 一名客服": [("overview", f"days=30&agent={agent()}") for _ in range(60)],
        "抽检 翻页": [("sessions", f"days=all&page={number}") for number in range(1, 200)],
        "抽检 筛选": [
            ("sessions", f"days=30&agent={agent()}&rule={chance.choice(there.rules)}&sort=score") for _ in range(200)
        ],
        "抽检 随机": [("sessions", f"days=all&draw=50&seed={number}") for number in range(200)],
        "会话": [("session", f"batch={key.batch}&id={key.session_id}&days=all") for key in sessions],
    }


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
        if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
            raise RuntimeError(f"{page}?{query}: {message.delta.new_element.exception.message}")
        if kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            break
    return time.perf_counter() - begun


async def user(address: str, doings: dict[str, list[Visit]], seconds: float, took: dict[str, list[float]]) -> None:
    """One person: comes at some moment, then clicks and thinks."""
    chance = random.Random()
    await asyncio.sleep(chance.uniform(0, THINKS))
    async with connect(f"{address}/_stcore/stream", subprotocols=["streamlit"], max_size=None, origin=None) as socket:
        ends = time.perf_counter() + seconds
        while time.perf_counter() < ends:
            name = chance.choice(list(doings))
            took[name].append(await rerun(socket, *chance.choice(doings[name])))
            await asyncio.sleep(chance.uniform(0.5, 1.5) * THINKS)


async def measured(address: str, doings: dict[str, list[Visit]], users: int, seconds: float) -> dict[str, list[float]]:
    """Seconds by what was done."""
    took: dict[str, list[float]] = defaultdict(list)
    await asyncio.gather(*(user(address, doings, seconds, took) for _ in range(users)))
    return took


def main() -> None:
    """Measure one person alone, then all of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    told = parser.parse_args()
    doings = visits(told.archive, random.Random(7))
    with (
        TemporaryDirectory() as folder,
        serving({ARCHIVE_VARIABLE: str(told.archive), DESK_VARIABLE: f"{folder}/desk.sqlite"}) as server,
    ):
        address = server.replace("http", "ws", 1)
        asyncio.run(measured(address, {name: some[:1] for name, some in doings.items()}, 1, 30))  # imports, warm-up
        for users in (1, told.users):
            took = asyncio.run(measured(address, doings, users, told.seconds))
            print(f"\n{users} 人，每人想 {THINKS:g} 秒；毫秒\n{'':<16}{'次':>6}{'p50':>8}{'p95':>8}{'最久':>8}")
            for name, seconds in [*took.items(), ("合计", [each for some in took.values() for each in some])]:
                p50, p95 = np.percentile(seconds, [50, 95]) * 1000
                print(f"{name:<14}{len(seconds):>6}{p50:>8.0f}{p95:>8.0f}{max(seconds) * 1000:>8.0f}")


if __name__ == "__main__":
    main()
