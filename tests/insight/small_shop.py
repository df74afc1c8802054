"""A lexicon folder of a few lists and rules, written for one test."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import indent

TEXTS = {"why": "为什么", "advice": "这样说", "source": "测试"}


def rule(title: str, body: str, **examples: str) -> str:
    """A rule file; each example is one conversation."""
    shown = "".join(f"  {outcome}:\n    - |\n{indent(text, '      ')}\n" for outcome, text in examples.items())
    heads = "".join(f"{key}: {value}\n" for key, value in {"title": title, **TEXTS}.items())
    return f"{heads}{body}\nexamples:\n{shown}" if shown else f"{heads}{body}\nexamples: {{}}\n"


def shop(folder: Path, phrases: Mapping[str, str], rules: Mapping[str, str]) -> Path:
    """Write lists (name → lines) and rules (id → file); return the path of the rulebook that uses them all."""
    for name, lines in phrases.items():
        _write(folder / "phrases" / f"{name}.txt", lines)
    for name, text in rules.items():
        _write(folder / "rules" / f"{name}.yaml", text)
    book = "name: 小店\ndimensions: {process: 100}\nservice_hours: {every_day: '08:00-23:00'}\nuse: ['*']\n"
    return _write(folder / "rulebooks" / "small.yaml", book)


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path
