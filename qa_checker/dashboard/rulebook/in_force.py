"""The rules that the next night will judge by, as the pages read them."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from qa_checker.dashboard.reading import Reading
from qa_checker.desk import in_force
from qa_checker.rulebook import DEFAULT, Rulebook, lexicons, load, load_rules


def folder_in_force(reading: Reading) -> Path:
    """Its files. An edition's folder never changes, so what is read from it may be remembered by its name.

    Raises ArchiveError when the newest edition can't be put there.
    """
    in_force.put_in_force(reading.desk, reading.archive.root)
    return lexicons(reading.archive.root)


@st.cache_resource(show_spinner="正在读规则…", max_entries=8)
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
