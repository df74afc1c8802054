"""Who speaks where an export doesn't say: inferred from how it is said, by phrase lists, and always reported."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import log
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from qa_checker.exports.roles import AGENT, BOT, CUSTOMER, SYSTEM
from qa_checker.language import Lexicon, Scanner

Evidence = NDArray[np.float64]
"""For each text or row the log-odds that the service side says it: above 0 agent, below 0 customer."""

CERTAIN = 50.0  # the export itself says who speaks

VOICES = {"agent-voice": 2.5, "agent-leaning": 1.0, "customer-voice": -2.5, "customer-leaning": -1.0}
"""Phrase lists (lexicons/phrases) and what saying one of them weighs, once a text."""

NOTICES = "system-voice"
_AFTER = r"(?:#E-\S+|\[[^\]]{1,8}\]|/:\S+|[\s~～。.！!…])*$"  # emoji codes and stops behind the last word
HABITS = {
    rf"[哦呢哈哟噢哒滴咯]{_AFTER}": 1.0,  # softening particles
    rf"[吗嘛吧啊么][?？]*{_AFTER}": -0.4,
    r"[?？]\s*$": -0.4,
    r"^[\s\d+*xX-]{5,}$": -1.5,  # an order or telephone number and nothing else
    r"^(?:\s*\[[^\]]+\])+\s*$": -0.8,  # pictures and emoji alone
    r"^.{0,4}$": -0.5,
    r"(?s)^.{16,}": 0.6,
    r"(?s)^.{30,}": 0.3,
}
"""Regular expressions for habits that no phrase tells, and what each weighs."""

STOCK_ANSWER = 1.2  # a long sentence said word for word in several sessions comes from the agents' templates
_STOCK_LENGTH, _STOCK_SESSIONS = 12, 3
SAID_BEFORE = 2.5  # a row whose speaker is known says exactly the same
_SAYS_ENOUGH = 8  # characters; anybody may say 好的

OPENING = -1.0  # most sessions are opened by the customer
EVEN_TURNS = 40  # messages
_ROUNDS = 3


class Turns(NamedTuple):
    """How often the other side speaks next; even at first, then counted in the file itself."""

    after_agent: float = 0.5
    after_customer: float = 0.5


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
    evidence += STOCK_ANSWER * _stock_answers(texts, text, session)
    _heed_known_rows(roles, text, texts, evidence, notice)
    roles[unknown & notice[text]] = SYSTEM

    weights = evidence[text]
    weights[(roles == AGENT) | (roles == BOT)] = CERTAIN
    weights[roles == CUSTOMER] = -CERTAIN
    order = np.argsort(session, kind="stable")
    spoken = order[roles[order] != SYSTEM]
    by_agent = np.zeros(len(roles), np.bool_)
    by_agent[spoken] = _likeliest(weights[spoken], session[spoken])
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


def _likeliest(weights: Evidence, session: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the agent speaks, for rows laid session by session; how speakers alternate is learned on the way."""
    opens = np.concatenate([[True], session[1:] != session[:-1]])
    turns = Turns()
    for _ in range(_ROUNDS):
        by_agent = _viterbi(weights.tolist(), opens.tolist(), turns)
        turns = _count_turns(by_agent, opens)
    return _viterbi(weights.tolist(), opens.tolist(), turns)


def _viterbi(weights: Sequence[float], opens: Sequence[bool], turns: Turns) -> NDArray[np.bool_]:
    """Find the likeliest states of all sessions at once: two states need only the lead of one over the other."""
    agent_stays, agent_yields = log(1 - turns.after_agent), log(turns.after_agent)
    customer_stays, customer_yields = log(1 - turns.after_customer), log(turns.after_customer)
    before_agent, before_customer, leads = [], [], []
    lead = 0.0
    for weight, first in zip(weights, opens, strict=True):
        to_agent, to_customer = lead + agent_stays, lead + agent_yields
        before_agent.append(to_agent > customer_yields)
        before_customer.append(to_customer > customer_stays)
        if first:
            lead = weight + OPENING
        else:
            lead = weight + max(to_agent, customer_yields) - max(to_customer, customer_stays)
        leads.append(lead)
    by_agent = np.zeros(len(leads), np.bool_)
    last = True
    agent = False
    for row in range(len(leads) - 1, -1, -1):
        if last:
            agent = leads[row] > 0
        by_agent[row] = agent
        last = opens[row]
        agent = before_agent[row] if agent else before_customer[row]
    return by_agent


def _count_turns(by_agent: NDArray[np.bool_], opens: NDArray[np.bool_]) -> Turns:
    """How often the other side follows, with even odds mixed in so that a short file proves little."""
    before, changes = by_agent[:-1], by_agent[1:] != by_agent[:-1]
    within = ~opens[1:]
    rates = (
        (np.count_nonzero(changes & within & side) + EVEN_TURNS / 2) / (np.count_nonzero(within & side) + EVEN_TURNS)
        for side in (before, ~before)
    )
    return Turns(*rates)


def _warning(inferred: NDArray[np.object_]) -> str:
    agent, customer, system = (np.count_nonzero(inferred == role) for role in (AGENT, CUSTOMER, SYSTEM))
    return (
        f"{len(inferred)} 行没有写明是谁说的，已按用语推断（客服 {agent} 行，顾客 {customer} 行，系统 {system} 行）；"
        "请抽查几段，或用 --columns 指定角色列"
    )
