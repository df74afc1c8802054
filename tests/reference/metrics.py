"""Rounds, response times and the score of one conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from .chat import Chat
from .judge import Verdict

SLOW = 180


@dataclass(frozen=True)
class Round:
    """What the customer asked until a person answered; waited is None where a time is unknown."""

    asked: int
    replied: int | None
    waited: float | None
    agent: str | None
    in_hours: bool
    kind: str
    exact: bool


def rounds(chat: Chat, split: bool = False) -> list[Round]:
    """The rounds of a chat on its service clock; `split` where another agent took over before anybody answered."""
    found = []
    for turn in chat.turns("customer"):
        asking = [row for row in chat.asked(["courtesy"]) if row in turn]
        asked = asking[0] if asking else turn.start
        replied = chat.next(asked, "agent")
        parts = _parts(chat, asked, replied, turn.stop) if split else [(asked, chat.lines[asked].agent, True)]
        for number, (start, agent, timed) in enumerate(parts, 1):
            answered = replied if number == len(parts) else None
            waited = chat.waited(start, answered) if timed else None
            found.append(
                Round(
                    start,
                    answered,
                    waited,
                    agent,
                    chat.is_open(start) or not chat.lines[start].known,
                    _kind(chat, start, answered, waited, polite=not asking),
                    chat.doubt(start, answered) == 0,
                )
            )
    return found


def _kind(chat: Chat, asked: int, replied: int | None, waited: float | None, polite: bool) -> str:
    if chat.served_by_robots():
        return "robot"
    left = chat.left(asked, replied)
    if polite and (left or replied is None or (waited is not None and waited > SLOW)):
        return "polite"  # nobody has to answer a courtesy
    if left:
        return "left"
    return "counted"


def _parts(chat: Chat, asked: int, replied: int | None, stop: int) -> list[tuple[int, str | None, bool]]:
    """Where each holder's clock starts, who he is, and whether that is known."""
    parts = [(asked, chat.lines[asked].agent, True)]
    for row in range(asked + 1, stop if replied is None else replied + 1):
        if chat.lines[row].agent == chat.lines[row - 1].agent:
            continue
        start, timed = row, True
        if row == replied:  # he is first seen answering: he took over at the last notice of it, or nobody knows when
            before = parts[-1][0]
            notices = [
                earlier
                for earlier in range(before + 1, row)
                if chat.lines[earlier].role == "system" and "转" in chat.lines[earlier].text
            ]
            start, timed = (notices[-1], True) if notices else (before, False)
        parts.append((start, chat.lines[row].agent, timed))
    return parts


@dataclass(frozen=True)
class Responses:
    """As the engine's, of one chat; None where there is nothing to measure."""

    first: float | None
    average: float | None
    longest: float | None
    rounds: int
    unanswered: int


def responses(counted: Sequence[Round], cap: float) -> Responses:
    """Of counted rounds; only the average is capped; never answered counts as the cap."""
    counted = [each for each in counted if each.kind == "counted"]
    known = [each.waited for each in counted if each.waited is not None]
    answered = [waited for waited in known if waited < float("inf")]
    return Responses(
        first=counted[0].waited if counted and counted[0].replied is not None else None,
        average=fmean(min(waited, cap) for waited in known) if known else None,
        longest=max(answered, default=None),
        rounds=len(counted),
        unanswered=sum(each.replied is None for each in counted),
    )


def score(judged: Sequence[Sequence[Verdict]], base: float, bonus_cap: float) -> float:
    """Base less what was lost, plus what was earned up to the cap, never below 0; a red line takes everything."""
    verdicts = [verdict for found in judged for verdict in found]
    if any(verdict.points == float("inf") for verdict in verdicts):
        return 0
    lost = sum(verdict.points for verdict in verdicts if verdict.outcome in ("fails", "hint"))
    earned = sum(verdict.points for verdict in verdicts if verdict.outcome == "earns")
    return max(0, base - lost + min(earned, bonus_cap))
