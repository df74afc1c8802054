"""Two archives to measure: a few sessions worked out by hand, and the demo exports."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from qa_checker.archive.query import Archive
from qa_checker.nightly import run
from qa_checker.rulebook import load

HEADER = "会话ID,店铺,客服,顾客,角色,发送时间,消息内容,评价\n"

BY_HAND = """
A1,一店,小王,甲,顾客,2026-11-16 09:00:00,有货吗,5
A1,一店,小王,甲,客服,2026-11-16 09:00:20,您好，有的,5
A1,一店,小王,甲,顾客,2026-11-16 09:02:00,什么时候发货,5
A1,一店,小王,甲,客服,2026-11-16 09:06:00,今天发,5
A2,一店,小李,甲,顾客,2026-11-16 15:00:00,快递到哪了,
A2,一店,小李,甲,客服,2026-11-16 15:00:30,到杭州了,
B1,一店,小王,乙,顾客,2026-11-16 09:05:00,能退吗,2
B1,一店,小王,乙,客服,2026-11-16 09:05:40,能退,2
B1,一店,小李,乙,客服,2026-11-16 09:40:40,退好了,2
B2,一店,小王,乙,顾客,2026-11-18 09:40:39,又坏了,
C1,二店,小王,丙,顾客,2026-11-16 09:06:00,尺码偏小吗,4
C1,二店,小王,丙,客服,2026-11-16 09:06:10,正常码,4
C1,二店,小王,丙,顾客,2026-11-16 09:07:00,好的谢谢,4
D1,二店,小李,,顾客,2026-11-17 23:30:00,有人吗,
D1,二店,小李,,客服,2026-11-18 08:10:00,在的,
"""


def archive_of(folder: Path, *exports: Path) -> Archive:
    """Score exports and open what was published."""
    run(list(exports), folder, load("ecommerce"))
    archive = Archive(folder)
    archive.refresh()
    return archive


@pytest.fixture(scope="session")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("手算")
    export = folder / "手算.csv"
    export.write_text(HEADER + BY_HAND.lstrip(), "utf-8")
    archive = archive_of(folder / "归档", export)
    yield archive
    archive.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    data = Path(str(files("qa_checker.demo_data")))
    exports = sorted(path for path in data.iterdir() if path.suffix in (".csv", ".jsonl", ".txt"))
    archive = archive_of(tmp_path_factory.mktemp("演示"), *exports)
    yield archive
    archive.close()
