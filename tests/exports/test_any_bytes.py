"""Whatever bytes come: a layout is read or refused in words, never a traceback, and every row is accounted for."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from conftest import layouts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import SAMPLES

from qa_checker.chats.messages import ROLES
from qa_checker.exports import Export, Refused, read
from qa_checker.exports.layouts import TITLES

fuzz = settings(
    max_examples=25, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
BYTES = (*(bytes([byte]) for byte in b'\n\0\xff",{]\\: 0'), b"\r\n", b"\xef\xbb\xbf", "撤".encode())
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1e308, float("nan"), 10**30, "", " ", "\0", "\ud800", "x" * 99),
    *([], {}, [[]], [None], {"a": []}, {"id": {"id": 1}}, [{"from": {}}]),
)
ODD_FILES = (
    *(b"", b"\n", b"[]", b"{}", b"[[[]]]", b"[{}]", b"null", b'{"a"', b"[1, 2", b"[" * 9999, b'{"a":' * 9999),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"),
    *(b"2026-05-09\n20:57:11", b"1:2:3 2026-1-1 1:1:1"),
)


def accounted(path: Path, content: bytes, **options: Any) -> Export | None:
    """Read bytes as a file; None where they are refused, in words that name the file."""
    path.write_bytes(content)
    try:
        export = read([path], **options)
    except Refused as problem:
        refused = str(problem)
        assert path.name in refused
        assert refused.endswith("。")
        return None
    messages = export.messages
    assert export.rows_in == messages.num_rows + len(export.rejects) + export.duplicates
    assert set(messages["role"].to_pylist()) <= set(ROLES)
    assert messages["session_id"].null_count == 0
    assert all(reject.row > 0 and reject.detail for reject in export.rejects)
    return export


def damaged(content: bytes, random: Random) -> bytes:
    """Cut, copy, overwrite and insert at random."""
    for _ in range(random.randint(1, 6)):
        start, end = sorted(random.randint(0, len(content)) for _ in range(2))
        end = min(end, start + random.choice((1, 8, 400)))
        what = random.choice((b"", random.choice(BYTES), content[start:end] * 2, random.randbytes(3)))
        content = content[:start] + what + content[end:]
    return content


def with_odd_values(found: Any, random: Random) -> Any:
    """Put values nobody expects in the place of some."""
    if random.random() < 0.08:
        return random.choice(VALUES)
    if isinstance(found, dict):
        return {key: with_odd_values(value, random) for key, value in found.items() if random.random() > 0.03}
    return [with_odd_values(value, random) for value in found] if isinstance(found, list) else found


def test_every_layout_has_a_sample():
    assert set(SAMPLES) == set(TITLES)


def test_every_layout_is_documented():
    documented = (Path(__file__).parents[2] / "docs" / "formats.md").read_text()
    assert [layout for layout in TITLES if f"`{layout}`" not in documented] == []


@pytest.mark.parametrize("layout", SAMPLES)
def test_samples_are_recognised_and_read_whole(tmp_path, layout):
    name, content = SAMPLES[layout]
    export = accounted(tmp_path / name, content)
    assert layouts(export) == [layout]
    assert export.messages.num_rows >= 2
    assert not export.rejects


@pytest.mark.parametrize("layout", SAMPLES)
@fuzz
@given(st.randoms(use_true_random=False), st.booleans())
def test_damaged_files(tmp_path_factory, layout, random, is_named):
    name, content = SAMPLES[layout]
    path = tmp_path_factory.getbasetemp() / name
    accounted(path, damaged(content, random), layout=layout if is_named else None)


def objects(content: bytes) -> list[Any]:
    return [json.loads(content)] if content.strip()[-1:] == b"]" else list(map(json.loads, content.splitlines()))


@pytest.mark.parametrize("layout", [name for name, (_, content) in SAMPLES.items() if content[:1] in b"[{"])
@fuzz
@given(st.randoms(use_true_random=False))
def test_json_with_values_nobody_expects(tmp_path_factory, layout, random):
    name, content = SAMPLES[layout]
    odd = [with_odd_values(found, random) for found in objects(content)]
    lines = [json.dumps(found, ensure_ascii=random.random() < 0.9) for found in odd]
    path = tmp_path_factory.getbasetemp() / name
    accounted(path, "\n".join(lines).encode("utf-8", "surrogatepass"), layout=layout)


@pytest.mark.parametrize("layout", [None, *TITLES])
def test_odd_files(tmp_path: Path, layout: str | None):
    for content in ODD_FILES:
        for suffix in (".txt", ".json"):
            accounted(tmp_path / f"odd{suffix}", content, layout=layout)


@fuzz
@given(st.binary(max_size=300), st.sampled_from((".csv", ".txt", ".json", ".xlsx", ".zip", ".gz", ".parquet")))
def test_bytes_of_nothing(tmp_path_factory, content, suffix):
    accounted(tmp_path_factory.getbasetemp() / f"bytes{suffix}", content)
