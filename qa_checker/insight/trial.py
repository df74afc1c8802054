"""Changed rules on trial before they are published: every problem of their files, every example that fails."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from tempfile import TemporaryDirectory

from ..desk.in_force import write_texts
from ..examples import Failure, run
from ..language import Lexicon, Problem
from ..rulebook import DEFAULT, RulebookError, load, load_rules

_PLACE = re.compile(r"userdict\.txt|(phrases/[a-z0-9-]+\.txt)|(rules/[a-z]+|rulebooks)/[a-z0-9-]+\.yaml")
_PLACES = "文件要放在 rules/维度/名字.yaml、phrases/名字.txt 或 rulebooks/名字.yaml，名字用小写字母、数字和连字符"


@dataclass(frozen=True)
class Trial:
    """What came of it. `fingerprint` is that of the default rulebook, empty where something is wrong with the files."""

    problems: tuple[Problem, ...]
    failures: tuple[Failure, ...]
    examples: int
    fingerprint: str

    @property
    def passed(self) -> bool:
        """Whether these rules may be published."""
        return not self.problems and not self.failures


def trial(texts: Mapping[str, str]) -> Trial:
    """Read all rules, lists and rulebooks, and run the examples, as `rules test` does."""
    elsewhere = [Problem(path, 1, _PLACES) for path in texts if not _PLACE.fullmatch(path)]
    if elsewhere:
        return Trial(tuple(elsewhere), (), 0, "")
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "lexicons"
        write_texts(texts, folder)
        problems = list(Lexicon.read(folder).problems)
        fingerprints: dict[str, str] = {}
        for rulebook in sorted((folder / "rulebooks").glob("*.yaml")):
            try:
                fingerprints[rulebook.stem] = load(rulebook).fingerprint
            except RulebookError as error:
                problems += error.problems
        try:
            everything = load_rules(folder)
        except RulebookError as error:
            problems += error.problems
        if f"rulebooks/{DEFAULT}.yaml" not in texts:
            problems.append(Problem(f"rulebooks/{DEFAULT}.yaml", 1, "默认的规则手册不能缺"))
        if problems:
            return Trial(tuple(dict.fromkeys(problems)), (), 0, "")
        examples, failures = run(everything)
        return Trial((), tuple(failures), examples, "" if failures else fingerprints[DEFAULT])


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """The paths of the files that are not the same."""
    return tuple(path for path in sorted({*before, *after}) if before.get(path) != after.get(path))


def difference(before: Mapping[str, str], after: Mapping[str, str], path: str) -> str:
    """What changed in one file, as a unified diff."""
    lines = unified_diff(
        before.get(path, "").splitlines(), after.get(path, "").splitlines(), "之前", "之后", lineterm="", n=2
    )
    return "\n".join(list(lines)[2:])
