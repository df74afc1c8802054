"""The dashboard's way to the archive: opened once, asked through the visitor's scope, small answers remembered."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import pandas as pd
import streamlit as st

from qa_checker.archive.listing import Order
from qa_checker.archive.manifest import ArchiveError
from qa_checker.archive.query import Archive
from qa_checker.archive.selection import Scope
from qa_checker.dashboard.environment import archive_folder
from qa_checker.dashboard.period_goals import Goals, goals
from qa_checker.dashboard.rule_texts import RuleTexts, rule_texts
from qa_checker.dashboard.visitor import Visitor, scope_of
from qa_checker.desk.database import Desk
from qa_checker.desk.reviewed import Reviewed, ReviewedSessions

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Reading:
    """An archive and a desk as one visitor may see them."""

    archive: Archive
    version: str  # changes when the archive's content does
    scope: Scope
    desk: Desk
    visitor: Visitor

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

    def reviewed(self) -> tuple[Reviewed, ...]:
        """What review made of the sessions that people looked at, whoever may see them."""
        return _reviewed_sessions(str(self.archive.root), str(self.desk.engine.url)).now(self.desk, self.archive)

    def _finals(self) -> tuple[tuple[str, str, float], ...]:
        """The scores that review has changed."""
        changed = (each for each in self.reviewed() if each.final.score != each.machine.score)
        return tuple((each.session.batch, each.session.session_id, each.final.score) for each in changed)

    def _fingerprints(self) -> list[str]:
        """The rulebooks', the newest last."""
        newest_last = sorted(self.archive.manifests, key=lambda manifest: manifest.published_at)
        return [manifest.fingerprint for manifest in newest_last]

    def read(self, question: Callable[Concatenate[Archive, Scope, P], T], *details: P.args, **named: P.kwargs) -> T:
        """Ask one of the archive's questions within this visitor's scope."""
        return question(self.archive, self.scope, *details, **named)

    def ask(self, question: Callable[Concatenate[Archive, Scope, P], T], *details: P.args, **named: P.kwargs) -> T:
        """Ask one of the archive's questions within this visitor's scope, or recall the answer: for small ones.

        What depends on people's decisions, which change at any time, is asked anew.
        """
        if any(isinstance(each, Order) and each.key == "review" for each in details):
            asked = [replace(each, finals=self._finals()) if isinstance(each, Order) else each for each in details]
            return cast("T", cast("Callable[..., Any]", question)(self.archive, self.scope, *asked, **named))
        answer = _answer(self.archive, self.version, self.scope, question, details, tuple(named.items()))
        # A frame of one's own: pandas copies a column when somebody writes to it.
        return cast("T", answer.copy(deep=False) if isinstance(answer, pd.DataFrame) else answer)


def reading_for(visitor: Visitor, desk: Desk) -> Reading:
    """Open the archive for a visitor, up to date. Raises ArchiveError where it is damaged."""
    archive = _opened(archive_folder())
    return Reading(archive, f"{archive.root} {archive.refresh()}", scope_of(visitor), desk, visitor)


def make_ready() -> None:
    """Read the archive before the first visitor comes. What is wrong with it, he will be told."""
    with suppress(ArchiveError, OSError):
        _opened(archive_folder()).refresh()


@lru_cache(maxsize=4)
def opened_desk(address: str) -> Desk:
    """The desk database, opened once for all visitors. Raises DeskError."""
    return Desk(address)


@st.cache_resource(show_spinner=False)
def _opened(folder: Path) -> Archive:
    return Archive(folder)


@lru_cache(maxsize=4)
def _reviewed_sessions(archive: str, desk: str) -> ReviewedSessions:
    return ReviewedSessions()


# Not st.cache_data: it makes a text of every question and pickles every answer, an eighth of what the server has to do.
@lru_cache(maxsize=2000)
def _answer(
    archive: Archive,
    version: str,
    scope: Scope,
    question: Callable[..., Any],
    details: tuple[Any, ...],
    named: tuple[tuple[str, Any], ...],
) -> Any:
    return question(archive, scope, *details, **dict(named))
