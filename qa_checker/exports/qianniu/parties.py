"""Who talks with whom in a 千牛 text: seller side or buyer, which shop, which buyer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_checker.chats import is_robot
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER
from qa_checker.exports.cells.times import read_time
from qa_checker.exports.qianniu.headers import Header
from qa_checker.exports.speakers.nicks import is_sub_account, shop_of

if TYPE_CHECKING:
    from collections.abc import Sequence

CHANNEL = "淘宝"
PARTIES = ("shop", "customer_id")
"""Who makes up a session: a buyer talks with the shop, whichever of its people answers."""

_ANY_SHOP = "店铺"  # what the client writes for a shop it doesn't name
_SHOP_NAME = re.compile(r"(?:旗舰|专营|专卖|企业|直营|官方)店$")
_NEAR = 30 * 60 * 1000
"""Milliseconds of silence after which a seller's message rather opens the next buyer's chat."""


@dataclass(frozen=True)
class Chat:
    """The parties of one message."""

    role: str
    agent: str | None
    customer: str | None
    shop: str | None


def assign(headers: Sequence[Header]) -> list[Chat]:
    """Give the parties of each message; without a receiver the neighbours tell."""
    seen = {nick for header in headers for nick in (header.nick, header.receiver) if nick}
    shops = {shop_of(nick) for nick in seen if is_sub_account(nick)}
    shops |= {nick for nick in seen if _SHOP_NAME.search(nick)}

    def is_seller(nick: str) -> bool:
        return is_sub_account(nick) or nick in shops or nick == _ANY_SHOP

    parties = [[nick for nick in (header.nick, header.receiver) if nick] for header in headers]
    buyers = [next((nick for nick in both if not is_seller(nick)), None) for both in parties]
    sellers = [
        next((shop_of(nick) for nick in both if is_seller(nick) and nick != _ANY_SHOP), None) for both in parties
    ]
    moments = [time[0] if (time := read_time(header.time)) else None for header in headers]
    their_buyers = _from_neighbours(buyers, moments)
    their_shops = list(shops) * len(headers) if len(shops) == 1 else _from_neighbours(sellers, moments)
    return [
        Chat(_role(header.nick, is_seller(header.nick)), header.nick.replace("：", ":"), buyer, shop)
        for header, buyer, shop in zip(headers, their_buyers, their_shops, strict=True)
    ]


def _role(nick: str, is_seller: bool) -> str:
    if not is_seller:
        return CUSTOMER
    person = nick.replace("：", ":").partition(":")[2]
    return BOT if is_robot(person) else AGENT


def _from_neighbours(named: Sequence[str | None], moments: Sequence[int | None]) -> list[str | None]:
    """Fill gaps with the last one named, or the next one where the last fell silent long ago."""
    following: list[tuple[str | None, int | None]] = []
    coming: tuple[str | None, int | None] = (None, None)
    for name, moment in zip(reversed(named), reversed(moments), strict=True):
        following.append(coming)
        if name is not None:
            coming = (name, moment)
    following.reverse()
    filled: list[str | None] = []
    last: str | None = None
    heard: int | None = None
    for name, moment, (next_name, next_moment) in zip(named, moments, following, strict=True):
        chosen = name or last or next_name
        if name is None and last is not None and next_name is not None and None not in (moment, heard, next_moment):
            silent = (moment or 0) - (heard or 0) > _NEAR
            chosen = next_name if silent and (next_moment or 0) - (moment or 0) <= _NEAR else last
        filled.append(chosen)
        last, heard = chosen, moment if moment is not None else heard
    return filled
