"""Speakers are inferred from how they speak, held by known rows, and reported."""

import os
import subprocess
import sys
from collections import Counter
from importlib.resources import files
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_checker.exports.speakers import inference
from qa_checker.language import Lexicon

SHORT = {"顾客": "customer", "客服": "agent", "机器人": "bot", "系统": "system"}


def chat(lines: str, session: str = "s1") -> list[tuple[str, str, str]]:
    """Rows (session, true role, text) of a dialogue written as in the rules' examples."""
    spoken = [line.split(maxsplit=1) for line in lines.strip().splitlines()]
    return [(session, SHORT[who], text) for who, text in spoken]


def inferred(rows: list[tuple[str, str, str]], known: set[int] = frozenset()) -> tuple[list[str], str]:
    """What is inferred when only the `known` rows keep their role."""
    unknown = np.array([number not in known for number in range(len(rows))])
    table = pa.table(
        {
            "session_id": [session for session, _, _ in rows],
            "role": pa.array(np.where(unknown, None, roles_of(rows)), pa.string()),
            "text": [text for _, _, text in rows],
        }
    )
    roles, warning = infer_speakers(table, unknown)
    assert roles.type == pa.string()
    return roles.to_pylist(), warning


def infer_speakers(messages: pa.Table, unknown: np.ndarray) -> tuple[pa.Array, str]:
    """The roles with the unknown ones filled in, as of an export of one shard, and what is reported."""
    roles = pc.if_else(pa.array(unknown), None, messages["role"])
    messages = messages.set_column(messages.schema.get_field_index("role"), "role", roles)
    weighed, turns = inference.weigh(messages, inference.Voices.of(messages))
    decided = inference.decide(weighed, turns)
    return decided, inference.told(Counter(decided.filter(pa.array(unknown)).to_pylist()))


def roles_of(rows: list[tuple[str, str, str]]) -> list[str]:
    return [role for _, role, _ in rows]


KETTLE = chat("""
顾客 我买的烧水壶怎么还没发货
顾客 都三天了
客服 您好，非常抱歉让您久等了
客服 请您稍等，这边帮您查一下
顾客 快点吧，我等着用
客服 亲，查到了，您的包裹今晚就会发出哦
顾客 好吧，谢谢
客服 不客气，祝您生活愉快
""")

LAMP = chat(
    """
顾客 你好，我想问下台灯能不能换个颜色
客服 亲，可以的呢，请问您想换哪个颜色
顾客 白色有货吗
客服 有的哦，麻烦您提供一下订单号
顾客 2026082611000001
客服 好的亲，已经为您备注了，请您放心
顾客 多久能到啊
客服 您的订单预计三天左右送达哦
""",
    "s2",
)


ASKS = [("customer", "我买的第{}件怎么还没发货"), ("customer", "我都等{}天了，什么时候能到")]
ANSWERS = [("agent", "亲，请您放心，第{}件今天为您发出哦"), ("agent", "非常抱歉让您等了{}天")]
TURN_BY_TURN, BURSTS = (
    [(f"chat{number}", role, text.format(number)) for number in range(20) for role, text in course]
    for course in ([ASKS[0], ANSWERS[0], ASKS[1], ANSWERS[1]], [*ASKS, *ANSWERS])
)


@pytest.mark.parametrize("rows", [KETTLE, LAMP], ids=["bursts", "turn by turn"])
@pytest.mark.parametrize("known", [set(), {7}], ids=["nothing known", "last row known"])
def test_a_chat_without_roles_is_read_as_a_person_reads_it(rows, known):
    assert inferred(rows, known)[0] == roles_of(rows)


def test_known_rows_keep_their_role_however_they_sound():
    rows = chat("""
顾客 亲，请您稍等，这边帮您查一下哦
客服 我的快递怎么还没到
客服 在吗
""")
    assert inferred(rows, {0, 1})[0][:2] == ["customer", "agent"]


def test_what_an_export_says_in_unknown_rows_is_not_believed():
    table = pa.table({"session_id": ["s1"], "role": ["agent"], "text": ["我的快递怎么还没到"]})
    assert infer_speakers(table, np.array([True]))[0].to_pylist() == ["customer"]


def test_a_word_that_says_nothing_goes_by_how_the_export_alternates():
    doubtful = [("d", "customer", "我的东西呢，怎么还没到"), ("d", "agent", "三单元"), ("d", "customer", "我要投诉")]
    assert inferred([*TURN_BY_TURN, *doubtful])[0][-3:] == ["customer", "agent", "customer"]
    assert inferred([*BURSTS, *doubtful])[0][-3:] == ["customer", "customer", "customer"]


@pytest.mark.parametrize(
    ("role", "sounds_otherwise", "side"),
    [("customer", "请您稍等", "customer"), ("agent", "我的货呢", "agent"), ("bot", "我的货呢", "agent")],
)
def test_a_known_row_holds_the_doubtful_one_after_it(role, sounds_otherwise, side):
    rows = [*BURSTS, ("d", role, sounds_otherwise), ("d", side, "三单元")]
    assert inferred(rows, {len(BURSTS)})[0][-2:] == [role, side]


def test_the_customer_opens():
    assert inferred([("s1", "customer", "亲"), ("s1", "customer", "我的货呢")])[0] == ["customer", "customer"]


