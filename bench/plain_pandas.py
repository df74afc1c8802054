"""The peer: a plain pandas script of the kind people write for this job, honest and idiomatic.

    python -m bench.plain_pandas EXPORT.csv OUT.csv

Keyword lists in `in` loops over every message, jieba for the word counts, `groupby.apply` for what needs the order of a
conversation. It judges greeting, closing, an address check after an order, forbidden words and response times with a
hundred keywords; it knows no evasions, no negation, no evidence, no service hours, and publishes one CSV.
"""

from __future__ import annotations

import sys
from pathlib import Path

import jieba
import pandas as pd

KEYWORDS = {
    "greeting": ["您好", "你好", "亲,", "亲，", "在的", "欢迎光临", "很高兴为您服务", "早上好", "下午好", "晚上好"],
    "closing": ["感谢您的", "祝您", "欢迎下次", "欢迎再来", "再见", "生活愉快", "随时联系", "不打扰您了"],
    "more-help": ["还有什么可以帮", "还有其他问题", "还有别的问题", "还需要什么"],
    "address-check": ["核对地址", "核对一下地址", "确认地址", "收货地址", "收货信息", "地址对吗", "地址正确"],
    "ordered": ["拍下了", "拍好了", "下单了", "付款了", "付好了", "买家已付款", "买家已下单"],
    "apology": ["抱歉", "不好意思", "对不起", "久等了", "见谅"],
    "hold": ["稍等", "稍候", "等一下", "查一下", "核实一下"],
    "insult": ["傻逼", "神经病", "有病", "滚", "白痴", "脑残", "去死", "废物", "妈的"],
    "off-platform": ["加微信", "加我微信", "加个微信", "vx", "VX", "加QQ", "转账", "私下", "扫码"],
    "overpromise": ["保证", "肯定", "绝对", "一定", "百分百"],
    "absolute-claim": ["最好", "第一", "唯一", "顶级", "全网最低", "国家级", "永久"],
    "impatience": ["说了多少遍", "急什么", "烦不烦", "别催", "不是跟你说了"],
    "shirking": ["不归我管", "跟我没关系", "不关我的事", "找别人", "没办法", "不知道"],
    "solicit-praise": ["好评", "五星", "返现"],
}
FORBIDDEN = ("insult", "off-platform", "overpromise", "absolute-claim", "impatience", "shirking", "solicit-praise")


def lists_said(text: str) -> list[str]:
    """Which keyword lists a message says."""
    return [name for name, phrases in KEYWORDS.items() if any(phrase in text for phrase in phrases)]


def judge(chat: pd.DataFrame) -> pd.Series:
    """One conversation: response times, greeting, closing, forbidden words, score."""
    waits, asked = [], None
    for role, sent_at in zip(chat["role"], chat["sent_at"], strict=True):
        if role == "customer" and asked is None:
            asked = sent_at
        elif role == "agent" and asked is not None:
            waits.append((sent_at - asked).total_seconds())
            asked = None
    agent = chat[chat["role"] == "agent"]
    greeted = any("greeting" in said for said in agent["said"].head(2))
    closed = any("closing" in said for said in agent["said"].tail(3))
    forbidden = sum(name in said for said in agent["said"] for name in FORBIDDEN)
    ordered = any("ordered" in said for said in chat["said"])
    checked = any("address-check" in said for said in agent["said"])
    first = waits[0] if waits else None
    late = first is None or first > 60
    return pd.Series(
        {
            "first_response_s": first,
            "average_response_s": sum(waits) / len(waits) if waits else None,
            "greeted": greeted,
            "closed": closed,
            "address_unchecked": ordered and not checked,
            "forbidden": forbidden,
            "words": agent["words"].sum(),
            "score": max(
                0,
                100 - 3 * (not greeted) - 5 * (not closed) - 5 * (ordered and not checked) - 10 * forbidden - 3 * late,
            ),
        }
    )


def main(export: Path, out: Path) -> None:
    """Read, judge every conversation, write one row each."""
    messages = pd.read_csv(export, dtype=str, keep_default_na=False)
    messages["sent_at"] = pd.to_datetime(messages["sent_at"], format="ISO8601", errors="coerce")
    messages = messages.sort_values(["session_id", "sent_at"], kind="stable")
    messages["words"] = messages["text"].apply(lambda text: len(jieba.lcut(text)))
    messages["said"] = messages["text"].apply(lists_said)
    sessions = messages.groupby("session_id")[["role", "sent_at", "said", "words"]].apply(judge)
    sessions.to_csv(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
