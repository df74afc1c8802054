"""Sessions where an export doesn't number them."""

from datetime import timedelta

from conftest import as_csv, rejected

HEADER = ("客服", "买家", "角色", "时间", "内容")


def row(time: str, buyer: str = "b", text: str = "在") -> list[str]:
    return ["a", buyer, "客服", time and f"2026-08-26 {time}", text]


def sessions(export):
    return [session[-6:] for session in export.messages["session_id"].to_pylist()]


def test_a_silence_ends_a_session(reading):
    content = as_csv([row("11:00:00"), row("11:30:00"), row("12:00:01")], HEADER)
    assert sessions(reading(content)) == ["110000", "110000", "120001"]
    assert sessions(reading(content, session_gap=timedelta(minutes=5))) == ["110000", "113000", "120001"]


def test_midnight_ends_a_session_only_where_the_rulebook_accounts_by_the_day(reading):
    rows = [row(time) for time in ("23:50:00", "23:59:59")] + [["a", "b", "客服", "2026-08-27 00:00:01", "在"]]
    content = as_csv(rows, HEADER)
    assert sessions(reading(content)) == ["235000"] * 3
    assert sessions(reading(content, session_by_day=True)) == ["235000", "235000", "000001"]


def test_other_buyers_have_their_own(reading):
    export = reading(as_csv([row("11:00:00"), row("11:00:00", "c"), row("11:00:09")], HEADER))
    assert export.messages["session_id"].to_pylist() == [f"a/{who}/20260826-110000" for who in "bcb"]


def test_row_order_does_not_change_them(reading):
    rows = [row("11:00:00", text="1"), row("11:10:00", text="2"), row("12:00:00", text="3")]
    expected = dict(zip("123", ["110000", "110000", "120000"], strict=True))
    for order in (rows, rows[::-1], rows[1:] + rows[:1]):
        export = reading(as_csv(order, HEADER))
        assert dict(zip(export.messages["text"].to_pylist(), sessions(export), strict=True)) == expected


def test_unknown_times_stay_with_their_neighbours(reading):
    rows = [row(""), row("11:00:00"), row("", "c"), row("12:00:00"), row("")]
    export = reading(as_csv(rows, HEADER))
    assert export.messages["session_id"].to_pylist() == [
        *("a/b/20260826-110000", "a/b/20260826-110000", "a/c/时间未知"),
        *("a/b/20260826-120000", "a/b/20260826-120000"),
    ]


def test_an_unknown_customer_has_no_session(reading):
    assert rejected(reading(as_csv([row("11:00:00", "")], HEADER))) == [(2, "missing_field")]