def test_notices_of_the_platform_are_system_and_interrupt_nobody():
    rows = chat("""
系统 顾客小林进入会话
顾客 我的订单能不能取消
系统 【系统提示】客服小陈已接入会话
客服 亲，可以的呢，请您稍等
系统 买家已付款
系统 本次会话已结束
""")
    roles, warning = inferred(rows)
    assert roles == roles_of(rows)
    assert "系统 4 行" in warning
    assert inferred([row for row in rows if row[1] != "system"])[0] == ["customer", "agent"]


def test_talking_about_a_notice_is_not_a_notice():
    rows = chat("""
顾客 我这边显示买家已付款，怎么还没发货
客服 亲，交易成功后才可以开票的哦
""")
    assert inferred(rows)[0] == roles_of(rows)


def test_the_exact_words_of_a_known_row_settle_the_same_words_elsewhere():
    fee, size = "满二百包上楼另付五元", "双层玻璃三十乘四十"
    rows = [("s1", "agent", fee), ("s2", "agent", fee), ("s3", "customer", size), ("s4", "customer", size)]
    assert inferred(rows, {0, 2})[0] == roles_of(rows)
    assert inferred([(session, "customer", text) for session, _, text in rows], {0, 2})[0] == ["customer"] * 4


def test_words_that_a_person_is_known_to_say_are_no_notice():
    rows = [("s1", "agent", "会话已结束"), ("s2", "agent", "请您稍等"), ("s2", "agent", "会话已结束")]
    assert "system" not in inferred(rows, {0})[0]


def test_a_row_that_the_export_knows_as_system_makes_its_repeats_system():
    rows = [("s1", "system", "工单流转中"), ("s2", "system", "工单流转中"), ("s2", "customer", "我的货呢")]
    assert inferred(rows, {0})[0] == roles_of(rows)


def test_interleaved_sessions_are_read_apart():
    one = [("one", "customer", "我的货呢，怎么还没到"), ("one", "customer", "三单元")]
    other = [("other", "agent", "亲，请您稍等"), ("other", "agent", "三单元")]
    interleaved = [row for pair in zip(one, other, strict=True) for row in pair]
    assert inferred([*BURSTS, *interleaved])[0][-4:] == roles_of(interleaved)


def test_the_warning_counts_what_was_inferred_and_says_what_to_do():
    rows = [*KETTLE, ("s1", "system", "会话已结束")]
    assert inferred(rows, {0, 7})[1] == (
        "7 行没有写明是谁说的，已按用语推断（客服 3 行，顾客 3 行，系统 1 行）；请抽查几段，或用 --columns 指定角色列"
    )


def test_where_everything_is_known_nothing_is_said():
    assert inferred(KETTLE, set(range(8))) == (roles_of(KETTLE), "")


def test_empty_and_odd_texts_get_a_role():
    rows = [("s1", "", text) for text in ("", " ", "\n", "😀", "[图片]", "13800000000", "?" * 2000)]
    assert set(inferred(rows)[0]) <= {"customer", "agent"}


def test_columns_in_several_chunks_are_read():
    table = pa.concat_tables(
        pa.table({"session_id": ["s1"], "role": pa.array([None], pa.string()), "text": [text]}) for _, _, text in KETTLE
    )
    assert infer_speakers(table, np.ones(8, bool))[0].to_pylist() == roles_of(KETTLE)


def test_every_list_of_voices_is_there_and_well_written():
    lexicon = Lexicon.read(Path(str(files("qa_checker.lexicons"))))
    names = {*inference.VOICES, inference.NOTICES}
    assert names <= set(lexicon.lists)
    assert not [problem for problem in lexicon.problems if Path(problem.path).stem in names]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=1, max_size=7),
    st.floats(-3, 3),
)
def test_the_course_of_speakers_is_the_likeliest_of_all(rows, change):
    evidence = np.array([weight for weight, _ in rows])
    within = np.array([inside for _, inside in rows[1:]], bool)

    def worth(course: tuple[bool, ...]) -> float:
        total = sum(weight for weight, agent in zip(evidence, course, strict=True) if agent)
        for row, agent in enumerate(course):
            if row and within[row - 1]:
                total += change * (agent != course[row - 1])
            else:
                total += inference.OPENING * agent
        return total

    found = inference._viterbi(evidence, within, change).tolist()
    best = max(worth(course) for course in product((False, True), repeat=len(rows)))
    assert worth(tuple(found)) == pytest.approx(best)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["s1", "s2"]),
            st.sampled_from([None, "customer", "agent", "bot", "system"]),
            st.sampled_from(["您好", "我的货呢", "好的", "会话已结束", "亲，请您稍等", "", "在吗"]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_every_row_gets_a_role_and_known_ones_stay(rows):
    given_roles = [role for _, role, _ in rows]
    roles, warning = inferred(rows, {number for number, role in enumerate(given_roles) if role})
    assert all(now in SHORT.values() for now in roles)
    assert all(before in (None, now) for before, now in zip(given_roles, roles, strict=True))
    assert bool(warning) == (None in given_roles)


def test_what_one_process_has_heard_another_knows_again() -> None:
    said = """if True:
        import pyarrow as pa
        from qa_checker.exports.speakers.inference import Voices
        print(Voices.of(pa.table({"role": ["agent"], "text": ["您好，在的"]})).service.tolist())
    """
    heard = set()
    for seed in "12":
        seeded = os.environ | {"PYTHONHASHSEED": seed}
        told = subprocess.run([sys.executable, "-c", said], env=seeded, capture_output=True)
        heard.add(told.stdout)
    assert len(heard) == 1
    assert heard != {b""}
