"""Writes the demo export again, byte for byte: `python data/generate.py [FOLDER]`.

Every conversation is put together from hand-written pieces in pieces/ by a seeded random generator. Shops,
people, roads and numbers are invented.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

import formats
import mishaps
import scripts
import timing
from formats import Chat
from people import AGENTS, SHOPS, Agent, Crowd, Customer, Product, Shop
from scripts import Scene
from staging import Stage

SEED = 20261116
DAYS = tuple(date(2026, 11, day) for day in (16, 17, 18, 19))
FILES = {  # what each shop exported on each day
    ("yunshan", 16): "csv",
    ("yunshan", 17): "csv",
    ("yunshan", 18): "txt",
    ("yunshan", 19): "jsonl",
    ("taihua", 16): "jsonl",
    ("taihua", 17): "jsonl",
    ("taihua", 18): "csv",
    ("taihua", 19): "txt",
}
WRITERS = {"csv": formats.as_csv, "jsonl": formats.as_jsonl, "txt": formats.as_client_text}
ORDINARY = ("delivery", "aftersale", "complaints")
PLANNED = ("attitude_faults", "red_lines", "waiting", "warm_service")
SHARES = {
    "buy": 0.5,
    "address": 0.05,
    "late address": 0.02,
    "delivery": 0.17,
    "aftersale": 0.18,
    "complaints": 0.08,
}
PRE_SALES = ("buy", "red_lines")


@dataclass
class Night:
    """The conversations of one shop on one day, as they come about."""

    shop: Shop
    day: date
    chats: list[Chat] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The format of this day's export."""
        return FILES[self.shop.id, self.day.day]


class Demo:
    """Plays four days in two shops."""

    def __init__(self) -> None:
        self.rng = Random(SEED)
        self.crowds = {shop.id: Crowd(shop) for shop in SHOPS.values()}
        self.bought: dict[str, list[tuple[date, Customer]]] = {shop: [] for shop in SHOPS}
        self.scenes = {kind: scripts.scenes(kind) for kind in (*ORDINARY, *PLANNED)}
        self.decks: dict[tuple[str, str], list[Scene]] = {}

    def play(self) -> list[Night]:
        """All days of both shops, each day's conversations in the order they began."""
        plan = self._plan()
        nights = [Night(SHOPS[shop], day) for day in DAYS for shop in SHOPS]
        for night in nights:
            for agent in (agent for agent in AGENTS.values() if agent.shop == night.shop.id):
                planned = plan.get((agent.name, night.day.day), [])
                for scene in planned:
                    self._stage(night, agent, scene.kind, scene)
                for _ in range(max(0, self.rng.randint(16, 19) - len(planned))):
                    self._stage(night, agent, *self._ordinary(night, agent))
            night.chats = _numbered(night)
        return nights

    def _plan(self) -> dict[tuple[str, int], list[Scene]]:
        """Who plays which of the planned scenes on which day: every fault has its number of times."""
        plan: dict[tuple[str, int], list[Scene]] = {}
        for scene in (scene for kind in PLANNED for scene in self.scenes[kind]):
            names = [name for name in scene.agents or AGENTS if self._may(AGENTS[name], scene)]
            if not names:
                raise ValueError(f"nobody can play {scene.id}")
            days = [(name, day) for name in names for day in DAYS]
            slots = [(name, day.day) for name, day in days if self._fits(AGENTS[name].shop, day, scene)]
            for slot in self.rng.sample(slots, min(scene.times, len(slots))):
                plan.setdefault(slot, []).append(scene)
        return plan

    @staticmethod
    def _may(agent: Agent, scene: Scene) -> bool:
        goods = SHOPS[agent.shop].goods
        has_goods = not scene.goods or any(name in goods for name in scene.goods)
        return scene.shop in ("", agent.shop) and has_goods

    @staticmethod
    def _fits(shop: str, day: date, scene: Scene) -> bool:
        """Text of the client has no session ids, so nothing with a long silence is played on such days."""
        long = bool(scene.traits & {"long", "night"}) or scene.ends == "left"
        return not (long and FILES[shop, day.day] == "txt")

    def _ordinary(self, night: Night, agent: Agent) -> tuple[str, Scene | None]:
        kind = self.rng.choices(list(SHARES), list(SHARES.values()))[0]
        if kind == "late address" and night.kind == "txt":
            kind = "address"
        return kind, self._deal(night, agent, kind) if kind in ORDINARY else None

    def _deal(self, night: Night, agent: Agent, kind: str) -> Scene:
        """The next scene from a shuffled deck, so that no scene comes back before the others have been on."""
        deck = self.decks.setdefault((night.shop.id, kind), [])
        for _ in range(2):
            for scene in deck:
                if self._fits(night.shop.id, night.day, scene):
                    deck.remove(scene)
                    return scene
            fitting = [scene for scene in self.scenes[kind] if self._may(agent, scene)]
            fresh = [scene for scene in fitting for _ in range(scene.weight)]
            deck += self.rng.sample(fresh, len(fresh))
        raise ValueError(f"no scene of {kind} fits")

    def _customer(self, night: Night, scene: Scene | None, rng: Random) -> Customer:
        """Somebody new, or, for some scenes, a customer who bought two days ago."""
        known = self.bought[night.shop.id]
        if scene and "recent" in scene.traits:
            for bought_on, customer in known:
                if (night.day - bought_on).days == 2:
                    known.remove((bought_on, customer))
                    return customer
        return self.crowds[night.shop.id].invent(rng, _goods(night.shop, scene))

    def _stage(self, night: Night, agent: Agent, kind: str, scene: Scene | None) -> None:
        rng = Random(self.rng.getrandbits(64))
        customer = self._customer(night, scene, rng)
        early = rng.random() < (0.85 if _shift(agent, night) == 0 else 0.15)
        colleagues = [other for other in AGENTS.values() if other.shop == agent.shop and other is not agent]
        stage = Stage(rng, night.shop, agent, customer, early, night.day, rng.choice(colleagues))
        if scene:
            stage.play(scene)
        elif kind == "buy":
            stage.buy()
        else:
            stage.change_address(late=kind == "late address")
        ends = scene.ends if scene else "open"
        stage.close(ends, upset=kind == "complaints")
        self._mishap(stage, kind)
        self._finish(night, stage, agent, kind, scene)

    @staticmethod
    def _mishap(stage: Stage, kind: str) -> None:
        if kind not in PLANNED and stage.does["lapses"]:
            mishaps.lapse(stage)
        if kind not in ("waiting", "attitude_faults") and stage.does["late_first"]:
            mishaps.answer_late(stage)

    def _finish(self, night: Night, stage: Stage, agent: Agent, kind: str, scene: Scene | None) -> None:
        """Times and rating; a conversation that would fall apart in the day's format is dropped."""
        rng, ends = stage.rng, scene.ends if scene else "open"
        if scene and "night" in scene.traits:
            before_dawn = night.day == DAYS[-1] or rng.random() < 0.4
            start = timing.night_start(night.day, before_dawn, rng)
        else:
            ships_today = stage.early if stage.ordered else None
            start = timing.start(stage.lines, night.day, _shift(agent, night), ships_today, rng)
        timed = timing.set_times(stage.lines, start, _by_nick(), rng)
        queue = "售前" if kind in PRE_SALES else "售后"
        rating = _rating(rng, ends, kind)
        chat = Chat("", night.shop.name, queue, stage.customer.nick, rating, tuple(timed))
        if night.kind == "txt" and not chat.fits_client_text:
            return
        if stage.ordered:
            self.bought[night.shop.id].append((night.day, stage.customer))
        night.chats.append(chat)


