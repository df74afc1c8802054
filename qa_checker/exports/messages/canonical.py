"""From text cells to canonical messages: every cell checked, every row that fails set aside with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_checker.chats import MESSAGES
from qa_checker.exports.cells.letters import UNSEEN, may_have_space_around
from qa_checker.exports.cells.roles import is_unknown, is_yes, role_of
from qa_checker.exports.cells.times import UNKNOWN, read_times
from qa_checker.exports.problems import LONGEST_TEXT, Reject
from qa_checker.exports.records import Records, detail

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

UNKNOWN_ROLE = "unknown"

WORDLESS_TYPES = frozenset(
    (
        *("image", "picture", "photo", "pic", "img", "emotion", "emoji", "sticker", "expression", "video", "voice"),
        *("audio", "file", "card", "order", "goods", "product", "link", "location", "event", "system", "notice"),
        *("recall", "revoke", "transfer", "close", "rate", "rating", "goods_spec", "red_packet", "unavailable"),
        *("图片", "表情", "动画表情", "视频", "语音", "音频", "文件", "卡片", "订单", "商品", "链接", "位置", "红包"),
        *("系统", "通知", "撤回", "转接", "评价"),
    )
)
"""Message types whose messages may have no text."""

_MADE = ("role", "sent_at", "text", "is_auto", "to_the_second")
"""Columns that are not simply the words of a cell."""

_IDENTITIES = ("session_id", "message_id", "agent_id", "customer_id")
_NOTHING = pa.array(["", "null", "NULL", "Null", "None", "nan", "NaN", "undefined", "#N/A", "\\N"])
"""What programs write where there is no identity; taken for one, it would join what has nothing in common."""

_ROUNDED = r"^[+-]?\d\.\d+[eE]\+?\d+$|^[+-]?\d[eE]\+\d+$"
_TOO_LONG = 18  # digits of an identity of which Excel has kept 15
_LONG, _ENDS_IN_ZEROS = rf"^\d{{{_TOO_LONG},}}$", r"^\d{15}0+$"

_BATCH = 1 << 12  # records checked at a time, at least


@dataclass(frozen=True)
class Checked:
    """Rows after every cell was checked; one entry a message."""

    messages: pa.Table  # schema MESSAGES, but session_id may be null (to be split) and role may be `unknown`
    pairs: pa.ChunkedArray  # who talked with whom, where there is no session_id
    records: NDArray[np.int64]  # which record of its file each message is
    rejects: tuple[Reject, ...]


def check(found: Records) -> Checked:
    """Turn the cells of one file into messages, some 10⁵ records at a time: no array is copied or grows too large."""
    pieces = []
    start = 0
    for batch in _batches(found.cells):
        pieces.append(_check(found, batch, start))
        start += batch.num_rows
    return Checked(
        pa.concat_tables([piece.messages for piece in pieces]),
        pa.chunked_array([chunk for piece in pieces for chunk in piece.pairs.chunks], pa.string()),
        np.concatenate([piece.records for piece in pieces]),
        (*found.rejects, *(reject for piece in pieces for reject in piece.rejects)),
    )


def _batches(cells: pa.Table) -> Iterator[pa.RecordBatch]:
    """Join small batches, as careful reading leaves them; at least one comes, be it empty."""
    waiting: list[pa.RecordBatch] = []
    for batch in cells.to_batches():
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= _BATCH:
            yield waiting[0] if len(waiting) == 1 else pa.concat_batches(waiting)
            waiting = []
    if waiting or not cells.num_rows:
        yield pa.concat_batches(waiting) if waiting else pa.RecordBatch.from_pylist([], cells.schema)


def _check(found: Records, batch: pa.RecordBatch, start: int) -> Checked:
    sieve = _Sieve(found, batch, start)
    session, message_id = sieve.words("session_id"), sieve.words("message_id")
    pairs = pa.nulls(sieve.rows, pa.string())
    if "session_id" in found.cells.column_names:
        sieve.require("session_id")
    else:
        pairs = sieve.pairs(found.parties)
    for identity in (session, message_id, sieve.words("agent_id"), sieve.words("customer_id")):
        sieve.refuse("id_rounded", _rounded(identity))
    is_auto = sieve.is_auto()
    role = sieve.roles()
    times = read_times(sieve.cells("sent_at"))
    sieve.refuse("bad_time", times.bad)
    text = sieve.text()
    columns = {
        **{name: sieve.words(name) for name in MESSAGES.names if name not in _MADE},
        "role": role,
        "text": text,
        "is_auto": pa.array(is_auto),
        "sent_at": pa.array(times.ms, mask=times.ms == UNKNOWN).cast(pa.timestamp("ms")),
        "to_the_second": pa.array(times.to_the_second),
    }
    table = pa.table({name: columns[name] for name in MESSAGES.names})
    fine = sieve.fine
    if sieve.reasons:  # filtering copies
        table, pairs = table.filter(pa.array(fine)), pairs.filter(pa.array(fine))
    return Checked(table, pa.chunked_array([pairs]), start + np.flatnonzero(fine), sieve.rejects())


class _Sieve:
    """A slice of records; keeps the first reason why a record can't become a message."""

    def __init__(self, found: Records, batch: pa.RecordBatch, start: int) -> None:
        self.found, self.batch, self.start = found, batch, start
        self.rows = batch.num_rows
        self.fine = np.ones(self.rows, np.bool_)
        self.reasons: dict[int, tuple[str, str]] = {}
        self._cells: dict[str, pa.Array] = {}
        for record, reason in found.spoiled.items():
            if start <= record < start + self.rows:
                self.set_aside(record - start, reason)
        self.refuse("repeated_header", self.repeated_headers())

    def set_aside(self, record: int, reason: str, missing: str = "") -> None:
        self.reasons.setdefault(record, (reason, missing))
        self.fine[record] = False

    def refuse(self, reason: str, which: NDArray[np.bool_], missing: str = "") -> None:
        """Set aside the records marked, unless they had a reason before."""
        for record in np.flatnonzero(which & self.fine):
            self.set_aside(int(record), reason, missing)

    def rejects(self) -> tuple[Reject, ...]:
        """Give the records that were set aside."""
        found = self.found
        places = ((self.start + at, reason, missing) for at, (reason, missing) in self.reasons.items())
        return tuple(
            Reject(found.file, int(found.rows[at]), reason, detail(reason, missing), found.raw(found.place(at)))
            for at, reason, missing in places
        )

    def whole(self, name: str) -> pa.Array:
        """Give a column as it stands; all null where the file has none."""
        return self.batch.column(name) if name in self.batch.schema.names else pa.nulls(self.rows, pa.string())

    def cells(self, name: str) -> pa.Array:
        """Give a column without white space and the like around its cells."""
        if name not in self._cells:
            cells = self.whole(name)
            self._cells[name] = pc.utf8_trim(cells, UNSEEN) if may_have_space_around(cells) else cells
        return self._cells[name]

    def words(self, name: str) -> pa.Array:
        """Give a column in which a cell that says nothing is null."""
        cells = self.cells(name)
        empty = pc.is_in(cells, _NOTHING) if name in _IDENTITIES else pc.equal(cells, "")
        if cells.null_count == len(cells) or not pc.any(empty).as_py():
            return cells
        return pc.if_else(empty, pa.scalar(None, pa.string()), cells)

    def require(self, name: str) -> None:
        """Set aside the records that have nothing there."""
        cells = self.words(name)
        if cells.null_count:
            self.refuse("missing_field", _true(pc.is_null(cells)), name)

    def pairs(self, parties: Sequence[str]) -> pa.Array:
        """Name who talked with whom; where that takes a customer, they must be known."""
        if "customer_id" in parties:
            self.require("customer_id")
        return pc.binary_join_element_wise(*(pc.fill_null(self.words(name), "") for name in parties), "/")

    def is_auto(self) -> NDArray[np.bool_]:
        """Read the yes-or-no column; an empty cell is a no."""
        distinct = self.cells("is_auto").dictionary_encode()
        answers = np.array([*map(is_yes, distinct.dictionary.to_pylist()), False], np.bool_)
        return answers[pc.fill_null(distinct.indices, len(answers) - 1).to_numpy()]

    def roles(self) -> pa.Array:
        """Read the roles as they are written; whose a message really is, chats tell."""
        self.require("role")
        distinct = self.words("role").dictionary_encode()
        known = [UNKNOWN_ROLE if is_unknown(word) else role_of(word) for word in distinct.dictionary.to_pylist()]
        roles = pa.array(known, pa.string()).take(distinct.indices)
        if roles.null_count:
            self.refuse("bad_role", _true(pc.is_null(roles)))
        return roles

    def text(self) -> pa.Array:
        """Give the texts as they are; only messages of a wordless type may have none."""
        text = pc.fill_null(self.whole("text"), "")
        length = pc.binary_length(text).to_numpy()
        blank = (length == 0) | _true(pc.utf8_is_space(text))
        if blank.any():
            types = [(word or "").casefold() for word in self.words("message_type").filter(pa.array(blank)).to_pylist()]
            blank[blank] = [word not in WORDLESS_TYPES for word in types]
            self.refuse("missing_field", blank, "text")
        self.refuse("nul_padding", _true(pc.match_substring(text, "\0")))
        long = length > LONGEST_TEXT
        if long.any():
            long[long] = pc.utf8_length(text.filter(pa.array(long))).to_numpy() > LONGEST_TEXT
            self.refuse("text_too_long", long)
        return text

    def repeated_headers(self) -> NDArray[np.bool_]:
        """Find the rows that are the header again."""
        again = np.full(self.rows, bool(self.found.headers))
        for name, header in self.found.headers.items():
            if not again.any():
                break
            again &= _true(pc.fill_null(pc.equal(self.cells(name), header.strip()), False))
        return again


def _true(mask: pa.Array) -> NDArray[np.bool_]:
    values: NDArray[np.bool_] = mask.to_numpy(zero_copy_only=False)
    return values


def _rounded(cells: pa.Array) -> NDArray[np.bool_]:
    """Find identities that Excel wrote as `1.23457E+18`, or as 15 digits and zeros where most long ones end so."""
    rounded = np.zeros(len(cells), np.bool_)
    if cells.null_count == len(cells):
        return rounded
    if any(pc.any(pc.match_substring(cells, power)).as_py() for power in ("e+", "E+")):
        rounded = _matching(cells, _ROUNDED)
    if pc.max(pc.binary_length(cells)).as_py() >= _TOO_LONG and pc.any(pc.match_substring(cells, "000")).as_py():
        zeros, long = _matching(cells, _ENDS_IN_ZEROS), _matching(cells, _LONG)
        if (zeros & long).sum() * 2 > long.sum():
            rounded |= zeros & long
    return rounded


def _matching(cells: pa.Array, pattern: str) -> NDArray[np.bool_]:
    return _true(pc.fill_null(pc.match_substring_regex(cells, pattern), False))
