"""Tables on a terminal of any width: what doesn't fit is folded, never cut off."""

from collections.abc import Collection, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from .saying import shown

_ELSEWHERE = 160  # columns of a file or a pipe


def console() -> Console:
    """Where output goes; lines that aren't in a table are left to the terminal to fold."""
    terminal = Console(highlight=False, soft_wrap=True)
    return terminal if terminal.is_terminal else Console(highlight=False, soft_wrap=True, width=_ELSEWHERE)


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    figures: Collection[str] = (),
    whole: Collection[str] = (),
    title: str = "",
) -> Table:
    """Rows of plain text under their headings; `figures` stand at the right and aren't folded, nor are `whole` ones."""
    made = Table(box=None, padding=(0, 1), title=shown(title) or None, title_justify="left")
    columns = list(zip(*rows, strict=True)) or [()] * len(headings)
    for heading, cells in zip(headings, columns, strict=True):
        kept = max(map(cell_len, cells), default=0) if heading in {*figures, *whole} else 0
        made.add_column(
            shown(heading),
            justify="right" if heading in figures else "left",
            overflow="fold",
            min_width=kept,
            no_wrap=kept >= cell_len(heading),
        )
    for row in rows:
        made.add_row(*map(shown, row))
    return made
