"""A night against what else could be done with the same messages, on generated chats and on real ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from bench.command import ROOT, Cost, python, qa_checker, run
from bench.table import Line, Setup, Words, ratio, times
from qa_checker import rulebook

CORPORA = ROOT.parent / "shared" / "corpora"
_PEER_SHARE = 10  # the pandas script is timed on this part of the generated messages


def on_generated(setup: Setup) -> Iterator[Line]:
    """Against the pandas script, jieba, ripgrep and a second process, from CSV and from Parquet.

    The script's cost grows with the messages and no slower: a tenth of them is timed, and taken ten times.
    """
    tenth, export = setup.export(setup.messages // _PEER_SHARE), setup.export(setup.messages)
    parquet, out = setup.export(setup.messages, ".parquet"), setup.folder / "peer.csv"
    costs = setup.typical(
        {
            "script": _script(tenth, out),
            "csv": _score(setup, export),
            "parquet": _score(setup, parquet),
            "jieba": _jieba(export),
            **_ripgrep(setup, export),
            "two": _score(setup, export, workers=2),
        }
    )
    csv, columnar, script = costs["csv"], costs["parquet"], costs["script"].cpu * _PEER_SHARE
    yield Line(
        Words("cheaper than the pandas script, from CSV", "比 pandas 脚本省，读 CSV"),
        ratio(script, csv.cpu),
        times("80"),
    )
    yield Line(
        Words("cheaper than the pandas script, from Parquet", "比 pandas 脚本省，读 Parquet"),
        ratio(script, columnar.cpu),
        times("80"),
    )
    yield from _others(costs)
    _score(setup, tenth)()
    agrees = f"{_same_first_response(pd.read_csv(out), setup.folder / 'archive'):.1%}"
    yield Line(
        Words("sessions with the same first response time as by the script", "首响与脚本算得相同的会话"),
        Words(agrees, agrees),
        Words("", ""),
    )
    yield Line(
        Words("faster in 2 processes than in 1, by the clock", "2 个进程比 1 个快（按钟表）"),
        ratio(csv.wall, costs["two"].wall),
        times("1.6"),
    )
    peaks = [f"{each.megabytes:,.0f} MB" for each in (csv, columnar)]
    yield Line(
        Words("peak memory", "内存峰值"),
        Words("{} from CSV, {} from Parquet".format(*peaks), "CSV {}，Parquet {}".format(*peaks)),
        Words("1,024 MB", "1,024 MB"),
    )


def on_corpora(setup: Setup) -> Iterator[Line]:
    """The same against real chats, where they are at hand; nothing where they aren't."""
    files = sorted(setup.corpora.glob("*.jsonl.gz"))
    if not files:
        nothing = Words(f"not measured: no {setup.corpora.name}/ beside the checkout", "没有测：旁边没有语料")
        yield Line(Words("real chats", "真实会话"), nothing, Words("", ""))
        return
    export, out = setup.folder / "corpora.csv", setup.folder / "peer.csv"
    messages = pd.concat(pd.read_json(file, lines=True, convert_dates=False, dtype=False) for file in files)
    messages = messages.rename(columns={"sender_role": "role", "ts": "sent_at"}).drop(columns="seq")
    messages.to_csv(export, index=False)
    costs = setup.typical(
        {
            "script": _script(export, out),
            "csv": _score(setup, export),
            "jieba": _jieba(export),
            **_ripgrep(setup, export),
        }
    )
    count = len(messages)
    yield Line(
        Words(f"cheaper than the pandas script, {count:,} real messages", f"比 pandas 脚本省，真实消息 {count:,} 条"),
        ratio(costs["script"].cpu, costs["csv"].cpu),
        times("80"),
    )
    for line in _others(costs):
        yield Line(
            Words(f"{line.what.english}, real messages", f"{line.what.chinese}，真实消息"), line.measured, line.aim
        )


def _others(costs: dict[str, Cost]) -> Iterator[Line]:
    ours = costs["csv"].cpu
    yield Line(
        Words("cheaper than `jieba.lcut` alone", "比只跑 `jieba.lcut` 省"), ratio(costs["jieba"].cpu, ours), times("5")
    )
    measured = ratio(ours, costs["rg"].cpu) if "rg" in costs else Words("not measured: no rg here", "没有测：没有装 rg")
    yield Line(Words("dearer than `rg -F -f phrases -c`", "是 `rg -F -f 短语 -c` 的"), measured, times("25"))


def _score(setup: Setup, export: Path, workers: int = 1) -> Callable[[], Cost]:
    """Score an export into a fresh archive."""
    archive = setup.folder / "archive"

    def measured() -> Cost:
        shutil.rmtree(archive, ignore_errors=True)
        return run(*qa_checker("score", str(export), "--archive", str(archive), "--json", "--workers", str(workers)))

    return measured


def _script(export: Path, out: Path) -> Callable[[], Cost]:
    return lambda: run(*python("-m", "bench.plain_pandas", str(export), str(out)))


def _jieba(export: Path) -> Callable[[], Cost]:
    return lambda: run(*python("-m", "bench.jieba_alone", str(export)))


def _ripgrep(setup: Setup, export: Path) -> dict[str, Callable[[], Cost]]:
    """The physical yardstick, where it is installed: every plain phrase of the rulebook looked for in the same text."""
    if not shutil.which("rg"):
        return {}
    text, phrases = export.with_suffix(".txt"), setup.folder / "phrases.txt"
    text.write_text("\n".join(pd.read_csv(export, dtype=str, keep_default_na=False)["text"]), encoding="utf-8")
    phrases.write_text("\n".join(plain_phrases()), encoding="utf-8")
    return {"rg": lambda: run("rg", "-j1", "-F", "-c", "-f", str(phrases), str(text))}


def plain_phrases() -> list[str]:
    """Every phrase of the default rulebook's lists that is one plain stretch of text."""
    lists = rulebook.load().scanner.lists
    pieces = [phrase.pieces[0] for each in lists for phrase in each.phrases if len(phrase.pieces) == 1]
    return sorted({way for piece in pieces for way in piece.ways or ()})


def _same_first_response(peer: pd.DataFrame, archive: Path) -> float:
    """Share of the sessions answered by both for which both say the same first response time."""
    (table,) = archive.glob("*/*/sessions.parquet")
    ours = pd.read_parquet(table, columns=["session_id", "first_response_s"])
    both = peer.merge(ours, on="session_id", suffixes=("", "_ours")).dropna()
    return float((both["first_response_s"] - both["first_response_s_ours"]).abs().lt(0.5).mean())
