"""Dividing an export among shards: all sessions of a customer together, in source order, however large it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np
import pyarrow as pa

from qa_checker.exports.cells.letters import fingerprints
from qa_checker.exports.files.scratch import Pile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from qa_checker.exports.files.scratch import Scratch

Keys: TypeAlias = "NDArray[np.uint64]"
Found = TypeVar("Found")

LARGEST = 500_000
"""Rows of one customer that are kept together, and the most one session may have: what a shard must hold at once."""

_MANY = 1 << 21  # entries after which a session is no longer remembered several times
_FILES = 400  # open at a time
_APART = np.uint64(0x9E3779B97F4A7C15)  # keeps a session from being taken for a customer of the same name


@dataclass
class Customers:
    """Whose each session is: the customer it names first; nobody's session stands for itself.

    Sessions and customers are remembered by fingerprints: should two be equal, they only share a shard.
    """

    _rows: list[tuple[Keys, NDArray[np.int64]]] = field(default_factory=list)  # sessions, how many rows each
    _owners: list[tuple[Keys, Keys]] = field(default_factory=list)  # sessions, their customers
    _entries: int = 0

    def see(self, messages: pa.Table) -> None:
        """Take in the next rows in source order; each has a session_id, or else a customer_id."""
        session, customer = _keys(messages)
        self._rows.append(np.unique(session, return_counts=True))
        known = np.flatnonzero(customer)
        sessions, first = np.unique(session[known], return_index=True)
        self._owners.append((sessions, customer[known][first]))
        self._entries += self._rows[-1][0].size + sessions.size
        if self._entries > _MANY:
            self._condense()

    def join(self, others: Customers) -> None:
        """Take in what was seen of rows that come after those seen so far."""
        self._rows += others._rows
        self._owners += others._owners
        self._condense()

    def _condense(self) -> None:
        self._rows, self._owners, self._entries = [_summed(self._rows)], [_first(self._owners)], 0

    def shards(self, most: int) -> Plan:
        """Plan shards of about so many rows; the same whatever the order of the rows. Raises Endless."""
        sessions, rows = _summed(self._rows)
        if rows.max(initial=0) > LARGEST:
            raise Endless(sessions[rows.argmax()], int(rows.max()))
        owner, crowds = self._owners_of(sessions, rows)
        _, number = np.unique(owner, return_inverse=True)
        ends = np.cumsum(np.bincount(number, rows))
        most = max(most, int(ends[-1]) // _FILES if ends.size else 0)
        return Plan(sessions, ((ends - 1) // most).astype(np.int64)[number], crowds)

    def _owners_of(self, sessions: Keys, rows: NDArray[np.int64]) -> tuple[Keys, int]:
        """Say whose each session is, and how many customers were too many rows to be one."""
        named, customers = _first(self._owners)
        owner = sessions.copy()
        owner[np.searchsorted(sessions, named)] = customers
        distinct, number = np.unique(owner, return_inverse=True)
        is_crowd = np.bincount(number, rows, distinct.size) > LARGEST
        return np.where(is_crowd[number], sessions, owner), int(is_crowd.sum())


class Endless(Exception):
    """A session of more than LARGEST rows, or as many of a customer's whose sessions aren't numbered."""

    def __init__(self, session: np.uint64, rows: int) -> None:
        super().__init__(f"{rows} rows in one session")
        self.rows = rows
        self._session = session

    def begins(self, tables: Iterable[pa.Table]) -> tuple[int, int]:
        """Find its first row among all rows: the source, and the row there."""
        for rows in tables:
            found = np.flatnonzero(_keys(rows)[0] == self._session)
            if found.size:
                return rows["source"][int(found[0])].as_py(), rows["row"][int(found[0])].as_py()
        raise LookupError("the session isn't among these rows")


@dataclass(frozen=True)
class Plan:
    """Which shard each session goes to; some numbers may stay empty."""

    sessions: Keys
    shard: NDArray[np.int64]
    crowds: int = 0  # customers of more than LARGEST rows: each of their sessions stands for itself

    def told(self) -> list[str]:
        """Say in Chinese what an operator should know of it."""
        if not self.crowds:
            return []
        many = f"有 {self.crowds} 个顾客名下各有超过 {LARGEST:,} 条消息，多半是匿名顾客共用一个名字"
        return [f"{many}；他们的会话分开看，跨会话的规则不把它们当作同一个人的"]

    @property
    def numbers(self) -> int:
        """How many numbers shards may have."""
        return int(self.shard.max(initial=0)) + 1

    def divide(self, pile: Pile, scratch: Scratch) -> Shards:
        """Deal the rows out; the pile is used up."""
        if self.numbers == 1:
            return Shards(scratch, [pile])
        if pile.path is not None:  # what was too much for memory in one pile is so in many
            scratch = replace(scratch, in_memory=0)
        piles: dict[int, Pile] = {}
        for table in pile:
            for number, rows in self.deal(table):
                piles.setdefault(number, Pile(scratch)).append(rows)
        pile.drop()
        return Shards(scratch, [piles[number] for number in sorted(piles)])

    def deal(self, rows: pa.Table) -> Iterator[tuple[int, pa.Table]]:
        """Give the rows of each shard."""
        shard = self.shard[np.searchsorted(self.sessions, _keys(rows)[0])]
        order = np.argsort(shard, kind="stable")
        numbers, starts = np.unique(shard[order], return_index=True)
        dealt = rows.take(pa.array(order))
        for number, start, stop in zip(numbers.tolist(), starts, [*starts[1:], len(order)], strict=True):
            yield number, dealt.slice(start, stop - start)


class Shards:
    """The rows of an export, a shard of whole customers at a time; only one of many is in memory."""

    def __init__(self, scratch: Scratch, piles: list[Pile]) -> None:
        self._scratch, self._piles = scratch, piles
        self.rows = sum(pile.rows for pile in piles)

    def __len__(self) -> int:
        return len(self._piles)

    def __iter__(self) -> Iterator[pa.Table]:
        return (pile.table() for pile in self._piles)

    def survey(self, look: Callable[[pa.Table], Found]) -> Iterable[Found]:
        """Give what each shard shows, in order."""
        return map(look, self)

    def change(self, change: Callable[[pa.Table], tuple[pa.Table, Found]]) -> list[Found]:
        """Replace every shard by what is made of it; gives what was found on the way, in order."""
        found = []
        for number, pile in enumerate(self._piles):
            table = pile.table()
            pile.drop()
            self._piles[number] = changed = Pile(self._scratch)
            made, more = change(table)
            changed.append(made)
            changed.close()
            found.append(more)
        self.rows = sum(pile.rows for pile in self._piles)
        return found

    def files(self) -> list[Path]:
        """Put the shards into Arrow stream files, for other processes to read; these need a scratch folder."""
        for pile in self._piles:
            pile.to_disk()
            pile.close()
        return [pile.path for pile in self._piles if pile.path]


def _keys(messages: pa.Table) -> tuple[Keys, Keys]:
    """Number each row's session (its customer, where sessions are still to be split) and its customer (0: unnamed)."""
    session, customer = (_prints(messages[name]) for name in ("session_id", "customer_id"))
    unsplit = ~messages["session_id"].is_valid().to_numpy()
    return np.where(unsplit, customer, session * _APART), customer


def _prints(column: pa.ChunkedArray) -> Keys:
    prints = np.concatenate([np.zeros(0, np.uint64), *(fingerprints(chunk) for chunk in column.chunks)])
    return np.where(column.is_valid().to_numpy(), np.maximum(prints, 1), 0).astype(np.uint64)


def _summed(counts: Iterable[tuple[Keys, NDArray[np.int64]]]) -> tuple[Keys, NDArray[np.int64]]:
    keys, rows = (np.concatenate(column) for column in zip(*counts, strict=True))
    distinct, number = np.unique(keys, return_inverse=True)
    return distinct, np.bincount(number, rows, distinct.size).astype(np.int64)


def _first(owners: Iterable[tuple[Keys, Keys]]) -> tuple[Keys, Keys]:
    keys, values = (np.concatenate(column) for column in zip(*owners, strict=True))
    distinct, first = np.unique(keys, return_index=True)
    return distinct, values[first]
