"""YAML files written by people, with the line of everything in them, and validation errors as plain Chinese."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from .language import Problem, suggestion

Location = tuple[str | int, ...]

_FAST_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where PyYAML was built with it


@dataclass(frozen=True)
class RuleFile:
    """A YAML mapping and where its keys and values stand."""

    shown: str
    data: dict[str, Any]
    lines: Mapping[Location, int]
    scalars: Mapping[str, int]

    def line(self, *location: str | int) -> int:
        """The line of a key, or of the nearest thing around it."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)

    def line_of(self, value: str) -> int:
        """The line on which a value is first written."""
        return self.scalars.get(value, 1)


def read_yaml(path: Path, shown: str, problems: list[Problem]) -> RuleFile | None:
    """Read one YAML mapping; what is wrong with it is added to `problems`."""
    try:
        text = path.read_text("utf-8-sig")
        node = yaml.compose(text, _FAST_LOADER)
    except UnicodeDecodeError:
        problems.append(Problem(shown, 1, "文件不是 UTF-8 编码，请另存为 UTF-8"))
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        near = Problem(shown, line, f"YAML 写法有误（第 {column} 列附近）：检查缩进、冒号后的空格和引号是否成对")
        problems.append(next(_slips(shown, text), near))
        return None
    if not isinstance(node, yaml.MappingNode):
        problems.append(Problem(shown, 1, "文件要写成 键: 值 的形式"))
        return None
    reader = _Reader(shown, problems)
    return RuleFile(shown, reader.read(node, ()), reader.lines, reader.scalars)


_SLIPS = (
    (re.compile(r"\s*[a-z_]+ *："), "冒号是全角的，请换成半角的 :，后面空一格"),
    (re.compile(r" *\t"), "缩进里有制表符（Tab），请换成空格"),
    (re.compile(r"\s*[a-z_]+:[^\s:]"), "冒号后面要空一格"),
)


def _slips(shown: str, text: str) -> Iterator[Problem]:
    """What commonly keeps YAML from being read; the parser itself stumbles only some lines later."""
    for number, line in enumerate(text.splitlines(), 1):
        yield from (Problem(shown, number, remedy) for slip, remedy in _SLIPS if slip.match(line))


class _Reader:
    def __init__(self, shown: str, problems: list[Problem]):
        self._shown = shown
        self._problems = problems
        self._scalar = yaml.SafeLoader("")
        self._open: list[yaml.Node] = []
        self.lines: dict[Location, int] = {}
        self.scalars: dict[str, int] = {}

    def read(self, node: yaml.Node, location: Location) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(location, line)
        if location and node in self._open:
            self._problems.append(Problem(self._shown, line, "这里引用了自己，请写成普通的列表"))
            return None
        self._open.append(node)
        try:
            return self._value(node, location, line)
        finally:
            self._open.pop()

    def _value(self, node: yaml.Node, location: Location, line: int) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, location)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(each, (*location, place)) for place, each in enumerate(node.value)]
        self.scalars.setdefault(node.value, line)
        try:
            return self._scalar.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self._problems.append(Problem(self._shown, line, f"{node.value} 看不懂；是文字就用引号括起来"))
            return node.value

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in found:
                self._problems.append(Problem(self._shown, line, f"{key} 写了两遍，请只留一处"))
            self.lines[(*location, key)] = line
            found[key] = self.read(value_node, (*location, key))
        return found


def problems_of(error: ValidationError, model: type[BaseModel], file: RuleFile) -> Iterator[Problem]:
    """A model's complaints, each with its line."""
    for each in error.errors(include_url=False):
        location = tuple(part for part in each["loc"])
        yield Problem(file.shown, file.line(*location), _in_chinese(each, location, model))


def _in_chinese(error: Mapping[str, Any], location: Location, model: type[BaseModel]) -> str:
    key = str(location[-1]) if location else ""
    kind = error["type"]
    if kind == "extra_forbidden":
        known = {field.alias or name: name for name, field in _model_at(model, location[:-1]).model_fields.items()}
        return f"不认识的键 {key}{suggestion(key, known)}"
    if kind == "missing":
        return f"缺少 {key}"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "literal_error":
        return f"{key} 要写 {error['ctx']['expected'].replace(' or ', '、').replace(chr(39), '')} 之一"
    if kind.startswith("greater_than"):
        return f"{key} 太小了，要{'大于' if kind == 'greater_than' else '不小于'} {next(iter(error['ctx'].values())):g}"
    wanted = {
        "string": "文字",
        "float": "数字",
        "int": "整数",
        "bool": "true 或 false",
        "tuple": "列表",
        "dict": "键值对",
        "model": "键值对",
    }
    return f"{key} 要写{next((word for start, word in wanted.items() if kind.startswith(start)), '别的值')}"


def _model_at(model: type[BaseModel], location: Location) -> type[BaseModel]:
    """The model that a location is validated by, as far as it can be told."""
    for part in location:
        fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
        inner = list(_models_in(fields.get(str(part))))
        if not inner:
            return model
        model = inner[0]
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models_in(argument)
