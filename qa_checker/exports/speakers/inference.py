"""Who speaks where an export doesn't say: inferred from how it is said, by phrase lists, and always reported.

Every text gets log-odds from phrase lists and habits (`weigh`); each session then gets its likeliest course of speakers
(`decide`, Viterbi with two states), held by the rows whose role is known. Platform notices are recognised, not guessed.
Bots are not told from agents.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pandas.util import hash_array

from qa_checker.exports.cells.roles import AGENT, BOT, CUSTOMER, SYSTEM
from qa_checker.language import Lexicon, Scanner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Evidence = NDArray[np.float64]
"""Log-odds that the service side says it: above 0 rather the agent, below 0 rather the customer."""

VOICES = {"agent-voice": 3.5, "agent-leaning": 1.3, "customer-voice": -2.3, "customer-leaning": -1.3}
"""Phrase lists (lexicons/phrases) and what saying one of them weighs, once a text."""

NOTICES = "system-voice"
"""The phrase list of what platforms say by themselves."""

_AFTER = r"(?:#E-\S+|\[[^\]]{1,8}\]|/:\S+|[\s~～。.！!…])*$"  # emoji codes and stops behind the last word
HABITS = {
    rf".[哦呢哈哟噢哒滴咯]{_AFTER}": 1.4,  # softening particles
    rf"...的{_AFTER}": 0.7,  # 可以修改的
    rf"^(?:请问)?是.+[吗么][?？]*{_AFTER}": 1.3,  # 是这个地址吗
    rf"[嘛吧啊么呀][?？]*{_AFTER}": -0.5,
    r"[?？]\s*$": -0.5,
    r"[@＠][^\s\w]*\w*客服": -1.5,  # calls the company in public
    r"^\s*https?://\S+\s*$": -2.0,  # the card of an item that the customer looks at
    r"^[\s\d+*xX-]{5,}$": -1.5,  # an order or telephone number and nothing else
    r"^(?:\s*\[[^\]]+\])+\s*$": -0.5,  # pictures and emoji alone
    r"^.{0,4}$": -0.3,
    r"(?s)^.{16,}": 0.3,
}
"""What no phrase tells, as regular expressions, and what each weighs."""

SAID_BEFORE = 2.5  # a row whose speaker is known says exactly the same
_SAYS_ENOUGH = 8  # characters; anybody may say 好的
CERTAIN = 50.0  # the export itself says who speaks

OPENING = -2.0  # nearly every session is opened by the customer, or by a greeting that shows itself
CLEAR = 2.0  # log-odds that leave little doubt
_EVEN_PAIRS = 20  # so that a short file proves little about how its speakers alternate


@dataclass(frozen=True)
class Voices:
    """Hashes of what is said by those whose role is known: by customers, by the service side, by the system."""

    customer: NDArray[np.uint64]
    service: NDArray[np.uint64]
    system: NDArray[np.uint64]

    @classmethod
    def of(cls, messages: pa.Table) -> Voices:
        """Listen to the rows that have a role."""
        text, texts = _coded(messages["text"])
        hashes = _hashes(texts)
        said = [pc.is_in(messages["role"], pa.array(who)).to_numpy() for who in ([CUSTOMER], [AGENT, BOT], [SYSTEM])]
        return cls(*(np.unique(hashes[text[rows]]) for rows in said))

    def __or__(self, other: Voices) -> Voices:
        return Voices(
            np.union1d(self.customer, other.customer),
            np.union1d(self.service, other.service),
            np.union1d(self.system, other.system),
        )


@dataclass(frozen=True)
class Turns:
    """How often, of two neighbours in a session that both speak clearly, the other side speaks next."""

    changed: int = 0
    pairs: int = 0

    def __add__(self, other: Turns) -> Turns:
        return Turns(self.changed + other.changed, self.pairs + other.pairs)

    @property
    def odds(self) -> float:
        """Log-odds of a change; exports that join a person's messages alternate strictly, live chats hardly."""
        share = (self.changed + _EVEN_PAIRS / 2) / (self.pairs + _EVEN_PAIRS)
        return log(share / (1 - share))


