"""One function makes a score of findings: the machine's own over its findings, people's over what they let stand."""

from pathlib import Path

import pytest

from qa_checker.archive.query import Archive, SessionKey, verdicts_of
from qa_checker.archive.selection import EVERYTHING
from qa_checker.desk.findings import Finding, machine_findings, missed_finding
from qa_checker.desk.settling import settle
from qa_checker.desk.terms import Terms, terms_of
from qa_checker.nightly.night import run
from qa_checker.rulebook import load

from .night import key, publish_night

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize("rulebook", ["ecommerce", "hotline"])
def test_without_decisions_the_score_is_the_machines_own(tmp_path: Path, rulebook: str) -> None:
    run([DATA / "yunshan_2026-11-16.csv", DATA / "taihua_2026-11-18.csv"], tmp_path, load(rulebook))
    archive = Archive(tmp_path)
    archive.refresh()
    sessions = {SessionKey(row["batch"], row["session_id"]): row for row in archive.rows("SELECT * FROM sessions")}
    found = verdicts_of(archive, EVERYTHING, list(sessions))
    assert len(found) == len(sessions) > 50
    for name, (book, verdicts) in found.items():
        terms = terms_of(tmp_path, book)
        settled = settle(machine_findings(verdicts, terms), terms)
        stored = sessions[name]
        assert (settled.score, settled.passed, settled.red_line) == pytest.approx(
            (stored["score"], stored["passed"], stored["red_line"])
        )
        assert (settled.fine, settled.reward) == pytest.approx((stored["fine"], stored["reward"]))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return publish_night(tmp_path_factory.mktemp("night"))


def findings(archive: Archive, session_id: str) -> tuple[Finding, ...]:
    book, verdicts = verdicts_of(archive, EVERYTHING, [key(session_id)])[key(session_id)]
    return machine_findings(verdicts, terms_of(archive.root, book))


def test_a_breach_past_the_cap_costs_its_price_once_one_before_it_falls(archive: Archive) -> None:
    terms = terms_of(archive.root, verdicts_of(archive, EVERYTHING, [key("S1")])[key("S1")][0])
    all_of_it = findings(archive, "S1")
    shirking = sorted((each for each in all_of_it if each.rule == "attitude/shirking"), key=lambda each: each.place)
    assert settle(all_of_it, terms).score == 77
    without_first = settle((each for each in all_of_it if each is not shirking[0]), terms)
    assert (without_first.score, without_first.fine) == (77, 12)
    without_two = settle((each for each in all_of_it if each not in shirking[:2]), terms)
    assert (without_two.score, without_two.fine) == (87, 7)


def test_without_the_red_line_what_was_earned_counts_up_to_the_bonus_cap(archive: Archive) -> None:
    terms = terms_of(archive.root, verdicts_of(archive, EVERYTHING, [key("S2")])[key("S2")][0])
    all_of_it = findings(archive, "S2")
    assert settle(all_of_it, terms).score == 0
    spared = settle((each for each in all_of_it if not each.red_line), terms)
    assert (spared.score, spared.passed, spared.fine, spared.reward) == (100, True, 2, 8)


def test_a_second_breach_of_a_rule_without_up_to_costs_nothing_more(archive: Archive) -> None:
    terms = terms_of(archive.root, verdicts_of(archive, EVERYTHING, [key("S3")])[key("S3")][0])
    machine = findings(archive, "S3")
    added = missed_finding("process/closing", (), "王明", terms, 3.0)
    assert settle([*machine, added], terms) != settle([], terms)
    assert (settle([*machine, added], terms).score, settle([*machine, added], terms).fine) == (97, 2)


def test_where_the_rulebook_is_lost_the_stored_points_are_the_score(archive: Archive) -> None:
    _, verdicts = verdicts_of(archive, EVERYTHING, [key("S1")])[key("S1")]
    assert settle(machine_findings(verdicts, Terms()), Terms()).score == 77
