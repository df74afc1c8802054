"""JSON as customer-service platforms write it: who speaks, when, what stands for pictures, what is refused."""

import json
from datetime import datetime
from typing import Any

import pytest
from conftest import as_json_lines, column, layouts, rejected, said, texts, types

from qa_checker.exports import Refused

NOON = datetime(2026, 8, 26, 12, 0)
EPOCH = 1787716800  # NOON in Shanghai


def dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


class TestJd:
    @staticmethod
    def message(number: int, by_shop: bool | None, content: str | None, **other: Any) -> dict[str, Any]:
        created = f"2026-08-26 12:00:{number:02}"
        about = {"mid": f"m{number}", "sid": "s1", "customer": "jd_1", "waiter": "店铺-小丹", "type": "text"}
        return {**about, "created": created, "waiterSend": by_shop, "content": content, **other}

    def document(self, *messages: Any) -> dict[str, Any]:
        around = {"service": "店铺-小丹", "mallName": "某某旗舰店", "groupName": "售前", "evaluation": "满意"}
        return {"success": True, "chatLogList": [{**around, "chatLogMessageList": list(messages)}]}

    def test_sides_pictures_and_robots(self, reading):
        image = self.message(2, False, "https://img/1.jpg", type="image", imgUrl="https://img/1.jpg")
        robot = self.message(3, True, "亲，猜您想问", waiter="京小智")
        found = self.document(self.message(0, False, "在吗"), self.message(1, True, "您好"), image, robot)
        export = reading(dumped(found), "jd.json")
        assert layouts(export) == ["jd"]
        assert said(export) == [
            ("customer", "在吗"),
            ("agent", "您好"),
            ("customer", "[图片]"),
            ("bot", "亲，猜您想问"),
        ]
        assert types(export) == [None, None, "image", None]
        assert column(export, "agent_id") == [None, "店铺-小丹", None, None]
        first = export.messages.to_pylist()[0]
        assert (first["session_id"], first["shop"], first["queue"], first["rating"]) == (
            *("s1", "某某旗舰店"),
            *("售前", "满意"),
        )
        assert first["sent_at"] == NOON

    def test_what_lacks_something_is_set_aside(self, reading):
        lacking = [self.message(1, None, "谁"), self.message(2, True, None), self.message(3, True, "?", created="x")]
        strange = [self.message(4, True, None, type="coupon"), "不是对象", self.message(5, True, {"a": 1})]
        export = reading(dumped(self.document(self.message(0, True, "您好"), *lacking, *strange)), "jd.json")
        assert texts(export) == ["您好"]
        found = sorted(reason for _, reason in rejected(export))
        assert found == ["bad_json", "bad_json", "bad_time", "missing_field", "missing_field", "missing_field"]

    def test_one_session_a_line(self, reading):
        sessions = [{"chatLogMessageList": [self.message(0, True, "您好", sid=f"s{number}")]} for number in range(3)]
        empty = {"service": "店铺-小丹", "chatLogMessageList": []}
        export = reading(as_json_lines([*sessions, empty]), "jd.jsonl")
        assert column(export, "session_id") == ["s0", "s1", "s2"]
        assert export.rows_in == 3

    def test_a_rejected_message_keeps_its_line_and_its_words(self, reading):
        sessions = [{"chatLogMessageList": [self.message(0, True, "您好")]}]
        bad = {"chatLogMessageList": [self.message(1, None, "谁说的")]}
        export = reading(as_json_lines([*sessions, bad]), "jd.jsonl")
        assert rejected(export) == [(2, "missing_field")]
        assert json.loads(export.rejects[0].raw)["content"] == "谁说的"


