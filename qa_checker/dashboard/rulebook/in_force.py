"""The rules that the next night will judge by, as the pages read them."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import streamlit as st

from qa_checker.archive.manifest import ArchiveError
from qa_checker.dashboard.environment import archive_folder, desk_address
from qa_checker.dashboard.reading import Reading, opened_desk
from qa_checker.desk import in_force
from qa_checker.desk.database import Desk, DeskError
from qa_checker.rulebook import DEFAULT, Rulebook, RulebookError, lexicons, load, load_rules


def folder_in_force(reading: Reading) -> Path:
    """Its files. An edition's folder never changes, so what is read from it may be remembered by its name.

    Raises ArchiveError when the newest edition can't be put there.
    """
    return _folder(reading.desk, reading.archive.root)


def _folder(desk: Desk, archive: Path) -> Path:
    in_force.put_in_force(desk, archive)
    return lexicons(archive)


def make_ready() -> None:
    """Read the rules before the first visitor comes. What is wrong with them, he will be told."""
    with suppress(ArchiveError, DeskError, RulebookError, OSError):
        folder = _folder(opened_desk(desk_address()), archive_folder())
        rulebook_names(folder)
        book(folder, "")
        book(folder).scanner.compile()  # for the first who pastes a conversation


@st.cache_resource(show_spinner=False, max_entries=8)
def book(folder: Path, name: str = DEFAULT) -> Rulebook:
    """A rulebook of a lexicons folder; without a name, every rule there is."""
    return load(name, folder) if name else load_rules(folder)


@st.cache_resource(show_spinner=False, max_entries=4)
def texts(folder: Path) -> Mapping[str, str]:
    """The texts of its files, by path."""
    return in_force.texts(folder)


def rulebook_names(folder: Path) -> dict[str, str]:
    """The rulebooks of a folder, and what people call them."""
    names = [path.stem for path in sorted((folder / "rulebooks").glob("*.yaml"))]
    names.sort(key=lambda name: name != DEFAULT)
    return {name: book(folder, name).name for name in names}
