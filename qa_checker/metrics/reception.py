"""How many were received, and how much was said: the columns of the platforms' own reports."""

from qa_checker.archive.kinds import CONDITIONS, LONG, Kind

from .metric import Metric, Over, Unit, share

_REPORT = "千牛客服报表"


def _people(key: str, name: str, english: str, formula: str, condition: str, kind: Kind | None = None) -> Metric:
    """A count of customers, each once a day in a shop."""
    return Metric(
        key,
        name,
        english,
        formula,
        Unit.PEOPLE,
        _REPORT,
        Over.PERSON_DAYS,
        f"count(*) FILTER ({condition})",
        kind,
    )


def _messages(key: str, name: str, english: str, formula: str, sql: str) -> Metric:
    return Metric(key, name, english, formula, Unit.MESSAGES, _REPORT, Over.RECEPTIONS, f"sum({sql})")


SESSIONS = Metric(
    "sessions",
    "会话数",
    "Sessions",
    "接待的会话；转接过的会话，经手的每个客服名下都算一个",
    Unit.COUNT,
    _REPORT,
    Over.RECEPTIONS,
    "count(*)",
)

RECEPTION = (
    _people(
        "consulting",
        "咨询人数",
        "Customers who wrote",
        "当天发过消息的顾客，同一店铺同一天只算一次；没有顾客编号的，一个会话算一人",
        "wrote",
    ),
    _people("received", "接待人数", "Customers received", "当天有客服人工发过消息的顾客，去重同咨询人数", "received"),
    _people(
        "direct",
        "直接接入人数",
        "Customers received first-hand",
        "接待人数里，不是由别的客服转来的",
        "received AND NOT passed_in",
    ),
    _people(
        "forwarded",
        "转发接入人数",
        "Customers received by transfer",
        "接待人数里，由别的客服转来的",
        "received AND passed_in",
    ),
    _people("passed_on", "转出人数", "Customers passed on", "当天转给别的客服的顾客", "passed_on", Kind.TRANSFERRED),
    _messages(
        "messages",
        "总消息数",
        "Messages",
        "买家消息数 + 客服消息数；机器人、系统和撤回的消息不算",
        "customer_messages + agent_messages",
    ),
    _messages("customer_messages", "买家消息数", "Customer messages", "顾客发的消息，撤回的不算", "customer_messages"),
    _messages(
        "agent_messages", "客服消息数", "Agent messages", "客服人工发的消息，自动回复和撤回的不算", "agent_messages"
    ),
    Metric(
        "answer_ratio",
        "答问比",
        "Answers per question",
        "客服消息数 ÷ 买家消息数",
        Unit.RATIO,
        "bytedesk、智齿 answer_than",
        Over.RECEPTIONS,
        share("sum(agent_messages)", "sum(customer_messages)"),
    ),
    Metric(
        "agent_chars",
        "客服字数",
        "Agent characters",
        "客服人工消息里看得见的字，不含网址、空格和 [图片]、[微笑] 一类的占位",
        Unit.CHARACTERS,
        _REPORT,
        Over.RECEPTIONS,
        "sum(agent_chars)",
    ),
    Metric(
        "most_at_once",
        "最大同时聊天数",
        "Maximum concurrency",
        "一个客服同一时刻经手的会话最多有几个；从他经手的第一条消息到最后一条，会话都算开着。多名客服时取最高的一名",
        Unit.COUNT,
        _REPORT,
        Over.LOADS,
        "max(at_once)",
    ),
    _people(
        "unreplied",
        "未回复人数",
        "Customers never replied to",
        "有问题要答、却没有人工回过一句的顾客；只说客套话的、营业时间外留言的不算",
        "asked AND NOT replied",
        Kind.MISSED,
    ),
    Metric(
        "reply_rate",
        "回复率",
        "Reply rate",
        "1 − 未回复人数 ÷ 有问题要答的顾客数，同一店铺同一天只算一次；第二天回的也算回了",
        Unit.SHARE,
        f"{_REPORT}、微信客服 reply_rate",
        Over.PERSON_DAYS,
        share("count(*) FILTER (asked AND replied)", "count(*) FILTER (asked)"),
        Kind.MISSED,
        "up",
    ),
    _people("slow_people", "慢接待人数", "Customers kept waiting", "有一轮等了 3 分钟以上的顾客", "slow", Kind.SLOW),
    _people(
        "long_people",
        "长接待人数",
        "Customers long in reception",
        f"有一次接待超过 {LONG // 60} 分钟的顾客",
        "long",
        Kind.LONG,
    ),
)

COVERAGE = (
    Metric(
        "missed",
        "漏接会话",
        "Missed sessions",
        "顾客有问题要答，却没有人工说过一句话的会话",
        Unit.COUNT,
        "合从 遗漏",
        Over.RECEPTIONS,
        f"count(*) FILTER ({CONDITIONS[Kind.MISSED]})",
        Kind.MISSED,
        "down",
    ),
    Metric(
        "robots_only",
        "仅机器人会话",
        "Sessions of robots only",
        "只有机器人说过话、没有客服接手的会话；不进任何响应指标",
        Unit.COUNT,
        "淘宝：全自动接待另计",
        Over.RECEPTIONS,
        f"count(*) FILTER ({CONDITIONS[Kind.ROBOTS_ONLY]})",
        Kind.ROBOTS_ONLY,
    ),
    Metric(
        "transfer_rate",
        "转接率",
        "Transfer rate",
        "转给别人的接待段 ÷ 接待段；一名客服在一个会话里经手的部分是一段",
        Unit.SHARE,
        "腾讯云智能客服 TransferAgentSessionCnt",
        Over.SEGMENTS,
        share(f"count(*) FILTER ({CONDITIONS[Kind.TRANSFERRED]})", "count(*)"),
        Kind.TRANSFERRED,
        "down",
    ),
)