class TestPinduoduo:
    @staticmethod
    def message(number: int, by: str = "user", content: str = "在吗", **other: Any) -> dict[str, Any]:
        buyer, shop = {"role": "user", "uid": "77"}, {"role": "mall_cs", "uid": "8", "cs_uid": "cs_8"}
        sender, receiver = (buyer, shop) if by == "user" else (shop, buyer)
        base = {"msg_id": f"17877{number:04}", "from": sender, "to": receiver, "time": EPOCH + number}
        return {**base, "type": 0, "content": content, **other}

    def page(self, *messages: Any) -> str:
        return dumped({"success": True, "result": {"messages": list(messages)[::-1], "has_more": False}})

    def test_a_page_newest_first(self, reading):
        export = reading(
            self.page(
                self.message(0),
                self.message(1, "mall_cs", "亲，猜您想问", is_aut=1),
                self.message(2, "mall_cs", "您好", is_aut=0, manual_reply=1),
                self.message(3, "mall_cs", "快捷回复", is_aut=1, manual_reply=1),
            ),
            "pdd.json",
        )
        assert layouts(export) == ["pinduoduo"]
        assert said(export) == [
            ("customer", "在吗"),
            ("bot", "亲，猜您想问"),
            ("agent", "您好"),
            ("agent", "快捷回复"),
        ]
        assert column(export, "agent_id") == [None, None, "cs_8", "cs_8"]
        assert set(column(export, "session_id")) == {"拼多多/77/20260826-120000"}
        assert column(export, "sent_at")[0] == NOON

    def test_messages_of_one_second_keep_their_order(self, reading):
        same = [self.message(number, content=str(number), time=EPOCH) for number in range(3)]
        assert texts(reading(self.page(*same), "pdd.json")) == ["0", "1", "2"]

    def test_kinds_of_messages(self, reading):
        card = "NewCardCallBackParam"
        export = reading(
            self.page(
                self.message(0, content="https://img/1.jpg", type=1),
                self.message(1, content="", type=5, info={"description": "[微笑]"}),
                self.message(2, content="", type=0, sub_type=1, info={"orderSequenceNo": "260826-1"}),
                self.message(3, "mall_cs", "谨防诈骗，请勿在平台外交易", type=31),
                self.message(4, "mall_cs", "", type=24),
                self.message(5, "mall_cs", "", type=1002),
                self.message(6, "mall_cs", "请核对", type=19, biz_context={f"mallOrderConfirm{card}": "{}"}),
                self.message(7, "user", "", type=19, biz_context={f"orderConfirmAgree{card}": "{}"}),
            ),
            "pdd.json",
        )
        assert said(export) == [
            ("customer", "[图片]"),
            ("customer", "[微笑]"),
            ("customer", "[订单卡片]"),
            ("system", "谨防诈骗，请勿在平台外交易"),
            ("system", "会话已转接"),
            ("system", "客服撤回了一条消息"),
            ("agent", "请核对"),
            ("customer", "[已确认收货信息]"),
        ]
        assert types(export) == ["image", "emotion", "order", "notice", "transfer", "recall", "card", "card"]

    def test_what_is_unknown_is_set_aside(self, reading):
        odd = [self.message(1, content="", type=777), self.message(2, **{"from": {"uid": "5"}, "to": {}})]
        export = reading(self.page(self.message(0), *odd), "pdd.json")
        assert texts(export) == ["在吗"]
        assert [reason for _, reason in rejected(export)] == ["missing_field", "missing_field"]

    def test_messages_as_pushed(self, reading):
        lines = [{"message": self.message(0)}, {"message": self.message(1, "mall_cs", "您好")}]
        assert said(reading(as_json_lines(lines), "pdd.jsonl")) == [("customer", "在吗"), ("agent", "您好")]

    def test_an_empty_page_is_no_row(self, reading):
        export = reading(self.page(self.message(0)) + "\n" + self.page(), "pdd.jsonl")
        assert (export.rows_in, export.messages.num_rows) == (1, 1)


class TestDouyin:
    @staticmethod
    def message(number: int, role: str | None, content: str, **ext: Any) -> dict[str, Any]:
        more = {"type": "text", "nickname": "小丹", **ext, **({"s:sender_biz_role": role} if role else {})}
        conversation = "buyer1:shop9::2:1:pigeon"
        return {
            "type": 1000,
            "serverId": f"70{number}",
            "securityConversationId": conversation,
            "createdAt": (EPOCH + number) * 1000,
            "content": content,
            "ext": more,
        }

    def test_roles_cards_and_notices(self, reading):
        export = reading(
            dumped(
                [
                    self.message(0, "Buyer", "在吗"),
                    self.message(1, "CurrentServer", "您好"),
                    self.message(2, "CurrentServer", "欢迎光临", nickname="智能客服"),
                    self.message(3, "Buyer", "[订单卡片]", type="template_card"),
                    self.message(4, "Shop", "商家自动消息"),
                    self.message(5, "CurrentServer", "用户超时未回复，系统关闭会话"),
                    self.message(6, "Buyer", "", type="file_image"),
                    self.message(7, None, "谁说的"),
                ]
            ),
            "feige.json",
        )
        assert layouts(export) == ["douyin"]
        assert said(export) == [
            ("customer", "在吗"),
            ("agent", "您好"),
            ("bot", "欢迎光临"),
            ("customer", "[订单卡片]"),
            ("system", "商家自动消息"),
            ("system", "用户超时未回复，系统关闭会话"),
            ("customer", "[图片]"),
        ]
        assert types(export)[5] == "close"
        assert set(column(export, "session_id")) == {"抖音/shop9/buyer1/20260826-120000"}
        assert [reason for _, reason in rejected(export)] == ["missing_field"]

    def test_iso_times_are_utc_where_they_say_so(self, reading):
        message = {**self.message(0, "Buyer", "在吗"), "createdAt": "2026-08-26T04:00:00.000Z"}
        assert column(reading(dumped({"data": [message]}), "feige.json"), "sent_at") == [NOON]


