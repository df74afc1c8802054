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


def rounds(chat: Chat) -> list[Round]:
    """The counted rounds of a chat on its service clock."""
    found = []
    for turn in chat.turns("customer"):
        asking = [row for row in chat.asked(["courtesy"]) if row in turn]
        asked = asking[0] if asking else turn.start
        replied = chat.next(asked, "agent")
        waited = chat.waited(asked, replied)
        if not asking and (replied is None or (waited is not None and waited > SLOW)):
            continue  # nobody has to answer a courtesy
        in_hours = chat.is_open(asked) or not chat.lines[asked].known
        if not in_hours and (replied is None or waited == 0):
            continue  # a message left: no second of it lies in service hours
        found.append(Round(asked, replied, waited, chat.lines[asked].agent, in_hours))
    return found


@dataclass(frozen=True)
class Responses:
    """As the engine's, of one chat; None where there is nothing to measure."""

    first: float | None
    average: float | None
    longest: float | None
    rounds: int
    unanswered: int


def responses(counted: Sequence[Round], cap: float) -> Responses:
    """Only the average is capped; never answered counts as the cap."""
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
