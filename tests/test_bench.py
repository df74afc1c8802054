"""The measurements that the READMEs quote can be run."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def bench(*arguments: object) -> str:
    """What it prints."""
    command = [sys.executable, "-m", "bench", "--repeats", "1", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def rows(printed: str) -> list[str]:
    """The rows of the English table, which comes first."""
    return [line for line in printed.split("\n\n")[0].splitlines()[2:] if line]


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """Real chats, as it were: some without times, some whose speakers are unknown."""
    texts = ["在吗", "您好，在的", "什么时候发货", "今天发货", "好的", "感谢您的咨询，再见"]
    for name, roles, time in (("one", ("customer", "agent"), "2026-11-16 09:00:0{}"), ("two", ("unknown",), None)):
        lines = [
            {
                "session_id": f"{name}-{seq // 3}",
                "seq": seq % 3,
                "sender_role": roles[seq % len(roles)],
                "ts": time and time.format(seq),
                "text": text,
            }
            for seq, text in enumerate(texts)
        ]
        written = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(written.encode()))
    return tmp_path


def test_real_chats_are_measured_against_the_script_jieba_and_ripgrep(corpora: Path) -> None:
    printed = bench("--corpora", corpora, "corpora")
    assert len(rows(printed)) == 3
    assert "12 real messages" in rows(printed)[0]
    assert "真实消息 12 条" in printed


def test_where_there_are_no_real_chats_the_table_says_so(tmp_path: Path) -> None:
    [row] = rows(bench("--corpora", tmp_path / "corpora", "corpora"))
    assert "not measured" in row


@pytest.mark.long
def test_everything_is_measured_when_nothing_is_named(corpora: Path) -> None:
    assert len(rows(bench("--messages", 1000, "--corpora", corpora))) == 7 + 3 + 4 + 2
