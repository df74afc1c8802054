"""The dashboard's way to the archive: opened once, asked through the visitor's scope, small answers remembered."""

import gc
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import streamlit as st

from qa_checker.archive.query import Archive
from qa_checker.archive.selection import Scope
from qa_checker.dashboard.launch import ARCHIVE_VARIABLE
from qa_checker.dashboard.period_goals import Goals, goals
from qa_checker.dashboard.rule_texts import RuleTexts, rule_texts
from qa_checker.dashboard.visitor import Visitor, scope_of

DEFAULT_ARCHIVE = Path("qa-archive")

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Reading:
    """An archive as one visitor may see it."""

    archive: Archive
    version: str  # changes when the archive's content does
    scope: Scope

    @property
    def empty(self) -> bool:
        """Whether nothing has been published yet."""
        return not self.archive.manifests

    def rule_texts(self, rulebook: str = "") -> RuleTexts:
        """The words of the rules; where rulebooks differ, those of `rulebook` (name@fingerprint), else the newest."""
        return rule_texts(self.archive.root, [*self._fingerprints(), rulebook.rpartition("@")[2]])

    def goals(self) -> Goals:
        """What the newest rulebook asks of a period."""
        return goals(self.archive.root, self._fingerprints())

    def _fingerprints(self) -> list[str]:
        """The rulebooks', the newest last."""
        newest_last = sorted(self.archive.manifests, key=lambda manifest: manifest.published_at)
        return [manifest.fingerprint for manifest in newest_last]

    def ask(self, question: Callable[Concatenate[Archive, Scope, P], T], *details: P.args, **named: P.kwargs) -> T:
        """Ask one of the archive's questions within this visitor's scope, or recall the answer."""
        name = f"{question.__module__}.{question.__qualname__}"
        answer = _answer(self.archive, self.version, self.scope, name, question, details, named)
        return cast("T", answer)


def archive_folder() -> Path:
    """The archive named when the dashboard was started."""
    return Path(os.environ.get(ARCHIVE_VARIABLE) or DEFAULT_ARCHIVE)


def reading_for(visitor: Visitor) -> Reading:
    """Open the archive for a visitor, up to date. Raises ArchiveError when a manifest is damaged."""
    archive = _opened(archive_folder())
    return Reading(archive, f"{archive.root} {archive.refresh()}", scope_of(visitor))


@st.cache_resource(show_spinner=False)
def _opened(folder: Path) -> Archive:
    # Streamlit collects garbage after every rerun; without what was imported once for all, that is ten times quicker.
    gc.collect()
    gc.freeze()
    return Archive(folder)


@st.cache_data(max_entries=256, show_spinner=False)
def _answer(
    _archive: Archive,
    version: str,
    scope: Scope,
    name: str,
    _question: Callable[..., Any],
    details: tuple[Any, ...],
    named: dict[str, Any],
) -> Any:
    return _question(_archive, scope, *details, **named)
