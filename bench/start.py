"""How long a person waits for the first answer."""

from __future__ import annotations

from collections.abc import Iterator

from bench.command import qa_checker, run
from bench.table import Line, Setup, Words, seconds

_CHAT = "顾客 09:00:00 在吗，我拍下了\n客服 09:02:10 好的，今天发货\n"


def waits(setup: Setup) -> Iterator[Line]:
    """Cold starts of `--help` and of `check`, by the clock."""
    chat = setup.folder / "chat.txt"
    chat.write_text(_CHAT, encoding="utf-8")
    run(*qa_checker("check", str(chat)))  # compiles the modules, as an installation does
    costs = setup.typical(
        {"help": lambda: run(*qa_checker("--help")), "check": lambda: run(*qa_checker("check", str(chat)))}
    )
    for name, what, aim in (
        ("help", Words("`qa-checker --help`", "`qa-checker --help`"), "0.4"),
        ("check", Words("`qa-checker check`, one chat", "`qa-checker check`，一段会话"), "1.5"),
    ):
        figure = seconds(costs[name].wall)
        yield Line(what, Words(f"{figure} s", f"{figure} 秒"), Words(f"{aim} s", f"{aim} 秒"))
