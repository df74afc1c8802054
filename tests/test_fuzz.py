"""The engine against the slow, obvious reference, over conversations and rules at random."""

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import metrics
from reference.chat import Chat, conversations
from reference.judge import Verdict, judge
from reference.strategies import AUTOMATIC, KINDS_AT_RANDOM, LEXICON, TEXTS, batches, books

from qa_checker.chats import MESSAGES, NOBODY, Chats
from qa_checker.clock import WALL, Hours
from qa_checker.language import Scanner
from qa_checker.rounds import KINDS as KINDS_OF_ROUND
from qa_checker.rulebook import Rulebook
from qa_checker.rules import KINDS, OUTCOMES, Rule
from qa_checker.scorecard import Scored, score
from qa_checker.settings import Settings

SCANNER = Scanner(LEXICON)
HOURS = {
    "wall": WALL,
    "service_hours": Hours.parse({"every_day": "08:00-23:00"}),
    "working_hours": Hours.parse({"every_day": "09:00-12:00, 13:00-18:00, 23:30-02:00"}),
}
SETTINGS = Settings(
    name="随机", dimensions={"process": 100}, bonus_cap=8, use=("*",), **{k: v for k, v in HOURS.items() if k != "wall"}
)
BY_START = SETTINGS.model_copy(update={"out_of_hours": "exclude_by_start"})
BY_HOLDER = SETTINGS.model_copy(update={"unreplied_on_transfer": True})

fuzz = settings(
    max_examples=250,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
fewer = settings(fuzz, max_examples=60)

Rows = Sequence[Mapping[str, Any]]
Book = tuple[Rule, ...]


def _lists_of(whole: bool) -> dict[str, frozenset[str]]:
    hits = SCANNER.scan(TEXTS)
    marks = {name: hits.said_only([name]) if whole else hits.said([name]) for name in hits.spans}
    return {text: frozenset(name for name, mark in marks.items() if mark[number]) for number, text in enumerate(TEXTS)}


SAYS, ONLY = _lists_of(whole=False), _lists_of(whole=True)


def score_of(rows: Rows, book: Book = (), by: Settings = SETTINGS) -> Scored:
    rulebook = Rulebook(by, book, SCANNER, "", "")
    messages = pa.Table.from_pylist(list(rows), schema=MESSAGES)
    return score(rulebook.read(messages, auto_texts=AUTOMATIC), rulebook)


def reference(rows: Rows, clock: str, by: Settings = SETTINGS) -> dict[str, Chat]:
    return conversations(rows, SAYS, ONLY, {**HOURS, **by.clocks}[clock], AUTOMATIC)


def verdicts(scored: Scored, number: int) -> dict[str, list[Verdict]]:
    """The engine's verdicts by session; whom a kept rule speaks of is not compared."""
    rule, found = scored.verdicts[number]
    chats = scored.chats
    judged: dict[str, list[Verdict]] = {session: [] for session in chats.session_ids}
    for place in range(len(found.chat)):
        outcome = OUTCOMES[found.outcome[place]]
        told = outcome not in ("passes", "skips")
        judged[chats.session_ids[found.chat[place]]].append(
            Verdict(
                outcome,
                math.inf if rule.is_red_line and outcome == "fails" else float(found.points[place]),
                float(found.fine[place]),
                float(found.reward[place]),
                _agent(chats, found.charged[place]) if told else None,
                _number(found.waited[place]) if told else None,
            )
        )
    return judged


def _agent(chats: Chats, number: int) -> str | None:
    return None if number == NOBODY else chats.agents[number]


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def test_every_kind_of_rule_is_in_the_books() -> None:
    assert set(KINDS_AT_RANDOM) == set(KINDS)


@fuzz
@given(batches(), books(), st.sampled_from([SETTINGS, SETTINGS, BY_START]))
def test_verdicts_and_scores_are_the_reference_s(rows: Rows, book: Book, by: Settings) -> None:
    scored = score_of(rows, book, by)
    chats = {rule.clock: reference(rows, rule.clock, by) for rule in book}
    judged = [{session: judge(rule, chat) for session, chat in chats[rule.clock].items()} for rule in book]
    for number, rule in enumerate(book):
        assert verdicts(scored, number) == judged[number], rule
    for number, session in enumerate(scored.chats.session_ids):
        expected = metrics.score([each[session] for each in judged], SETTINGS.base_score, SETTINGS.bonus_cap)
        assert scored.score[number] == expected


@fuzz
@given(batches(), st.sampled_from([SETTINGS, SETTINGS, BY_START, BY_HOLDER]))
def test_rounds_and_response_times_are_the_reference_s(rows: Rows, by: Settings) -> None:
    scored = score_of(rows, by=by)
    chats, found = scored.chats, scored.rounds
    engine: dict[str, list[metrics.Round]] = {session: [] for session in chats.session_ids}
    for asked, replied, waited, agent, in_hours, kind, exact in zip(
        *(found.asked, found.replied, found.waited, found.agent, found.in_hours, found.kind, found.to_the_second),
        strict=True,
    ):
        seq = [None if row == NOBODY else int(row - chats.starts[chats.session[asked]]) for row in (asked, replied)]
        session = chats.session_ids[chats.session[asked]]
        told = (_number(waited), _agent(chats, agent), bool(in_hours), KINDS_OF_ROUND[kind], bool(exact))
        engine[session].append(metrics.Round(*seq, *told))
    conversations = reference(rows, "service_hours", by)
    expected = {session: metrics.rounds(chat, by.unreplied_on_transfer) for session, chat in conversations.items()}
    assert engine == expected

    got = scored.responses
    for number, session in enumerate(chats.session_ids):
        mine = metrics.Responses(
            _number(got.first[number]),
            _number(got.average[number]),
            _number(got.longest[number]),
            int(got.rounds[number]),
            int(got.unanswered[number]),
        )
        assert mine == metrics.responses(expected[session], SETTINGS.response_cap)


@fewer
@given(batches(), books(), st.randoms(use_true_random=False))
def test_the_order_and_company_of_sessions_change_nothing(rows: Rows, book: Book, random: Random) -> None:
    together = score_of(rows, book)
    sessions = list(together.chats.session_ids)
    random.shuffle(sessions)
    one_by_one = score_of([row for session in sessions for row in rows if row["session_id"] == session], book)
    some = sessions[:1]
    alone = score_of([row for row in rows if row["session_id"] in some], book)
    for number in range(len(book)):
        expected = verdicts(together, number)
        assert verdicts(one_by_one, number) == expected
        assert verdicts(alone, number) == {session: expected[session] for session in some}


@fewer
@given(batches(), books())
def test_every_verdict_but_a_skip_quotes_words_of_its_own_chat(rows: Rows, book: Book) -> None:
    scored = score_of(rows, book)
    chats = scored.chats
    for rule, found in scored.verdicts:
        quotes = found.quotes(chats)
        for verdict, row, start, end in zip(*quotes, strict=True):
            assert chats.session[row] == found.chat[verdict]
            assert 0 <= start < end <= len(chats.texts[chats.text[row]])
        quoted = set(quotes.verdict.tolist())
        told = {
            number for number, outcome in enumerate(found.outcome) if OUTCOMES[outcome] in ("fails", "hint", "earns")
        }
        skipped = {number for number, outcome in enumerate(found.outcome) if OUTCOMES[outcome] == "skips"}
        assert told <= quoted
        assert not skipped & quoted or rule.key == "reviewer_asks"  # shows what raised its question
