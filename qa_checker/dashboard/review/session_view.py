"""Turns a stored session into what its transcript shows: pieces of text, waits, verdicts, the score."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from qa_checker.archive.query import WholeSession
from qa_checker.dashboard.review.verdict_cards import NOTHING_OFFERED, Offers, ShownVerdict, card, shown_verdicts
from qa_checker.dashboard.rule_texts import RuleTexts
from qa_checker.dashboard.wording import UNKNOWN, dimension_name, duration, moment, points, signed
from qa_checker.desk.cases import Case

LATE_S = 180
"""A wait that customers and platforms call too long, whatever the rulebook says: the 3 minutes of 3分钟回复率."""

NOTEWORTHY_PAUSE_S = 60
"""Shorter pauses that nobody waits through are not shown."""

_FACES = {"customer": "客", "agent": "服", "bot": "机", "system": "系"}
_SPEAKERS = {"customer": "顾客", "agent": "客服", "bot": "机器人", "system": "系统"}
_SIDES = {"customer": "left", "agent": "right", "bot": "right"}
_STRENGTH = ("hint", "good", "bad", "red")

Row = dict[str, Any]


@dataclass(frozen=True)
class Span:
    """Quoted words of one message, in code points, and the verdict that quotes them."""

    start: int
    end: int
    verdict: str
    tone: str


def pieces(text: str, spans: list[Span]) -> list[Row]:
    """Cut a message where quotes begin and end; put together again the pieces are the message."""
    edges = {0, len(text)}
    for span in spans:
        edges |= {min(max(span.start, 0), len(text)), min(max(span.end, 0), len(text))}
    cuts = sorted(edges)
    found = []
    for start, end in pairwise(cuts):
        covering = [span for span in spans if span.start <= start and end <= span.end]
        found.append(
            {
                "text": text[start:end],
                "verdicts": list(dict.fromkeys(span.verdict for span in covering)),
                "tone": max((span.tone for span in covering), key=_STRENGTH.index, default=""),
            }
        )
    return found


def transcript_data(whole: WholeSession, rules: RuleTexts, case: Case, offers: Offers = NOTHING_OFFERED) -> Row:
    """Everything the transcript component draws, as plain JSON; `offers` is what the visitor may do there."""
    shown = shown_verdicts(whole, case, offers)
    cards = [card(verdict, rules, offers) for verdict in shown]
    return {
        "summary": _summary(whole, rules, case),
        "verdicts": cards,
        "items": _items(whole, _spans(shown, cards)),
        "selectable": offers.add_missed,
    }


def _spans(verdicts: list[ShownVerdict], cards: list[Row]) -> dict[int, list[Span]]:
    spans: dict[int, list[Span]] = {}
    for verdict, drawn in zip(verdicts, cards, strict=True):
        for quote in verdict.finding.quotes:
            spans.setdefault(quote.seq, []).append(Span(quote.start, quote.end, drawn["id"], drawn["tone"]))
    return spans


def _items(whole: WholeSession, spans: dict[int, list[Span]]) -> list[Row]:
    replies = {turn["replied_seq"]: turn for turn in whole.rounds if turn["replied_seq"] is not None}
    slow = _slow_rounds(whole.verdicts)
    items: list[Row] = []
    earlier: Row | None = None
    for message in whole.messages:
        items += _new_day(earlier, message)
        turn = replies.get(message["seq"])
        wait = _reply_wait(turn, slow) if turn else _pause(earlier, message)
        items += [wait] if wait else []
        items.append(_message(message, spans.get(message["seq"], [])))
        earlier = message
    open_turns = [turn for turn in whole.rounds if turn["replied_seq"] is None]
    if open_turns:
        late = _is_slow(open_turns[-1], slow)
        items.append({"kind": "wait", "text": "顾客的话没有人回复" if late else "客服没有再回复", "late": late})
    return items


def _new_day(earlier: Row | None, message: Row) -> list[Row]:
    if earlier is None or not (earlier["sent_at"] and message["sent_at"]):
        return []
    day = message["sent_at"].date()
    return [{"kind": "wait", "text": f"{day:%m月%d日}", "late": False}] if day != earlier["sent_at"].date() else []


def _slow_rounds(verdicts: list[Row]) -> set[int]:
    return {
        quote["seq"]
        for verdict in verdicts
        if verdict["outcome"] == "fails" and verdict["dimension"] in ("speed", "solving")
        for quote in verdict["quotes"] or []
    }


def _is_slow(turn: Row, slow: set[int]) -> bool:
    return turn["asked_seq"] in slow or turn["replied_seq"] in slow


def _reply_wait(turn: Row, slow: set[int]) -> Row | None:
    if turn["waited_s"] is None:
        return None
    late = turn["waited_s"] > LATE_S or _is_slow(turn, slow)
    words = f"客服响应 {duration(turn['waited_s'])}"
    if late:
        words += " · 超时"
    if turn["in_hours"] is False:
        words += " · 提问时不在服务时间"
    return {"kind": "wait", "text": words, "late": late}


def _pause(earlier: Row | None, message: Row) -> Row | None:
    if earlier is None or not (earlier["time_known"] and message["time_known"]):
        return None
    if earlier["sent_at"] is None or message["sent_at"] is None:
        return None
    seconds = (message["sent_at"] - earlier["sent_at"]).total_seconds()
    if seconds < NOTEWORTHY_PAUSE_S:
        return None
    return {"kind": "wait", "text": f"间隔 {duration(seconds)}", "late": False}


def _message(message: Row, spans: list[Span]) -> Row:
    role = message["role"]
    name = message["agent_id"] if role == "agent" else None
    clock = _clock(message["sent_at"]) if message["time_known"] else "时间不详"
    return {
        "kind": "message",
        "seq": message["seq"],
        "role": role,
        "side": _SIDES.get(role, "centre"),
        "face": _FACES.get(role, "？"),
        "who": " · ".join(part for part in (" ".join(filter(None, (_SPEAKERS.get(role, role), name))), clock) if part),
        "pieces": pieces(message["text"] or "", spans),
    }


def _clock(sent_at: datetime | None) -> str:
    return sent_at.strftime("%H:%M:%S") if sent_at else ""


def _summary(whole: WholeSession, rules: RuleTexts, case: Case) -> Row:
    session, final = whole.session, case.final
    reviewed = any(each.decision for each in case.findings)
    lost: dict[str, float] = {}
    for charge in final.charges:
        if charge.finding.outcome == "fails":
            dimension = charge.finding.rule.partition("/")[0]
            lost[dimension] = lost.get(dimension, 0) + charge.points
    most = max(lost.values(), default=0) or 1
    tone, result = ("red", "红线") if final.red_line else ("", "合格") if final.passed else ("bad", "不合格")
    name, _, fingerprint = (session["rulebook"] or UNKNOWN).partition("@")
    scores = [("机器评分", f"{points(case.machine.score)} 分"), ("复核后", f"{points(final.score)} 分")]
    money = [("罚款", f"{points(final.fine)} 元"), ("奖励", f"{points(final.reward)} 元")]
    confirmed = [("已确认罚 / 奖", f"{points(case.confirmed.fine)} / {points(case.confirmed.reward)} 元")]
    facts = [
        *(scores if reviewed else []),
        ("客服", session["agent_id"] or UNKNOWN),
        ("店铺", session["shop"] or UNKNOWN),
        ("渠道", session["channel"] or UNKNOWN),
        ("顾客", session["customer_id"] or UNKNOWN),
        ("开始", moment(session["started_at"], seconds=True)),
        ("首响", duration(session["first_response_s"])),
        ("平响", duration(session["average_response_s"])),
        ("轮次 / 消息", f"{session['rounds']} / {session['messages']}"),
        *money,
        *(confirmed if reviewed or case.past else []),
        ("规则", f"{name} {fingerprint[:6]}"),
    ]
    return {
        "score": points(final.score),
        "tone": tone,
        "result": result,
        "facts": facts,
        "dimensions": [
            {"name": dimension_name(dimension), "lost": signed(-value), "share": value / most}
            for dimension, value in sorted(lost.items(), key=lambda each: (-each[1], each[0]))
            if value > 0
        ],
        "passes": [
            {"title": rules.title(verdict["rule"]), "reason": verdict["reason"] or ""}
            for verdict in whole.verdicts
            if verdict["outcome"] == "passes"
        ],
    }
