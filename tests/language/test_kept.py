"""Parsed lists are kept between starts, and nothing that was kept can be wrong."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa_checker.language import Lexicon, PhraseList, kept

PHRASES = "\n".join(f"第{number}种(说|讲)法…{{hello}}" for number in range(20))
TEXT = f"# 问好\n# spelt: pinyin\n# guards: negation, titles\n您好\n!您好吗\n~今天天气真的很不错\n{PHRASES}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A lexicon, read as if for the first time on this machine."""
    monkeypatch.setattr(kept, "user_cache_path", lambda name: tmp_path / "cache" / name)
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases" / "hello.txt").write_text(TEXT, "utf-8")
    _another_start()
    yield tmp_path
    _another_start()


def _another_start() -> None:
    for remembered in (kept.parsed, kept._folder, kept._throw_away_stale):
        remembered.cache_clear()


def _read(folder: Path) -> PhraseList:
    _another_start()
    return Lexicon.read(folder).lists["hello"]


def _files(folder: Path) -> list[Path]:
    return [path for path in (folder / "cache").rglob("*") if path.is_file()]


def _refuse(*_: object) -> None:
    raise AssertionError("parsed again")


def test_a_kept_list_is_the_parsed_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = _read(folder)
    assert len(parsed.phrases) > 20
    assert len(_files(folder)) == 1
    monkeypatch.setattr(kept, "parse", _refuse)
    assert _read(folder) == parsed


def test_an_edit_takes_effect_at_once(folder: Path) -> None:
    before = _read(folder)
    (folder / "phrases" / "hello.txt").write_text(TEXT.replace("您好吗", "您好么"), "utf-8")
    after = _read(folder)
    assert after.excuses != before.excuses
    assert after.phrases == before.phrases


@pytest.mark.parametrize("damage", [b"", b"\n", b"{}", b"0123\n{}"])
def test_a_damaged_file_is_parsed_and_kept_anew(folder: Path, damage: bytes) -> None:
    parsed = _read(folder)
    [file] = _files(folder)
    whole = file.read_bytes()
    for broken in (damage, whole[: len(whole) // 2], whole.replace("您".encode(), "你".encode(), 1)):
        file.write_bytes(broken)
        assert _read(folder) == parsed
        assert file.read_bytes() == whole


@pytest.mark.skipif(os.name != "posix", reason="owners and modes are POSIX")
def test_a_folder_that_others_may_write_to_is_not_trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = _read(folder)
    [file] = _files(folder)
    file.parent.chmod(0o777)
    file.unlink()
    assert _read(folder) == parsed
    file.parent.chmod(0o700)
    somebody_else = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: somebody_else)
    assert _read(folder) == parsed
    assert _files(folder) == []


def test_without_a_place_to_keep_it_a_list_is_parsed(folder: Path) -> None:
    parsed = _read(folder)
    [file] = _files(folder)
    file.unlink()
    file.mkdir()  # so the list cannot be read or written there
    assert _read(folder) == parsed
    file.rmdir()
    file.parent.rmdir()
    file.parent.write_text("no folder")
    assert _read(folder) == parsed


def test_a_list_with_problems_is_not_kept(folder: Path) -> None:
    (folder / "phrases" / "hello.txt").write_text(TEXT + "@nothing\n", "utf-8")
    for _ in range(2):
        _another_start()
        assert [problem.line for problem in Lexicon.read(folder).problems] == [TEXT.count("\n") + 1]
    assert _files(folder) == []


def test_what_was_kept_long_ago_is_thrown_away(folder: Path) -> None:
    _read(folder)
    [old] = _files(folder)
    os.utime(old, (0, 0))
    (folder / "phrases" / "hello.txt").write_text(TEXT + "您早\n", "utf-8")
    _read(folder)
    [new] = _files(folder)
    assert new != old
