"""`check` and `scan`: look at conversations without storing anything."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import typer

from ..cards import Card, card
from ..chats import MESSAGES, chats_of
from ..examples import BadExample, conversation, looks_like_conversation
from ..exports import Export, Refused, read, recognised_as
from ..exports.files.paths import suffix_of
from ..language import Lexicon, Scanner, suggestion
from ..rulebook import lexicons
from ..scorecard import score
from ..settings import DIMENSIONS
from ..time_doubts import time_doubts
from .asking import column_mapping, in_plain_chinese, rulebook_named, stop
from .saying import harmless, json_of, say
from .standard_input import STANDARD_INPUT, as_files

_TABLES = (".csv", ".tsv")
_HOW_TO_WRITE = "也可以直接写会话：每行以 顾客、客服、系统 或 机器人 开头，再写时间（可以不写）和内容"
_SIGNS = {"fails": "✗", "earns": "★", "hint": "·", "passes": "✓", "skips": "–"}


def check(
    file: Path, rulebook: str, archive: Path | None, encoding: str | None, layout: str | None, as_json: bool
) -> None:
    """Judge one conversation and print every verdict with its quotes."""
    book = rulebook_named(rulebook, archive)
    messages = _conversation(file, encoding, layout)
    if messages.num_rows == 0:
        stop(f"{file}：没有消息")
    chats = book.read(messages)
    if len(chats) > 1:
        stop(f"{file}：有 {len(chats)} 段会话，check 一次看一段；整批请用 qa-checker score")
    doubts = time_doubts(chats, book).told()
    for doubt in doubts:
        say(f"注意：{doubt}")
    found = card(score(chats, book), 0)
    if as_json:
        print(json_of(_plain(asdict(found) | {"warnings": doubts})))
    else:
        _print(found)


def scan(
    path: Path, lists: str | None, format_: str, encoding: str | None, columns: str | None, layout: str | None
) -> None:
    """Print for each message which phrase lists it says, and where."""
    if format_ != "jsonl":
        stop(f"没有输出格式 {format_}，可用的有 jsonl")
    lexicon = Lexicon.read(lexicons())
    names = (
        [name.strip() for name in lists.replace("，", ",").split(",") if name.strip()]
        if lists
        else sorted(lexicon.lists)
    )
    for name in names:
        if name not in lexicon.lists:
            stop(f"没有名为 {name} 的词表{suggestion(name, lexicon.lists)}")
    if lexicon.problems:
        say("词表有问题：\n" + "\n".join(f"  {problem}" for problem in lexicon.problems))
    with in_plain_chinese(), as_files([path]) as files:
        export = read(files, encoding=encoding, columns=column_mapping(columns), layout=layout, require_time=False)
    _tell_layout(export)
    for reject in export.rejects:
        say(f"{reject.file} 第 {reject.row} 行没有读入（{reject.reason}）：{reject.detail}")
    chats = chats_of(export.messages, Scanner(lexicon, names).scan)
    said: list[dict[str, list[list[int]]]] = [{} for _ in range(len(chats.session))]
    for name in names:
        index, start, end = chats.hits.words(chats.text, [name])
        for row, low, high in zip(index.tolist(), start.tolist(), end.tolist(), strict=True):
            said[row].setdefault(name, []).append([low, high])
    rows = np.arange(len(chats.session))
    columns_ = [chats.messages[name].to_pylist() for name in ("session_id", "message_id", "role")]
    for session, message, role, seq, lists_said in zip(*columns_, chats.seq(rows).tolist(), said, strict=True):
        record = {"session_id": session, "message_id": message, "seq": seq, "role": role, "lists": lists_said}
        print(json_of(record))


def _conversation(file: Path, encoding: str | None, layout: str | None) -> pa.Table:
    """One conversation as canonical messages, from an export or from `顾客 …` lines."""
    with in_plain_chinese(), as_files([file]) as (path,):
        if not path.is_file():
            stop(f"没有这个文件：{file}")
        if layout is None and (rows := _written_out(path, "会话" if file == STANDARD_INPUT else file.stem)):
            return pa.Table.from_pylist(rows, schema=MESSAGES)
        try:
            export = read([path], encoding=encoding, layout=layout, require_time=False)
        except Refused as refused:
            if refused.reason not in ("missing_columns", "not_a_table") or suffix_of(path) in _TABLES:
                raise
            stop(f"{refused}\n{_HOW_TO_WRITE}")
    _tell_layout(export)
    for reject in export.rejects:
        say(f"{reject.file} 第 {reject.row} 行没有读入（{reject.reason}）：{reject.detail}")
    return export.messages


def _written_out(path: Path, session_id: str) -> list[dict[str, Any]]:
    """Read `顾客 …` lines; nothing where the file isn't written so."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows, _ = conversation(text, session_id=session_id) if looks_like_conversation(text) else ([], None)
    except UnicodeDecodeError:
        return []
    except BadExample as error:
        stop(f"{path.name}：{error}")
    return rows


def _tell_layout(export: Export) -> None:
    for file in export.files:
        say(f"{Path(file.path).name}：{recognised_as(file)}")


def _plain(value: Any) -> Any:
    """JSON keeps times as text."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value


def _print(found: Card) -> None:
    mark = "红线，一票否决" if found.red_line else "合格" if found.passed else "不合格"
    typer.echo(f"得分 {found.score:g}（{mark}）  罚款 {found.fine:g} 元  奖励 {found.reward:g} 元")
    for verdict in found.verdicts:
        if verdict.outcome in ("passes", "skips") and not verdict.quotes:
            continue
        price = (
            f" −{verdict.points:g}"
            if verdict.outcome == "fails"
            else f" +{verdict.points:g}"
            if verdict.outcome == "earns"
            else ""
        )
        where = DIMENSIONS[verdict.dimension]
        typer.echo(
            f"{_SIGNS[verdict.outcome]}{price} {harmless(verdict.title)}（{where}，{verdict.rule}）："
            f"{harmless(verdict.reason)}"
        )
        for quote in verdict.quotes:
            typer.echo(f"    第 {quote.seq + 1} 条：“{harmless(quote.text)}”")
        if verdict.outcome in ("fails", "hint"):
            typer.echo(f"    可以这样说：{harmless(verdict.advice)}")
