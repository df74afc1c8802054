"""Small conversations and rules at random: few words, many accidents."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from qa_checker.language import Lexicon, parse
from qa_checker.rules import KINDS, Rule

WORDS = {
    "greeting": "您好",
    "closing": "再见",
    "courtesy": "==好的\n==谢谢",
    "order-placed": "拍下了",
    "address-check": "核对地址",
    "hold": "稍等",
    "apology": "抱歉",
    "transfer": "转接",
    "praise": "真棒",
    "solicit": "给个好评",
    "promise": "@time_promise",
}
LEXICON = Lexicon({name: parse(name, lines, name)[0] for name, lines in WORDS.items()})

TEXTS = ("有货吗", "您好", "再见", "好的", "谢谢", "拍下了", "核对地址", "稍等", "抱歉", "转接", "真棒", "给个好评")
TEXTS += (
    "您好，稍等",
    "抱歉，转接",
    "好的，拍下了",
    "拍下了，真棒",
    "您好，核对地址",
    "给个好评，再见",
    "抱歉，核对地址",
)
TEXTS += ("[自动回复]您好", "由小王转交给小李", "由小李转交给小张")
AGENTS = ("小王", "小李", "小张", "店:服务助手")
AUTOMATIC = frozenset(("您好", "您好，稍等"))
"""What the batch's automatic replies say."""

STARTS = tuple(
    datetime.fromisoformat(start)
    for start in (
        "2026-11-16 09:00:00",  # a Monday
        "2026-11-16 07:59:30",
        "2026-11-16 17:59:00",
        "2026-11-16 22:59:00",
        "2026-11-16 23:58:00",
        "2026-11-20 17:30:00",  # a Friday
        "2026-10-01 10:00:00",  # a holiday
        "2026-10-10 10:00:00",  # a Saturday on which people work
    )
)
GAPS = (0, 1, 2, 20, 30, 30, 60, 60, 61, 120, 180, 180, 181, 600, 3_600, 36_000, 90_000, -30)  # seconds

lists = st.lists(st.sampled_from(sorted(WORDS)), min_size=1, max_size=4, unique=True)
limits = st.sampled_from(["30s", "60s", "3m", "1h"])
reaches = limits | st.sampled_from(["1 message", "2 messages", "5 messages"])


@st.composite
def chats(draw: st.DrawFn, session: str) -> list[dict[str, Any]]:
    """The rows of one session in the order of its file, which need not be that of its times."""
    at = draw(st.sampled_from(STARTS))
    exact = draw(st.sampled_from(["all"] * 16 + ["some"] * 2 + ["none"] * 2))
    types = draw(st.sampled_from([[None]] * 4 + [[None] * 6 + ["emotion", "recall", "image", "transfer", "rate"]]))
    times_known = draw(st.sampled_from(["all"] * 16 + ["some"] * 3 + ["none"]))
    about = {"shop": draw(st.sampled_from([None, "甲店", "乙店"])), "channel": draw(st.sampled_from([None, "网页"]))}
    rows = []
    for _ in range(draw(st.integers(1, 12))):
        at += timedelta(seconds=draw(st.sampled_from(GAPS)))
        role = draw(st.sampled_from(["customer", "customer", "agent", "agent", "agent", "bot", "system"]))
        agent = draw(st.sampled_from([None, *AGENTS])) if role in ("agent", "customer") else None
        known = times_known == "all" or (times_known == "some" and draw(st.booleans()))
        seconds = exact == "all" or (exact == "some" and draw(st.booleans()))
        text = draw(st.sampled_from(TEXTS))
        rows.append(
            {
                "session_id": session,
                "role": role,
                "agent_id": agent,
                "sent_at": (at if seconds else at.replace(second=0)) if known else None,
                "to_the_second": seconds,
                "text": text,
                "message_type": draw(st.sampled_from(types)),
                "is_auto": draw(st.integers(0, 19)) == 0,
                **about,
            }
        )
    return rows


@st.composite
def batches(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of several sessions, mixed; each session's own keep their order."""
    sessions = [draw(chats(f"会话{number}")) for number in range(draw(st.integers(0, 8)))]
    turns = draw(st.permutations([number for number, rows in enumerate(sessions) for _ in rows]))
    waiting = [iter(rows) for rows in sessions]
    return [next(waiting[number]) for number in turns]


@st.composite
def cues(draw: st.DrawFn, needs: str | None = None) -> dict[str, Any]:
    kinds = ["customer_says", "agent_says", "robot_says", "system_says", "customer_waits", "customer_silent"]
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=0 if needs else 1, max_size=2, unique=True))
    chosen = list(dict.fromkeys([needs, *chosen] if needs else chosen))
    return {kind: draw(lists if kind.endswith("_says") else limits) for kind in chosen}


