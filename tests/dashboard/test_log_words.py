"""The audit log speaks Chinese: names of rules and decisions, never the words it is stored in."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from qa_checker.dashboard.log_words import ACTION_NAMES, said
from qa_checker.dashboard.rule_texts import rule_texts
from qa_checker.desk.audit import Action, Entry

from .conftest import FINGERPRINT


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ({"rule": "process/greeting", "ruling": "overturned", "number": 1}, "「首次回复要问好」，推翻"),
        ({"rule": "process/greeting", "ruling": "open", "number": 3}, "「首次回复要问好」，撤回，第 3 次裁定"),
        ({"rule": "process/greeting", "state": "upheld"}, "「首次回复要问好」，申诉成立"),
        ({"account": "li", "change": "added", "role": "supervisor"}, "账号 li，新建，班组长"),
        ({"sample": 2, "to": ["li", "zhang"]}, "样本 2，分给 li、zhang"),
        ({"what": "sessions", "since": "2026-09-16", "until": ""}, "会话，从 2026-09-16"),
        ({"run": "run-1"}, ""),
        ({"of_a_later_version": 1}, "of_a_later_version=1"),
    ],
)
def test_details_are_told_as_people_say_them(archive_root: Path, detail: dict[str, Any], words: str) -> None:
    entry = Entry(datetime(2026, 9, 18, tzinfo=UTC), "li", Action.REVIEWED, None, detail)
    assert said(entry, rule_texts(archive_root, [FINGERPRINT])) == words


def test_every_action_has_a_name() -> None:
    assert set(ACTION_NAMES) == set(Action)
