"""Which column is which."""

import pytest
from conftest import as_csv, message, texts

from qa_checker.exports import Refused
from qa_checker.exports.cells.columns import ALIASES, canonical_name, match


@pytest.mark.parametrize(("canonical", "names"), ALIASES.items())
def test_every_name_means_its_column_only(canonical, names):
    assert {canonical_name(name) for name in (canonical, *names)} == {canonical}


@pytest.mark.parametrize(
    "name", ["SessionID", " session-id ", "\ufeff会话ID", "会话 id", "ＳＥＳＳＩＯＮ＿ＩＤ", '"session_id"']
)
def test_case_width_and_spaces_do_not_matter(name):
    assert canonical_name(name) == "session_id"


def test_canonical_names_and_aliases_in_english(reading):
    header = ("cid", "mid", "waiter", "buyer", "sender_role", "created", "msg")
    assert reading(as_csv([message(0)], header)).messages["customer_id"].to_pylist() == ["tb26"]


def test_unknown_columns_are_left_out(reading):
    header = ("会话ID", "消息ID", "商品", "买家", "角色", "时间", "内容")
    export = reading(as_csv([message(0)], header))
    assert "商品" not in export.messages.column_names
    assert not export.warnings


def test_missing_columns_are_named_with_a_guess(reading):
    header = ("聊天编号", "消息ID", "客服", "卖给谁", "讲话方", "时间", "聊天内容原文")
    with pytest.raises(Refused) as refused:
        reading(as_csv([message(0)], header))
    assert refused.value.reason == "missing_columns"
    problem = str(refused.value)
    assert "chats.csv" in problem
    assert "会话（session_id）、角色（role）、内容（text）" in problem
    assert "讲话方" in problem
    assert "text=聊天内容原文" in problem
    named = {"session_id": "聊天编号", "角色": "讲话方", "text": "聊天内容原文"}
    assert texts(reading(as_csv([message(0)], header), columns=named)) == ["在吗"]


def test_two_headers_for_one_column_need_a_decision(reading):
    header = ("会话ID", "消息ID", "客服", "时间", "角色", "发送时间", "内容")
    rows = [["S1", "M1", "店:小丹", "2026-08-25 10:00:00", "客服", "2026-08-26 11:00:00", "在"]]
    with pytest.raises(Refused, match=r"“时间”和“发送时间”.*--columns sent_at=") as refused:
        reading(as_csv(rows, header))
    assert refused.value.reason == "duplicate_columns"
    export = reading(as_csv(rows, header), columns={"sent_at": "发送时间"})
    assert export.messages["sent_at"][0].as_py().day == 26


def test_the_same_header_twice_cannot_be_decided(reading):
    with pytest.raises(Refused) as refused:
        reading(
            as_csv([message(0)], ("会话ID", "内容", "客服", "买家", "角色", "时间", "内容")), columns={"text": "内容"}
        )
    assert refused.value.reason == "duplicate_columns"


def test_the_user_s_word_goes_first():
    assert match(["内容", "原文"], {"text": "原文"}, "a.csv") == {"text": 1}
    assert match(["内容"], {"text": "原文"}, "a.csv") == {"text": 0}


def test_a_header_the_user_named_and_the_file_lacks_is_told_with_what_was_read_instead(reading):
    header = ("会话ID", "消息ID", "客服", "买家", "角色", "时间", "内容", "原文内容")
    rows = [["S1", "M1", "店:小丹", "tb26", "顾客", "2026-08-26 11:00:00", "在", "在吗"]]
    export = reading(as_csv(rows, header), columns={"text": "原文内荣", "角色": "角色"})
    (warning,) = export.warnings
    assert "没有 --columns 指定的“原文内荣”列，内容读的是“内容”列；是不是“原文内容”？" in warning


def test_a_table_without_its_header_is_refused_and_none_of_its_messages_told(reading):
    rows = [message(number, "我住在和平路五号") for number in range(2)]
    with pytest.raises(Refused, match="第一行不是表头，像是一条消息") as refused:
        reading(as_csv(rows[1:], rows[0]))
    assert "和平路" not in str(refused.value)


@pytest.mark.parametrize("name", ["chats.txt", "chats.log", "标准输入"])
def test_a_text_of_no_known_layout_is_refused_with_the_layouts_there_are(reading, name):
    with pytest.raises(Refused, match="qianniu（千牛聊天记录文本）") as refused:
        reading("小王跟我说：我住在和平路五号\n", name)
    assert refused.value.reason == "not_a_table"
    assert "和平路" not in str(refused.value)


@pytest.mark.parametrize("columns", [{"queue": "没有的列"}, {"天气": "内容"}])
def test_wrong_words_of_the_user_are_refused(reading, columns):
    with pytest.raises(Refused) as refused:
        reading(as_csv([message(0)]), columns=columns)
    assert refused.value.reason == "missing_columns"


def test_agent_customer_and_time_stand_in_for_a_session(reading):
    with pytest.raises(Refused, match="会话"):
        reading(as_csv([["顾客", "2026-08-26 11:00:00", "在吗"]], ("角色", "时间", "内容")))
    export = reading(
        as_csv([["a", "b", "顾客", "2026-08-26 11:00:00", "在吗"]], ("客服", "买家", "角色", "时间", "内容"))
    )
    assert export.messages["session_id"].to_pylist() == ["a/b/20260826-110000"]
