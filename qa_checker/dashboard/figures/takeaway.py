"""What people take away: sessions, verdicts and the ledger of a period, and a workbook of all of it."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pandas as pd

from qa_checker.archive import overview
from qa_checker.archive.listing import Order, session_page
from qa_checker.archive.query import Archive, SessionKey
from qa_checker.archive.selection import Filter, Scope, chosen
from qa_checker.clock import midnight
from qa_checker.dashboard.controls.address import Asked
from qa_checker.dashboard.figures.review_cards import pass_rate_after, reviewed_of, score_after
from qa_checker.dashboard.reading import Reading
from qa_checker.dashboard.rule_texts import RuleTexts
from qa_checker.dashboard.wording import dimension_name, known, moment, written
from qa_checker.desk.cases import cases
from qa_checker.desk.ledger import LedgerLine, ledger
from qa_checker.desk.reviews import ruled_sessions
from qa_checker.metrics import report as metrics
from qa_checker.spreadsheets import Column, Format, Sheet, comma_separated, workbook

MOST_ROWS = 100_000
_OUTCOMES = {"fails": "扣分", "earns": "奖励", "hint": "提示", "asks": "待人工"}

_BATCH, _SESSION = Column("批次", width=18), Column("会话编号", width=18)
_AGENT, _RULE, _DIMENSION = Column("客服", width=24), Column("规则", width=30), Column("维度")
_POINTS, _FINE, _REWARD = (Column(name, Format.HUNDREDTHS) for name in ("扣分", "罚款（元）", "奖励（元）"))


def sessions(reading: Reading, what: Asked) -> bytes:
    """The sessions of a period, as CSV."""
    return comma_separated(_sessions(reading, what))


def verdicts(reading: Reading, what: Asked) -> bytes:
    """The machine's verdicts of a period, as CSV."""
    rules = reading.rule_texts()
    columns = [
        *(_BATCH, _SESSION, _AGENT, _DIMENSION, _RULE, Column("结论"), Column("分数", Format.HUNDREDTHS)),
        *(_FINE, _REWARD, Column("理由"), Column("原话")),
    ]
    found = reading.read(_verdicts, what.filter)
    rows = [
        (
            *(row["batch"], row["session_id"], row["agent_id"], dimension_name(row["dimension"])),
            *(rules.title(row["rule"]), _OUTCOMES.get(row["outcome"], row["outcome"])),
            *(row["points"], row["fine"], row["reward"], row["reason"]),
            "；".join(quote["text"] for quote in row["quotes"]),
        )
        for row in found.to_dict("records")
    ]
    return comma_separated(Sheet("判定", columns, rows))


def ledger_lines(reading: Reading, what: Asked) -> bytes:
    """Confirmed fines and rewards of a period, as CSV."""
    return comma_separated(_ledger(reading, what))


def report(reading: Reading, what: Asked) -> bytes:
    """A workbook with everything of a period but the single verdicts: the trade's metrics, and what was found."""
    measured = metrics.report(reading.archive, what.filter, reading.scope)
    *figures, definitions = metrics.sheets(measured)
    found = [each(reading, what) for each in (_reviewed, _rules, _sessions, _ledger)]
    return workbook([*figures, *found, definitions])


def ledger_sheet(lines: Iterable[LedgerLine], rules: RuleTexts) -> Sheet:
    """Lines of the ledger."""
    columns = [
        *(Column("确认时间", width=20), _AGENT, _RULE, _BATCH, _SESSION, _FINE, _REWARD),
        *(Column("确认人"), Column("备注")),
    ]
    rows = [
        (
            *(written(line.confirmed_at), line.agent_id, rules.title(line.rule)),
            *(line.session.batch, line.session.session_id, line.fine, line.reward, line.confirmed_by),
            "针对旧结果" if line.past else "",
        )
        for line in lines
    ]
    return Sheet("奖惩台账", columns, rows)


