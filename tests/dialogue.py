"""Chats for tests, written as lines: `agent@小王 09:00:00 您好`, with `-` for a time not known."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
from reference.strategies import LEXICON

from qa_checker.chats import MESSAGES, Chats
from qa_checker.clock import Hours
from qa_checker.language import Scanner

SCANNER = Scanner(LEXICON)
SERVICE_HOURS = {"service_hours": Hours.parse({"every_day": "08:00-23:00"})}


def rows(dialogue: str, session: str = "会话") -> list[dict[str, Any]]:
    """Canonical rows; a time may start with a day of November 2026 (`17T09:00:00`), else it is the 16th, a Monday."""
    return [_row(session, *line.split(maxsplit=2)) for line in map(str.strip, dialogue.strip().splitlines())]


def _row(session: str, speaker: str, time: str, text: str) -> dict[str, Any]:
    role, _, agent = speaker.partition("@")
    day, _, clock = time.rpartition("T")
    sent_at = None if time == "-" else datetime.fromisoformat(f"2026-11-{day or 16}T{clock}")
    return {"session_id": session, "role": role, "agent_id": agent or None, "sent_at": sent_at, "text": text}


def chats(*dialogues: str, clocks: Mapping[str, Hours] = SERVICE_HOURS) -> Chats:
    """A batch of the dialogues, scanned for the fuzz's few lists."""
    mine = [row for number, dialogue in enumerate(dialogues) for row in rows(dialogue, f"会话{number}")]
    return Chats.of(table(mine), SCANNER.scan, clocks)


def table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=MESSAGES)
