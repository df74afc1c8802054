"""What people take away: sessions, verdicts and the ledger of a period, and a workbook of all of it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from qa_checker.archive import overview
from qa_checker.archive.query import Archive, Order, SessionKey, session_page
from qa_checker.archive.selection import Filter, Scope, chosen
from qa_checker.dashboard.address import Asked
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.spreadsheet import Cell, Sheet, csv_file, workbook
from qa_checker.dashboard.wording import dimension_name, known, moment, share, written
from qa_checker.desk.cases import cases
from qa_checker.desk.ledger import ledger
from qa_checker.desk.reviews import ruled_sessions

MOST_ROWS = 100_000
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_OUTCOMES = {"fails": "扣分", "earns": "奖励", "hint": "提示"}


def sessions(reading: Reading, what: Asked) -> bytes:
    """The sessions of a period, as CSV."""
    return csv_file(*_sessions(reading, what))


def verdicts(reading: Reading, what: Asked) -> bytes:
    """The machine's verdicts of a period, as CSV."""
    rules = reading.rule_texts()
    headings = ("批次", "会话编号", "客服", "维度", "规则", "结论", "分数", "罚款（元）", "奖励（元）", "理由", "原话")
    found = reading.ask(_verdicts, what.filter)
    rows = [
        (
            *(row["batch"], row["session_id"], row["agent_id"] or "", dimension_name(row["dimension"])),
            *(rules.title(row["rule"]), _OUTCOMES.get(row["outcome"], row["outcome"])),
            *(row["points"], row["fine"], row["reward"], row["reason"]),
            "；".join(quote["text"] for quote in row["quotes"]),
        )
        for row in found.to_dict("records")
    ]
    return csv_file(headings, rows)


def ledger_lines(reading: Reading, what: Asked) -> bytes:
    """Confirmed fines and rewards of a period, as CSV."""
    return csv_file(*_ledger(reading, what))


def report(reading: Reading, what: Asked) -> bytes:
    """A workbook with everything of a period but the single verdicts."""
    return workbook(
        [
            Sheet("概况", *_totals(reading, what)),
            Sheet("客服", *_agents(reading, what)),
            Sheet("规则", *_rules(reading, what)),
            Sheet("会话", *_sessions(reading, what)),
            Sheet("奖惩台账", *_ledger(reading, what)),
        ]
    )


Table = tuple[Sequence[str], list[Sequence[Cell]]]


def _totals(reading: Reading, what: Asked) -> Table:
    now = reading.ask(overview.totals, what.filter)
    rows: list[Sequence[Cell]] = [
        ("时间范围", f"{what.filter.since or '最早'} 至 {what.filter.until or '最近'}"),
        ("会话", now.sessions),
        ("平均得分", _figure(now.score)),
        ("合格率", share(now.pass_rate)),
        ("红线会话", now.red_lines),
        ("首响中位数（秒）", _figure(now.first_median)),
        ("首响 P90（秒）", _figure(now.first_p90)),
        ("平响（秒）", _figure(now.average_response)),
        ("机器评出的罚款（元）", now.fine),
        ("机器评出的奖励（元）", now.reward),
    ]
    return ("指标", "数值"), rows


def _agents(reading: Reading, what: Asked) -> Table:
    headings = ("客服", "会话", "平均得分", "合格率", "红线会话", "首响中位数（秒）", "平响（秒）")
    return headings, [
        (
            *(row["agent_id"], int(row["sessions"]), _figure(row["score"]), share(row["pass_rate"])),
            *(int(row["red_lines"]), _figure(row["first_median"]), _figure(row["average_response"])),
        )
        for row in reading.ask(overview.by_agent, what.filter).to_dict("records")
    ]


def _rules(reading: Reading, what: Asked) -> Table:
    rules = reading.rule_texts()
    found = reading.ask(overview.findings, what.filter)
    totals = found.groupby(["rule", "dimension"], as_index=False)[["fails", "points", "fine", "reward"]].sum()
    return ("维度", "规则", "扣分次数", "扣分", "罚款（元）", "奖励（元）"), [
        (
            *(dimension_name(row["dimension"]), rules.title(row["rule"]), int(row["fails"])),
            *(row["points"], row["fine"], row["reward"]),
        )
        for row in totals.sort_values("points", ascending=False).to_dict("records")
    ]


def _sessions(reading: Reading, what: Asked) -> Table:
    headings = (
        *("批次", "会话编号", "开始", "店铺", "客服", "消息", "首响（秒）", "平响（秒）"),
        *("机器得分", "复核后得分", "合格", "红线", "罚款（元）", "奖励（元）"),
    )
    frame = reading.ask(session_page, what.filter, Order("time", False), page=1, size=MOST_ROWS)
    final = _final_scores(reading, frame)
    rows: list[Sequence[Cell]] = []
    for row in frame.to_dict("records"):
        key = SessionKey(row["batch"], row["session_id"])
        rows.append(
            (
                *(key.batch, key.session_id, moment(row["started_at"], seconds=True), row["shop"] or ""),
                *(row["agent_id"] or "", int(row["messages"])),
                *(_figure(row["first_response_s"]), _figure(row["average_response_s"])),
                *(row["score"], final.get(key, "")),
                *("是" if row["passed"] else "否", "是" if row["red_line"] else ""),
                *(row["fine"], row["reward"]),
            )
        )
    return headings, rows


def _final_scores(reading: Reading, frame: pd.DataFrame) -> dict[SessionKey, float]:
    """The scores of those sessions on which people ruled."""
    shown = {SessionKey(*row) for row in frame[["batch", "session_id"]].itertuples(index=False)}
    ruled = [key for key in ruled_sessions(reading.desk) if key in shown]
    found = cases(reading.desk, reading.archive, ruled, reading.scope)
    return {key: case.final.score for key, (_, case) in found.items()}


def _verdicts(archive: Archive, scope: Scope, wanted: Filter) -> pd.DataFrame:
    few = chosen(scope, wanted)
    return archive.frame(
        f"SELECT verdicts.* FROM verdicts SEMI JOIN {few.text} USING (batch, session_id)"
        f" WHERE outcome <> 'passes' ORDER BY batch, session_id, rule LIMIT {MOST_ROWS}",
        few.values,
    )


def _ledger(reading: Reading, what: Asked) -> Table:
    rules = reading.rule_texts()
    wanted = what.filter
    lines = ledger(
        reading.desk,
        reading.archive,
        since=_midnight(wanted.since),
        until=_midnight(wanted.until + timedelta(days=1)) if wanted.until else None,
        scope=reading.scope,
    )
    return ("确认时间", "客服", "规则", "批次", "会话编号", "罚款（元）", "奖励（元）", "确认人"), [
        (
            *(written(line.confirmed_at), line.agent_id or "", rules.title(line.rule)),
            *(line.session.batch, line.session.session_id, line.fine, line.reward, line.confirmed_by),
        )
        for line in lines
        if not wanted.agents or line.agent_id in wanted.agents
    ]


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), _SHANGHAI) if day else None


def _figure(value: float | None) -> Cell:
    return round(value, 2) if value is not None and known(value) else ""
