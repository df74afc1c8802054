"""Chats for tests, written as lines: `agent@小王 09:00:00 您好`, with `-` for a time not known.

`09:00` is a time given without seconds; `agent@小王#image` a message of that type, `agent!` one flagged automatic.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
from reference.strategies import LEXICON

from qa_checker.chats import MESSAGES, Chats, chats_of
from qa_checker.clock import Hours
from qa_checker.language import Scanner

SCANNER = Scanner(LEXICON)
SERVICE_HOURS = {"service_hours": Hours.parse({"every_day": "08:00-23:00"})}


def rows(dialogue: str, session: str = "会话") -> list[dict[str, Any]]:
    """Canonical rows; a time may start with a day of November 2026 (`17T09:00:00`), else it is the 16th, a Monday."""
    return [_row(session, *line.split(maxsplit=2)) for line in map(str.strip, dialogue.strip().splitlines())]


_SPEAKER = re.compile(r"(?P<role>\w+)(?:@(?P<agent>[^#!]+))?(?:#(?P<type>\w+))?(?P<auto>!)?")


def _row(session: str, speaker: str, time: str, text: str = "") -> dict[str, Any]:
    said = _SPEAKER.fullmatch(speaker)
    assert said, speaker
    day, _, clock = time.rpartition("T")
    sent_at = None if time == "-" else datetime.fromisoformat(f"2026-11-{day or 16}T{clock}")
    return {
        "session_id": session,
        "role": said["role"],
        "agent_id": said["agent"],
        "sent_at": sent_at,
        "to_the_second": clock.count(":") != 1,
        "text": text,
        "message_type": said["type"],
        "is_auto": said["auto"] is not None,
    }


def chats(
    *dialogues: str, clocks: Mapping[str, Hours] = SERVICE_HOURS, auto_texts: frozenset[str] = frozenset()
) -> Chats:
    """A batch of the dialogues, scanned for the fuzz's few lists."""
    mine = [row for number, dialogue in enumerate(dialogues) for row in rows(dialogue, f"会话{number}")]
    return chats_of(table(mine), SCANNER.scan, clocks, auto_texts=auto_texts)


def table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=MESSAGES)