def weigh(messages: pa.Table, voices: Voices) -> tuple[pa.Table, Turns]:
    """Add a column `evidence` to whole sessions, and the notices to their roles; null is a role to be inferred."""
    roles = np.asarray(messages["role"].to_pylist(), object)
    text, texts = _coded(messages["text"])
    session, _ = _coded(messages["session_id"])
    hashes = _hashes(texts)
    by_customer, by_service, by_system = (
        np.isin(hashes, said) for said in (voices.customer, voices.service, voices.system)
    )
    evidence, notice = by_voice(texts)
    telling = np.fromiter(map(len, texts), np.int64, len(texts)) >= _SAYS_ENOUGH
    evidence += SAID_BEFORE * telling * (by_service.astype(np.float64) - by_customer)
    unknown = ~messages["role"].is_valid().to_numpy()
    roles[unknown & ((notice & ~by_customer & ~by_service) | by_system)[text]] = SYSTEM

    spoken, within = _conversation(session, roles)
    clear = np.abs(evidence[text][spoken]) >= CLEAR
    pairs = within & clear[1:] & clear[:-1]
    says_agent = evidence[text][spoken] > 0
    turns = Turns(int(np.count_nonzero(pairs & (says_agent[1:] != says_agent[:-1]))), int(np.count_nonzero(pairs)))
    weighed = messages.set_column(messages.schema.get_field_index("role"), "role", pa.array(roles, pa.string()))
    return weighed.append_column("evidence", pa.array(evidence[text])), turns


def decide(weighed: pa.Table, turns: Turns) -> pa.Array:
    """Give the role column with every null filled in."""
    roles = np.asarray(weighed["role"].to_pylist(), object)
    session, _ = _coded(weighed["session_id"])
    spoken, within = _conversation(session, roles)
    if spoken.size:
        evidence, said_by = weighed["evidence"].to_numpy()[spoken], roles[spoken]
        evidence[(said_by == AGENT) | (said_by == BOT)] = CERTAIN
        evidence[said_by == CUSTOMER] = -CERTAIN
        by_agent = _viterbi(evidence, within, turns.odds)
        open_ = ~weighed["role"].is_valid().to_numpy()[spoken]
        roles[spoken[open_]] = np.where(by_agent[open_], AGENT, CUSTOMER)
    return pa.array(roles, pa.string())


def told(inferred: Mapping[str, int]) -> str:
    """Say in Chinese how many rows were given which role; empty where none was."""
    if not any(inferred.values()):
        return ""
    agent, customer, system = (inferred.get(role, 0) for role in (AGENT, CUSTOMER, SYSTEM))
    return (
        f"{agent + customer + system} 行没有写明是谁说的，已按用语推断"
        f"（客服 {agent} 行，顾客 {customer} 行，系统 {system} 行）；请抽查几段，或用 --columns 指定角色列"
    )


def _hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Number texts, the same in every process: `hash` is salted, and on a cluster others compare what one has heard."""
    return hash_array(np.array(texts, object), categorize=False)


def _conversation(
    session: NDArray[np.int64], roles: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Give the rows session by session without those of the system, and whether the next is in the same session."""
    order = np.argsort(session, kind="stable")
    spoken = order[roles[order] != SYSTEM]
    return spoken, session[spoken][1:] == session[spoken][:-1]


def _coded(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    """For each row the number of its value, and the distinct values."""
    coded = pc.dictionary_encode(column.combine_chunks())
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), coded.dictionary.to_pylist()


@cache
def _voices() -> Scanner:
    return Scanner(Lexicon.read(Path(str(files("qa_checker.lexicons")))), [*VOICES, NOTICES])


def by_voice(texts: Sequence[str]) -> tuple[Evidence, NDArray[np.bool_]]:
    """Say what each text tells about its speaker by itself, and whether it is a platform notice."""
    hits = _voices().scan(texts)
    evidence = np.zeros(len(texts))
    for name, weight in VOICES.items():
        evidence += weight * hits.said([name])
    for pattern, weight in HABITS.items():
        evidence += weight * _like(pattern, texts)
    return evidence, hits.said([NOTICES])


def _like(pattern: str, texts: Sequence[str]) -> NDArray[np.bool_]:
    found = pc.match_substring_regex(pa.array(texts, pa.string()), pattern)
    return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)


def _viterbi(evidence: Evidence, within: NDArray[np.bool_], change: float) -> NDArray[np.bool_]:
    """Find the likeliest speakers of all sessions in one run; two states need only the lead of one over the other.

    For each row its evidence, and whether the next row is `within` the same session; `change`: log-odds that the
    speaker changes inside a session.
    """
    lead = float(evidence[0]) + OPENING
    leads = [lead]
    for weight, inside in zip(evidence[1:].tolist(), within.tolist(), strict=True):
        lead = weight + (max(lead, change) - max(lead + change, 0.0) if inside else OPENING)
        leads.append(lead)
    agent = lead > 0
    by_agent = [agent]
    for lead, inside in zip(leads[-2::-1], within[::-1].tolist(), strict=True):
        agent = lead > ((change if agent else -change) if inside else 0.0)
        by_agent.append(agent)
    return np.array(by_agent[::-1], np.bool_)
