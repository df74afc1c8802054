"""Machine and people together: decisions follow their finding into a re-scored night, and stay when it is gone."""

from pathlib import Path

import pytest

from qa_checker.archive.query import Archive, SessionKey
from qa_checker.cards import Quote
from qa_checker.desk.cases import Case, Ruled, cases
from qa_checker.desk.database import Desk
from qa_checker.desk.findings import asked_finding, missed_finding
from qa_checker.desk.ledger import ledger
from qa_checker.desk.reviews import Result, Ruling, decide
from qa_checker.desk.terms import Terms, terms_of

from .conftest import Clock
from .night import key, publish_night


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return publish_night(tmp_path)


def opened(desk: Desk, archive: Archive, session: SessionKey) -> tuple[Result, Case, Terms]:
    result, case = cases(desk, archive, [session])[session]
    return result, case, terms_of(archive.root, result.rulebook)


def rule(desk: Desk, archive: Archive, session_id: str, name: str, ruling: Ruling, by: str = "张班长") -> None:
    result, case, _ = opened(desk, archive, key(session_id))
    for each in case.findings:
        if each.finding.rule == name:
            decide(desk, result, each.finding, ruling, by, seen=each.number)


def test_overturning_raises_the_final_score_and_leaves_the_machines(desk: Desk, archive: Archive) -> None:
    rule(desk, archive, "S1", "attitude/shirking", Ruling.OVERTURNED)
    _, case, _ = opened(desk, archive, key("S1"))
    assert (case.machine.score, case.final.score, case.final.passed) == (77, 97, True)
    assert case.confirmed.fine == 0


def test_the_ledger_holds_what_is_confirmed_and_nothing_else(desk: Desk, archive: Archive) -> None:
    rule(desk, archive, "S1", "attitude/shirking", Ruling.CONFIRMED)
    rule(desk, archive, "S2", "compliance/wechat", Ruling.OVERTURNED)
    rule(desk, archive, "S2", "praise/thanked", Ruling.CONFIRMED)
    lines = ledger(desk, archive)
    assert {(line.agent_id, line.rule, line.fine, line.reward) for line in lines} == {
        ("王明", "attitude/shirking", 5, 0),
        ("李婷", "praise/thanked", 0, 8),
    }
    assert len(lines) == 3  # the third shirking is past its cap
    assert [line.agent_id for line in ledger(desk, archive, agent_id="李婷")] == ["李婷"]


def test_taking_a_confirmation_back_empties_the_ledger(desk: Desk, archive: Archive, clock: Clock) -> None:
    rule(desk, archive, "S3", "process/closing", Ruling.CONFIRMED)
    assert ledger(desk, archive, since=clock.time)
    rule(desk, archive, "S3", "process/closing", Ruling.OPEN)
    assert not ledger(desk, archive)


def test_a_missed_fault_and_a_bad_answer_cost_what_the_rulebook_says(desk: Desk, archive: Archive) -> None:
    result, _, terms = opened(desk, archive, key("S3"))
    missed = missed_finding("attitude/rude", [Quote(1, 0, 2, "在的")], "王明", terms, 6)
    decide(desk, result, missed, Ruling.CONFIRMED, "张班长", seen=0)
    decide(desk, result, asked_finding("attitude/warm", "王明", terms), Ruling.CONFIRMED, "张班长", seen=0)
    _, case, _ = opened(desk, archive, key("S3"))
    assert (case.machine.score, case.final.score) == (97, 86)


def test_a_price_that_the_rulebook_does_not_charge_is_refused(desk: Desk, archive: Archive) -> None:
    _, _, terms = opened(desk, archive, key("S3"))
    with pytest.raises(ValueError, match="does not cost"):
        missed_finding("attitude/rude", [Quote(1, 0, 2, "在的")], "王明", terms, 60)


def test_decisions_follow_the_same_words_into_a_night_scored_anew(desk: Desk, archive: Archive, tmp_path: Path) -> None:
    rule(desk, archive, "S1", "attitude/shirking", Ruling.CONFIRMED)
    rule(desk, archive, "S1", "process/closing", Ruling.OVERTURNED)
    before, _, _ = opened(desk, archive, key("S1"))
    again = publish_night(tmp_path, rude="must_not_say: 别处\nin: anywhere\ncosts: 6")
    after, case, _ = opened(desk, again, key("S1"))
    assert before.run != after.run
    assert {each.ruling for each in case.findings} == {Ruling.CONFIRMED, Ruling.OVERTURNED}
    assert case.past == ()
    assert sum(line.fine for line in ledger(desk, again)) == 10


def test_a_confirmed_fine_outlives_its_finding_until_the_rule_is_decided_anew(
    desk: Desk, archive: Archive, tmp_path: Path
) -> None:
    rule(desk, archive, "S3", "process/closing", Ruling.CONFIRMED)
    milder = publish_night(tmp_path, closing="must_not_say: 在的\nin: anywhere\ncosts: 1\nfine: 1")
    _, case, _ = opened(desk, milder, key("S3"))
    assert [(each.finding.fine, each.result.rulebook) for each in case.past] == []  # the same words: it carries
    other = publish_night(tmp_path, closing="must_not_say: 在\nin: anywhere\ncosts: 1\nfine: 1")
    _, case, _ = opened(desk, other, key("S3"))
    assert [each.finding.fine for each in case.past] == [2]
    assert [(line.fine, line.past) for line in ledger(desk, other)] == [(2, True)]
    assert case.final.score == 99
    rule(desk, other, "S3", "process/closing", Ruling.CONFIRMED)
    assert [(line.fine, line.past) for line in ledger(desk, other)] == [(1, False)]


def test_what_the_machine_learns_to_find_is_not_counted_beside_what_was_added(
    desk: Desk, archive: Archive, tmp_path: Path
) -> None:
    result, _, terms = opened(desk, archive, key("S3"))
    missed = missed_finding("attitude/shirking", [Quote(1, 0, 2, "在的")], "王明", terms, 10)
    decide(desk, result, missed, Ruling.CONFIRMED, "张班长", seen=0)
    found = "must_not_say: [不归我管, 在的]\nin: anywhere\ncosts: 10\nup_to: 20\nfine: 5"
    _, case, _ = opened(desk, publish_night(tmp_path, shirking=found), key("S3"))
    assert [each.ruling for each in case.findings if each.finding.rule == missed.rule] == [Ruling.CONFIRMED]
    assert (case.final.score, case.confirmed.fine) == (87, 5)


def test_what_was_confirmed_from_a_night_that_is_gone_stays_in_the_ledger(
    desk: Desk, archive: Archive, tmp_path: Path
) -> None:
    rule(desk, archive, "S3", "process/closing", Ruling.CONFIRMED)
    (archive.root / "night" / "manifest.json").unlink()
    archive.refresh()
    assert [(line.fine, line.past) for line in ledger(desk, archive)] == [(2, True)]


def test_a_case_says_what_waits_for_a_decision(desk: Desk, archive: Archive) -> None:
    rule(desk, archive, "S1", "process/closing", Ruling.CONFIRMED)
    _, case, _ = opened(desk, archive, key("S1"))
    assert {each.finding.rule for each in case.open} == {"attitude/shirking"}
    assert isinstance(case.ruled(case.open[0].finding.key), Ruled)
