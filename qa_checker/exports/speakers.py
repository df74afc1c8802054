"""Who speaks where an export doesn't say: inferred from how it is said, by phrase lists, and always reported."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from qa_checker.exports.roles import AGENT, BOT, CUSTOMER, SYSTEM
from qa_checker.language import Lexicon, Scanner

Evidence = NDArray[np.float64]
"""For each text or row the log-odds that the service side says it: above 0 agent, below 0 customer."""

CERTAIN = 50.0  # the export itself says who speaks

VOICES = {"agent-voice": 3.5, "agent-leaning": 1.3, "customer-voice": -2.3, "customer-leaning": -1.3}
"""Phrase lists (lexicons/phrases) and what saying one of them weighs, once a text."""

NOTICES = "system-voice"
_AFTER = r"(?:#E-\S+|\[[^\]]{1,8}\]|/:\S+|[\s~～。.！!…])*$"  # emoji codes and stops behind the last word
HABITS = {
    rf"[哦呢哈哟噢哒滴咯]{_AFTER}": 1.4,  # softening particles
    rf"...的{_AFTER}": 0.7,  # 可以修改的
    rf"[嘛吧啊么呀][?？]*{_AFTER}": -0.5,
    rf"^(?:请问)?是.+[吗么][?？]*{_AFTER}": 1.3,  # 是这个地址吗
    r"[?？]\s*$": -0.5,
    r"[@＠][^\s\w]*\w*客服": -1.5,  # calls the company in public
    r"^\s*https?://\S+\s*$": -2.0,  # the card of an item that the customer looks at
    r"^[\s\d+*xX-]{5,}$": -1.5,  # an order or telephone number and nothing else
    r"^(?:\s*\[[^\]]+\])+\s*$": -0.5,  # pictures and emoji alone
    r"^.{0,4}$": -0.3,
    r"(?s)^.{16,}": 0.3,
}
"""Regular expressions for habits that no phrase tells, and what each weighs."""

STOCK_ANSWER = 1.2  # a long sentence said word for word in several sessions comes from the agents' templates
_STOCK_LENGTH, _STOCK_SESSIONS = 12, 3
SAID_BEFORE = 2.5  # a row whose speaker is known says exactly the same
_SAYS_ENOUGH = 8  # characters; anybody may say 好的

OPENING = -1.0  # most sessions are opened by the customer
_ASKS = rf"[吗么?？]{_AFTER}"
EVEN = 0.0
AFTER_A_QUESTION = 0.7
BEFORE_A_WORD = 0.5
EVEN_TURNS = 40  # messages
_ROUNDS = 3


def infer_speakers(messages: pa.Table, unknown: NDArray[np.bool_]) -> tuple[pa.Array, str]:
    """Fill in who speaks in the `unknown` rows of a table with session_id, role and text, in source order.

    Every text gets log-odds from phrase lists and habits; each session then gets its likeliest course of speakers
    (Viterbi with two states), held by the rows whose role is known. Platform notices are recognised, not guessed.
    Gives the whole role column, and a Chinese sentence that says what was inferred (empty where nothing was).
    """
    known = messages["role"].combine_chunks()
    if not unknown.any():
        return known, ""
    text, texts = _coded(messages["text"])
    session, _ = _coded(messages["session_id"])
    roles = np.asarray(known.to_pylist(), object)
    roles[unknown] = None

    evidence, notice = _evidence(texts)
    brief = np.fromiter(map(len, texts), np.int64, len(texts)) <= 4
    asks = pc.match_substring_regex(pa.array(texts, pa.string()), _ASKS).to_numpy(zero_copy_only=False)
    evidence += STOCK_ANSWER * _stock_answers(texts, text, session)
    _heed_known_rows(roles, text, texts, evidence, notice)
    roles[unknown & notice[text]] = SYSTEM

    weights = evidence[text]
    weights[(roles == AGENT) | (roles == BOT)] = CERTAIN
    weights[roles == CUSTOMER] = -CERTAIN
    order = np.argsort(session, kind="stable")
    spoken = order[roles[order] != SYSTEM]
    by_agent = np.zeros(len(roles), np.bool_)
    by_agent[spoken] = _likeliest(weights[spoken], session[spoken], asks[text[spoken]], brief[text[spoken]])
    open_rows = unknown & (roles != SYSTEM)
    roles[open_rows] = np.where(by_agent[open_rows], AGENT, CUSTOMER)
    return pa.array(roles, pa.string()), _warning(roles[unknown])


def _coded(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    """For each row the number of its value, and the distinct values."""
    coded = pc.dictionary_encode(column.combine_chunks())
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), coded.dictionary.to_pylist()


@cache
def _voices() -> Scanner:
    return Scanner(Lexicon.read(Path(str(files("qa_checker.lexicons")))), [*VOICES, NOTICES])


def _evidence(texts: Sequence[str]) -> tuple[Evidence, NDArray[np.bool_]]:
    """What each distinct text says about its speaker by itself, and whether it is a platform notice."""
    hits = _voices().scan(texts)
    evidence = np.zeros(len(texts))
    for name, weight in VOICES.items():
        evidence += weight * hits.said([name])
    column = pa.array(texts, pa.string())
    for pattern, weight in HABITS.items():
        evidence += weight * pc.match_substring_regex(column, pattern).to_numpy(zero_copy_only=False)
    return evidence, hits.said([NOTICES])


def _stock_answers(texts: Sequence[str], text: NDArray[np.int64], session: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each distinct text whether it is long and comes word for word in several sessions."""
    pairs = np.unique(text * (session.max() + 1) + session)
    sessions = np.bincount(pairs // (session.max() + 1), minlength=len(texts))
    return (sessions >= _STOCK_SESSIONS) & (np.fromiter(map(len, texts), np.int64, len(texts)) >= _STOCK_LENGTH)


def _heed_known_rows(
    roles: NDArray[np.object_],
    text: NDArray[np.int64],
    texts: Sequence[str],
    evidence: Evidence,
    notice: NDArray[np.bool_],
) -> None:
    """Let rows whose role is known speak for the rows that repeat them word for word."""
    long = np.fromiter(map(len, texts), np.int64, len(texts)) >= _SAYS_ENOUGH
    said_by = {role: np.bincount(text[roles == role], minlength=len(texts)) > 0 for role in (CUSTOMER, AGENT, BOT, SYSTEM)}
    people = said_by[CUSTOMER] | said_by[AGENT] | said_by[BOT]
    evidence += SAID_BEFORE * long * (said_by[AGENT] | said_by[BOT])
    evidence -= SAID_BEFORE * long * said_by[CUSTOMER]
    notice[said_by[SYSTEM] & ~people] = True
    notice[people & ~said_by[SYSTEM]] = False


def _change_odds(evidence: Evidence, within: NDArray[np.bool_]) -> float:
    """Log-odds that the next message is the other side's, from neighbours that both speak clearly."""
    clear = np.abs(evidence) >= CLEAR
    pairs = within & clear[1:] & clear[:-1]
    changed = np.count_nonzero(pairs & ((evidence[1:] > 0) != (evidence[:-1] > 0)))
    share = (changed + EVEN_PAIRS / 2) / (np.count_nonzero(pairs) + EVEN_PAIRS)
    return log(share / (1 - share))


def _viterbi(weights: Evidence, within: NDArray[np.bool_], changes: Evidence) -> NDArray[np.bool_]:
    """Find the likeliest speakers of all sessions at once: two states need only the lead of one over the other.

    `changes`: for each pair of neighbours the log-odds that the speaker changes.
    """
    lead = float(weights[0]) + OPENING
    leads = [lead]
    for weight, inside, change in zip(weights[1:].tolist(), within.tolist(), changes.tolist(), strict=True):
        carried = max(lead, change) - max(lead + change, 0.0) if inside else OPENING
        lead = weight + carried
        leads.append(lead)
    agent = lead > 0
    by_agent = [agent]
    for lead, inside, change in zip(leads[-2::-1], within[::-1].tolist(), changes[::-1].tolist(), strict=True):
        agent = lead > (change if agent else -change) if inside else lead > 0
        by_agent.append(agent)
    return np.array(by_agent[::-1], np.bool_)


def _warning(inferred: NDArray[np.object_]) -> str:
    agent, customer, system = (np.count_nonzero(inferred == role) for role in (AGENT, CUSTOMER, SYSTEM))
    return (
        f"{len(inferred)} 行没有写明是谁说的，已按用语推断（客服 {agent} 行，顾客 {customer} 行，系统 {system} 行）；"
        "请抽查几段，或用 --columns 指定角色列"
    )
