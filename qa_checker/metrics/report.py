"""The report that a manager forwards: every metric by agent and day, agent, shop and day, and what each one means."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from qa_checker.archive.query import Archive
from qa_checker.archive.selection import EVERYTHING, Filter, Scope
from qa_checker.spreadsheets import Cell, Column, Format, Sheet, comma_separated, workbook

from .catalogue import METRICS
from .measure import By, measure
from .metric import Metric, Unit

_GROUPS = {
    "by_agent_and_day": ("客服每天", (By.DAY, By.AGENT)),
    "by_agent": ("客服", (By.AGENT,)),
    "by_shop": ("店铺", (By.SHOP,)),
    "by_day": ("每天", (By.DAY,)),
}
_KEYS = {
    By.DAY: Column("日期", Format.DAY, 12),
    By.AGENT: Column("旺旺昵称", width=26),
    By.SHOP: Column("店铺", width=24),
}
_NOBODY = "（未分配）"
_FORMATS = {
    Unit.SECONDS: Format.TENTHS,
    Unit.DURATION: Format.DURATION,
    Unit.RATIO: Format.HUNDREDTHS,
    Unit.SHARE: Format.SHARE,
}


@dataclass(frozen=True)
class Report:
    """What was measured between two days, both included (None: from the first, to the last), as frames by group."""

    since: date | None
    until: date | None
    whole: pd.DataFrame
    groups: dict[str, pd.DataFrame]

    @property
    def sessions(self) -> int:
        """How many sessions it covers."""
        return int(self.whole["sessions"][0])


def report(archive: Archive, wanted: Filter, scope: Scope = EVERYTHING) -> Report:
    """Measure everything."""
    return Report(
        wanted.since,
        wanted.until,
        measure(archive, scope, wanted, METRICS),
        {name: measure(archive, scope, wanted, METRICS, by) for name, (_, by) in _GROUPS.items()},
    )


def sheets(found: Report) -> list[Sheet]:
    """A summary, one sheet a grouping, and the definitions."""
    return [_summary(found), *(_sheet(found, name) for name in _GROUPS), _definitions()]


def as_workbook(found: Report) -> bytes:
    """Its sheets as an xlsx file."""
    return workbook(sheets(found))


def as_csv(found: Report) -> bytes:
    """The table by agent and day."""
    return comma_separated(_sheet(found, "by_agent_and_day"))


def as_json(found: Report) -> bytes:
    """Everything, by the metrics' keys: seconds and shares of 1 as numbers, null where undefined."""
    content = {
        "from": found.since,
        "to": found.until,
        "summary": next(_records(found.whole)),
        **{name: list(_records(frame)) for name, frame in found.groups.items()},
        "metrics": {
            each.key: {
                "name": each.name,
                "english": each.english,
                "unit": each.unit,
                "formula": each.formula,
                "source": each.source,
            }
            for each in METRICS
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=1, default=lambda day: day.isoformat()).encode()


def shown(metric: Metric, value: float) -> Cell:
    """A metric's value as a cell."""
    return Cell(_plain(metric, value), _FORMATS.get(metric.unit, Format.WHOLE))


def _plain(metric: Metric, value: float) -> float | int | None:
    if math.isnan(value):
        return None
    return value if metric.unit in _FORMATS else int(value)


def _records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    keys = [name for name in frame.columns if name in set(By)]
    for row in frame.to_dict("records"):
        yield {name: _key(row[name]) for name in keys} | {each.key: _plain(each, row[each.key]) for each in METRICS}


def _key(value: Any) -> str | date | None:
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


def _sheet(found: Report, name: str) -> Sheet:
    title, keys = _GROUPS[name]
    columns = [_KEYS[key] for key in keys]
    columns += [Column(each.name, _FORMATS.get(each.unit, Format.WHOLE), _width(each.name)) for each in METRICS]
    return Sheet(title, columns, [_row(keys, record) for record in _records(found.groups[name])], frozen=len(keys))


def _row(keys: Sequence[By], record: dict[str, Any]) -> list[Any]:
    nameless = {By.AGENT: _NOBODY, By.SHOP: "（未填写）", By.DAY: "（时间不明）"}
    return [nameless[key] if record[key] is None else record[key] for key in keys] + [
        record[each.key] for each in METRICS
    ]


def _width(title: str) -> float:
    """Headings wrap into two lines."""
    return max(9.0, sum(1 if character.isascii() else 2 for character in title) / 2 + 5)


def _summary(found: Report) -> Sheet:
    measured = found.whole.to_dict("records")[0]
    days = found.groups["by_day"]["day"].dropna()
    span = f"{_key(days.min())} 至 {_key(days.max())}" if len(days) else "时间不明"
    columns = [Column("指标", width=24), Column("数值", width=26), Column("单位", width=8), Column("怎么算", width=90)]
    rows = [[each.name, shown(each, measured[each.key]), each.unit, each.formula] for each in METRICS]
    return Sheet("概况", columns, [["统计范围", span, None, "会话算在它开始的那一天"], *rows], frozen=1)


def _definitions() -> Sheet:
    columns = [("指标", 24), ("英文", 34), ("单位", 8), ("怎么算", 90), ("出处", 40)]
    return Sheet(
        "指标说明",
        [Column(title, width=width) for title, width in columns],
        [[each.name, each.english, each.unit, each.formula, each.source] for each in METRICS],
        frozen=1,
    )
