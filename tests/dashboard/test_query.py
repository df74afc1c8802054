"""Lists of sessions: filters against a plain reference, pages that neither repeat nor skip, scopes that hold."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_checker.archive import query
from qa_checker.archive.index import Index
from qa_checker.archive.listing import SORT_KEYS, Order, count_sessions, neighbours, session_page
from qa_checker.archive.manifest import ArchiveError, Manifest, published
from qa_checker.archive.query import Archive, ArchiveEmpty, SessionKey, choices, whole_session
from qa_checker.archive.selection import EVERYTHING, Draw, Filter, Outcome, Scope

from .conftest import Batch, write_archive

COLUMN_OF = {
    "time": "started_at",
    "score": "score",
    "review": "score",
    "first": "first_response_s",
    "average": "average_response_s",
    "messages": "messages",
    "fine": "fine",
}

filters = st.builds(
    Filter,
    since=st.none() | st.dates(date(2026, 9, 14), date(2026, 9, 19)),
    until=st.none() | st.dates(date(2026, 9, 15), date(2026, 9, 20)),
    shops=st.lists(st.sampled_from(["一店", "二店", "一'店"]), unique=True, max_size=2).map(tuple),
    agents=st.lists(st.sampled_from(["王明", "李婷", "郑凯"]), unique=True, max_size=2).map(tuple),
    rule=st.none()
    | st.sampled_from(["attitude/no-shirking", "speed/each-reply", "process/greeting", "praise/thanked"]),
    outcome=st.sampled_from(Outcome),
    lowest=st.none() | st.sampled_from([0.0, 85.0, 90.0, 100.0]),
    highest=st.none() | st.sampled_from([0.0, 85.0, 97.0]),
    session=st.sampled_from(["", "s1", "X-", "'; DROP TABLE", "%"]),
    only=st.none()
    | st.lists(
        st.sampled_from([("2026-09-16", "S0-002"), ("2026-09-18", "S2-002"), ("2026-09-17", "S2-002")]), unique=True
    ).map(tuple),
)
a_few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rows_of(archive: Archive, table: str) -> list[dict[str, Any]]:
    return archive.rows(f"SELECT * FROM {table}")


def asks_for(wanted: Filter, session: dict[str, Any], verdicts: list[dict[str, Any]]) -> bool:
    """The filter in plain Python, as its docstring says."""
    day = session["started_at"].date() if session["started_at"] else None
    lost = sum(
        session[name] for name in ("process", "attitude", "language", "speed", "solving", "compliance", "privacy")
    )
    hits = [
        verdict
        for verdict in verdicts
        if verdict["session_id"] == session["session_id"]
        and verdict["rule"] == wanted.rule
        and verdict["outcome"] != "passes"
        and (not wanted.agents or verdict["agent_id"] in wanted.agents)
    ]
    return all(
        [
            wanted.since is None or (day is not None and day >= wanted.since),
            wanted.until is None or (day is not None and day <= wanted.until),
            not wanted.shops or session["shop"] in wanted.shops,
            bool(hits) if wanted.rule else not wanted.agents or session["agent_id"] in wanted.agents,
            {
                Outcome.ALL: True,
                Outcome.RED_LINE: session["red_line"],
                Outcome.FAILED: not session["passed"],
                Outcome.DEDUCTED: lost > 0,
                Outcome.REWARDED: session["reward"] > 0 or session["praise"] > 0,
            }[wanted.outcome],
            wanted.lowest is None or session["score"] >= wanted.lowest,
            wanted.highest is None or session["score"] <= wanted.highest,
            wanted.session.lower() in session["session_id"].lower(),
            wanted.only is None or (session["batch"], session["session_id"]) in wanted.only,
        ]
    )


FINALS = (("2026-09-16", "S0-000", 12.5), ("2026-09-18", "S2-002", 100.0), ("no such night", "S9", 0.0))


@a_few
@given(wanted=filters)
def test_a_filter_chooses_what_it_says(archive: Archive, wanted: Filter) -> None:
    verdicts = rows_of(archive, "verdicts")
    expected = {s["session_id"] for s in rows_of(archive, "sessions") if asks_for(wanted, s, verdicts)}
    page = session_page(archive, EVERYTHING, wanted, Order(), page=1, size=200)
    assert set(page["session_id"]) == expected
    assert count_sessions(archive, EVERYTHING, wanted) == len(expected)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("key", SORT_KEYS)
def test_pages_show_every_session_once_in_order(archive: Archive, key: str, descending: bool) -> None:
    order = Order(key, descending)
    pages = [session_page(archive, EVERYTHING, Filter(), order, page=page, size=25) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [25, 25, 18, 0]
    listed = [row for page in pages for row in page.to_dict("records")]
    assert len({row["session_id"] for row in listed}) == 68
    values = [row[COLUMN_OF[key]] for row in listed if row[COLUMN_OF[key]] == row[COLUMN_OF[key]]]
    assert values == sorted(values, reverse=descending)


def test_scores_after_review_stand_in_for_the_machines(archive: Archive) -> None:
    page = session_page(archive, EVERYTHING, Filter(), Order("review", False, FINALS), page=1, size=68)
    final = {(batch, session): score for batch, session, score in FINALS}
    rows = page.to_dict("records")
    values = [final.get((row["batch"], row["session_id"]), row["score"]) for row in rows]
    assert values == sorted(values)
    assert 12.5 in values


@pytest.mark.parametrize("order", [Order("score", False), Order("first", True), Order("review", True, FINALS)])
def test_stepping_through_neighbours_is_walking_down_the_list(archive: Archive, order: Order) -> None:
    wanted = Filter(outcome=Outcome.DEDUCTED)
    rows = session_page(archive, EVERYTHING, wanted, order, page=1, size=200).to_dict("records")
    listed = [SessionKey(row["batch"], row["session_id"]) for row in rows]
    for place, session in enumerate(listed, start=1):
        here = neighbours(archive, EVERYTHING, wanted, order, session)
        assert here is not None
        assert (here.place, here.total) == (place, len(listed))
        assert here.before == (listed[place - 2] if place > 1 else None)
        assert here.after == (listed[place] if place < len(listed) else None)


def test_a_session_outside_the_list_has_no_neighbours(archive: Archive) -> None:
    assert neighbours(archive, EVERYTHING, Filter(shops=("二店",)), Order(), SessionKey("2026-09-18", "X-red")) is None


def test_a_draw_is_the_same_for_the_same_seed_and_part_of_what_was_asked(archive: Archive) -> None:
    def drawn(seed: int) -> set[str]:
        wanted = Filter(agents=("郑凯",), draw=Draw(8, seed))
        return set(session_page(archive, EVERYTHING, wanted, Order(), page=1, size=50)["session_id"])

    everyone = session_page(archive, EVERYTHING, Filter(agents=("郑凯",)), Order(), page=1, size=50)
    assert drawn(1) == drawn(1)
    assert len(drawn(1)) == 8
    assert drawn(1) <= set(everyone["session_id"])
    assert len({frozenset(drawn(seed)) for seed in range(5)}) == 5


def test_the_rules_of_a_row_are_the_broken_ones_the_dearest_first(archive: Archive) -> None:
    page = session_page(archive, EVERYTHING, Filter(session="X-hostile"), Order(), page=1, size=5)
    assert list(page["rules"].iloc[0]) == ["attitude/no-shirking", "speed/each-reply"]


def test_an_agent_sees_the_sessions_he_had_a_part_in_and_nothing_else(archive: Archive) -> None:
    own = Scope(agents=("王明",))
    page = session_page(archive, own, Filter(), Order(), page=1, size=200)
    assert set(page["agent_id"]) == {"王明", "李婷"}
    assert set(page[page["agent_id"] == "李婷"]["session_id"]) == {"X-transferred"}
    assert count_sessions(archive, own, Filter(agents=("郑凯",))) == 0
    assert whole_session(archive, own, SessionKey("2026-09-18", "X-red")) is None
    assert whole_session(archive, own, SessionKey("2026-09-18", "X-transferred")) is not None
    assert neighbours(archive, own, Filter(), Order(), SessionKey("2026-09-18", "X-red")) is None
    assert choices(archive, own).agents == ("李婷", "王明")
    assert "attitude/no-shirking" not in choices(archive, own).rules


def test_a_scope_of_nobody_shows_nothing(archive: Archive) -> None:
    assert count_sessions(archive, Scope(agents=()), Filter()) == 0


def test_a_session_comes_whole_and_in_order(archive: Archive) -> None:
    whole = whole_session(archive, EVERYTHING, SessionKey("2026-09-18", "X-hostile"))
    assert whole is not None
    assert [message["seq"] for message in whole.messages] == [0, 1, 2]
    texts = {message["seq"]: message["text"] for message in whole.messages}
    for verdict in whole.verdicts:
        for quote in verdict["quotes"]:
            assert texts[quote["seq"]][quote["start"] : quote["end"]] == quote["text"]


def test_what_is_published_later_is_seen_and_changes_the_version(tmp_path: Path) -> None:
    write_archive(tmp_path)
    archive = Archive(tmp_path)
    before = archive.refresh()
    assert archive.refresh() == before
    later = Batch("2026-09-20")
    later.session("S-new", "王明", None, [("customer", "在吗", 0), ("agent", "在的", 5)])
    later.publish(tmp_path)
    assert archive.refresh() != before
    assert count_sessions(archive, EVERYTHING, Filter(session="S-new")) == 1
    archive.close()


def test_a_result_file_that_is_gone_is_told_with_the_remedy_until_it_is_back(tmp_path: Path) -> None:
    write_archive(tmp_path)
    gone = next(tmp_path.glob("*/*/sessions.parquet"))
    gone.rename(tmp_path / "aside")
    archive = Archive(tmp_path)
    for _ in range(2):
        with pytest.raises(ArchiveError, match="qa-checker archive verify"):
            archive.refresh()
    (tmp_path / "aside").rename(gone)
    assert archive.refresh()
    archive.close()


def test_a_batch_that_is_replaced_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_archive(tmp_path)

    def overtaken(root: Path, manifests: tuple[Manifest, ...]) -> Index:
        monkeypatch.undo()  # once
        shutil.rmtree(tmp_path / manifests[-1].batch)
        return Index(root, manifests)

    monkeypatch.setattr(query, "Index", overtaken)
    archive = Archive(tmp_path)
    assert archive.refresh()
    assert archive.manifests == tuple(published(tmp_path))
    archive.close()


@pytest.mark.parametrize("there", [True, False])
def test_an_archive_without_results_says_so(tmp_path: Path, there: bool) -> None:
    root = tmp_path if there else tmp_path / "missing"
    archive = Archive(root)
    assert archive.refresh() == ""
    with pytest.raises(ArchiveEmpty):
        count_sessions(archive, EVERYTHING, Filter())
    archive.close()
