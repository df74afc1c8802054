"""Rows, quotes, delimiters and headers of delimited text."""

from case import GOOD, HEADER, LAST, REPLY, Case, between, row, table

MILLION = 100_000


def split_by(mark: str, end: str = "\n") -> bytes:
    return between(row()).decode().replace(",", mark).replace("\n", end).encode()


CASES = (
    Case(
        "two titles and a blank line above the header",
        ("某店聊天记录,,\n导出人：王\n\n".encode() + between()),
        scored=3,
        warns="第 4 行以前",
    ),
    Case("a comment above the header", b"# 2026-08-26\n" + between(), scored=3, warns="第 2 行以前"),
    Case("a message above the header", table(HEADER, GOOD, header=REPLY), refused="missing_columns"),
    Case("one column", "内容\n在吗\n".encode(), refused="missing_columns"),
    Case("a delimiter nobody uses", split_by("^"), refused="missing_columns"),
    Case(
        "千牛 text named .csv",
        "tb26 --> 店铺 2026-8-26 11:00:00\n在吗\n店:小丹 2026-8-26 11:01:00\n在\n".encode(),
        scored=2,
    ),
    Case("a short row", between("S1,M3,店:小丹"), scored=3, rejects=((4, "field_count"),)),
    Case("a long row", between(row(text="在,吗")), scored=3, rejects=((4, "field_count"),)),
    Case("a short row at the end", between() + b"S1,M3", scored=3, rejects=((5, "field_count"),)),
    Case("one comma at the end of a row", between(row() + ","), scored=3, rejects=((4, "field_count"),)),
    Case(
        "a comma at the end of every row but the header",
        table(*(f"{line}," for line in (GOOD, REPLY))),
        rejects=((2, "field_count"), (3, "field_count")),
    ),
    Case(
        "a comma at the end of every row", table(*(f"{line}," for line in (GOOD, REPLY)), header=HEADER + ","), scored=2
    ),
    Case("an unclosed quote", between(row(text='"在吗')), scored=3, rejects=((4, "unclosed_quote"),)),
    Case(
        "an unclosed quote in the last row",
        between() + row(text='"在吗').encode(),
        scored=3,
        rejects=((5, "unclosed_quote"),),
    ),
    Case("an unclosed quote in the first cell", between('"' + row()), scored=3, rejects=((4, "unclosed_quote"),)),
    Case(
        "two unclosed quotes one after the other",
        between(row(3, text='"在'), row(4, text='"吗')),
        scored=3,
        rejects=((4, "unclosed_quote"), (5, "unclosed_quote")),
    ),
    Case("a quote inside a word", between(row(text='5"屏')), scored=3, rejects=((4, "bad_quote"),)),
    Case("words behind a closed quote", between(row(text='"在"吗')), scored=3, rejects=((4, "bad_quote"),)),
    Case("quotes as JSON escapes them", between(row(text=r'"他说\"好\""')), scored=3, rejects=((4, "bad_quote"),)),
    Case("doubled quotes", between(row(text='"他说""好"""')), scored=4),
    Case("typographic quotes are text", between(row(text="“在吗”")), scored=4),
    Case("single quotes are text", between(row(text="'在吗'")), scored=4),
    Case("a quoted line break", between(row(text='"在\n吗"')), scored=4),
    Case("a quoted blank line", between(row(text='"在\n\n\n吗"')), scored=4),
    Case("a quoted message that looks like the header", between(row(text=f'"{HEADER}"')), scored=4),
    Case("the header again", between(HEADER), scored=3, rejects=((4, "repeated_header"),)),
    Case("the header again, with a mark", between("\ufeff" + HEADER), scored=3, rejects=((4, "repeated_header"),)),
    Case(
        "the header again, every cell quoted",
        between(",".join(f'"{name}"' for name in HEADER.split(","))),
        scored=3,
        rejects=((4, "repeated_header"),),
    ),
    Case(
        "a second table with other columns",
        between("日期,会话量,平均首响", "2026-08-26,12,31"),
        scored=3,
        rejects=((4, "field_count"), (5, "field_count")),
    ),
    Case("a sum at the end", between() + "合计,3,,,,,\n".encode(), scored=3, rejects=((5, "missing_field"),)),
    Case("blank lines", between("", "", row(), ""), scored=4),
    Case("a row of blanks", between("   \t "), scored=3),
    Case("a row of commas in between", between(",,,,,,"), scored=3, rejects=((4, "missing_field"),)),
    Case("rows of commas at the end", between() + b",,,,,,\n" * 50, scored=3),
    Case("a comment", between("# 导出于 2026-08-26"), scored=3, rejects=((4, "field_count"),)),
    Case("a NUL byte in a message", between(row(text="在\0吗")), scored=3, rejects=((4, "nul_padding"),)),
    Case("a row of NUL bytes", between("\0" * 300), scored=3, rejects=((4, "nul_padding"),)),
    Case(
        "NUL bytes at the end, as a crash leaves them", between() + bytes(4096), scored=3, rejects=((5, "nul_padding"),)
    ),
    Case("NUL bytes alone", bytes(4096), refused="encoding_unknown"),
    Case("Ctrl-Z at the end, as DOS wrote it", between() + b"\x1a", scored=3, rejects=((5, "field_count"),)),
    Case("Windows line ends", table(GOOD, REPLY, end="\r\n"), scored=2),
    Case("old Mac line ends", table(GOOD, REPLY, end="\r"), scored=2),
    Case("line ends of several kinds", between(row(3) + "\r", row(4)), scored=5),
    Case("two CR before LF", between(row(3) + "\r\r", row(4)), scored=5),
    Case("no line end at the end", between()[:-1], scored=3),
    Case("`sep=;` of Excel", b"sep=;\n" + split_by(";"), scored=4),
    Case("`sep=` of tabs", b'"sep=\t"\n' + split_by("\t"), scored=4),
    Case("semicolons", split_by(";"), scored=4),
    Case("tabs in a .csv", split_by("\t"), scored=4),
    Case("pipes", split_by("|"), scored=4),
    Case("full-width commas", split_by("，"), refused="missing_columns"),
    Case("two-letter delimiters", split_by("||"), scored=4),
    Case("commas in a .tsv", between(row()), "chats.tsv", scored=4),
    Case("a header in quotes", between().replace("会话ID".encode(), '"会话ID"'.encode()), scored=3),
    Case("a header in odd dress", between().replace("会话ID".encode(), "　会话 Id\u200b ".encode()), scored=3),
    Case("a header over two lines", between().replace("会话ID".encode(), '"会话\nID"'.encode()), scored=3),
    Case(
        "an open quote in the header", between().replace("会话ID".encode(), '"会话ID'.encode()), refused="not_a_table"
    ),
    Case("no header", table(REPLY, header=GOOD), refused="missing_columns"),
    Case("only a header", table(), scored=0, warns="没有一条消息"),
    Case("a header without its end", HEADER.encode(), scored=0, warns="没有一条消息"),
    Case("a header twice over", table(f"{GOOD},{GOOD}", header=f"{HEADER},{HEADER}"), refused="duplicate_columns"),
    Case("two headers for one column", table(GOOD + ",x", header=HEADER + ",消息内容"), refused="duplicate_columns"),
    Case("two unknown headers alike", table(GOOD + ",1,2", header=HEADER + ",备注,备注"), scored=1),
    Case("headers of nothing", table(GOOD + ",,", header=HEADER + ",,"), scored=1),
    Case("a hundred thousand columns", lambda: table(GOOD + "," * MILLION, header=HEADER + "," * MILLION), scored=1),
    Case(
        "a hundred thousand unknown columns",
        lambda: table("1", header=",".join(map(str, range(MILLION)))),
        refused="missing_columns",
    ),
    Case(
        "no column of texts",
        table("S1,M1,顾客,2026-08-26 11:00:00", header="会话ID,消息ID,角色,时间"),
        refused="missing_columns",
    ),
    Case(
        "no column of sessions but who and when",
        table(*(line.split(",", 1)[1] for line in (GOOD, REPLY)), header=HEADER.split(",", 1)[1]),
        scored=2,
    ),
    Case(
        "--columns names a header that isn't there",
        table("1,2", header="会话ID,角色"),
        refused="missing_columns",
        options={"columns": {"text": "正文"}},
    ),
    Case(
        "--columns names a column nobody knows",
        between(),
        refused="missing_columns",
        options={"columns": {"心情": "内容"}},
    ),
    Case(
        "--columns decides between two",
        table(GOOD + ",有货", header=HEADER + ",消息内容"),
        scored=1,
        texts=("有货",),
        options={"columns": {"text": "消息内容"}},
    ),
    Case("--layout is wrong", between(), refused="layout_unknown", options={"layout": "钉钉"}),
    Case(
        "--layout says JSON",
        between(),
        refused="",
        scored=0,
        rejects=tuple((at, "bad_json") for at in (1, 2, 3, 4)),
        options={"layout": "jsonl"},
    ),
    Case("--layout says Parquet", between(), refused="not_a_table", options={"layout": "parquet"}),
    Case("--layout says Excel", between(), refused="not_a_table", options={"layout": "xlsx"}),
    Case("a web page", "<!DOCTYPE html><html><body>登录已过期</body></html>".encode(), refused="missing_columns"),
    Case("an error message of a gateway", b'{"code": 401, "msg": "token expired"}', refused="missing_columns"),
    Case("the same table twice", between() + LAST.encode() + b"\n", scored=3, duplicates=1),
    Case("an empty file", b"", refused="empty_file"),
    Case("line ends alone", b"\r\n\r\n", refused="empty_file"),
    Case("one letter", b"x", refused="missing_columns"),
)
