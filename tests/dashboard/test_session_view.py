"""The transcript's content: quotes to the letter, waits in their colour, verdicts in the words of their rulebook."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_checker.archive.query import Archive, SessionKey, WholeSession, whole_session
from qa_checker.archive.selection import EVERYTHING
from qa_checker.dashboard.review.session_view import Span, pieces, transcript_data
from qa_checker.dashboard.rule_texts import rule_texts
from qa_checker.desk.cases import case_of
from qa_checker.desk.findings import machine_findings
from qa_checker.desk.reviews import Decision
from qa_checker.desk.terms import terms_of

from .conftest import ASTRAL, FINGERPRINT, HOSTILE


def drawn(archive: Archive, session_id: str) -> dict[str, Any]:
    whole = whole_session(archive, EVERYTHING, SessionKey("2026-09-18", session_id))
    assert whole is not None
    return transcript(archive, whole)


def transcript(archive: Archive, whole: WholeSession, *decisions: Decision) -> dict[str, Any]:
    terms = terms_of(archive.root, whole.session["rulebook"])
    case = case_of(machine_findings(whole.verdicts, terms), decisions, terms)
    return transcript_data(whole, rule_texts(archive.root, [FINGERPRINT]), case)


def waits(data: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(item["text"], item["late"]) for item in data["items"] if item["kind"] == "wait"]


spans = st.builds(
    Span,
    st.integers(-3, 40),
    st.integers(-3, 40),
    st.sampled_from("abc"),
    st.sampled_from(["hint", "good", "bad", "red"]),
)


@given(text=st.text(max_size=30), quoted=st.lists(spans, max_size=5))
def test_the_pieces_of_a_message_are_the_message(text: str, quoted: list[Span]) -> None:
    cut = pieces(text, quoted)
    assert "".join(piece["text"] for piece in cut) == text
    for span in quoted:
        if 0 <= span.start <= span.end <= len(text):
            marked = "".join(piece["text"] for piece in cut if span.verdict in piece["verdicts"])
            assert text[span.start : span.end] in marked or marked in text


def test_quotes_behind_emoji_are_marked_to_the_letter(archive: Archive) -> None:
    data = drawn(archive, "X-hostile")
    reply = next(item for item in data["items"] if item.get("seq") == 1)
    assert "".join(piece["text"] for piece in reply["pieces"]) == ASTRAL
    shirking = [card["id"] for card in data["verdicts"] if card["title"] == "不推诿"]
    marked = [piece["text"] for piece in reply["pieces"] if set(piece["verdicts"]) & set(shirking)]
    assert marked == ["不归我们管", "您找厂家吧"]


def test_a_customers_markup_is_handed_on_as_the_text_it_is(archive: Archive) -> None:
    first = drawn(archive, "X-hostile")["items"][0]
    assert [piece["text"] for piece in first["pieces"]] == [HOSTILE]


def test_a_long_wait_is_red_and_a_short_one_is_not(archive: Archive) -> None:
    assert waits(drawn(archive, "X-hostile")) == [("客服响应 6分40秒 · 超时", True)]
    assert waits(drawn(archive, "S2-001")) == [("客服响应 20秒", False), ("客服响应 20秒", False)]


@pytest.mark.parametrize(("seconds", "late"), [(180.0, False), (181.0, True)])
def test_more_than_three_minutes_is_red_whatever_the_rulebook_says(
    archive: Archive, seconds: float, late: bool
) -> None:
    whole = whole_session(archive, EVERYTHING, SessionKey("2026-09-18", "S2-001"))
    assert whole is not None
    whole.rounds[0]["waited_s"] = seconds
    assert waits(transcript(archive, whole))[0][1] is late


def test_a_wait_under_three_minutes_is_red_when_a_speed_rule_says_so(archive: Archive) -> None:
    whole = whole_session(archive, EVERYTHING, SessionKey("2026-09-18", "S2-000"))
    assert whole is not None
    for turn in whole.rounds:
        turn["waited_s"] = 100.0
    data = transcript(archive, whole)
    assert waits(data) == [("客服响应 1分40秒", False), ("客服响应 1分40秒 · 超时", True)]


def test_a_chat_over_midnight_says_which_day_it_is(archive: Archive) -> None:
    whole = whole_session(archive, EVERYTHING, SessionKey("2026-09-18", "X-red"))
    assert whole is not None
    whole.messages[1]["sent_at"] += timedelta(days=1)
    whole.rounds[0]["in_hours"] = False
    data = transcript(archive, whole)
    assert waits(data) == [("09月19日", False), ("客服响应 30秒 · 提问时不在服务时间", False)]


def test_a_question_nobody_answered_is_said_at_the_end(archive: Archive) -> None:
    data = drawn(archive, "X-'; DROP TABLE")
    assert data["items"][-1]["text"] == "客服没有再回复"


def test_unknown_times_are_said_and_never_waited_for(archive: Archive) -> None:
    data = drawn(archive, "X-no-time")
    assert waits(data) == []
    assert {item["who"].rpartition("· ")[2] for item in data["items"]} == {"时间不详"}


def test_a_red_line_is_red_and_says_so(archive: Archive) -> None:
    data = drawn(archive, "X-red")
    card = data["verdicts"][0]
    assert (card["tone"], card["points"], card["badges"]) == ("red", "−100 分", ["一票否决", "罚 5 元"])
    assert (card["seq"], card["advice"], card["why"], card["source"]) == (1, "请在平台内沟通", "平台规则", "规范三")
    assert (data["summary"]["score"], data["summary"]["result"]) == ("0", "红线")


def test_a_reward_is_good_and_what_was_kept_is_listed(archive: Archive) -> None:
    data = drawn(archive, "S2-005")
    earned = next(card for card in data["verdicts"] if card["tone"] == "good")
    assert (earned["points"], earned["badges"], earned["advice"]) == ("+2 分", ["奖 8 元"], "")
    assert [kept["title"] for kept in data["summary"]["passes"]] == ["首次回复要问好"]


def test_losses_are_listed_the_dearest_first(archive: Archive) -> None:
    dimensions = drawn(archive, "X-hostile")["summary"]["dimensions"]
    assert [(one["name"], one["lost"], one["share"]) for one in dimensions] == [
        ("服务态度", "−20", 1.0),
        ("响应时效", "−5", 0.25),
    ]


@pytest.mark.parametrize("content", [None, "{", '{"rules": 1}', "[]"])
def test_a_lost_or_damaged_rulebook_costs_the_words_not_the_page(tmp_path: Path, content: str | None) -> None:
    (tmp_path / "rulebooks").mkdir()
    if content is not None:
        (tmp_path / "rulebooks" / "broken.json").write_text(content, encoding="utf-8")
    texts = rule_texts(tmp_path, ["broken"])
    assert texts.title("speed/each-reply") == "speed/each-reply"
    assert texts["speed/each-reply"].dimension == "speed"
