"""Rulebooks: which rules judge, at what base score and hours; loaded with every problem named at once."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
from pydantic import BaseModel, ValidationError

from .chats import COURTESIES, Chats, chats_of
from .language import Lexicon, PhraseList, Problem, Scan, Scanner, phrases_of, suggestion
from .receptions import MEASURED_LISTS
from .rule_files import RuleFile, problems_of, read_yaml
from .rules import KINDS, Rule
from .rules.overlap import same_waits
from .settings import DIMENSIONS, Settings


class RulebookError(Exception):
    """A rulebook cannot be used; `problems` holds everything that is wrong."""

    def __init__(self, problems: Sequence[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Rulebook:
    """Rules ready to judge.

    fingerprint: the sha256 of everything that decides a verdict, or explains one. warnings: what may well be meant,
    but is worth a look.
    """

    settings: Settings
    rules: tuple[Rule, ...]
    scanner: Scanner
    fingerprint: str
    snapshot: str
    warnings: tuple[Problem, ...] = ()
    loaded_from: tuple[Path, Path] | None = None  # its file, and the folder of its rules and lists

    @property
    def name(self) -> str:
        """As people call it."""
        return self.settings.name

    @property
    def dimensions(self) -> Mapping[str, float]:
        """Dimension → its weight."""
        return self.settings.dimensions

    @property
    def base_score(self) -> float:
        """Points a session starts with."""
        return self.settings.base_score

    @property
    def pass_mark(self) -> float:
        """Points a session needs to pass."""
        return self.settings.pass_mark

    @property
    def bonus_cap(self) -> float:
        """Points a session can earn on top."""
        return self.settings.bonus_cap

    @property
    def response_cap(self) -> float:
        """Seconds a wait counts at most in an average."""
        return self.settings.response_cap

    def read(
        self,
        messages: pa.Table,
        exported_until: int | None = None,
        auto_texts: frozenset[str] = frozenset(),
        scan: Scan | None = None,
    ) -> Chats:
        """Lay out canonical messages as chats, scanned for everything the rules listen to.

        Where `messages` are a part of an export, `exported_until` is the last time (ms) of all of it, and
        `auto_texts` (of `chats.auto_texts`) what its automatic replies say; who reads several parts gives a `scan`
        that remembers.
        """
        return chats_of(messages, scan or self.scanner.scan, self.settings.clocks, exported_until, auto_texts)

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of this id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


DEFAULT = "ecommerce"
EDITIONS = "lexicons"
"""The folder in an archive with the rules as supervisors published them, an edition a folder."""

IN_FORCE = "current"
"""The file in that folder that names the edition in force."""


def lexicons(archive: Path | None = None) -> Path:
    """The folder of rules and lists in force: the edition published beside an archive, else the installation's own.

    Raises RulebookError when the edition that should be in force is not there.
    """
    if archive is not None and (pointer := archive / EDITIONS / IN_FORCE).is_file():
        folder = pointer.parent / pointer.read_text(encoding="utf-8").strip()
        if not (folder / "rules").is_dir():
            raise RulebookError(
                [Problem(str(pointer), 1, f"指向的规则文件夹不在了：{folder}。请打开看板，它会重新写好")]
            )
        return folder
    return Path(str(files("qa_checker.lexicons")))


def load(name: str | Path = DEFAULT, folder: Path | None = None) -> Rulebook:
    """Load a rulebook by name, from `folder` or the installation's own rules, or by the path of its file.

    Such a file's own folder holds rules and lists, if it has any. Raises RulebookError with every problem found.
    """
    folder = folder or lexicons()
    path = _find(name, folder)
    if (path.parent.parent / "rules").is_dir():
        folder = path.parent.parent
    problems: list[Problem] = []
    file = read_yaml(path, path.name, problems)
    if file is None:
        raise RulebookError(problems)
    book = _assembled(file, folder, problems)
    return replace(book, warnings=tuple(_warnings(book.rules, file)), loaded_from=(path, folder))


def load_rules(folder: Path, pattern: str = "*") -> Rulebook:
    """Every rule file of a lexicon folder whose id matches, whether a rulebook uses it or not: for trying them out.

    Raises RulebookError with every problem found.
    """
    settings = {"name": "全部规则", "dimensions": dict.fromkeys(DIMENSIONS, 0), "use": [pattern]}
    return _assembled(RuleFile("rules", settings, {}, {}), folder, [])


def _assembled(file: RuleFile, folder: Path, problems: list[Problem]) -> Rulebook:
    settings = _validated(Settings, file, file.data, problems)
    if settings is None:  # its rules are read all the same, so that their problems are told with its own
        use = file.data.get("use")
        settings = Settings(name="", dimensions={}, use=tuple(map(str, use)) if isinstance(use, list) else ("*",))
    lexicon = Lexicon.read(folder)
    chosen = _chosen(settings, folder, file, problems)
    rules, rule_files = _rules(chosen, settings, problems)
    inline = _inline_lists(rules, rule_files, lexicon, problems)
    used = {name for rule in rules for name in rule.lists()} | ({*COURTESIES, *MEASURED_LISTS} & set(lexicon.lists))
    problems += (
        problem for problem in lexicon.problems if _list_name(problem) in lexicon.closure(used & set(lexicon.lists))
    )
    if problems:
        raise RulebookError(problems)
    scanner = Scanner(lexicon, used - set(inline), inline)
    snapshot = _snapshot(file, rule_files, scanner, lexicon)
    return Rulebook(settings, tuple(rules), scanner, hashlib.sha256(snapshot.encode()).hexdigest(), snapshot)


def _warnings(rules: Sequence[Rule], file: RuleFile) -> Iterator[Problem]:
    for one, other in same_waits(rules):
        yield Problem(
            file.shown,
            file.line("use"),
            f"{one.id}（to: {one.to}）和 {other.id}（to: {other.to}）会为同一个等待扣两次分："
            "请只用一条，或在 override 里把后一条改成 to: later，或改成只提示（costs: null, hint: true）",
        )


def _find(name: str | Path, folder: Path) -> Path:
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        if path.is_file():
            return path
        raise RulebookError([Problem(str(path), 0, "没有这个规则手册文件")])
    known = {each.stem: each for each in sorted((folder / "rulebooks").glob("*.yaml"))}
    if str(name) in known:
        return known[str(name)]
    raise RulebookError(
        [Problem(str(name), 0, f"没有名为 {name} 的规则手册，现有 {'、'.join(known)}{suggestion(str(name), known)}")]
    )


def _chosen(settings: Settings, folder: Path, file: RuleFile, problems: list[Problem]) -> dict[str, Path]:
    """Rule id → file, for every rule that `use` names, in order of folder and name."""
    paths = {f"{path.parent.name}/{path.stem}": path for path in sorted((folder / "rules").glob("*/*.yaml"))}
    for pattern in settings.use:
        if not any(fnmatchcase(rule, pattern) for rule in paths):
            problems.append(
                Problem(file.shown, file.line("use"), f"use 里的 {pattern} 没有对应的规则{suggestion(pattern, paths)}")
            )
    for rule in settings.override:
        if rule not in paths:
            problems.append(
                Problem(file.shown, file.line("override", rule), f"override 里没有规则 {rule}{suggestion(rule, paths)}")
            )
    for dimension in settings.dimensions:
        if dimension not in DIMENSIONS:
            problems.append(
                Problem(
                    file.shown,
                    file.line("dimensions", dimension),
                    f"没有维度 {dimension}{suggestion(dimension, DIMENSIONS)}",
                )
            )
    order = list(DIMENSIONS)
    ids = [rule for rule in paths if any(fnmatchcase(rule, pattern) for pattern in settings.use)]
    ids.sort(key=lambda rule: (order.index(rule.partition("/")[0]) if rule.partition("/")[0] in order else 99, rule))
    return {rule: paths[rule] for rule in ids}


def _rules(
    chosen: Mapping[str, Path], settings: Settings, problems: list[Problem]
) -> tuple[list[Rule], dict[str, RuleFile]]:
    rules, found = [], {}
    for rule_id, path in chosen.items():
        shown = f"rules/{rule_id}.yaml"
        if rule_id.partition("/")[0] not in DIMENSIONS:
            problems.append(Problem(shown, 1, f"规则要放在维度文件夹里：{'、'.join(DIMENSIONS)}"))
            continue
        file = read_yaml(path, shown, problems)
        if file is None:
            continue
        override = settings.override.get(rule_id, {})
        found[rule_id] = file = RuleFile(shown, {**file.data, **override}, file.lines, file.scalars)
        kinds = [key for key in KINDS if key in file.data]
        if len(kinds) != 1:
            near = [
                f"{key}{suggestion(key, KINDS)}" for key in file.data if suggestion(key, KINDS) and key not in KINDS
            ]
            problems.append(
                Problem(shown, 1, f"要写一种规则，只写一种：{'、'.join(KINDS)}" + "".join(f"；{each}" for each in near))
            )
            continue
        rule = _validated(KINDS[kinds[0]], file, {"id": rule_id, **file.data}, problems)
        if rule is not None:
            rules.append(rule)
    return rules, found


def _validated(model: type[Model], file: RuleFile, data: Mapping[str, Any], problems: list[Problem]) -> Model | None:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems += problems_of(error, model, file)
        return None


def _inline_lists(
    rules: Sequence[Rule], rule_files: Mapping[str, RuleFile], lexicon: Lexicon, problems: list[Problem]
) -> dict[str, PhraseList]:
    """Lists of one phrase for every phrase written where a list's name may stand; a Latin word must name a list."""
    inline: dict[str, PhraseList] = {}
    for rule in rules:
        for name in sorted(rule.lists() - set(lexicon.lists)):
            file = rule_files[rule.id]
            if name.isascii() and name.replace("-", "").replace("_", "").isalnum():
                problems.append(
                    Problem(file.shown, file.line_of(name), f"没有名为 {name} 的词表{suggestion(name, lexicon.lists)}")
                )
                continue
            if "、" in name or "，" in name:
                remedy = f"“{name}”会当成一个说法；几种说法请写成 [说法, 说法]，用半角逗号隔开"
                problems.append(Problem(file.shown, file.line_of(name), remedy))
                continue
            try:
                inline[name] = PhraseList(name, name, phrases_of(name))
            except ValueError as error:
                problems.append(Problem(file.shown, file.line_of(name), f"短语“{name}”：{error}"))
    return inline


def _snapshot(book: RuleFile, rule_files: Mapping[str, RuleFile], scanner: Scanner, lexicon: Lexicon) -> str:
    """Everything a verdict came from, as canonical JSON: kept with the results, and hashed."""
    userdict = lexicon.userdict.read_text("utf-8") if lexicon.userdict and lexicon.userdict.exists() else ""
    content = {
        "rulebook": book.data,
        "rules": {rule_id: file.data for rule_id, file in rule_files.items()},
        "lists": {each.name: each.content() for each in scanner.lists},
        "userdict": sorted(filter(None, map(str.strip, userdict.splitlines()))),
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)


def _list_name(problem: Problem) -> str:
    return Path(problem.path).stem
