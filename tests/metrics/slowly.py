"""The metrics worked out slowly and obviously, from the messages and rounds of an archive."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import fmean, quantiles
from typing import Any

from qa_checker.archive.query import Archive
from qa_checker.ratings import satisfaction

CAP = 600.0


@dataclass
class Part:
    """What one agent held of a session, or all of it."""

    session: dict[str, Any]
    agent: str | None
    messages: list[dict[str, Any]] = field(default_factory=list)
    rounds: list[dict[str, Any]] = field(default_factory=list)
    came: int = 0
    went: int = 0
    rated: str | None = None

    @property
    def day(self) -> date | None:
        return self.session["started_at"].date() if self.session["started_at"] else None

    @property
    def person(self) -> tuple[Any, ...]:
        own = self.session["customer_id"] or (self.session["batch"], self.session["session_id"])
        return self.session["shop"], own, self.day

    def by(self, role: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["role"] == role]

    @property
    def timed(self) -> list[float]:
        """Waits; infinite where never answered."""
        return [
            float("inf") if each["replied_seq"] is None else each["waited_s"]
            for each in self.rounds
            if each["replied_seq"] is None or each["waited_s"] is not None
        ]

    @property
    def first(self) -> float | None:
        return self.rounds[0]["waited_s"] if self.rounds else None

    @property
    def handled(self) -> float | None:
        asked = [message["sent_at"] for message in self.by("customer")]
        return (self.messages[-1]["sent_at"] - asked[0]).total_seconds() if asked else None

    @property
    def missed(self) -> bool:
        return bool(self.rounds) and all(wait == float("inf") for wait in self.timed) and not self.by("agent")


def parts(archive: Archive, *, told_apart: bool) -> list[Part]:
    """Every session, or every agent's part of one."""
    found: dict[tuple[str, str, str | None], Part] = {}
    sessions = {_key(row): row for row in archive.rows("SELECT * FROM sessions")}

    def part(key: tuple[str, str], agent: str | None) -> Part:
        who = agent if told_apart else sessions[key]["agent_id"]
        return found.setdefault((*key, who), Part(sessions[key], who))

    last: dict[tuple[str, str], str | None] = {}
    for message in archive.rows("SELECT * FROM messages ORDER BY batch, session_id, seq"):
        key, agent = _key(message), message["agent_id"]
        part(key, agent).messages.append(message)
        if key in last and last[key] != agent:
            part(key, last[key]).went += 1
            part(key, agent).came += 1
        last[key] = agent
    for turn in archive.rows("SELECT * FROM rounds ORDER BY batch, session_id, asked_seq"):
        part(_key(turn), turn["agent_id"]).rounds.append(turn)
    for key, session in sessions.items():
        part(key, last[key]).rated = session["rating"]  # every export of ours repeats it to the last row
    return list(found.values())


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["batch"], row["session_id"]


def grouped(of: Iterable[Part], keys: Callable[[Part], Any]) -> dict[Any, list[Part]]:
    groups = defaultdict(list)
    for each in of:
        groups[keys(each)].append(each)
    return groups


def _divided(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _written(text: str) -> int:
    text = re.sub(r"(https?://|www\.)[!-~]+", "", text)
    text = re.sub(r"\[[\u3400-\u9fff]{1,6}\]", "", text)
    return sum(unicodedata.category(character)[0] not in "ZC" for character in text)


def worked_out(of: list[Part]) -> dict[str, float | None]:
    """The metrics of a group, but for those that look beyond it (一次解决率) or need what is not kept (留言)."""
    people = [list(same) for same in grouped(of, lambda each: each.person).values()]
    waits = [wait for each in of for wait in each.timed]
    firsts = sorted(each.first for each in of if each.first is not None)
    asking = [each for each in of if each.timed]
    customer, agent = (sum(len(each.by(role)) for each in of) for role in ("customer", "agent"))
    handled = [each.handled for each in of if each.handled is not None]
    rated = [said for each in of if (said := satisfaction(each.rated)) is not None]

    def persons(holds: Callable[[Part], Any]) -> int:
        return sum(any(holds(each) for each in same) for same in people)

    asked = [same for same in people if any(each.rounds for each in same)]
    unreplied = sum(all(each.missed for each in same if each.rounds) for same in asked)
    received = [same for same in people if any(each.by("agent") for each in same)]
    forwarded = sum(any(each.came for each in same) for same in received)
    slow = persons(lambda each: any(wait > 180 for wait in each.timed))
    return {
        "sessions": len(of),
        "consulting": persons(lambda each: each.by("customer")),
        "received": len(received),
        "forwarded": forwarded,
        "direct": len(received) - forwarded,
        "passed_on": persons(lambda each: each.went),
        "messages": customer + agent,
        "customer_messages": customer,
        "agent_messages": agent,
        "answer_ratio": _divided(agent, customer),
        "agent_chars": sum(_written(message["text"]) for each in of for message in each.by("agent")),
        "unreplied": unreplied,
        "reply_rate": _divided(len(asked) - unreplied, len(asked)),
        "slow_people": slow,
        "long_people": persons(lambda each: (each.handled or 0) > 1800),
        "first_response": fmean(firsts) if firsts else None,
        "first_response_p50": quantiles(firsts, n=2, method="inclusive")[0] if len(firsts) > 1 else None,
        "first_response_p90": quantiles(firsts, n=10, method="inclusive")[8] if len(firsts) > 1 else None,
        "average_response": fmean(min(wait, CAP) for wait in waits) if waits else None,
        "longest_response": max((wait for wait in waits if wait < float("inf")), default=None),
        "handling": fmean(handled) if handled else None,
        "quick_first_rate": _divided(sum(each.first is not None and each.first <= 30 for each in asking), len(asking)),
        "quick_round_rate": _divided(sum(wait <= 30 for wait in waits), len(waits)),
        "timely_round_rate": _divided(sum(wait <= 180 for wait in waits), len(waits)),
        "timely_person_rate": _divided(len(asked) - slow, len(asked)),
        "timely_session_rate": _divided(sum(max(each.timed) <= 180 for each in asking), len(asking)),
        "rounds": sum(len(each.rounds) for each in of),
        "slow_rounds": sum(wait > 180 for wait in waits),
        "unanswered_rounds": sum(wait == float("inf") for wait in waits),
        "missed": sum(each.missed for each in of),
        "participation": _divided(len(rated), len(of)),
        "satisfied": _divided(rated.count(1), len(rated)),
        "dissatisfied": _divided(rated.count(-1), len(rated)),
    }


def solved_at_once(sessions: list[dict[str, Any]], every: list[dict[str, Any]], hours: int) -> float | None:
    """一次解决率 of `sessions`, the customers' returns looked for in `every`."""
    known = [session for session in sessions if session["customer_id"] and session["ended_at"]]

    def came_back(session: dict[str, Any]) -> bool:
        return any(
            other["shop"] == session["shop"]
            and other["customer_id"] == session["customer_id"]
            and timedelta() < other["started_at"] - session["ended_at"] <= timedelta(hours=hours)
            for other in every
            if other["started_at"]
        )

    return _divided(sum(not came_back(session) for session in known), len(known))


def most_at_once(segments: list[tuple[str, datetime, datetime]]) -> int:
    """The most chats one agent had open at a moment at which one of them began."""
    return max(
        sum(name == agent and since <= begun <= until for name, since, until in segments)
        for agent, begun, _ in segments
    )
