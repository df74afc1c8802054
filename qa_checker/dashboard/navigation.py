"""The map of the house: which pages a visitor's roles open, and how one page leads to another."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import NoReturn

import streamlit as st

from qa_checker.archive.manifest import ArchiveError
from qa_checker.archive.query import SessionKey
from qa_checker.dashboard.address import Asked, address
from qa_checker.dashboard.reading import archive_folder, reading_for
from qa_checker.dashboard.visitor import LOCAL_VISITOR, Role, Visitor


@dataclass(frozen=True)
class Room:
    """A page: who may enter, where it stands in the menu (nowhere: one gets there from another page)."""

    name: str
    title: str
    icon: str
    section: str | None
    roles: frozenset[Role]
