"""What our own JavaScript does: a table whose rows open something, a transcript, rules' examples, a watch on typing.

Their sources lie in frontend/ and are handed to Streamlit as text, so that they are found the same way from a checkout,
an editable install and a wheel. They build nodes with textContent only: a customer's words are never read as markup.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import streamlit as st

from qa_checker.dashboard import FRONTEND

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a sheet; `kind` says how its cells are drawn (frontend/sheet.js), `roomy` ones need a wide window."""

    key: str
    label: str
    kind: Literal["text", "strong", "long", "score", "interval", "tags"] = "text"
    align: Literal["left", "right"] = "left"
    sortable: bool = False
    roomy: bool = False
    help: str = ""


@dataclass(frozen=True)
class Picking:
    """What can be done with rows that are ticked: actions by name with their labels.

    `total`: how many there are to pick where the rows are one page of them, 0 where nobody may take them all.
    """

    actions: dict[str, str]
    total: int = 0


@dataclass(frozen=True)
class Picked:
    """What was asked of ticked rows just now: an action's name, the rows' ids, or `whole` for all that there are."""

    action: str
    rows: frozenset[str]
    whole: bool


@dataclass(frozen=True)
class Clicked:
    """What was clicked on a sheet just now: a row's id, a heading's key, or an action on the rows that are ticked."""

    opened: str | None
    sorted: str | None
    picked: Picked | None = None


def _source(name: str) -> str:
    return (FRONTEND / name).read_text(encoding="utf-8")


def _nothing() -> None:
    """Streamlit reports a component's events only to those who say that they listen."""


def _plain(key: str) -> str:
    """Streamlit refuses a component's key with two underscores, which names of batches and files may hold."""
    return key.replace("_", "%5F")


_sheet = st.components.v2.component(
    "qa_checker.sheet", html='<div id="sheet"></div>', css=_source("sheet.css"), js=_source("sheet.js")
)
_transcript = st.components.v2.component(
    "qa_checker.transcript",
    html='<div id="transcript"></div>',
    css=_source("transcript.css"),
    js=_source("transcript.js"),
)

_dialogue = st.components.v2.component(
    "qa_checker.dialogue", html='<div id="dialogue"></div>', css=_source("dialogue.css"), js=_source("dialogue.js")
)

_typing = st.components.v2.component("qa_checker.typing", html="<span></span>", js=_source("typing.js"))


def sheet(
    name: str,
    columns: list[Column],
    rows: list[Row],
    *,
    key: str,
    ordered_by: tuple[str, bool] | None = None,
    opens: bool = True,
    picking: Picking | None = None,
) -> Clicked:
    """Draw a table; `rows` are {"id", "cells"}, `ordered_by` is a column's key and whether descending.

    With `picking`, rows have boxes to tick; each then has a "name", which is read out beside its box.
    """
    actions = [{"name": name, "label": label} for name, label in picking.actions.items()] if picking else []
    data = {
        "name": name,
        "columns": [asdict(column) for column in columns],
        "rows": rows,
        "sorted": {"key": ordered_by[0], "descending": ordered_by[1]} if ordered_by else None,
        "opens": opens,
        "picking": {"actions": actions, "total": picking.total} if picking else None,
    }
    result = _sheet(
        key=_plain(key),
        data=data,
        on_opened_change=_nothing,
        on_sorted_change=_nothing,
        on_acted_change=_nothing,
    )
    return Clicked(result.opened, result.sorted, _picked(picking, result.acted))


def _picked(picking: Picking | None, acted: dict[str, Any] | None) -> Picked | None:
    """What the browser says, as far as it was offered."""
    if not picking or not acted or acted.get("action") not in picking.actions:
        return None
    whole = bool(acted.get("whole")) and picking.total > 0
    return Picked(str(acted["action"]), frozenset(map(str, acted.get("rows", ()))), whole)


@dataclass(frozen=True)
class Acted:
    """What was done on a transcript just now: an action on a verdict's card, or words that were selected.

    `seen` is the number of the ruling that the card showed when it was clicked.
    """

    finding: str = ""
    action: str = ""
    seen: int = 0
    selected: tuple[int, int, int] | None = None  # seq, start, end in code points


def transcript(data: dict[str, Any], *, key: str) -> Acted | None:
    """Draw a session as `session_view.transcript_data` describes it."""
    result = _transcript(key=_plain(key), data=data, on_acted_change=_nothing, on_selected_change=_nothing)
    if result.acted:
        return Acted(str(result.acted["id"]), str(result.acted["action"]), int(result.acted["seen"]))
    if result.selected:
        place = result.selected
        return Acted(selected=(int(place["seq"]), int(place["start"]), int(place["end"])))
    return None


def dialogue(examples: list[Row], *, key: str) -> None:
    """Draw conversations; each is {"name", "tone", "lines"}, a line {"who", "side", "pieces": [{"text", "marked"}]}."""
    _dialogue(key=_plain(key), data={"examples": examples})


def typing(box: str, typed: Callable[[str], None]) -> None:
    """Watch the text box of this key: `typed` is called with what stands in it, a moment after the last key."""
    key = f"typing-{box}"

    def changed() -> None:
        words = st.session_state[key].typed
        if words is not None:
            typed(str(words))

    _typing(key=key, data={"box": box, "known": st.session_state.get(box) or ""}, on_typed_change=changed, height=0)
