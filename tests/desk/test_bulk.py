"""Many verdicts confirmed at once: only what was shown and nobody had decided, and nothing of it twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from qa_checker.archive.query import Archive
from qa_checker.archive.selection import EVERYTHING, Scope
from qa_checker.desk import bulk
from qa_checker.desk.appeals import file_appeal
from qa_checker.desk.audit import Action, entries
from qa_checker.desk.bulk import Done, Undecided, confirm_all, undecided
from qa_checker.desk.cases import Case, cases
from qa_checker.desk.database import Desk
from qa_checker.desk.reviews import Ruling, decide, history, signed_off
from qa_checker.desk.rule_record import RuleRecord, records_of_rules

from .night import key, publish_night

ALL = [key("S1"), key("S2"), key("S3")]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = publish_night(tmp_path)
    yield opened
    opened.close()


def shown(desk: Desk, archive: Archive) -> tuple[Undecided, ...]:
    return undecided(desk, archive, ALL, EVERYTHING)


def case(desk: Desk, archive: Archive, session: str) -> Case:
    return cases(desk, archive, [key(session)])[key(session)][1]


def test_everything_undecided_is_confirmed_as_if_one_by_one(desk: Desk, archive: Archive) -> None:
    waiting = shown(desk, archive)
    total = sum(len(each.findings) for each in waiting)
    assert confirm_all(desk, archive, waiting, "张班长") == Done(confirmed=total)
    for each in waiting:
        found = case(desk, archive, each.result.session.session_id)
        assert {ruled.ruling for ruled in found.findings} == {Ruling.CONFIRMED}
        assert all(ruled.decision and ruled.decision.result == each.result for ruled in found.findings)
        assert found.confirmed.score == found.machine.score
    lines, found_entries = entries(desk)
    assert (lines, {entry.action for entry in found_entries}) == (3, {Action.REVIEWED})
    assert sum(entry.detail["verdicts"] for entry in found_entries) == total
    assert {entry.detail["bulk_of_sessions"] for entry in found_entries} == {3}
    assert signed_off(desk, ALL) == {}  # nobody has looked at them


def test_what_nobody_read_by_itself_says_nothing_about_a_rule(desk: Desk, archive: Archive) -> None:
    confirm_all(desk, archive, shown(desk, archive), "张班长")
    assert records_of_rules(desk) == {}
    result, first = cases(desk, archive, [key("S1")])[key("S1")]
    finding = first.findings[0].finding
    decide(desk, result, finding, Ruling.OVERTURNED, "李班长", seen=1)
    assert records_of_rules(desk) == {finding.rule: RuleRecord(overturned=1)}


def test_what_people_decided_took_back_or_appealed_stays_as_it_is(desk: Desk, archive: Archive) -> None:
    result, first = cases(desk, archive, [key("S1")])[key("S1")]
    overturned, taken_back, appealed = (each.finding for each in first.findings[:3])
    decide(desk, result, overturned, Ruling.OVERTURNED, "李班长", seen=0)
    decide(desk, result, taken_back, Ruling.CONFIRMED, "李班长", seen=0)
    decide(desk, result, taken_back, Ruling.OPEN, "李班长", seen=1)
    file_appeal(desk, result, appealed, "顾客问的是快递，确实不归我管", "wang", "王明")
    (mine,) = (each for each in shown(desk, archive) if each.result.session == key("S1"))
    assert (len(mine.findings), mine.decided, mine.appealed) == (len(first.findings) - 3, 2, 1)
    done = confirm_all(desk, archive, [mine], "张班长")
    assert done == Done(confirmed=len(mine.findings), decided=2, appealed=1)
    rulings = {each.finding.key: each.ruling for each in case(desk, archive, "S1").findings}
    assert [rulings[each.key] for each in (overturned, taken_back, appealed)] == [
        Ruling.OVERTURNED,
        Ruling.OPEN,
        Ruling.OPEN,
    ]


def test_whoever_decides_or_appeals_between_the_question_and_the_answer_is_not_overruled(
    desk: Desk, archive: Archive
) -> None:
    waiting = shown(desk, archive)
    (of,) = (each for each in waiting if each.result.session == key("S1"))
    first, second, *_ = of.findings
    decide(desk, of.result, first, Ruling.OVERTURNED, "李班长", seen=0)
    file_appeal(desk, of.result, second, "顾客问的是快递，确实不归我管", "wang", "王明")
    total = sum(len(each.findings) for each in waiting)
    assert confirm_all(desk, archive, waiting, "张班长") == Done(confirmed=total - 2, decided=1, appealed=1)
    (kept,) = history(desk, key("S1"), first.key)
    assert (kept.ruling, kept.reviewer) == (Ruling.OVERTURNED, "李班长")
    assert history(desk, key("S1"), second.key) == ()


def test_a_double_click_and_two_supervisors_at_once_confirm_each_verdict_once(desk: Desk, archive: Archive) -> None:
    waiting = shown(desk, archive)
    total = sum(len(each.findings) for each in waiting)
    reviewers = ["张班长", "张班长", "李班长", "李班长"]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda by: confirm_all(desk, archive, waiting, by), reviewers))
    stored = [history(desk, each.result.session, one.key) for each in waiting for one in each.findings]
    assert [len(each) for each in stored] == [1] * total
    of = {by: sum(ruling.reviewer == by for (ruling,) in stored) for by in set(reviewers)}
    again = [confirm_all(desk, archive, waiting, by) for by in reviewers]
    assert [(each.confirmed, each.decided) for each in again] == [(of[by], total - of[by]) for by in reviewers]
    assert all(each.confirmed + each.decided == total for each in done)
    assert entries(desk)[0] == len({(ruling.result.session, ruling.reviewer) for (ruling,) in stored})


def test_a_session_scored_anew_since_it_was_shown_is_left_alone(desk: Desk, archive: Archive, tmp_path: Path) -> None:
    waiting = shown(desk, archive)
    later = publish_night(tmp_path, shirking="must_not_say: 别人\nin: anywhere\ncosts: 10\nfine: 5")
    assert confirm_all(desk, later, waiting, "张班长") == Done(rescored=3)
    assert entries(desk)[0] == 0
    later.close()


def test_an_agent_is_offered_nothing_of_anothers_session(desk: Desk, archive: Archive) -> None:
    offered = undecided(desk, archive, ALL, Scope(agents=("李婷",)))
    assert [each.result.session for each in offered] == [key("S2")]


def test_what_another_process_rules_on_at_that_moment_counts_as_decided(
    desk: Desk, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    [one, *_] = [each for each in shown(desk, archive) if each.findings]
    single = replace(one, findings=one.findings[:1], decided=0, appealed=0)
    decide(desk, one.result, one.findings[0], Ruling.OVERTURNED, "李班长", seen=0)

    def before_it_was_there(*_: object) -> None:
        monkeypatch.undo()  # as PostgreSQL shows it to a transaction that began a moment earlier

    monkeypatch.setattr(bulk, "last_ruling", before_it_was_there)
    assert confirm_all(desk, archive, [single], "张班长") == Done(decided=1)
    assert [each.ruling for each in history(desk, one.result.session, one.findings[0].key)] == [Ruling.OVERTURNED]
