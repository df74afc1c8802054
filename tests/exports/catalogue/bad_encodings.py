"""What people save in which encoding, and what happens on the way."""

from case import GOOD, HEADER, LAST, REPLY, Case, between, row, table

PLAIN = between()
TEXT = PLAIN.decode()
ENGLISH = "session_id,message_id,agent,customer,role,time,text"
THREE = ("在吗", "您好，在的", "好的谢谢")


def mixed(most: str, other: str, times: int = 1, of: int = 12) -> bytes:
    """Write a table in one encoding with some rows in another; these are the first ones."""
    rows = [row(at, text="这件还有货吗，什么时候发货") for at in range(of)]
    lines = [HEADER.encode(most), *(line.encode(other if at < times else most) for at, line in enumerate(rows))]
    return b"\n".join(lines) + b"\n"


CASES = (
    Case("UTF-8", PLAIN, scored=3, texts=THREE),
    Case("UTF-8 with a mark, as Excel saves it", b"\xef\xbb\xbf" + PLAIN, scored=3, texts=THREE),
    Case("UTF-8 with two marks", b"\xef\xbb\xbf" * 2 + PLAIN, scored=3, texts=THREE),
    Case("GB18030", TEXT.encode("gb18030"), scored=3, texts=THREE),
    Case("GB18030 with a mark of its own", ("\ufeff" + TEXT).encode("gb18030"), scored=3, texts=THREE),
    Case(
        "four-byte characters of GB18030", table(row(text="镕𠮷")).decode().encode("gb18030"), scored=1, texts=("镕𠮷",)
    ),
    Case("UTF-16 as Excel's Unicode text", TEXT.encode("utf-16"), scored=3, texts=THREE),
    Case("UTF-16, big end first", b"\xfe\xff" + TEXT.encode("utf-16-be"), scored=3, texts=THREE),
    Case("UTF-16 without a mark", TEXT.encode("utf-16-le"), refused="encoding_unknown"),
    Case("UTF-16, big end first, without a mark", TEXT.encode("utf-16-be"), refused="encoding_unknown"),
    Case("UTF-16 with half a unit at the end", TEXT.encode("utf-16") + b"\n", scored=3, rejects=((5, "bad_encoding"),)),
    Case("UTF-16 that was cut in a row", TEXT.encode("utf-16")[:-21], scored=2, rejects=((4, "bad_encoding"),)),
    Case("UTF-32", TEXT.encode("utf-32"), scored=3, texts=THREE),
    Case("UTF-32, big end first", b"\0\0\xfe\xff" + TEXT.encode("utf-32-be"), scored=3, texts=THREE),
    Case("UTF-32 without a mark", TEXT.encode("utf-32-le"), refused="encoding_unknown"),
    Case("a row of GB18030 in UTF-8", mixed("utf-8", "gb18030"), scored=11, rejects=((2, "bad_encoding"),)),
    Case("a row of UTF-8 in GB18030", mixed("gb18030", "utf-8"), scored=11, rejects=((2, "bad_encoding"),)),
    Case(
        "a row of UTF-8 where --encoding says GB18030",
        mixed("gb18030", "utf-8"),
        scored=11,
        rejects=((2, "bad_encoding"),),
        options={"encoding": "gbk"},
    ),
    Case(
        "a row of UTF-8 behind a letter of Latin 1 in GB18030",
        mixed("gb18030", "utf-8", of=11) + row(60, session="José", text="何时发货").encode() + b"\n",
        scored=10,
        rejects=((2, "bad_encoding"), (13, "bad_encoding")),
    ),
    Case(
        "four rows of UTF-8 in GB18030",
        mixed("gb18030", "utf-8", 4),
        scored=8,
        rejects=tuple((at, "bad_encoding") for at in (2, 3, 4, 5)),
    ),
    Case(
        "four rows of GB18030 in UTF-8",
        mixed("utf-8", "gb18030", 4),
        scored=8,
        rejects=tuple((at, "bad_encoding") for at in (2, 3, 4, 5)),
    ),
    Case("as many rows of the one as of the other", mixed("utf-8", "gb18030", 6), refused="encoding_unknown"),
    Case("two files in different encodings joined", PLAIN * 9 + TEXT.encode("gb18030") * 9, refused="encoding_unknown"),
    Case(
        "a euro sign of Windows in GBK",
        mixed("gb18030", "gb18030").replace("件".encode("gbk"), b"\x80", 1),
        scored=11,
        rejects=((2, "bad_encoding"),),
    ),
    Case(
        "Big5",
        table(*(row(at, text="請問什麼時候會出貨呢") for at in range(9)), header=ENGLISH)
        .decode()
        .replace("店:小丹", "a")
        .replace("顾客", "customer")
        .encode("big5"),
        refused="encoding_unknown",
    ),
    Case(
        "Shift JIS",
        table(*(row(at, text="いつ発送されますか、よろしくお願いします") for at in range(9)), header=ENGLISH)
        .decode()
        .replace("店:小丹", "a")
        .replace("顾客", "customer")
        .encode("shift_jis"),
        refused="encoding_unknown",
    ),
    Case(
        "Latin 1",
        table(*(row(at, text="où est ma commande, déjà payée ?") for at in range(9)), header=ENGLISH)
        .decode()
        .replace("店:小丹", "a")
        .replace("顾客", "customer")
        .encode("latin-1"),
        refused="encoding_unknown",
    ),
    Case("a truncated character at the end", PLAIN[:-2], scored=2, rejects=((4, "bad_encoding"),)),
    Case(
        "overlong UTF-8",
        between(row(text="坏")).replace("坏".encode(), b"\xc0\xaf"),
        scored=3,
        rejects=((4, "bad_encoding"),),
    ),
    Case("surrogates as UTF-8", between(row(text="\ud83d\ude00")), scored=3, rejects=((4, "bad_encoding"),)),
    Case("a mark before a row in between", between("\ufeff" + row()), scored=4),
    Case("--encoding is wrong", PLAIN, refused="encoding_unknown", options={"encoding": "ascii"}),
    Case("--encoding GB18030 for UTF-8", PLAIN, refused="encoding_unknown", options={"encoding": "gb18030"}),
    Case(
        "--encoding UTF-8 for GB18030",
        TEXT.encode("gb18030"),
        refused="encoding_unknown",
        options={"encoding": "utf-8"},
    ),
    Case("--encoding UTF-16 for UTF-8", PLAIN, refused="encoding_unknown", options={"encoding": "utf-16"}),
    Case("--encoding names nothing", PLAIN, refused="encoding_unknown", options={"encoding": "克林贡"}),
    Case("--encoding names no text", PLAIN, refused="encoding_unknown", options={"encoding": "base64"}),
    Case("--encoding UTF-7", PLAIN, refused="encoding_unknown", options={"encoding": "utf-7"}),
    Case("only a mark", b"\xef\xbb\xbf", refused="empty_file"),
    Case("only a mark of UTF-16", b"\xff\xfe", refused="empty_file"),
    Case("ASCII alone", table("S1,M1,a,b,agent,2026-08-26 11:00:01,ok", header=ENGLISH), scored=1),
    Case("random bytes", bytes((at * 97 + at // 7) % 256 for at in range(4000)), refused="encoding_unknown"),
    Case("a picture named .csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(64), refused="not_a_table"),
    Case(
        "a PDF named .csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n", refused="not_a_table"
    ),
    Case("a RAR archive named .csv", b"Rar!\x1a\x07\x01\x00" + bytes(64), refused="not_a_table"),
    Case("a line separator of Unicode inside a message", between(row(text="第一行\u2028第二行\u0085第三行")), scored=4),
    Case(
        "the same rows in two marks",
        GOOD.encode() + b"\n" + REPLY.encode() + b"\n" + LAST.encode(),
        refused="missing_columns",
    ),
    Case(
        "a header in another encoding than the rows",
        HEADER.encode() + table(GOOD, REPLY, LAST, header="").decode().encode("gb18030"),
        refused="encoding_unknown",
    ),
    *(
        Case(
            f"{name} without a mark, told which",
            TEXT.encode(name),
            refused="encoding_unknown",
            tells=f"--encoding {name}",
        )
        for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
    ),
    Case("a program named .csv", b"\x7fELF" + bytes(64), refused="not_a_table"),
    Case("nothing but zeros", bytes(4096), refused="encoding_unknown", tells="不是文本文件"),
)
