"""Times, ids, roles and texts that no message should have, or may have."""

from case import Case, between, row, table


def time(written: str, meant: str | None = None, name: str = "") -> Case:
    """A row whose time is written so: read as meant, or set aside."""
    name = name or f"the time {written!r}"
    if meant is None:
        return Case(name, table(row(time=written)), rejects=((2, "bad_time"),))
    return Case(name, table(row(time=written)), scored=1, times=(meant,))


def reject(name: str, reason: str, **cells: str) -> Case:
    return Case(name, between(row(**cells)), scored=3, rejects=((4, reason),))


def kept(name: str, **cells: str) -> Case:
    texts = ("在吗", "您好，在的", cells.get("text", "还有货吗"), "好的谢谢")
    return Case(name, between(row(**cells)), scored=4, texts=texts)


LONG = "1234567890123456789"
CASES = (
    time("1787713200", "2026-08-26 11:00:00"),
    time("1787713200000", "2026-08-26 11:00:00"),
    time("1787713200000000", "2026-08-26 11:00:00"),
    time("1787713200000000000", "2026-08-26 11:00:00"),
    time("1787713200.0", "2026-08-26 11:00:00"),
    time("1.7877132E+09", name="an epoch that Excel shortened"),
    time("-1"),
    time("0"),
    time("2026-08-26T11:00:00Z", "2026-08-26 19:00:00"),
    time("2026-08-26T11:00:00+00:00", "2026-08-26 19:00:00"),
    time("2026-08-26T11:00:00+08:00", "2026-08-26 11:00:00"),
    time("2026-08-26 11:00:00 +0800", "2026-08-26 11:00:00"),
    time("2026-08-26T11:00:00.123456+08:00", "2026-08-26 11:00:00.123"),
    time("2026-08-26T11:00:00+99:00"),
    time("2026-08-26 11:00:00 CST", name="a zone that means several"),
    time("2026-08-26 下午 3:05:00", "2026-08-26 15:05:00"),
    time("2026/8/26 上午12:05", "2026-08-26 00:05:00"),
    time("2026年8月26日 下午12:05", "2026-08-26 12:05:00"),
    time("2026-08-26 3:05:00 PM", "2026-08-26 15:05:00"),
    time("2026-08-26 下午 15:05:00"),
    time("2026年8月26日 9:05", "2026-08-26 09:05:00"),
    time("2026年8月26日9时5分7秒", "2026-08-26 09:05:07"),
    time("2026-8-6 9:5:7", "2026-08-06 09:05:07"),
    time("2026/8/6 9:05", "2026-08-06 09:05:00"),
    time('"2026-08-26 11:00:00,123"', "2026-08-26 11:00:00.123", "a comma before the fraction"),
    time("20260826110000", "2026-08-26 11:00:00", "digits without marks"),
    time("20261326110000", name="a month 13 without marks"),
    time("20260826"),
    time("26-08-26 11:00:00", name="a year of two digits"),
    time("08/26/2026 11:00:00", name="the month first"),
    time("26/08/2026 11:00:00", name="the day first"),
    time("Wed Aug 26 11:00:00 2026", name="a time as C writes it"),
    time("2026-08-26 24:00:00"),
    time("2026-08-26 11:60:00"),
    time("2026-08-26 11:00:60", name="a leap second"),
    time("2026-02-30 11:00:00"),
    time("2026-02-29 11:00:00", name="a leap day in no leap year"),
    time("2024-02-29 11:00:00", "2024-02-29 11:00:00"),
    time("2026-13-01 11:00:00"),
    time("1970-01-01 08:00:00"),
    time("1899-12-30 11:00:00"),
    time("9999-12-31 23:59:59"),
    time("99999-01-01 00:00:00"),
    time("0000-00-00 00:00:00"),
    time("11:00:00", name="a time without a day"),
    time("2026-08-26", name="a day without a time"),
    time("昨天 12:10"),
    time("刚刚"),
    time("NULL"),
    time("46260.4583", name="a serial number of Excel in text"),
    time("2026-08-26 11:00:00; DROP TABLE", name="words behind a time"),
    time("２０２６-08-26 １１:00:00", "2026-08-26 11:00:00", "full-width digits"),
    time("٢٠٢٦-08-26 11:00:00", name="Arabic digits"),
    time(" 2026-08-26\u00a011:00:00 ", "2026-08-26 11:00:00", "spaces that don't break"),
    time("'2026-08-26 11:00:00", "2026-08-26 11:00:00", "an apostrophe that keeps Excel's hands off"),
    Case("no time", between(row(time="")), scored=4),
    Case("times out of order", table(row(1, time="2026-08-26 11:09:00"), row(2, time="2026-08-26 11:01:00")), scored=2),
    Case("a day that switches to summer time elsewhere", table(row(time="2026-03-29 02:30:00")), scored=1),
    reject("a session that Excel rounded", "id_rounded", session="1.23457E+18"),
    reject("a message that Excel rounded", "id_rounded", id="1.23457E+18"),
    reject("an id without decimals that Excel rounded", "id_rounded", id="1E+18"),
    reject("an id rounded, in small letters", "id_rounded", session="1.23457e+18"),
    reject("a customer that Excel rounded", "id_rounded", customer="2.20812E+12"),
    reject("an agent that Excel rounded", "id_rounded", agent="2.20812E+12"),
    Case(
        "sessions whose last digits Excel made zeros",
        table(*(row(at, session=f"12345678901{at:04}0000") for at in range(5))),
        rejects=tuple((at, "id_rounded") for at in range(2, 7)),
    ),
    Case(
        "one id among others that happens to end in zeros",
        table(*(row(at, session=f"123456789012345{at:04}") for at in range(5))),
        scored=5,
    ),
    kept("an id of 19 digits", id=LONG),
    kept("an id kept as text by a tab", session=f"{LONG}\t"),
    kept("an id that only looks like a number", session="12E5"),
    kept("an id of leading zeros", id="000123"),
    kept("an id in quotes within quotes", session='"S""1"'),
    kept("an id of marks and spaces", session="../../etc/passwd"),
    kept("an id of 10 000 letters", session="长" * 10_000),
    kept("no message id", id=""),
    reject("no session id", "missing_field", session=""),
    reject("a session id of spaces", "missing_field", session=" 　"),
    reject("a session id that can't be seen", "missing_field", session="\u200b\ufeff"),
    reject("a role nobody knows", "bad_role", role="路人"),
    reject("no role", "missing_field", role=""),
    reject("a role of digits", "bad_role", role="7"),
    reject("a role in another column", "bad_role", role="店:小丹"),
    kept("a role in odd dress", role=" Ａgent "),
    Case(
        "a message id again, the same words",
        between(row(2, role="客服", time="2026-08-26 11:00:09", text="您好，在的")),
        scored=3,
        duplicates=1,
    ),
    Case(
        "a message id again, other words",
        between(row(2, role="客服", time="2026-08-26 11:00:09", text="不在")),
        scored=3,
        rejects=((4, "duplicate_id"),),
    ),
    Case(
        "a message id again, another time",
        between(row(2, role="客服", text="您好，在的")),
        scored=3,
        rejects=((4, "duplicate_id"),),
    ),
    Case(
        "a message id again, another speaker",
        between(row(2, role="机器人", time="2026-08-26 11:00:09", text="您好，在的")),
        scored=3,
        rejects=((4, "duplicate_id"),),
    ),
    Case("a message id again in another session", between(row(2, session="S2")), scored=4),
    Case("the same row a hundred times", between(*[row()] * 100), scored=4, duplicates=99),
    Case("the same words without ids", between(*[row(id="")] * 2), scored=4, duplicates=1),
    Case("the same words in one minute without ids", between(*[row(id="", time="2026-08-26 11:01")] * 2), scored=5),
    *(
        reject(f"a session {word}", "missing_field", session=word)
        for word in ("null", "NULL", "None", "nan", "NaN", "undefined", "#N/A", r"\N")
    ),
    Case("ids null, as JSON writes them", between(row(3, id="null"), row(4, id="null")), scored=5),
    reject("no text", "missing_field", text=""),
    reject("a text of spaces", "missing_field", text=" 　\u00a0"),
    reject("too long a text", "text_too_long", text="长" * 100_001),
    Case("a text of 10 MB", lambda: between(row(text="长" * 3_500_000)), scored=3, rejects=((4, "text_too_long"),)),
    Case(
        "a text of 10 MB in quotes",
        lambda: between(row(text='"' + ("长" * 30 + "\n") * 110_000 + '"')),
        scored=3,
        rejects=((4, "text_too_long"),),
    ),
    kept("markup", text="<script>alert(1)</script><img src=x onerror=alert(1)>"),
    kept("escapes for a terminal", text="\x1b[2J\x1b[31m红\x07\x9b1m"),
    kept("directions turned round", text="\u202e退款\u2066\u200f"),
    kept("letters that can't be seen", text="退\u200b款\u2060\ufeff"),
    kept("a formula", text="=HYPERLINK(0)"),
    kept("a path out of the folder", agent="../../../x"),
    kept("markup of rich", text="[bold red]在吗[/nope]"),
    kept("format strings", text="{0} %s %n ${jndi:ldap://x}"),
    kept("SQL", agent="'; DROP TABLE messages;--"),
    kept("marks on marks", text="在" + "\u0301" * 500),
    kept("emoji of many parts", text="👩‍👩‍👧‍👦🇨🇳"),
    kept("private and unassigned characters", text="\ue000\U000e0041\uffff"),
    kept("what Excel leaves of a formula", text="#NAME?"),
)
