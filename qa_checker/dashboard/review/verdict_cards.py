"""The verdict cards beside a transcript: what was found, what people decided, and what the visitor may do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qa_checker.archive.query import WholeSession
from qa_checker.dashboard.rule_texts import RuleTexts
from qa_checker.dashboard.wording import points, signed
from qa_checker.desk.appeals import Appealed, AppealState
from qa_checker.desk.cases import Case, Ruled
from qa_checker.desk.findings import Finding, Source
from qa_checker.desk.reviews import Ruling

Row = dict[str, Any]

_RULING_NAMES = {Ruling.CONFIRMED: "已确认", Ruling.OVERTURNED: "已推翻"}
_APPEAL_NAMES = {AppealState.OPEN: "申诉处理中", AppealState.UPHELD: "申诉成立", AppealState.REJECTED: "申诉驳回"}


@dataclass(frozen=True)
class Offers:
    """What a visitor may do with a session, and whose verdicts he sees (None: everyone's)."""

    rule: bool = False
    add_missed: bool = False
    appeal: bool = False
    agent_id: str | None = None
    current: str | None = None
    appeals: Mapping[str, Appealed] = field(default_factory=dict)


NOTHING_OFFERED = Offers()


@dataclass(frozen=True)
class ShownVerdict:
    """A finding as it is shown: with its reason, and the points it costs or earns after all caps."""

    ruled: Ruled
    reason: str
    points: float

    @property
    def finding(self) -> Finding:
        """What was found."""
        return self.ruled.finding


def shown_verdicts(whole: WholeSession, case: Case, offers: Offers) -> list[ShownVerdict]:
    """The findings that this visitor sees, in the order of the archive; what people added comes last."""
    rows = [row for row in whole.verdicts if row["outcome"] not in ("passes", "asks")]  # as machine_findings does
    reasons = [row["reason"] or "" for row in rows]
    stored = [row["points"] for row in rows]
    charged = {charge.finding.key: charge.points for charge in case.final.charges}
    shown = []
    for place, each in enumerate(case.findings):
        from_machine = each.finding.source is Source.MACHINE
        mine = offers.agent_id is None or each.finding.agent_id == offers.agent_id
        if not mine or (each.finding.source is Source.ASKED and each.ruling is not Ruling.CONFIRMED):
            continue
        reason = reasons[place] if from_machine else _added_by(each)
        price = stored[place] if from_machine else each.finding.points
        shown.append(ShownVerdict(each, reason, charged.get(each.finding.key, price)))
    return shown


def card(verdict: ShownVerdict, rules: RuleTexts, offers: Offers) -> Row:
    """One card, as plain JSON."""
    finding, ruled = verdict.finding, verdict.ruled
    text = rules[finding.rule]
    tone = "red" if finding.red_line else {"fails": "bad", "earns": "good"}.get(finding.outcome, "hint")
    badges = ["一票否决"] if finding.red_line else []
    badges += [f"罚 {points(finding.fine)} 元"] if finding.fine and verdict.points else []
    badges += [f"奖 {points(finding.reward)} 元"] if finding.reward else []
    appeal = offers.appeals.get(finding.key)
    return {
        "id": finding.key,
        "seq": finding.quotes[0].seq if finding.quotes else None,
        "tone": tone,
        "title": text.title,
        "points": _price(finding.outcome, verdict.points),
        "badges": badges,
        "reason": verdict.reason,
        "advice": text.advice if finding.outcome in ("fails", "hint") else "",
        "why": text.why,
        "source": text.source,
        "state": _state(ruled),
        "overturned": ruled.ruling is Ruling.OVERTURNED,
        "note": ruled.decision.note if ruled.decision else "",
        "appeal": f"{_APPEAL_NAMES[appeal.state]}：{appeal.reason}" if appeal else "",
        "answer": appeal.answer if appeal else "",
        "actions": _actions(ruled, appeal, offers),
        "seen": ruled.number,
        "current": finding.key == offers.current,
    }


def _added_by(ruled: Ruled) -> str:
    name = ruled.decision.reviewer if ruled.decision else ""
    return f"{name} 人工评分：否" if ruled.finding.source is Source.ASKED else f"{name} 复核时补充"


def _state(ruled: Ruled) -> str:
    if ruled.decision is None or ruled.ruling is Ruling.OPEN:
        return ""
    return f"{ruled.decision.reviewer} {_RULING_NAMES[ruled.ruling]}"


def _actions(ruled: Ruled, appeal: Appealed | None, offers: Offers) -> list[Row]:
    if ruled.finding.outcome == "hint":
        return []
    actions: list[Row] = []
    if offers.rule:
        taken = {Ruling.CONFIRMED: "confirm", Ruling.OVERTURNED: "overturn"}.get(ruled.ruling)
        named = (("confirm", "确认"), ("overturn", "推翻"))
        actions = [{"action": name, "label": label, "taken": name == taken} for name, label in named]
        actions += [{"action": "reopen", "label": "撤回", "taken": False}] if taken else []
    may_appeal = offers.appeal and appeal is None and ruled.finding.outcome == "fails" and ruled.finding.agent_id
    if may_appeal and ruled.ruling is not Ruling.OVERTURNED:
        actions.append({"action": "appeal", "label": "申诉", "taken": False})
    return actions


def _price(outcome: str, value: float) -> str:
    if outcome == "hint":
        return "提示"
    if not value:
        return "不扣分" if outcome == "fails" else "奖励"
    return signed(-value if outcome == "fails" else value, " 分")
