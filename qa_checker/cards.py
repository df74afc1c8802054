"""One judged conversation for people to read: its score, and each verdict with the words that show it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .chats import NOBODY, Message
from .rules import OUTCOMES
from .rules.verdicts import FAILS
from .scorecard import Scored


@dataclass(frozen=True)
class Quote:
    """Words of one message: `text == message.text[start:end]`, offsets in code points."""

    seq: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class VerdictCard:
    """What one rule says of the conversation, and what would have passed. Money in 元, waits in seconds."""

    rule: str
    title: str
    dimension: str
    outcome: str
    red_line: bool
    points: float
    fine: float
    reward: float
    agent_id: str | None
    waited_s: float | None
    clock: str
    reason: str
    advice: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Card:
    """A conversation with its score and verdicts, breaches first."""

    session_id: str
    score: float
    passed: bool
    red_line: bool
    fine: float
    reward: float
    dimensions: dict[str, float]
    messages: tuple[Message, ...]
    verdicts: tuple[VerdictCard, ...]


_ORDER = {outcome: place for place, outcome in enumerate(("fails", "earns", "hint", "passes", "skips"))}


def card(scored: Scored, chat: int) -> Card:
    """The chat of this number, for people."""
    verdicts = sorted(_verdicts(scored, chat), key=lambda each: (_ORDER[each.outcome], -each.points))
    return Card(
        session_id=scored.chats.session_ids[chat],
        score=float(scored.score[chat]),
        passed=bool(scored.passed[chat]),
        red_line=bool(scored.red_line[chat]),
        fine=float(scored.fine[chat]),
        reward=float(scored.reward[chat]),
        dimensions={name: float(lost[chat]) for name, lost in scored.dimensions.items()},
        messages=tuple(scored.chats.conversation(chat)),
        verdicts=tuple(verdicts),
    )


def _verdicts(scored: Scored, chat: int) -> Iterator[VerdictCard]:
    chats = scored.chats
    for rule, found in scored.verdicts:
        low, high = np.searchsorted(found.chat, [chat, chat + 1]).tolist()
        quotes = found.only(low, high).quotes(chats)
        # What was said in another chat of the customer can't be quoted: a quote says where in its own chat it is.
        here = chats.session[quotes.row] == chat
        for place in range(low, high):
            agent = int(found.charged[place])
            waited = float(found.waited[place])
            mine = np.flatnonzero((quotes.verdict == place - low) & here).tolist()
            yield VerdictCard(
                rule=rule.id,
                title=rule.title,
                dimension=rule.dimension,
                outcome=OUTCOMES[found.outcome[place]],
                red_line=bool(rule.is_red_line and found.outcome[place] == FAILS),
                points=float(found.points[place]),
                fine=float(found.fine[place]),
                reward=float(found.reward[place]),
                agent_id=chats.agents[agent] if agent != NOBODY else None,
                waited_s=waited if np.isfinite(waited) else None,
                clock=rule.clock,
                reason=found.reason(place),
                advice=rule.advice,
                quotes=tuple(
                    _quote(scored, int(quotes.row[n]), int(quotes.start[n]), int(quotes.end[n])) for n in mine
                ),
            )


def _quote(scored: Scored, row: int, start: int, end: int) -> Quote:
    chats = scored.chats
    text = chats.texts[int(chats.text[row])]
    return Quote(int(row - chats.starts[chats.session[row]]), start, end, text[start:end])
