"""Text copied out of the 千牛 client, with the traps it has."""

from conftest import rejected, texts

from qa_checker.exports import Export

CHAT = """
tb263147182 --> 店铺 2026-8-26 11:00:00
怎么连接手机？
加普威旗舰店:小丹 2026-8-26 11:01:00
您好！
打开蓝牙就可以，
预计送达 2026-8-28 18:00:00
已读
tb2631471822026-8-26 11:01:30
好的
发货时间：2026-8-27 10:00:00
加普威旗舰店:服务助手2026-8-26 11:02:00
亲，还有什么可以帮您
未读
当前用户来自 商品详情页
由 服务助手 转交给 加普威旗舰店:小李
原因：【离线留言自动分配】
加普威旗舰店：小李 2026-8-26 11:03:00
在的
小李撤回了一条消息
tb263147182 2026-8-26 11:03:20
已读
加普威旗舰店 2026-8-26 12:30:00
亲，今天有活动
"""


def rows(export: Export) -> list[tuple[str, str, str | None]]:
    return [(row["role"], row["text"], row["agent_id"]) for row in export.messages.to_pylist()]


def test_a_chat_with_all_its_traps(reading):
    export = reading(CHAT, "千牛.txt")
    assert rows(export) == [
        ("customer", "怎么连接手机？", None),
        ("agent", "您好！\n打开蓝牙就可以，\n预计送达 2026-8-28 18:00:00", "加普威旗舰店:小丹"),
        ("customer", "好的\n发货时间：2026-8-27 10:00:00", None),
        ("bot", "亲，还有什么可以帮您", None),
        ("system", "当前用户来自 商品详情页", None),
        ("system", "由 服务助手 转交给 加普威旗舰店:小李\n原因：【离线留言自动分配】", None),
        ("agent", "在的", "加普威旗舰店:小李"),
        ("system", "小李撤回了一条消息", None),
        ("customer", "已读", None),
        ("agent", "亲，今天有活动", "加普威旗舰店"),
    ]
    assert not export.rejects
    assert export.files[0].layout == "qianniu"
    types = [kind for kind in export.messages["message_type"].to_pylist() if kind]
    assert types == ["notice", "transfer", "recall"]
    assert set(export.messages["customer_id"].to_pylist()) == {"tb263147182"}
    assert set(export.messages["shop"].to_pylist()) == {"加普威旗舰店"}


def test_a_long_silence_starts_a_new_session(reading):
    sessions = reading(CHAT, "千牛.txt").messages["session_id"].to_pylist()
    assert set(sessions[:-1]) == {"加普威旗舰店/tb263147182/20260826-110000"}
    assert sessions[-1] == "加普威旗舰店/tb263147182/20260826-123000"


def test_notices_in_between_have_no_time_of_their_own(reading):
    times = reading(CHAT, "千牛.txt").messages["sent_at"].to_pylist()
    assert [at for at, time in enumerate(times) if time is None] == [4, 5, 7]


def test_a_notice_sent_as_a_message_is_the_system_s(reading):
    export = reading(CHAT + "加普威旗舰店:小丹 2026-8-26 12:31:00\n【即将超时】您即将超3分钟未回复买家\n", "千牛.txt")
    last = export.messages.to_pylist()[-1]
    assert (last["role"], last["message_type"]) == ("system", "notice")
    assert last["sent_at"] is not None


def test_lines_before_the_first_header(reading):
    export = reading("消息管理器\n\n导出于今天" + CHAT, "千牛.txt")
    assert rejected(export) == [(1, "no_header"), (3, "no_header")]


def test_headers_whose_time_cannot_be_read(reading):
    odd = "tb263147182 2026-13-45 11:00:00\n在吗\ntb263147182 --> 店铺 昨天 12:10\n在吗\ntb263147182 昨天 12:11\n在吗\n"
    export = reading(CHAT + odd, "千牛.txt")
    assert rejected(export) == [(25, "bad_time"), (27, "bad_time"), (29, "bad_time")]
    assert export.rejects[0].raw.decode() == "tb263147182 2026-13-45 11:00:00\n在吗"
    assert len(texts(export)) == 10


def test_nick_and_time_on_two_lines(reading):
    export = reading("加普威旗舰店:小丹\n2026-8-26 11:00:00\n您好\ntb1\n2026-8-26 11:00:09\n在吗\n", "千牛.txt")
    assert [(role, text) for role, text, _ in rows(export)] == [("agent", "您好"), ("customer", "在吗")]
    assert set(export.messages["customer_id"].to_pylist()) == {"tb1"}


def test_nicks_in_brackets(reading):
    export = reading("[加普威:小丹] 2026-08-26 11:00:00\n您好\n[tb1] 2026-08-26 11:00:09\n在吗\n", "千牛.txt")
    assert [(role, text) for role, text, _ in rows(export)] == [("agent", "您好"), ("customer", "在吗")]


def test_several_buyers_are_several_sessions(reading):
    first = "tb1 --> 店:a 2026-8-26 11:00:00\n在吗\n店:a --> tb1 2026-8-26 11:00:05\n在\n"
    export = reading(first + first.replace("tb1", "tb2"), "千牛.txt")
    assert export.messages["customer_id"].to_pylist() == ["tb1", "tb1", "tb2", "tb2"]
    assert len(set(export.messages["session_id"].to_pylist())) == 2


def test_windows_text_in_gb18030(reading):
    export = reading(CHAT.replace("\n", "\r\n").encode("gb18030"), "千牛.txt")
    assert export.files[0].encoding == "gb18030"
    assert texts(export)[0] == "怎么连接手机？"


def test_undecodable_bytes_cost_that_message_only(reading):
    export = reading(CHAT.encode().replace("您好".encode(), b"\xe6\x82"), "千牛.txt")
    assert rejected(export) == [(4, "bad_encoding")]
    assert len(texts(export)) == 9
