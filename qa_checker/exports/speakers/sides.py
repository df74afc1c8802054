"""Which of the people in a chat are the shop's, where an export gives nothing but names."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qa_checker.chats import is_robot
from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER
from qa_checker.exports.speakers.nicks import is_sub_account

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OF_CUSTOMERS = re.compile(r"(?:jd_|tb\d|wxid_|用户\d)\S*|\S*\*+\S*", re.IGNORECASE)  # given by platforms, or masked
_OF_STAFF = re.compile(r"客服|旗舰店|专营店|专卖店|售前|售后|自营")
_IN_SEVERAL_CHATS = 2.0
"""Log-odds that somebody who talks with several people is of the shop."""
_OPENED = -1.0
"""… and that somebody who opens a chat is."""


@dataclass(frozen=True)
class Line:
    """What somebody said in one of the file's conversations."""

    chat: int
    nick: str
    text: str


def sides(lines: Sequence[Line]) -> list[str]:
    """Give a role to each line, by what nicks tell and else by how their owners speak.

    In a conversation of two of whom neither is known, the likelier one is the shop's and the other the customer.
    """
    people = list(dict.fromkeys(line.nick for line in lines))
    known = {nick: role for nick in people if (role := _by_name(nick))}
    leaning = _leaning(lines) if len(known) < len(people) else {}
    in_chat: dict[int, dict[str, None]] = defaultdict(dict)
    for line in lines:
        in_chat[line.chat][line.nick] = None
    roles = {(chat, nick): role for chat, nicks in in_chat.items() for nick, role in _roles(nicks, known, leaning)}
    return [roles[line.chat, line.nick] for line in lines]


def _by_name(nick: str) -> str | None:
    if is_robot(nick):
        return BOT
    if is_sub_account(nick) or _OF_STAFF.search(nick):
        return AGENT
    return CUSTOMER if _OF_CUSTOMERS.fullmatch(nick) else None


def _leaning(lines: Sequence[Line]) -> Mapping[str, float]:
    """Sum up for each person what speaks for the shop's side."""
    from qa_checker.exports.speakers.inference import by_voice  # loads the phrase lists: only where nicks don't tell

    leaning: dict[str, float] = defaultdict(float)
    for line, weight in zip(lines, np.clip(by_voice([line.text for line in lines])[0], -4, 4), strict=True):
        leaning[line.nick] += float(weight)
    chats: dict[str, set[int]] = defaultdict(set)
    opened: dict[int, str] = {}
    for line in lines:
        chats[line.nick].add(line.chat)
        opened.setdefault(line.chat, line.nick)
    for nick, its_chats in chats.items():
        leaning[nick] += _IN_SEVERAL_CHATS if len(its_chats) > 1 else 0.0
    for nick in opened.values():
        leaning[nick] += _OPENED
    return leaning


def _roles(nicks: Mapping[str, None], known: Mapping[str, str], leaning: Mapping[str, float]) -> list[tuple[str, str]]:
    """Give each person of one conversation a role; both sides should be there if they can."""
    found = {nick: known[nick] for nick in nicks if nick in known}
    left = sorted((nick for nick in nicks if nick not in known), key=lambda nick: -leaning[nick])
    there = set(found.values())
    lacks_agent = AGENT not in there and (CUSTOMER in there or len(left) > 1)
    lacks_customer = CUSTOMER not in there and len(nicks) > 1
    for place, nick in enumerate(left):
        is_likeliest, is_last = place == 0, place == len(left) - 1
        of_staff = leaning[nick] > 0
        if lacks_agent and is_likeliest:
            of_staff = True
        elif lacks_customer and is_last:
            of_staff = False
        found[nick] = AGENT if of_staff else CUSTOMER
    return list(found.items())