def perhaps(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def _rule(draw: st.DrawFn, kind: str) -> Rule:
    """A rule such as a file may hold."""
    said = {
        "applies_to": draw(st.sampled_from([None] * 6 + [{"shop": ["甲店"]}, {"channel": ["网页"], "shop": ["乙店"]}])),
        "unless": draw(perhaps(cues())),
        "asking": draw(perhaps(lists)),
        "ignoring": draw(perhaps(lists)),
        "clock": draw(st.sampled_from(["wall", "service_hours", "working_hours"])),
        **draw(KINDS_AT_RANDOM[kind]),
    }
    if kind not in ("earns", "reviewer_asks"):
        said |= draw(_prices(steps=kind in ("must_reply_within", "must_return")))
    told = dict.fromkeys(("title", "why", "advice", "source"), "") | {"id": "process/random", "examples": {}}
    return KINDS[kind].model_validate(told | {key: value for key, value in said.items() if value is not None})


def books() -> st.SearchStrategy[tuple[Rule, ...]]:
    """A rule of every kind."""
    return st.tuples(*(_rule(kind) for kind in KINDS_AT_RANDOM))


@st.composite
def _prices(draw: st.DrawFn, steps: bool) -> dict[str, Any]:
    fine = draw(st.sampled_from([0, 5]))
    stepped = [{"over 60s": 3, "over 3m": 10, "never": 20}, {"over 2m": 4}] if steps else []
    price = draw(st.sampled_from(["hint", 5, 5, "all", *stepped]))
    if price == "hint":
        return {"hint": True}
    return {"costs": price, "fine": fine, "up_to": draw(st.sampled_from([None, 8, 10])) if price == 5 else None}


@st.composite
def _must_say(draw: st.DrawFn) -> dict[str, Any]:
    when = draw(perhaps(cues()))
    place = draw(
        st.sampled_from(
            ["anywhere", "first_reply", "last_three_messages"]
            if when is None
            else [None, "after", "before", "anywhere"]
        )
    )
    within = draw(perhaps(reaches)) if when and place != "anywhere" else None
    return {"must_say": draw(lists), "when": when, "in": place, "within": within}


@st.composite
def _must_not_say(draw: st.DrawFn) -> dict[str, Any]:
    when = draw(perhaps(cues()))
    place = draw(st.sampled_from([None, "anywhere", "first_reply"] if when is None else [None, "after", "anywhere"]))
    within = draw(perhaps(reaches)) if when and place != "anywhere" else None
    return {"must_not_say": draw(lists), "when": when, "in": place, "within": within}


@st.composite
def _must_reply_within(draw: st.DrawFn) -> dict[str, Any]:
    when = draw(perhaps(cues()))
    return {
        "must_reply_within": draw(limits),
        "when": when,
        "to": None if when else draw(st.sampled_from(["first", "later", "each", "average"])),
    }


@st.composite
def _must_keep(draw: st.DrawFn) -> dict[str, Any]:
    measure = draw(
        st.sampled_from(["reply_ratio", "short_answer_share", "longest_message"])
        | st.fixed_dictionaries({"share_of": lists})
    )
    bound = draw(st.sampled_from(["at_least", "at_most"]))
    since = draw(st.sampled_from([None, "2 messages", "2 rounds"]))
    return {"must_keep": measure, bound: draw(st.sampled_from(["50%", "100%", 1.5, 5])), "from": since}


KINDS_AT_RANDOM = {
    "must_say": _must_say(),
    "must_not_say": _must_not_say(),
    "must_reply_within": _must_reply_within(),
    "must_return": st.fixed_dictionaries({"must_return": limits, "when": cues("agent_says")}),
    "must_not_repeat": st.fixed_dictionaries({"must_not_repeat": st.integers(2, 3)}),
    "must_keep": _must_keep(),
    "reviewer_asks": st.fixed_dictionaries({"reviewer_asks": st.just("说清楚了吗？"), "when": perhaps(cues())}),
    "earns": st.fixed_dictionaries({"earns": st.just(5), "reward": st.sampled_from([0, 5]), "when": cues()}),
}
