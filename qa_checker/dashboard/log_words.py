"""What a line of the audit log says, in Chinese: who may read it need not know how it is stored."""

from collections.abc import Callable, Mapping
from typing import Any

from qa_checker.dashboard.rule_texts import RuleTexts
from qa_checker.dashboard.visitor import ROLE_NAMES
from qa_checker.desk.audit import Action, Entry

ACTION_NAMES = {
    Action.SIGNED_IN: "登录",
    Action.SIGN_IN_FAILED: "登录失败",
    Action.LOCKED: "账号锁定",
    Action.SIGNED_OUT: "退出",
    Action.ACCOUNT_CHANGED: "改账号",
    Action.READ: "查看",
    Action.REVIEWED: "复核",
    Action.SIGNED_OFF: "复核完成",
    Action.COMMENTED: "评语",
    Action.APPEALED: "申诉",
    Action.APPEAL_DECIDED: "处理申诉",
    Action.SAMPLED: "抽样",
    Action.ASSIGNED: "分派",
    Action.PUBLISHED: "发布规则",
    Action.EXPORTED: "导出",
}

_VALUES = {
    "ruling": {"confirmed": "确认", "overturned": "推翻", "open": "撤回"},
    "state": {"upheld": "申诉成立", "rejected": "申诉驳回"},
    "change": {"added": "新建", "disabled": "停用", "enabled": "恢复", "password": "重设密码"},
    "what": {
        "report": "质检报告",
        "sessions": "会话",
        "verdicts": "判定",
        "ledger_lines": "奖惩台账",
        "ledger": "奖惩台账",
        "reject": "隔离的行",
    },
    "role": {str(role): name for role, name in ROLE_NAMES.items()},
}
_SAID: Mapping[str, Callable[[Any], str]] = {
    "number": lambda value: f"第 {value} 次裁定" if value != 1 else "",
    "account": lambda value: f"账号 {value}",
    "verdicts": lambda value: f"{value} 条",
    "bulk_of_sessions": lambda value: f"批量复核 {value} 通中的一通",
    "picked": lambda value: f"选中的 {value} 通",
    "sample": lambda value: f"样本 {value}",
    "size": lambda value: f"抽 {value} 通",
    "population": lambda value: f"从 {value} 通里",
    "to": lambda value: f"分给 {'、'.join(value)}",
    "edition": lambda value: f"第 {value} 版",
    "fingerprint": lambda value: f"指纹 {value[:12]}",
    "appeal": lambda value: f"申诉 {value}",
    "since": lambda value: f"从 {value}" if value else "",
    "until": lambda value: f"到 {value}" if value else "",
    "batch": lambda value: f"批次 {value}",
    "file": lambda value: f"文件 {value}",
    "row": lambda value: f"第 {value} 行",
    "run": lambda _: "",  # which version of the result: for the database, not for people
}


def said(entry: Entry, rules: RuleTexts) -> str:
    """The details of a line; what a later version adds stands there as it is stored."""
    return "，".join(filter(None, (_said(name, value, rules) for name, value in entry.detail.items())))


def _said(name: str, value: Any, rules: RuleTexts) -> str:
    if name == "rule":
        return f"「{rules.title(str(value))}」"
    if name in _VALUES and str(value) in _VALUES[name]:
        return _VALUES[name][str(value)]
    return _SAID[name](value) if name in _SAID else f"{name}={value}"