class TestWecom:
    @staticmethod
    def message(number: int, sender: str, to: str, text: str = "您好", **other: Any) -> dict[str, Any]:
        base = {"msgid": f"M{number}", "action": "send", "from": sender, "tolist": [to], "roomid": ""}
        return {**base, "msgtime": (EPOCH + number) * 1000, "msgtype": "text", "text": {"content": text}, **other}

    def test_a_chat(self, reading):
        mixed = {"item": [{"type": "text", "content": '{"content":"看图"}'}, {"type": "image", "content": "{}"}]}
        lines = [
            self.message(0, "wmCustomer1", "woody", "在吗"),
            self.message(1, "woody", "wmCustomer1"),
            self.message(2, "wmCustomer1", "woody", msgtype="image", text=None, image={"sdkfileid": "x"}),
            self.message(3, "wmCustomer1", "woody", msgtype="mixed", mixed=mixed),
            self.message(4, "woody", "wmCustomer1", msgtype="revoke", revoke={"pre_msgid": "M1"}),
            self.message(5, "wbRobot1", "wmCustomer1", "自动回复您"),
            self.message(6, "wmCustomer1", "woody", msgtype="agree", agree={"userid": "wmCustomer1"}),
        ]
        export = reading(as_json_lines(lines), "archive.jsonl")
        assert layouts(export) == ["wecom"]
        assert said(export) == [
            ("customer", "在吗"),
            ("agent", "您好"),
            ("customer", "[图片]"),
            ("customer", "看图"),
            ("system", "客服撤回了一条消息"),
            ("bot", "自动回复您"),
            ("system", "顾客同意会话存档"),
        ]
        assert set(column(export, "customer_id")) == {"wmCustomer1"}
        assert column(export, "agent_id")[1] == "woody"
        assert column(export, "session_id")[0] == "企业微信/woody/wmCustomer1/20260826-120000"

    def test_a_room_is_one_session_of_many(self, reading):
        lines = [
            self.message(0, "wmA1", "LiLei", "多少钱", roomid="wrR"),
            self.message(1, "LiLei", "wmA1", "99 元", roomid="wrR", tolist=["wmA1", "wmB2"]),
            self.message(2, "wmB2", "LiLei", "我也要", roomid="wrR"),
        ]
        export = reading(as_json_lines(lines), "archive.jsonl")
        assert column(export, "customer_id") == ["wmA1", None, "wmB2"]
        assert set(column(export, "session_id")) == {"企业微信群/wrR/20260826-120000"}

    def test_colleagues_and_switches_are_no_chats(self, reading):
        switch = {"msgid": "S", "action": "switch", "time": 1, "user": "LiLei"}
        inside = [self.message(1, "LiLei", "HanMei"), self.message(2, "LiLei", "HanMei", roomid="wrR"), switch]
        export = reading(as_json_lines([self.message(0, "wmA1", "LiLei"), *inside]), "archive.jsonl")
        assert rejected(export) == [(row, "not_a_chat") for row in (2, 3, 4)]

    def test_what_is_still_encrypted_is_refused(self, reading):
        with pytest.raises(Refused, match="解密") as refused:
            reading(dumped({"chatdata": [{"seq": 1, "msgid": "M", "encrypt_chat_msg": "x"}]}), "archive.json")
        assert refused.value.reason == "encrypted"


def test_meiqia(reading):
    messages = [
        {"from": "agent", "timestamp": "2026-08-26 12:00:00.465659", "content": "[推广消息]新品上市"},
        {"from": "client", "timestamp": "2026-08-26 12:00:05.1", "content": "在吗", "content_type": "text"},
        {"from": "agent", "timestamp": "2026-08-26 12:00:09", "content": "您好"},
        {"from": "client", "timestamp": "2026-08-26 12:00:10", "content": "", "content_type": "photo"},
        {"from": "system", "timestamp": "2026-08-26 12:00:11", "content": "会话已结束", "type": "end_conv"},
        {"from": "ghost", "timestamp": "2026-08-26 12:00:12", "content": "谁"},
    ]
    about = {"conv_id": 15067008, "agent_nick_name": "小丹", "client_id": "c1", "platform": "web"}
    export = reading(dumped([{**about, "conv_content": messages}]), "meiqia.json")
    assert layouts(export) == ["meiqia"]
    assert said(export) == [
        ("bot", "[推广消息]新品上市"),
        ("customer", "在吗"),
        ("agent", "您好"),
        ("customer", "[图片]"),
        ("system", "会话已结束"),
    ]
    first = export.messages.to_pylist()[0]
    assert (first["session_id"], first["customer_id"], first["channel"]) == ("15067008", "c1", "web")
    assert [reason for _, reason in rejected(export)] == ["bad_role"]


