"""A small night to publish, and, run as a script, a process that publishes it under bad conditions."""

import json
import os
import random
import resource
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pyarrow as pa
from disturbing import die_before, in_a_child

from qa_checker.archive.manifest import ArchiveError, Counts, Input, Manifest
from qa_checker.archive.publication import Publication, RulebookVersion
from qa_checker.archive.publish import holding
from qa_checker.archive.schema import COUNTERS, DIMENSIONS, TABLES

BATCH = "2026-01-01"
CODE_VERSION = "0.1.0"
MESSAGES_A_SESSION = 5


@dataclass(frozen=True)
class Rejected:
    file: str
    row: int
    reason: str
    detail: str
    raw: bytes


REJECTED = [
    Rejected("一月.csv", 7, "bad_time", "时间读不出来", "2026-13-01,你好".encode("gbk")),
    Rejected("一月.csv", 9, "bad_json", "", b"\x00\xff{"),
    Rejected("一月.csv", 12, "bad_time", "时间读不出来", b""),
]


def night(version: str, sessions: int = 40) -> dict[str, pa.Table]:
    """Four tables in which every row says which version it belongs to."""
    start = datetime(2026, 1, 1, 9)
    ids = [f"s{number:06}" for number in range(sessions)]
    every = {"batch": BATCH, "shop": "旗舰店", "channel": "web", "agent_id": version, "customer_id": "c1"}
    every |= {
        "started_at": start,
        "ended_at": start,
        "messages": MESSAGES_A_SESSION,
        "rounds": 2,
        "unanswered": 0,
    }
    every |= {"first_response_s": 3.5, "average_response_s": 4.0, "max_response_s": None, "score": 98.0}
    every |= {"passed": True, "red_line": False, "fine": 0.0, "reward": 5.0, "rulebook": version}
    every |= {"rule": "process/greeting", "dimension": "process", "outcome": "fails", "points": 2.0}
    every |= {
        "reason": version,
        "role": "agent",
        "sent_at": start,
        "time_known": True,
        "to_the_second": True,
        "message_type": "text",
    }
    every |= {"asked_seq": 0, "replied_seq": None, "asked_at": start, "waited_s": None, "in_hours": True}
    every |= dict.fromkeys(DIMENSIONS, 0.0)
    every |= {name: 1 for name, _ in COUNTERS} | {"invited": True, "solicited": False, "rating": "满意"}
    every |= {"day": start.date()}
    every |= {"agents": [version], "quotes": [{"seq": 1, "start": 0, "end": 2, "text": "您好"}]}
    once = [every | {"session_id": session} for session in ids]
    said = [
        row
        | {"seq": seq, "message_id": f"{row['session_id']}-{seq}", "text": version}
        | {"sent_at": start + timedelta(seconds=seq)}
        for row in once
        for seq in range(MESSAGES_A_SESSION)
    ]
    rows = {"sessions": once, "verdicts": once, "messages": said, "rounds": once, "segments": once}
    return {
        name: pa.Table.from_pylist([{key: row[key] for key in schema.names} for row in rows[name]], schema=schema)
        for name, schema in TABLES.items()
    }


def counts(sessions: int = 40, **changed: int) -> Counts:
    """The counts that fit `night`, but for what is changed."""
    scored = sessions * MESSAGES_A_SESSION
    fitting = {
        "rows_in": scored + 3 + 2,
        "scored": scored,
        "quarantined": 3,
        "duplicates": 2,
        "sessions": sessions,
    }
    return Counts(**(fitting | changed))


def inputs(version: str) -> list[Input]:
    return [Input("一月.csv", f"{version:0>64}", 205)]


def rulebook(version: str) -> RulebookVersion:
    return RulebookVersion("default", f"f{version}", json.dumps({"name": "默认", "version": version}))


def fill(publication: Publication, tables: dict[str, pa.Table]) -> None:
    for name, table in tables.items():
        publication.write(name, table)
    publication.reject(REJECTED)


@contextmanager
def publishing(root: Path, batch: str, rulebook: RulebookVersion, code_version: str) -> Iterator[Publication]:
    with holding(root) as held, held.publishing(batch, rulebook, code_version) as publication:
        yield publication


def publish(root: Path, version: str, sessions: int = 40, batch: str = BATCH) -> Manifest:
    with publishing(root, batch, rulebook(version), CODE_VERSION) as publication:
        fill(publication, night(version, sessions))
        return publication.commit(inputs(version), counts(sessions), ["一月.csv 里有重复行"])


def main(command: str, root: Path, *arguments: str) -> None:
    """Speak to the test one JSON value a line."""

    def say(value: object) -> None:
        print(json.dumps(value), flush=True)

    def attempt(version: str, sessions: int = 40) -> None:
        try:
            publish(root, version, sessions)
            say("published")
        except ArchiveError as error:
            say(str(error))

    if command == "die-at-any-step":  # … at each in a copy of the archive, until one comes after the end
        for step in count():
            copy = shutil.copytree(root / "before", root / str(step))

            def doomed(copy: Path = copy, step: int = step) -> None:
                die_before(step)
                publish(copy, "2")

            if in_a_child(doomed) == 0:
                return say(step)
    elif command == "die-at-any-time":
        begun = time.monotonic()
        in_a_child(lambda: publish(root / "undisturbed", "2", 2000))
        takes = time.monotonic() - begun
        chance = random.Random(int(arguments[0]))
        for number in range(int(arguments[1])):
            copy = shutil.copytree(root / "before", root / str(number))
            in_a_child(lambda copy=copy: publish(copy, "2", 2000), kill_after=chance.uniform(0, takes))
    elif command == "again-and-again":
        for version in range(int(arguments[0])):
            publish(root, str(version))
    elif command == "hold":  # … with a worker that outlives a killed holder
        with publishing(root, BATCH, rulebook("9"), CODE_VERSION):
            worker = os.fork()
            if worker == 0:
                time.sleep(60)
                os._exit(0)
            say(worker)
            sys.stdin.read()
    elif command == "file-size-limit":
        for limit in map(int, arguments):

            def limited(limit: int = limit) -> None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
                attempt("2", 4000)

            in_a_child(limited)
    elif command == "read-only":
        os.chdir(root.parent)
        root.chmod(0o555)
        if os.geteuid() == 0:  # root may write everywhere
            os.setuid(65534)
        root = Path(root.name)
        attempt("2")
    else:
        raise SystemExit(f"no such command: {command}")
    return None


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
