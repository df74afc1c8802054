"""The examples beside the rules: run them, and say which rule does not do what its file shows."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from .chats import MESSAGES, Chats
from .rulebook import Rulebook
from .rules import OUTCOMES, Rule, Verdicts

DAY = datetime(2026, 11, 16)
"""The Monday on which every example takes place."""

_LONG_AFTER = int((DAY + timedelta(days=365)).replace(tzinfo=UTC).timestamp() * 1000)  # every deadline has passed
_SPEAKERS = {"顾客": "customer", "客服": "agent", "机器人": "bot", "系统": "system"}
_LINE = re.compile(r"(顾客|客服|机器人|系统)(?:[ ：:]+(?:第(\d{1,3})天 *)?(\d{1,2}:\d{2}(?::\d{2})?))?[ ：:]+(.*)")

Span = tuple[int, int, int]


class BadExample(ValueError):
    """A line that is not `顾客|客服|系统|机器人 [时间] 内容`."""


@dataclass(frozen=True)
class Example:
    """A conversation beside a rule: its messages and the words the rule must quote, as (seq, start, end)."""

    rule: Rule
    expected: str
    text: str
    messages: tuple[dict[str, object], ...]
    marks: frozenset[Span]


@dataclass(frozen=True)
class Failure:
    """An example whose rule says something else than its file shows."""

    rule: str
    expected: str
    text: str
    message: str

    def __str__(self) -> str:
        indented = "\n".join(f"    {line}" for line in self.text.strip().splitlines())
        return f"rules/{self.rule}.yaml: 示例应为 {self.expected}：{self.message}\n{indented}"


def conversation(text: str, session_id: str = "示例") -> tuple[list[dict[str, object]], set[Span]]:
    """Read `顾客 09:00:00 在吗` lines as canonical rows; `«…»` marks are cut out and returned.

    A time stands on `DAY`, or some days later with `第2天`; without one it is unknown. Raises BadExample.
    """
    rows: list[dict[str, object]] = []
    marks: set[Span] = set()
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _LINE.fullmatch(line)
        if not match:
            raise BadExample(f"看不懂这一行：{line}（要以 顾客、客服、系统 或 机器人 开头，再写时间和内容）")
        speaker, day, time, said = match.groups()
        said, spans = _cut_marks(said)
        marks |= {(len(rows), start, end) for start, end in spans}
        agent = {"agent_id": "示例客服"} if speaker == "客服" else {}
        rows.append(
            {
                "session_id": session_id,
                "is_auto": False,
                "role": _SPEAKERS[speaker],
                "sent_at": _time(time, day),
                "to_the_second": time is None or time.count(":") == 2,
                "text": said,
                **agent,
            }
        )
    return rows, marks


def looks_like_conversation(text: str) -> bool:
    """Whether the first line of a text is one of a dialogue written by hand."""
    first = next(filter(None, map(str.strip, text.splitlines())), "")
    return _LINE.fullmatch(first) is not None


def chats(conversations: Iterable[Sequence[dict[str, object]]], rulebook: Rulebook) -> Chats:
    """Conversations as a batch, in the order given."""
    rows = [{**row, "session_id": str(number)} for number, each in enumerate(conversations) for row in each]
    return rulebook.read(pa.Table.from_pylist(rows, schema=MESSAGES), exported_until=_LONG_AFTER)


def read(rules: Iterable[Rule]) -> tuple[list[Example], list[Failure]]:
    """Every example of these rules, and those that cannot be read."""
    examples, failures = [], []
    for rule in rules:
        for expected, text in rule.examples.each():
            try:
                rows, marks = conversation(text)
            except BadExample as error:
                failures.append(Failure(rule.id, expected, text, str(error)))
                continue
            where = {name: values[0] for name in ("channel", "shop") if (values := getattr(rule.applies_to, name))}
            examples.append(Example(rule, expected, text, tuple({**row, **where} for row in rows), frozenset(marks)))
    return examples, failures


def run(rulebook: Rulebook, rules: Sequence[Rule] | None = None) -> tuple[int, list[Failure]]:
    """Judge every example by its rule: how many there are, and those that fail."""
    examples, failures = read(rulebook.rules if rules is None else rules)
    count = len(examples) + len(failures)
    if examples:
        batch = chats((example.messages for example in examples), rulebook)
        judged = {
            rule.id: rule.verdicts_on(batch)
            for rule in {example.rule.id: example.rule for example in examples}.values()
        }
        for number, example in enumerate(examples):
            if wrong := _wrong(example, number, judged[example.rule.id], batch):
                failures.append(Failure(example.rule.id, example.expected, example.text, wrong))
    return count, failures


def _wrong(example: Example, chat: int, verdicts: Verdicts, batch: Chats) -> str | None:
    mine = [int(place) for place in (verdicts.chat == chat).nonzero()[0]]
    got = {OUTCOMES[verdicts.outcome[place]] for place in mine}
    meant = {"fails": {"fails", "hint"}}.get(example.expected, {example.expected})
    if not got <= meant:
        reasons = "；".join(dict.fromkeys(verdicts.reason(place) for place in mine))
        return f"得到的是 {'、'.join(sorted(got))}（{reasons}）"
    quotes = verdicts.quotes(batch)
    quoted = {
        (int(batch.seq(row)), start, end)
        for verdict, row, start, end in zip(
            quotes.verdict.tolist(), quotes.row, quotes.start.tolist(), quotes.end.tolist(), strict=True
        )
        if verdict in mine
    }
    missing = sorted(example.marks - quoted)
    if missing:
        lines = [str(row["text"]) for row in example.messages]
        wanted = "、".join(f"“{lines[seq][start:end]}”" for seq, start, end in missing)
        found = "、".join(f"“{lines[seq][start:end]}”" for seq, start, end in sorted(quoted)) or "空"
        return f"应引用 {wanted}，实际引用 {found}"
    return None


def _cut_marks(said: str) -> tuple[str, list[tuple[int, int]]]:
    spans = []
    while "«" in said and "»" in said:
        start, end = said.index("«"), said.index("»") - 1
        said = said.replace("«", "", 1).replace("»", "", 1)
        spans.append((start, end))
    return said, spans


def _time(time: str | None, day: str | None) -> datetime | None:
    if time is None:
        return None
    hours, minutes, seconds = (int(part) for part in f"{time}:00".split(":")[:3])
    if hours > 23 or minutes > 59 or seconds > 59:
        raise BadExample(f"没有 {time} 这个时间")
    return DAY + timedelta(days=int(day or 1) - 1, hours=hours, minutes=minutes, seconds=seconds)
