"""The engine against the slow, obvious reference, over conversations and rules at random."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_checker.chats import MESSAGES, NOBODY, Chats
from qa_checker.clock import WALL, Hours
from qa_checker.language import Scanner
from qa_checker.rulebook import Rulebook, Settings
from qa_checker.rules import OUTCOMES, Rule
from qa_checker.scorecard import Scored, score
from reference import metrics
from reference.chat import Chat, conversations
from reference.judge import Verdict, judge
from reference.strategies import LEXICON, TEXTS, batches, rules

SCANNER = Scanner(LEXICON)
HOURS = {
    "wall": WALL,
    "service_hours": Hours.parse({"every_day": "08:00-23:00"}),
    "working_hours": Hours.parse({"workdays": "09:00-12:00, 13:00-18:00", "holidays": "22:00-02:00"}),
}
SETTINGS = Settings(name="随机", dimensions={"process": 100}, bonus_cap=8, use=("*",), **{k: v for k, v in HOURS.items() if k != "wall"})

fuzz = settings(max_examples=250, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))

Rows = Sequence[Mapping[str, Any]]


def _lists_of(whole: bool) -> dict[str, frozenset[str]]:
    hits = SCANNER.scan(TEXTS)
    marks = {name: hits.said_only([name]) if whole else hits.said([name]) for name in hits.spans}
    return {text: frozenset(name for name, mark in marks.items() if mark[number]) for number, text in enumerate(TEXTS)}


SAYS, ONLY = _lists_of(whole=False), _lists_of(whole=True)


def score_of(rows: Rows, *book: Rule) -> Scored:
    rulebook = Rulebook(SETTINGS, book, SCANNER, "", "")
    return score(rulebook.read(pa.Table.from_pylist(list(rows), schema=MESSAGES)), rulebook)


def reference(rows: Rows, clock: str) -> dict[str, Chat]:
    return conversations(rows, SAYS, ONLY, HOURS[clock])


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


@fuzz
@given(batches(), rules())
def test_every_rule_judges_as_the_reference_does(rows: Rows, rule: Rule) -> None:
    expected = {session: judge(rule, chat) for session, chat in reference(rows, rule.clock).items()}
    assert verdicts(score_of(rows, rule), 0) == expected


@fuzz
@given(batches(), st.lists(rules(), min_size=1, max_size=4))
def test_the_score_is_the_reference_s(rows: Rows, book: list[Rule]) -> None:
    scored = score_of(rows, *book)
    chats = {rule.clock: reference(rows, rule.clock) for rule in book}
    for number, session in enumerate(scored.chats.session_ids):
        judged = [(rule, judge(rule, chats[rule.clock][session])) for rule in book]
        assert scored.score[number] == metrics.score(judged, SETTINGS.base_score, SETTINGS.bonus_cap)


@fuzz
@given(batches())
def test_rounds_and_response_times_are_the_reference_s(rows: Rows) -> None:
    scored = score_of(rows)
    chats, found = scored.chats, scored.rounds
    engine: dict[str, list[metrics.Round]] = {session: [] for session in chats.session_ids}
    for asked, replied, waited, agent, in_hours in zip(found.asked, found.replied, found.waited, found.agent, found.in_hours, strict=True):
        seq = [None if row == NOBODY else int(row - chats.starts[chats.session[asked]]) for row in (asked, replied)]
        session = chats.session_ids[chats.session[asked]]
        engine[session].append(metrics.Round(*seq, _number(waited), _agent(chats, agent), bool(in_hours)))
    expected = {session: metrics.rounds(chat) for session, chat in reference(rows, "service_hours").items()}
    assert engine == expected

    got = scored.responses
    for number, session in enumerate(chats.session_ids):
        mine = metrics.Responses(
            _number(got.first[number]), _number(got.average[number]), _number(got.longest[number]), int(got.rounds[number]), int(got.unanswered[number])
        )
        assert mine == metrics.responses(expected[session], SETTINGS.response_cap)


@fuzz
@given(batches(), rules(), st.randoms(use_true_random=False))
def test_the_order_and_company_of_sessions_change_nothing(rows: Rows, rule: Rule, random: Any) -> None:
    together = verdicts(score_of(rows, rule), 0)
    sessions = list(together)
    random.shuffle(sessions)
    one_by_one = [row for session in sessions for row in rows if row["session_id"] == session]
    assert verdicts(score_of(one_by_one, rule), 0) == together
    for session in sessions:
        alone = [row for row in rows if row["session_id"] == session]
        assert verdicts(score_of(alone, rule), 0) == {session: together[session]}


@fuzz
@given(batches(), rules())
def test_quotes_are_words_of_their_own_chat(rows: Rows, rule: Rule) -> None:
    scored = score_of(rows, rule)
    found = scored.verdicts[0][1]
    quotes = found.quotes(scored.chats)
    for verdict, row, start, end in zip(*quotes, strict=True):
        assert scored.chats.session[row] == found.chat[verdict]
        assert 0 <= start < end <= len(scored.chats.texts[scored.chats.text[row]])
    skipped = {number for number, outcome in enumerate(found.outcome) if OUTCOMES[outcome] == "skips"}
    assert not skipped & set(quotes.verdict.tolist())
    broken = {number for number, outcome in enumerate(found.outcome) if OUTCOMES[outcome] in ("fails", "hint", "earns")}
    assert broken <= set(quotes.verdict.tolist())