def test_qiyu_and_its_last_line(reading):
    def message(number: int, side: int, staff: int, text: str, **other: Any) -> dict[str, Any]:
        about = {"sessionId": 5, "msgId": number, "from": side, "staffId": staff, "userId": "u1"}
        return {**about, "time": (EPOCH + number) * 1000, "mType": 1, "msg": text, **other}

    lines = [
        message(0, 1, 9, "在吗"),
        message(1, 0, -3, "我是机器人"),
        message(2, 0, 9, "您好"),
        message(3, 0, 9, "稍等", autoReply=1),
        message(4, 1, 9, "", mType="PICTURE"),
    ]
    export = reading(as_json_lines(lines) + "total:5\n", "message.txt")
    assert layouts(export) == ["qiyu"]
    assert said(export) == [
        ("customer", "在吗"),
        ("bot", "我是机器人"),
        ("agent", "您好"),
        ("bot", "稍等"),
        ("customer", "[图片]"),
    ]
    assert rejected(export) == [(6, "bad_json")]


class TestZendesk:
    def test_chats_with_history(self, reading):
        def event(number: int, kind: str, **other: Any) -> dict[str, Any]:
            return {"type": kind, "timestamp": f"2026-08-26T04:00:{number:02}Z", **other}

        history = [
            event(0, "chat.memberjoin", name="Visitor 1", sender_type="Visitor"),
            event(1, "chat.msg", name="Visitor 1", sender_type="Visitor", msg="在吗", msg_id="a"),
            event(2, "chat.msg", name="欢迎", sender_type="Trigger", msg="有什么可以帮您"),
            event(3, "chat.msg", name="小丹", sender_type="Agent", msg="您好", agent_id=3),
            event(4, "chat.rating", sender_type="Visitor", rating="good"),
            event(5, "chat.msg", name="小丹", nick="agent:3", msg="再见"),
        ]
        chat = {"id": "2608.1", "visitor": {"id": "v1"}, "department_name": "售前", "history": history}
        export = reading(dumped({"chats": [chat]}), "chats.json")
        assert layouts(export) == ["zendesk"]
        assert said(export) == [
            ("system", "Visitor 1加入会话"),
            ("customer", "在吗"),
            ("bot", "有什么可以帮您"),
            ("agent", "您好"),
            ("system", "顾客已评价"),
            ("agent", "再见"),
        ]
        assert column(export, "sent_at")[0] == NOON
        assert set(column(export, "session_id")) == {"2608.1"}

    def test_events(self, reading):
        def event(number: int, actor: str, body: str | None) -> dict[str, Any]:
            message = {"id": f"m{number}", "body": body} if body else {}
            about = {"actor": {"type": actor, "id": f"{actor}-1"}, "chat": {"ticket_id": 7}, "type": "chat_ended"}
            meta = {"occurred_at": f"2026-08-26T04:00:{number:02}.000Z"}
            return {"detail-type": "Chat", "detail": {"chat_event": {**about, "message": message, "meta": meta}}}

        lines = [event(0, "end_user", "在吗"), event(1, "agent", "您好"), event(2, "system", None)]
        export = reading(as_json_lines(lines), "events.jsonl")
        assert layouts(export) == ["zendesk-events"]
        assert said(export) == [("customer", "在吗"), ("agent", "您好"), ("system", "chat_ended")]
        assert set(column(export, "session_id")) == {"7"}


