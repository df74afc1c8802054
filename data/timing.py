"""Gives staged lines their times: people read and type, agents have their pace, nights last until eight."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from scripts import MORNING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from people import Agent
    from staging import Line

_OPENS, _CLOSES = 8, 23
_THIS_AFTERNOON = re.compile("下午(?!四点)|(?<!明天)中午")
_THIS_EVENING = re.compile("今天|今晚|晚上")


@dataclass(frozen=True)
class Timed:
    """One message with its wall time."""

    role: str
    text: str
    agent: str
    sent_at: datetime


def start(lines: Sequence[Line], day: date, shift: int, ships_today: bool | None, rng: Random) -> datetime:
    """When the customer comes in: in the agent's shift, and early enough for what is promised for today.

    Shift 0 works from eight to half past four, shift 1 from two to eleven. `ships_today` says on which side
    of four o'clock an order falls; None: nothing was ordered.
    """
    first, last = ((8.0, 16.4), (14.0, 22.5))[shift]
    said = "".join(line.text for line in lines if line.role == "agent")
    if ships_today is False:
        first, last = max(first, 15.8), max(last, 17.0)
    elif ships_today or _THIS_AFTERNOON.search(said):
        first, last = min(first, 12.5), min(last, 15.2)
    elif _THIS_EVENING.search(said):
        last = min(last, 18.2)
    hour = rng.triangular(first, last, first + (last - first) * 0.45)
    return datetime.combine(day, time()) + timedelta(seconds=round(hour * 3600))


def night_start(day: date, before_dawn: bool, rng: Random) -> datetime:
    """When a night message is written: before the shop opens, or after it has closed."""
    hour = rng.choice((0.3, 1.2, 6.4, 7.1)) + rng.random() * 0.7 if before_dawn else rng.uniform(23.05, 23.8)
    return datetime.combine(day, time()) + timedelta(seconds=round(hour * 3600))


def set_times(lines: Sequence[Line], started_at: datetime, agents: dict[str, Agent], rng: Random) -> list[Timed]:
    """The lines with their times, in order; no two of them share a second."""
    timed: list[Timed] = []
    now = started_at
    for number, line in enumerate(lines):
        if number:
            now = _next(line, lines[number - 1], now, agents, rng)
        timed.append(Timed(line.role, line.text, line.agent, now))
    return timed


def _next(line: Line, previous: Line, now: datetime, agents: dict[str, Agent], rng: Random) -> datetime:
    if line.pause == MORNING:
        opening = now if now.hour < _OPENS else now + timedelta(days=1)
        opening = opening.replace(hour=_OPENS, minute=0, second=0)
        return opening + timedelta(seconds=rng.randint(40, 1300))
    if line.pause is not None:
        spread = 1.0 if line.pause < 10 else rng.uniform(0.86, 1.18)
        return now + timedelta(seconds=max(1, round(line.pause * spread)))
    return now + timedelta(seconds=round(_pace(line, previous, agents[line.agent], rng)))


def _pace(line: Line, previous: Line, agent: Agent, rng: Random) -> float:
    """Seconds until an unscripted line: log-normal around a usual pace, longer texts take longer."""
    typing = len(line.text) * 0.12
    if line.role == previous.role:
        return rng.uniform(3, 11) + typing
    if line.role == "agent":
        return min(4 + (agent.reply_s - 4) * rng.lognormvariate(0, 0.4), max(58, agent.reply_s * 1.7))
    if line.role == "customer":
        return min(5 + 13 * rng.lognormvariate(0, 0.7) + typing, 100)
    return rng.uniform(2, 25)
