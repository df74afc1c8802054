"""Rules as supervisors publish them: kept in the desk, put beside the archive, used by the next night."""

import threading
from pathlib import Path

import pytest

from qa_checker.desk.audit import Action, entries
from qa_checker.desk.database import Desk
from qa_checker.desk.editions import PublishedMeanwhile, editions, publish, texts_of
from qa_checker.desk.in_force import number_in_force, put_in_force, texts
from qa_checker.insight.trial import changed, difference, trial
from qa_checker.rulebook import EDITIONS, IN_FORCE, RulebookError, lexicons, load

OWN = texts(lexicons())
APOLOGY = "phrases/apology.txt"


def test_a_published_edition_is_what_the_next_night_judges_by(desk: Desk, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    mine = OWN | {APOLOGY: OWN[APOLOGY] + "实在过意不去\n"}
    publish(desk, mine, "f1", by="zhang", note_="加一个说法", seen=0)
    assert put_in_force(desk, archive) == 1
    folder = lexicons(archive)
    assert texts(folder) == mine
    book = load(folder=folder)
    assert book.fingerprint == load(book_path(folder)).fingerprint != load().fingerprint
    assert "实在过意不去" in book.snapshot
    assert entries(desk, actions=[Action.PUBLISHED])[1][0].detail["edition"] == 1


def book_path(folder: Path) -> Path:
    return folder / "rulebooks" / "ecommerce.yaml"


def test_of_two_who_publish_at_once_the_second_is_told(desk: Desk, desk_address: str) -> None:
    start, told = threading.Barrier(2), list[str]()

    def go(name: str) -> None:
        mine = Desk(desk_address)
        start.wait()
        try:
            publish(mine, OWN, name, by=name, note_="", seen=0)
        except PublishedMeanwhile as meanwhile:
            told.append(str(meanwhile))
        finally:
            mine.close()

    both = [threading.Thread(target=go, args=(name,)) for name in ("zhang", "li")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    (only,) = editions(desk)
    assert told == [f"{only.published_by} 刚刚发布了第 1 版，您还没有看过，所以没有发布。"]


def test_going_back_publishes_the_earlier_texts_again(desk: Desk, tmp_path: Path) -> None:
    publish(desk, OWN, "f1", by="zhang", note_="", seen=0)
    publish(desk, OWN | {APOLOGY: "抱歉\n"}, "f2", by="li", note_="", seen=1)
    put_in_force(desk, tmp_path)
    assert (lexicons(tmp_path) / APOLOGY).read_text(encoding="utf-8") == "抱歉\n"
    publish(desk, texts_of(desk, 1), "f1", by="zhang", note_="恢复第 1 版", seen=2)
    assert put_in_force(desk, tmp_path) == 3
    assert texts(lexicons(tmp_path)) == OWN
    assert [each.number for each in editions(desk)] == [3, 2, 1]


def test_files_follow_the_desk_after_a_crash_between_the_two(desk: Desk, tmp_path: Path) -> None:
    publish(desk, OWN, "f1", by="zhang", note_="", seen=0)
    assert number_in_force(tmp_path) == 0  # the crash
    put_in_force(desk, tmp_path)
    (tmp_path / EDITIONS / IN_FORCE).write_text("7\n", encoding="utf-8")  # a folder somebody threw away
    with pytest.raises(RulebookError, match="不在了"):
        lexicons(tmp_path)
    assert put_in_force(desk, tmp_path) == 1
    assert load(folder=lexicons(tmp_path)).rules


def test_a_trial_names_every_problem_at_its_line() -> None:
    broken = OWN | {
        "rules/attitude/calm.yaml": OWN["rules/attitude/calm.yaml"] + "\ncost: 5\n",
        "phrases/apology.txt": "# 致歉\n@numbr\n",
    }
    found = [str(problem) for problem in trial(broken).problems]
    lines = OWN["rules/attitude/calm.yaml"].count("\n") + 2
    assert any(line.startswith(f"rules/attitude/calm.yaml:{lines}: 不认识的键 cost") for line in found)
    assert any(line.startswith("phrases/apology.txt:2: ") for line in found)
    assert changed(OWN, broken) == ("phrases/apology.txt", "rules/attitude/calm.yaml")
    assert "+cost: 5" in difference(OWN, broken, "rules/attitude/calm.yaml")


def test_a_trial_tells_which_examples_no_longer_hold() -> None:
    found = trial(OWN | {"phrases/address-check.txt": "# 核对地址\n绝不会说的话\n"})
    assert not found.passed
    assert {failure.rule for failure in found.failures} >= {"process/verify-address"}


def test_a_file_reaches_no_place_but_its_own(tmp_path: Path) -> None:
    (problem,) = trial(OWN | {"rules/../../stolen.yaml": "title: x"}).problems
    assert "文件要放在" in problem.message
