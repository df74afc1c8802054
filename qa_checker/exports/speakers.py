"""Who speaks where an export doesn't say: inferred from how it is said, by phrase lists, and always reported."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from qa_checker.exports.roles import AGENT, BOT, CUSTOMER, SYSTEM
from qa_checker.language import Lexicon, Scanner

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def infer_speakers(messages: pa.Table, unknown: NDArray[np.bool_]) -> tuple[pa.Array, str]:
    """Fill in who speaks in the `unknown` rows of a table with session_id, role and text, in source order.

    Every text gets log-odds from phrase lists and habits; each session then gets its likeliest course of speakers
    (Viterbi with two states), held by the rows whose role is known. Platform notices are recognised, not guessed.
    Bots are not told from agents. Gives the whole role column, and a Chinese sentence that says what was inferred
    (empty where nothing was).
    """
    roles = np.asarray(messages["role"].to_pylist(), object)
    if not unknown.any():
        return pa.array(roles, pa.string()), ""
    roles[unknown] = None
    text, texts = _coded(messages["text"])
    session, _ = _coded(messages["session_id"])
    by_customer, by_service, by_system = (
        np.bincount(text[np.isin(roles, who)], minlength=len(texts)) > 0 for who in ([CUSTOMER], [AGENT, BOT], [SYSTEM])
    )

    evidence, notice = _by_voice(texts)
    telling = np.fromiter(map(len, texts), np.int64, len(texts)) >= _SAYS_ENOUGH
    evidence += SAID_BEFORE * telling * (by_service.astype(np.float64) - by_customer)
    roles[unknown & ((notice & ~by_customer & ~by_service) | by_system)[text]] = SYSTEM

    by_agent = _likeliest(evidence[text], session, roles)
    left = unknown & (roles != SYSTEM)
    roles[left] = np.where(by_agent[left], AGENT, CUSTOMER)
    return pa.array(roles, pa.string()), _warning(roles[unknown])


def _coded(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    """For each row the number of its value, and the distinct values."""
    coded = pc.dictionary_encode(column.combine_chunks())
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), coded.dictionary.to_pylist()


@cache
def _voices() -> Scanner:
    return Scanner(Lexicon.read(Path(str(files("qa_checker.lexicons")))), [*VOICES, NOTICES])


def _by_voice(texts: Sequence[str]) -> tuple[Evidence, NDArray[np.bool_]]:
    """What each text says about its speaker by itself, and whether it is a platform notice."""
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


def _likeliest(evidence: Evidence, session: NDArray[np.int64], roles: NDArray[np.object_]) -> NDArray[np.bool_]:
    """For each row whether the agent speaks; rows of the system are left out of the conversation."""
    order = np.argsort(session, kind="stable")
    spoken = order[roles[order] != SYSTEM]
    by_agent = np.zeros(len(roles), np.bool_)
    if len(spoken):
        evidence, session, roles = evidence[spoken], session[spoken], roles[spoken]
        within = session[1:] == session[:-1]
        change = _change_odds(evidence, within)
        evidence[(roles == AGENT) | (roles == BOT)] = CERTAIN
        evidence[roles == CUSTOMER] = -CERTAIN
        by_agent[spoken] = _viterbi(evidence, within, change)
    return by_agent


def _change_odds(evidence: Evidence, within: NDArray[np.bool_]) -> float:
    """Log-odds that the next message is the other side's, from neighbours that both speak clearly.

    Exports that join a person's messages alternate strictly, live chats hardly; doubtful rows would blur that.
    """
    clear = np.abs(evidence) >= CLEAR
    pairs = within & clear[1:] & clear[:-1]
    changed = np.count_nonzero(pairs & ((evidence[1:] > 0) != (evidence[:-1] > 0)))
    share = (changed + _EVEN_PAIRS / 2) / (np.count_nonzero(pairs) + _EVEN_PAIRS)
    return log(share / (1 - share))


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


def _warning(inferred: NDArray[np.object_]) -> str:
    agent, customer, system = (np.count_nonzero(inferred == role) for role in (AGENT, CUSTOMER, SYSTEM))
    return (
        f"{len(inferred)} 行没有写明是谁说的，已按用语推断（客服 {agent} 行，顾客 {customer} 行，系统 {system} 行）；"
        "请抽查几段，或用 --columns 指定角色列"
    )
