"""What goes wrong with the time: an agent who answers late, a customer left waiting in the middle."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import people
from staging import Line

if TYPE_CHECKING:
    from staging import Stage


def lapse(stage: Stage) -> None:
    """Somewhere in the middle the customer waits for minutes; some agents say sorry, some don't."""
    lines, rng = stage.lines, stage.rng
    answers = [place for place in _answers(lines)[1:] if lines[place].pause is None]
    if not answers:
        return
    place = rng.choice(answers)
    line = lines[place]
    wait = rng.uniform(200, 430)
    put = [replace(line, pause=wait)]
    if rng.random() < 0.55:
        first = rng.uniform(90, 150)
        ping = Line("customer", rng.choice(people.words("pings")), first, line.agent)
        put = [ping, replace(line, pause=wait - first)]
    if stage.does["says_sorry"]:
        put[-1:] = [replace(put[-1], text=stage.in_voice("{久等}")), replace(line, pause=None)]
    lines[place : place + 1] = put


def answer_late(stage: Stage) -> None:
    """The first reply takes more than a minute, sometimes several."""
    lines, rng = stage.lines, stage.rng
    answers = _answers(lines)
    if not answers or lines[answers[0]].pause is not None:
        return
    place = answers[0]
    minutes = rng.random() < 0.25
    late = replace(lines[place], pause=rng.uniform(200, 560) if minutes else rng.uniform(66, 172))
    lines[place] = late
    if minutes and stage.does["says_sorry"]:
        lines.insert(place + 1, replace(late, text=stage.in_voice("{久等}"), pause=5))


def _answers(lines: list[Line]) -> list[int]:
    """Where the agent answers: agent lines right after somebody else's."""
    spoken = enumerate(pairwise(lines), start=1)
    return [place for place, (before, line) in spoken if line.role == "agent" != before.role]
