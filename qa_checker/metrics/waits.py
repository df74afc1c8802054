"""How long customers waited: 首响, 平响, and the 30-second and 3-minute rates in each platform's own definition."""

from qa_checker.archive.kinds import CONDITIONS, Kind

from .metric import Better, Metric, Over, Unit, share

_CLOCK = "只算营业时间内的秒数（规则手册的 service_hours）：半夜问、第二天答的，从开门算起"
_TIMED = "sum(rounds - untimed)"
_ASKING = "count(*) FILTER (rounds > untimed)"


def _seconds(key: str, name: str, english: str, formula: str, source: str, sql: str, kind: Kind) -> Metric:
    return Metric(key, name, english, formula, Unit.SECONDS, source, Over.RECEPTIONS, sql, kind, "down")


def _rate(key: str, name: str, english: str, formula: str, source: str, sql: str, kind: Kind) -> Metric:
    return Metric(key, name, english, formula, Unit.SHARE, source, Over.RECEPTIONS, sql, kind, "up")


def _rounds(key: str, name: str, english: str, formula: str, source: str, sql: str, kind: Kind | None) -> Metric:
    better: Better = "down" if kind else "either"
    return Metric(key, name, english, formula, Unit.ROUNDS, source, Over.RECEPTIONS, sql, kind, better)


WAITS = (
    _seconds(
        "first_response",
        "首次响应(秒)",
        "First response time, mean",
        f"首响：顾客第一个问题到客服第一次人工回复的等待，取平均；没有回的不算。{_CLOCK}",
        "京东咚咚、微信客服 first_reply_average_sec",
        "avg(first_response_s)",
        Kind.SLOW_FIRST,
    ),
    _seconds(
        "average_response",
        "平均响应(秒)",
        "Average response time",
        "平响：每一轮的等待之和 ÷ 轮数。一轮从顾客连续发的第一条到客服第一次人工回复；"
        f"超过上限（一般是 600 秒）和没有回的按上限算。{_CLOCK}",
        "淘宝 旺旺人工响应时长",
        share("sum(waited_s)", _TIMED),
        Kind.SLOW,
    ),
    Metric(
        "handling",
        "平均接待时长",
        "Average handling time",
        "顾客第一条消息到最后一条消息的时长，取平均",
        Unit.DURATION,
        "千牛客服报表、腾讯云智能客服 AvgAcceptTime",
        Over.RECEPTIONS,
        "avg(handled_s)",
        Kind.LONG,
    ),
    _seconds(
        "first_response_p50",
        "首响中位数(秒)",
        "First response time, median",
        "一半会话的首响比它短",
        "同首次响应",
        "quantile_cont(first_response_s, 0.5)",
        Kind.SLOW_FIRST,
    ),
    _seconds(
        "first_response_p90",
        "首响P90(秒)",
        "First response time, 90th percentile",
        "九成会话的首响比它短",
        "同首次响应",
        "quantile_cont(first_response_s, 0.9)",
        Kind.SLOW_FIRST,
    ),
    _seconds(
        "longest_response",
        "最大响应(秒)",
        "Longest response time",
        "等得最久的一轮，只看有人工回复的",
        "同平均响应，不设上限",
        "max(max_response_s)",
        Kind.SLOW,
    ),
    _rate(
        "quick_first_rate",
        "30秒应答率（首次）",
        "First response within 30 s",
        "首响在 30 秒以内的会话 ÷ 有问题要答的会话",
        "京东 咚咚首次30秒应答率",
        share("count(*) FILTER (first_response_s <= 30)", _ASKING),
        Kind.SLOW_FIRST,
    ),
    _rate(
        "quick_round_rate",
        "30秒应答率（轮次）",
        "Rounds answered within 30 s",
        "30 秒以内有人工回复的轮数 ÷ 轮数",
        "拼多多 30秒应答率",
        share("sum(within_30s)", _TIMED),
        Kind.NOT_QUICK,
    ),
    _rate(
        "timely_round_rate",
        "3分钟回复率（轮次）",
        "Rounds answered within 3 min",
        "3 分钟以内有人工回复的轮数 ÷ 轮数",
        "淘宝 3分钟人工响应率",
        share("sum(within_3min)", _TIMED),
        Kind.SLOW,
    ),
    Metric(
        "timely_person_rate",
        "3分钟回复率（人·天）",
        "Customers all answered within 3 min, by day",
        "1 − 有任何一轮 3 分钟内没有人工回复的顾客 ÷ 有问题要答的顾客，同一店铺同一天只算一次",
        Unit.SHARE,
        "拼多多、快手 3分钟人工回复率",
        Over.PERSON_DAYS,
        f"1 - {share('count(*) FILTER (slow)', 'count(*) FILTER (timed)')}",
        Kind.SLOW,
        "up",
    ),
    _rate(
        "timely_session_rate",
        "3分钟回复率（会话）",
        "Sessions all answered within 3 min",
        "每一轮都在 3 分钟以内有人工回复的会话 ÷ 有问题要答的会话",
        "抖音飞鸽 3分钟人工回复率",
        f"1 - {share(f'count(*) FILTER ({CONDITIONS[Kind.SLOW]})', _ASKING)}",
        Kind.SLOW,
    ),
    _rounds(
        "rounds",
        "问答轮数",
        "Rounds",
        "顾客连续发的消息合成一轮，到客服人工回复为止；只说客套话而没有回的、营业时间外的留言不算",
        "淘宝 旺旺人工响应时长",
        "sum(rounds)",
        None,
    ),
    _rounds(
        "slow_rounds",
        "慢响应轮数",
        "Slow rounds",
        "等了 3 分钟以上的轮，没有回的也算",
        "千牛 慢响应",
        f"{_TIMED} - sum(within_3min)",
        Kind.SLOW,
    ),
    _rounds(
        "unanswered_rounds",
        "未回复轮数",
        "Unanswered rounds",
        "始终没有人工回复的轮",
        "淘宝 旺旺人工响应时长",
        "sum(unanswered)",
        Kind.UNANSWERED,
    ),
    _rounds(
        "imprecise_rounds",
        "精度不足轮数",
        "Rounds timed to the minute only",
        "问或答的时间只写到分钟，等待可能差 60 秒；照常计入各项，但规则不会因为这 60 秒扣分",
        "本工具",
        "sum(imprecise)",
        None,
    ),
    _rounds(
        "untimed_rounds",
        "时间不明轮数",
        "Rounds without a known time",
        "导出里没有问或答的时间，不进任何时长和比率",
        "本工具",
        "sum(untimed)",
        None,
    ),
)