def _reviewed(reading: Reading, what: Asked) -> Sheet:
    """The machine's figures by agent, beside those after review."""
    columns = [
        *(_AGENT, Column("会话", Format.WHOLE), Column("已复核", Format.WHOLE)),
        *(Column("机器均分", Format.HUNDREDTHS), Column("复核后均分", Format.HUNDREDTHS)),
        *(Column("机器合格率", Format.SHARE), Column("复核后合格率", Format.SHARE)),
        *(Column(f"红线{name}", Format.WHOLE) for name in ("（机器）", "确认", "推翻", "人工补")),
    ]
    whole = asdict(reading.ask(overview.totals, what.filter)) | {"agent_id": "合计"}
    lines: list[dict[Any, Any]] = [whole, *reading.ask(overview.by_agent, what.filter).to_dict("records")]
    rows = []
    for line in lines:
        wanted = what.filter if line is whole else replace(what.filter, agents=(line["agent_id"],))
        found, sessions = reviewed_of(reading, wanted), int(line["sessions"])
        rows.append(
            (
                *(line["agent_id"], sessions, found.reviewed),
                *(line["score"], score_after(line["score"], sessions, found)),
                *(line["pass_rate"], pass_rate_after(line["pass_rate"], sessions, found)),
                *(int(line["red_lines"]), found.red_lines_confirmed),
                *(found.red_lines_overturned, found.red_lines_added),
            )
        )
    return Sheet("复核", columns, rows, frozen=1)


def _rules(reading: Reading, what: Asked) -> Sheet:
    rules = reading.rule_texts()
    rows = [
        (
            *(dimension_name(row["dimension"]), rules.title(row["rule"]), int(row["fails"])),
            *(row["points"], row["fine"], row["reward"]),
        )
        for row in reading.ask(overview.by_rule, what.filter).to_dict("records")
    ]
    columns = (_DIMENSION, _RULE, Column("扣分次数", Format.WHOLE), _POINTS, _FINE, _REWARD)
    return Sheet("规则", columns, rows)


def _sessions(reading: Reading, what: Asked) -> Sheet:
    columns = [
        *(_BATCH, _SESSION, Column("开始", width=20), Column("店铺", width=24), _AGENT),
        *(Column("消息", Format.WHOLE), Column("首响（秒）", Format.TENTHS), Column("平响（秒）", Format.TENTHS)),
        *(Column("机器得分", Format.TENTHS), Column("复核后得分", Format.TENTHS), Column("合格"), Column("红线")),
        *(_FINE, _REWARD),
    ]
    frame = reading.read(session_page, what.filter, Order("time", False), page=1, size=MOST_ROWS)
    final = _final_scores(reading, frame)
    rows = []
    for row in frame.to_dict("records"):
        key = SessionKey(row["batch"], row["session_id"])
        rows.append(
            (
                *(key.batch, key.session_id, moment(row["started_at"], seconds=True), row["shop"]),
                *(row["agent_id"], int(row["messages"])),
                *(_figure(row["first_response_s"]), _figure(row["average_response_s"])),
                *(row["score"], final.get(key)),
                *("是" if row["passed"] else "否", "是" if row["red_line"] else ""),
                *(row["fine"], row["reward"]),
            )
        )
    return Sheet("会话", columns, rows, frozen=2)


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


def _ledger(reading: Reading, what: Asked) -> Sheet:
    wanted = what.filter
    lines = ledger(
        reading.desk,
        reading.archive,
        since=midnight(wanted.since) if wanted.since else None,
        until=midnight(wanted.until + timedelta(days=1)) if wanted.until else None,
        scope=reading.scope,
    )
    mine = [line for line in lines if not wanted.agents or line.agent_id in wanted.agents]
    return ledger_sheet(mine, reading.rule_texts())


def _figure(value: float | None) -> float | None:
    return value if value is not None and known(value) else None
