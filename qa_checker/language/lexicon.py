"""The phrase lists of a folder, and how they hang together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .kept import parsed
from .phrases import PhraseList, Problem, suggestion

NEGATION = "negation"
"""The list that the guard of this name looks for."""


@dataclass(frozen=True)
class Lexicon:
    """The phrase lists of a folder, by name, and jieba's user words beside them."""

    lists: Mapping[str, PhraseList]
    userdict: Path | None = None
    problems: tuple[Problem, ...] = field(default=())

    @classmethod
    def read(cls, folder: Path) -> "Lexicon":
        """Read every `phrases/*.txt` of a lexicon folder; what is wrong is collected, not raised."""
        problems: list[Problem] = []
        lists = {}
        for path in sorted((folder / "phrases").glob("*.txt")):
            shown = f"phrases/{path.name}"
            try:
                text = path.read_text("utf-8-sig")
            except UnicodeDecodeError:
                problems.append(Problem(shown, 1, "文件不是 UTF-8 编码，请另存为 UTF-8"))
                text = ""
            lists[path.stem], wrong = parsed(path.stem, text, shown)
            problems += wrong
        for name, each in lists.items():
            problems += (
                _unknown_list(f"phrases/{name}.txt", include, lists)
                for include in each.includes
                if include not in lists
            )
            problems += (
                _unknown_list(f"phrases/{name}.txt", other, lists, line)
                for line, other in each.borrowed
                if other not in lists
            )
            if name in _included(name, lists):
                problems.append(Problem(f"phrases/{name}.txt", 1, "这个词表绕一圈又包含了自己，请去掉一行 +"))
        return cls(lists, folder / "userdict.txt", tuple(problems))

    def closure(self, names: set[str]) -> set[str]:
        """These lists and every list they include or borrow pieces from."""
        found: set[str] = set()
        waiting = [name for name in names if name in self.lists]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                each = self.lists[name]
                others = [*each.includes, *(other for _, other in each.borrowed)]
                waiting += [other for other in others if other in self.lists]
        return found

    def chosen(self, names: Iterable[str], inline: Mapping[str, PhraseList]) -> tuple[PhraseList, ...]:
        """These lists, all that they hang on, and `inline` ones: each after `negation` and the lists it includes."""
        wanted = self.closure(set(names)) | ({NEGATION} & set(self.lists))
        lists = {name: self.lists[name] for name in wanted} | dict(inline)
        return tuple(lists[name] for name in _includes_first(lists))


def _includes_first(lists: Mapping[str, PhraseList]) -> list[str]:
    ordered: list[str] = []

    def visit(name: str, above: tuple[str, ...] = ()) -> None:
        if name in ordered or name in above or name not in lists:
            return
        for include in lists[name].includes:
            visit(include, (*above, name))
        ordered.append(name)

    for name in [NEGATION, *sorted(lists)]:
        visit(name)
    return ordered


def _included(name: str, lists: Mapping[str, PhraseList]) -> set[str]:
    """Every list reached from this one by `+` lines; holds the name itself only where they run in a circle."""
    found: set[str] = set()
    waiting = list(lists[name].includes) if name in lists else []
    while waiting:
        each = waiting.pop()
        if each not in found and each in lists:
            found.add(each)
            waiting += lists[each].includes
    return found


def _unknown_list(path: str, name: str, lists: Mapping[str, PhraseList], line: int = 1) -> Problem:
    return Problem(path, line, f"没有名为 {name} 的词表{suggestion(name, lists)}")
