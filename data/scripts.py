"""Reads the hand-written pieces: who says what, in which of several wordings, after how long a pause.

A script has one line a turn: `顾客 今天能发吗 | 几时发货` offers wordings to choose from; ` + ` sends several
messages; `客服 (3分) …` is said after that pause; lines marked `?` come and go together; `暖:` and `短:` are
wordings of agents with that tone. `成对` pairs the wordings: the second question gets the second answer.
`规格 …` fixes the size the talk is about, `非定制` keeps it from made-to-measure goods. `转接` hands the
chat to a colleague.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from random import Random

PIECES = Path(__file__).parent / "pieces"
ROLES = {"顾客": "customer", "客服": "agent", "机器人": "bot", "系统": "system", "转接": "transfer"}
MORNING = -1.0
"""The pause that lasts until the shop opens again."""

_LINE = re.compile(r"(?P<who>\S+?)(?P<maybe>\?\d?)?(?:\s+(?P<rest>.*))?$")
_PAUSE = re.compile(r"\((早上|(?:(\d+)时)?(?:(\d+)分)?(?:(\d+)秒)?)\)\s*")
_TONE = re.compile(r"([暖短稳]):")


@dataclass(frozen=True)
class Message:
    """One message as written: its text and the pause before it in seconds (None: as people type)."""

    role: str
    text: str
    pause: float | None = None


@dataclass(frozen=True)
class Turn:
    """One line of a script: its wordings, some of them for one tone only, and whether it may be left out."""

    role: str
    wordings: tuple[tuple[str, str], ...]  # (tone or "", text)
    maybe: bool = False


@dataclass(frozen=True)
class Script:
    """A piece of dialogue as written, before a wording is chosen."""

    turns: tuple[Turn, ...]
    paired: bool = False
    sizes: tuple[str, ...] = ()
    custom_too: bool = True  # also said of made-to-measure goods


@dataclass(frozen=True)
class Scene:
    """A script with its stage directions: where, with what goods, by whom and how often it is played."""

    id: str
    script: Script
    kind: str
    weight: int = 1
    times: int = 0
    ends: str = "open"
    shop: str = ""
    goods: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    traits: frozenset[str] = field(default_factory=frozenset)  # long, night, recent, not_custom


def wordings(text: str) -> tuple[tuple[str, str], ...]:
    """Splits `a | 暖:b` into its wordings with their tones."""
    found = []
    for wording in text.split(" | "):
        tone = _TONE.match(wording)
        found.append((tone[1], wording[tone.end() :]) if tone else ("", wording))
    return tuple((tone, wording.strip()) for tone, wording in found)


def read_script(source: str, paired: bool = False) -> Script:
    """Reads the lines of one script.

    Raises ValueError at a line that nobody says.
    """
    turns: list[Turn] = []
    sizes: tuple[str, ...] = ()
    custom_too = True
    for line in source.strip().splitlines():
        found = _LINE.match(line.strip())
        who = found["who"] if found else ""
        if who == "成对":
            paired = True
        elif who == "非定制":
            custom_too = False
        elif found and who == "规格":
            sizes = tuple(size.strip() for size in found["rest"].split(" | "))
        elif found and who in ROLES:
            turns.append(Turn(ROLES[who], wordings(found["rest"] or ""), bool(found["maybe"])))
        else:
            raise ValueError(f"nobody says this: {line}")
    return Script(tuple(turns), paired, sizes, custom_too)


def choose(script: Script, tone: str, rng: Random) -> tuple[list[Message], str]:
    """Chooses a wording for every turn; returns the messages and the size they speak of ("" if none)."""
    plain = [[text for tone_, text in turn.wordings if not tone_] for turn in script.turns]
    most = max([len(script.sizes), *map(len, plain)])
    pick, with_maybes = rng.randrange(most), rng.random() < 0.5
    said: list[Message] = []
    for turn, texts in zip(script.turns, plain, strict=True):
        if turn.maybe and not with_maybes:
            continue
        toned = [text for tone_, text in turn.wordings if tone_ == tone]
        if toned and (not texts or rng.random() < 0.75):
            text = rng.choice(toned)
        else:
            text = texts[pick % len(texts)] if script.paired else rng.choice(texts)
        said += _messages(turn.role, text)
    return said, script.sizes[pick % len(script.sizes)] if script.sizes else ""


def _messages(role: str, text: str) -> list[Message]:
    parts = []
    for part in text.split(" + "):
        pause = _PAUSE.match(part)
        text = part[pause.end() :] if pause else part
        parts.append(Message(role, text, _seconds(pause) if pause else None))
    return parts


def _seconds(pause: re.Match[str]) -> float:
    if pause[1] == "早上":
        return MORNING
    hours, minutes, seconds = (int(number or 0) for number in pause.groups()[1:])
    return hours * 3600 + minutes * 60 + seconds


def read(name: str) -> Any:
    """The content of one piece file."""
    return yaml.safe_load((PIECES / f"{name}.yaml").read_text(encoding="utf-8"))


def scenes(kind: str) -> list[Scene]:
    """All scenes of one file, in the order they are written."""
    return [_scene(kind, raw) for raw in read(kind)]


def _scene(kind: str, raw: dict[str, Any]) -> Scene:
    traits = frozenset(name for name in ("long", "night", "recent", "not_custom") if raw.get(name))
    return Scene(
        id=raw["id"],
        script=read_script(raw["lines"], paired=raw.get("paired", False)),
        kind=kind,
        weight=raw.get("weight", 1),
        times=raw.get("times", 0),
        ends=raw.get("ends", "open"),
        shop=raw.get("shop", ""),
        goods=tuple(raw.get("goods", ())),
        agents=tuple(raw.get("agents", ())),
        traits=traits,
    )
