"""Finding the lines of a 千牛 text that start a message, among messages that quote times themselves."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_checker.exports.cells.times import read_time
from qa_checker.exports.speakers.nicks import is_sub_account, shop_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TIME = r"\d{4}-\d{1,2}-\d{1,2}\s+\d{1,2}:\d{1,2}(?::\d{1,2})?"
_ONLY_TIME = re.compile(_TIME, re.ASCII)
_HEADER = re.compile(rf"(?P<nick>\S.*?)\s*(?:-->\s*(?P<receiver>\S.*?)\s*)?(?P<time>{_TIME})", re.ASCII)
_ODD_TIME = re.compile(r"(?P<nick>\S+)\s*-->\s*(?P<receiver>\S+)\s+(?P<time>\S.{0,20}\d:\d{2}(?::\d{2})?)", re.ASCII)
_CLOCK = re.compile(r"\S{0,12}\s?\d{1,2}:\d{2}(?::\d{2})?", re.ASCII)
_NO_NICK = re.compile(
    r"[\s,，。！？；、!?;|]|^https?:|[:：]$|(?:时间|送达|发货|下单|付款|预计|截止|到期|签收|成交|创建)$"
)
_OF_TAOBAO = re.compile(r"tb\d{6,}(?:_\d+)?|.+(?:旗舰|专营|专卖)店")
_LONGEST_NICK = 60


@dataclass(frozen=True)
class Header:
    """The start of a message."""

    first_line: int  # 0-based; the older client puts nick and time on two lines
    last_line: int
    nick: str
    receiver: str | None
    time: str
    in_brackets: bool = False

    @property
    def is_characteristic(self) -> bool:
        """Say whether only 千牛 writes like this."""
        nick = self.nick
        return self.receiver is not None or self.in_brackets or is_sub_account(nick) or bool(_OF_TAOBAO.fullmatch(nick))


def find_headers(lines: Sequence[str]) -> list[Header]:
    """Find the headers; of one and two line headers, whichever there are more of are meant."""
    one_line, two_lines = list(_one_line(lines)), list(_two_lines(lines))
    if len(two_lines) > len(one_line):
        return two_lines
    believed = _believed(one_line)
    return sorted([*believed, *_with_odd_times(lines, believed)], key=lambda header: header.first_line)


def _one_line(lines: Sequence[str]) -> Iterator[Header]:
    for at, line in enumerate(lines):
        stripped = line.strip()
        if not stripped[-2:].isdigit() and not stripped[-1:].isdigit():
            continue
        found = _HEADER.fullmatch(stripped) or _ODD_TIME.fullmatch(stripped)
        if found is None:
            continue
        nick = found["nick"]
        in_brackets = nick.startswith("[") and nick.endswith("]") and len(nick) > 2
        header = Header(at, at, nick[1:-1] if in_brackets else nick, found["receiver"], found["time"], in_brackets)
        if could_be_nick(header.nick) and (header.receiver is None or could_be_nick(header.receiver)):
            yield header


def _two_lines(lines: Sequence[str]) -> Iterator[Header]:
    for at in range(1, len(lines)):
        nick = lines[at - 1].strip()
        if _ONLY_TIME.fullmatch(lines[at].strip()) and nick and could_be_nick(nick):
            yield Header(at - 1, at, nick, None, lines[at].strip())


def could_be_nick(nick: str) -> bool:
    """Say whether a line may be somebody's nick, rather than words."""
    return bool(nick) and len(nick) <= _LONGEST_NICK and not _NO_NICK.search(nick)


def _believed(headers: list[Header]) -> list[Header]:
    """Leave out lines like `快递 2026-8-28 18:00:00` inside messages.

    A nick that stands there once, without a receiver, is believed only if its time fits between its neighbours'.
    """
    times = Counter(header.nick for header in headers)
    known = {nick for header in headers if header.receiver for nick in (header.nick, header.receiver)}
    shops = Counter(shop_of(header.nick) for header in headers if is_sub_account(header.nick))

    def is_familiar(header: Header) -> bool:
        nick = header.nick
        return (
            header.receiver is not None
            or nick in known
            or times[nick] > 1
            or (is_sub_account(nick) and (shops[shop_of(nick)] > 1 or len(shops) == 1))
        )

    familiar = [is_familiar(header) for header in headers]
    moments = [time[0] if (time := read_time(header.time)) else None for header in headers]
    believed: list[Header] = []
    before: int | None = None
    after = _next_familiar(familiar, moments)
    for number, header in enumerate(headers):
        moment = moments[number]
        if not familiar[number] and believed and moment is not None:
            late = after[number] is not None and moment > (after[number] or 0)
            if (before is not None and moment < before) or late:
                continue
        believed.append(header)
        before = moment if moment is not None else before
    return believed


def _next_familiar(familiar: Sequence[bool], moments: Sequence[int | None]) -> list[int | None]:
    """Give for each header the time of the next familiar one."""
    following: list[int | None] = []
    coming: int | None = None
    for is_familiar, moment in zip(reversed(familiar), reversed(moments), strict=True):
        following.append(coming)
        if is_familiar and moment is not None:
            coming = moment
    return following[::-1]


def _with_odd_times(lines: Sequence[str], believed: Sequence[Header]) -> list[Header]:
    """Find headers of known people whose time is written in another way, like `昨天 12:10`."""
    nicks = {header.nick for header in believed}
    taken = {header.first_line for header in believed}
    odd = []
    for at, line in enumerate(lines):
        nick, _, time = line.strip().partition(" ")
        if at not in taken and nick in nicks and _CLOCK.fullmatch(time.strip()):
            odd.append(Header(at, at, nick, None, time.strip()))
    return odd