def test_intercom_and_its_html(reading):
    def part(number: int, kind: str, author: str, body: str | None) -> dict[str, Any]:
        who = {"type": author, "id": f"{author}1", "name": {"admin": "小丹"}.get(author, "访客")}
        return {"id": f"p{number}", "part_type": kind, "author": who, "body": body, "created_at": EPOCH + number}

    parts = [
        part(1, "comment", "admin", "<p>您好&nbsp;<b>亲</b></p><p>请稍等</p>"),
        part(2, "note", "admin", "<p>这位是老客户</p>"),
        part(3, "assignment", "admin", None),
        part(4, "comment", "bot", "<p>正在转接</p>"),
        part(5, "comment", "user", '<p><img src="x"></p>'),
        part(6, "close", "admin", None),
        part(7, "comment", "robotron", "<p>?</p>"),
    ]
    source = {"id": "s", "body": "<p>多少钱&lt;300&gt;？</p>", "author": {"type": "user", "id": "user1"}}
    found = {"type": "conversation", "id": "147", "created_at": EPOCH, "source": source}
    export = reading(dumped({**found, "conversation_parts": {"conversation_parts": parts}}), "intercom.json")
    assert layouts(export) == ["intercom"]
    assert said(export) == [
        ("customer", "多少钱<300>？"),
        ("agent", "您好\xa0亲\n请稍等"),
        ("system", "这位是老客户"),
        ("system", "会话已转接"),
        ("bot", "正在转接"),
        ("customer", "[图片]"),
        ("system", "会话已由客服关闭"),
    ]
    assert types(export) == [None, None, "note", "transfer", None, "image", "close"]
    assert set(column(export, "customer_id")) == {"user1"}
    assert [reason for _, reason in rejected(export)] == ["bad_role"]


@pytest.mark.parametrize("numbers", [False, True])
def test_chatwoot(reading, numbers):
    codes = {"incoming": 0, "outgoing": 1, "activity": 2, "template": 3}

    def message(number: int, kind: str, content: str | None, **other: Any) -> dict[str, Any]:
        created = EPOCH + number if numbers else f"2026-08-26 04:00:{number:02} UTC"
        about = {"id": number, "conversation_id": 12, "content_type": "text", "private": False, "created_at": created}
        sender = {"id": 3, "name": "小丹", "type": "user"} if kind == "outgoing" else {"id": 88, "type": "contact"}
        kind = codes[kind] if numbers else kind
        return {**about, "message_type": kind, "content": content, "sender": sender, **other}

    messages = [
        message(0, "incoming", "在吗"),
        message(1, "template", "请稍候"),
        message(2, "outgoing", "您好"),
        message(3, "outgoing", "他催了三次", private=True),
        message(4, "activity", "会话已转接"),
        message(5, "incoming", None, attachments=[{"file_type": "image"}]),
        message(6, "outgoing", "发错了", content_attributes={"deleted": True}),
    ]
    export = reading(dumped({"meta": {}, "payload": messages}), "chatwoot.json")
    assert layouts(export) == ["chatwoot"]
    assert said(export) == [
        ("customer", "在吗"),
        ("bot", "请稍候"),
        ("agent", "您好"),
        ("system", "他催了三次"),
        ("system", "会话已转接"),
        ("customer", "[图片]"),
        ("system", "客服撤回了一条消息"),
    ]
    assert types(export) == [None, None, None, "note", "notice", "image", "recall"]
    assert column(export, "sent_at")[0] == NOON
    assert set(column(export, "session_id")) == {"12"}


@pytest.mark.parametrize("odd", [[], {}, [1], {"a": 1}, True, 1e308])
def test_values_nobody_expects_cost_their_message_only(reading, odd):
    pages = [TestPinduoduo.message(0), TestPinduoduo.message(1, time=odd), TestPinduoduo.message(2)]
    assert len(texts(reading(dumped({"result": {"messages": pages}}), "pdd.json"))) == 2
    messages = [{"from": who, "timestamp": "2026-08-26 12:00:00", "content": "在吗"} for who in ("client", odd)]
    assert texts(reading(dumped({"conv_id": 1, "conv_content": messages}), "meiqia.json")) == ["在吗"]


def test_a_document_over_several_lines_may_be_one_page(reading):
    page = json.dumps({"result": {"messages": [TestPinduoduo.message(0)]}}, ensure_ascii=False, indent=2)
    assert said(reading(page, "pdd.json")) == [("customer", "在吗")]


def test_lines_that_cannot_be_decoded_cost_their_messages_only(reading):
    lines = as_json_lines([TestWecom.message(number, "wmA1", "LiLei", f"第{number}句") for number in range(9)])
    export = reading(lines.encode().replace("第4".encode(), b"\xff"), "archive.jsonl")
    assert rejected(export) == [(5, "bad_encoding")]
    assert len(texts(export)) == 8


def test_canonical_json_is_not_taken_for_a_platform_s(reading):
    row = {"session_id": "S", "role": "agent", "ts": EPOCH, "content": "您好", "message_type": "text", "from": "x"}
    assert layouts(reading(as_json_lines([row, {**row, "content": "在"}]), "a.jsonl")) == ["jsonl"]
