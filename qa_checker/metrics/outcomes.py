"""What became of it: solved at once or not, how customers rated it, and what was asked while nobody was there."""

from qa_checker.archive.kinds import RETURN, Kind

from .metric import Better, Metric, Over, Unit, share


def _solved_at_once(hours: int) -> Metric:
    return Metric(
        f"solved_at_once_{hours}h",
        f"一次解决率（{hours}小时）",
        f"First contact resolution, {hours} h",
        f"1 − 结束后 {hours} 小时内顾客又来同一家店的会话 ÷ 会话数，算在最后接待的客服名下。看的是整个归档；"
        "没有顾客编号或时间的会话不算，归档最后几天的会话还来不及再来，按没有再来算",
        Unit.SHARE,
        "bytedesk 一次解决率",
        Over.RETURNS,
        f"1 - {share(f'count(*) FILTER (returned_s <= {hours * 3600})', 'count(*)')}",
        Kind.RETURNED if hours * 3600 == RETURN else None,
        "up",
    )


def _sessions(
    key: str,
    name: str,
    english: str,
    formula: str,
    source: str,
    part: str,
    whole: str,
    kind: Kind | None,
    better: Better,
) -> Metric:
    """A share of the receptions: counted are those of which `part` holds."""
    sql = share(f"count(*) FILTER ({part})", whole)
    return Metric(key, name, english, formula, Unit.SHARE, source, Over.RECEPTIONS, sql, kind, better)


OUTCOMES = (
    *(_solved_at_once(hours) for hours in (24, 48, 72)),
    _sessions(
        "invite_rate",
        "邀评率",
        "Invitation rate",
        "客服或系统请顾客评价过的会话 ÷ 会话数",
        "晓多 邀评",
        "invited",
        "count(*)",
        Kind.UNINVITED,
        "up",
    ),
    _sessions(
        "solicit_rate",
        "要好评率",
        "Soliciting rate",
        "开口要好评、要五星的会话 ÷ 会话数；中性的邀评不算",
        "晓多 邀评",
        "solicited",
        "count(*)",
        Kind.SOLICITED,
        "down",
    ),
    _sessions(
        "participation",
        "参评率",
        "Rating participation",
        "顾客评过的会话 ÷ 会话数；要导出里有评价列",
        "微信客服 satisfaction_participation_rate",
        "satisfaction IS NOT NULL",
        "count(*)",
        None,
        "up",
    ),
    _sessions(
        "satisfied",
        "满意度",
        "Customer satisfaction",
        "（非常满意 + 满意，或 4、5 分）÷ 评过的会话，算在评价时接待的客服名下",
        "京东、合从",
        "satisfaction > 0",
        "count(satisfaction)",
        Kind.DISSATISFIED,
        "up",
    ),
    _sessions(
        "dissatisfied",
        "不满意率",
        "Dissatisfaction",
        "（不满意 + 非常不满意，或 3 分以下）÷ 评过的会话，算在评价时接待的客服名下",
        "抖音飞鸽 IM不满意率、拼多多 评分≤3",
        "satisfaction < 0",
        "count(satisfaction)",
        Kind.DISSATISFIED,
        "down",
    ),
    _sessions(
        "left_rate",
        "留言率",
        "Out-of-hours message rate",
        "有留言的会话 ÷ 会话数。留言：营业时间外问的，到现在没有回，或没等开门就回了；不进任何响应指标",
        "京东 留言率",
        "left_messages > 0",
        "count(*)",
        Kind.OUTSIDE,
        "either",
    ),
    Metric(
        "outside_rate",
        "营业外回复率",
        "Out-of-hours messages answered in time",
        "营业时间外的提问里，最晚开门后 30 分钟有人工回复的 ÷ 营业时间外的提问",
        Unit.SHARE,
        "京东 留言回复率",
        Over.RECEPTIONS,
        share("sum(outside_in_time)", "sum(asked_outside)"),
        Kind.OUTSIDE,
        "up",
    ),
)
