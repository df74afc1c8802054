"""Coverage-guided fuzzing of the text layouts, by atheris (Linux; `pip install atheris`). Not part of pytest.

    python tests/fuzz/chat_texts.py FOLDER -max_total_time=1200

Starts from the samples, which it puts into the folder. What it finds is written to `crash-…`, and belongs into
tests/exports as a case.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["qa_checker.exports"]):
    from qa_checker.exports import Refused
    from qa_checker.exports.layouts import CHAT_TEXTS, read_layout
    from qa_checker.exports.messages.canonical import check

LAYOUTS = (None, *CHAT_TEXTS)
WORDS = (
    *("2026-08-26", "2026-8-6 ", "11:00:00", " 9:05", "昨天 12:10", " --> ", "\r\n", "\ufeff", "=" * 16),
    *("店:小丹", "店：小丹", "tb263147182", "jd_1", "t**1", "[小丹]", "(12345)"),
    *("已读\n", "撤回了一条消息", "当前用户来自", "转交给", "[图片]", "消息对象:"),
    *("/****以下为一通会话****/\n", "/****会话结束****/\n", "请在客户端查看原始聊天记录，网页版无法展示"),
)
"""What the layouts look for, for the fuzzer to put in."""


def one_input(content: bytes) -> None:
    """Read the bytes behind the first one, which chooses the layout; every record is a message or a reject."""
    layout = LAYOUTS[content[0] % len(LAYOUTS)] if content else None
    try:
        for records in read_layout(content[1:], Path("a.txt"), None, {}, True, lambda rows: None, layout=layout):
            checked = check(records)
            assert checked.messages.num_rows + len(checked.rejects) == records.cells.num_rows + len(records.rejects)
            for record in checked.records:
                records.raw(records.place(int(record)))
    except Refused:
        pass


def prepare(folder: Path) -> str:
    """Put every sample of a text layout into the corpus, under each layout's number, and give the words as a file."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "exports"))
    from samples import SAMPLES

    folder.mkdir(parents=True, exist_ok=True)
    for name in CHAT_TEXTS:
        for number in range(len(LAYOUTS)):
            (folder / f"{name}-{number}").write_bytes(bytes([number]) + SAMPLES[name][1])
    dictionary = folder.with_suffix(".dict")
    escaped = ("".join(f"\\x{byte:02X}" for byte in word.encode()) for word in WORDS)
    dictionary.write_text("".join(f'"{word}"\n' for word in escaped))
    return f"-dict={dictionary}"


if __name__ == "__main__":
    atheris.Setup([*sys.argv, prepare(Path(sys.argv[1]))], one_input)
    atheris.Fuzz()
