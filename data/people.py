"""The invented people: two shops, eight agents with their manners, customers with what they want."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import scripts

if TYPE_CHECKING:
    from random import Random

_PEOPLE = scripts.read("people")


@dataclass(frozen=True)
class Product:
    """One article: what it is called, what it costs in 元, and what customers ask about it."""

    id: str
    title: str
    calls: tuple[str, ...]
    price: tuple[int, ...]
    colours: tuple[str, ...]
    sizes: tuple[str, ...]
    gripe: str
    custom: bool
    talks: tuple[scripts.Script, ...]


@dataclass(frozen=True)
class Agent:
    """One agent: tone, median seconds to a reply, the share of times a duty is done, and pet phrases."""

    name: str
    shop: str
    tone: str
    reply_s: float
    habits: dict[str, float]
    says: dict[str, tuple[str, ...]]

    @property
    def nick(self) -> str:
        """The account that stands in the export, 店铺名:子账号."""
        return f"{SHOPS[self.shop].name}:{self.name}"


@dataclass(frozen=True)
class Shop:
    """One shop with its goods and its welcome robot."""

    id: str
    name: str
    code: str
    goods: dict[str, Product]
    welcome: str


@dataclass(frozen=True)
class Customer:
    """One customer with one purchase in mind; `slots` are the words that scripts fill in."""

    nick: str
    product: Product
    slots: dict[str, str]
    spaces: bool  # types a space where others type a comma
    drops_question_marks: bool


@dataclass
class Crowd:
    """Invents customers, never the same nick twice in a shop."""

    shop: Shop
    taken: set[str] = field(default_factory=set)

    def invent(self, rng: Random, goods: list[Product]) -> Customer:
        """A new customer who cares for one of these goods."""
        nick = _nick(rng)
        while nick in self.taken:
            nick = _nick(rng)
        self.taken.add(nick)
        product = rng.choice(goods)
        return Customer(nick, product, _slots(rng, product), rng.random() < 0.45, rng.random() < 0.4)


def words(name: str) -> list[str]:
    """One of the lists of what customers say, by its name in people.yaml."""
    return list(_PEOPLE[name])


def typos() -> dict[str, str]:
    """Slips of the keyboard, right word to wrong word."""
    return dict(_PEOPLE["typos"])


def _product(raw: dict[str, Any]) -> Product:
    return Product(
        raw["id"],
        raw["title"],
        tuple(raw["calls"]),
        tuple(raw["price"]),
        tuple(raw["colours"]),
        tuple(raw["sizes"]),
        raw["gripe"],
        raw.get("custom", False),
        tuple(scripts.read_script(talk) for talk in raw["talks"]),
    )


def _shop(id_: str, raw: dict[str, str]) -> Shop:
    goods = {product["id"]: _product(product) for product in scripts.read(raw["goods"])}
    return Shop(id_, raw["name"], raw["code"], goods, _PEOPLE["welcome_robot"][id_])


def _agent(name: str, raw: dict[str, Any]) -> Agent:
    says = {macro: tuple(part.strip() for part in text.split("|")) for macro, text in raw["says"].items()}
    return Agent(name, raw["shop"], raw["tone"], raw["reply_s"], raw["habits"], says)


SHOPS = {id_: _shop(id_, raw) for id_, raw in _PEOPLE["shops"].items()}
AGENTS = {name: _agent(name, raw) for name, raw in _PEOPLE["agents"].items()}


def _digits(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _nick(rng: Random) -> str:
    word = rng.choice(_PEOPLE["nick_words"])
    return rng.choice(
        [
            f"tb{rng.randint(10, 99)}****{rng.randint(10, 99)}",
            f"tb{rng.randint(100, 999)}****{rng.randint(10, 99)}",
            f"{word}{rng.randint(1, 999)}",
            f"{word[0]}**{rng.randint(0, 99)}",
            f"{rng.choice('abcdefghjklmnwxyz')}**{rng.choice('abcdefghjklmnwxyz')}{rng.randint(0, 99)}",
            f"{word}_{rng.choice('abcdefgxyz')}{rng.randint(1, 9)}",
        ]
    )


def _phone(rng: Random) -> str:
    prefix = rng.choice(("133", "135", "136", "138", "139", "150", "158", "177", "186", "189"))
    return f"{prefix}****{_digits(rng, 4)}"


def _address(rng: Random, city: list[str]) -> str:
    province, town, district = city
    place = town + district if province == town else rng.choice((province, "")) + town + district
    flat = f"{rng.randint(1, 28)}幢{rng.randint(1, 26)}0{rng.randint(1, 4)}室"
    house = rng.choice((flat, f"{rng.randint(1, 9)}栋"))
    spot = rng.choice((rng.choice(_PEOPLE["estates"]) + house, f"{rng.randint(2, 380)}号"))
    return f"{place}{rng.choice(_PEOPLE['roads'])}{spot}"


def _slots(rng: Random, product: Product) -> dict[str, str]:
    city, other_city = rng.sample(_PEOPLE["cities"], 2)
    colour, other_colour = rng.sample(product.colours, 2)
    same_name, other_name = (rng.choice(_PEOPLE["surnames"]) + rng.choice(_PEOPLE["titles"]) for _ in "ab")
    courier = rng.choice(list(_PEOPLE["couriers"]))
    return {
        "品": rng.choice(product.calls),
        "色": colour,
        "色2": other_colour,
        "码": rng.choice(product.sizes),
        "价": str(rng.choice(product.price)),
        "怨": product.gripe,
        "城": city[1].removesuffix("市"),
        "址": _address(rng, city),
        "址2": _address(rng, city if rng.random() < 0.6 else other_city),
        "收": same_name,
        "收2": other_name,
        "电": _phone(rng),
        "电2": _phone(rng),
        "快": courier,
        "运": f"{_PEOPLE['couriers'][courier]}{_digits(rng, 4)}****{_digits(rng, 3)}",
        "单": f"3{_digits(rng, 5)}****{_digits(rng, 4)}",
        "站": rng.choice([hub for hub in _PEOPLE["hubs"] if not hub.startswith(city[1].removesuffix("市"))]),
        "天": str(rng.choice((2, 3, 3, 4))),
        "补": str(rng.choice((5, 8, 10, 15, 20))),
    }