def _shift(agent: Agent, night: Night) -> int:
    """0 in the morning, 1 in the evening; agents take turns."""
    return (list(AGENTS).index(agent.name) + night.day.day) % 2


def _goods(shop: Shop, scene: Scene | None) -> list[Product]:
    goods = list(shop.goods.values())
    if scene and scene.goods:
        goods = [product for product in goods if product.id in scene.goods]
    if scene and "not_custom" in scene.traits:
        goods = [product for product in goods if not product.custom]
    return goods


def _by_nick() -> dict[str, Agent]:
    return {agent.nick: agent for agent in AGENTS.values()}


def _rating(rng: Random, ends: str, kind: str) -> int | None:
    """What the customer clicked, 5 best; most click nothing."""
    if ends == "left" or rng.random() < 0.62:
        return None
    weights = {"sour": (45, 35, 20, 0, 0), "complaints": (8, 10, 35, 32, 15)}
    mood = "sour" if ends == "sour" else kind
    return rng.choices((1, 2, 3, 4, 5), weights.get(mood, (0, 1, 4, 25, 70)))[0]


def _numbered(night: Night) -> list[Chat]:
    """The day's chats in order of time, with their ids; in client text the chats follow one another."""
    in_order = sorted(night.chats, key=lambda chat: (chat.started_at, chat.customer))
    prefix = f"{night.shop.code}{night.day:%m%d}"
    return [
        Chat(f"{prefix}-{number:04d}", chat.shop, chat.queue, chat.customer, chat.rating, chat.messages)
        for number, chat in enumerate(in_order, start=1)
    ]


def write(folder: Path) -> list[Path]:
    """Writes all files of the export into the folder; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for night in Demo().play():
        path = folder / f"{night.shop.id}_{night.day:%Y-%m-%d}.{night.kind}"
        path.write_bytes(WRITERS[night.kind](night.chats))
        written.append(path)
    return written


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for path in write(target):
        print(path)
