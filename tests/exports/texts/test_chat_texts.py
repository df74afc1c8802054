"""Chats as plain text other than the 千牛 client's: the 千牛 web page, 京东咚咚, WeChat, QQ."""

from collections.abc import Sequence

import pytest
from conftest import column, layouts, rejected, said, types

WEB = """\
2026-05-09
20:57:11
请在客户端查看原始聊天记录，网页版无法展示
得力广州专卖店:小迪
20:57:13
http://item.taobao.com/item.htm?id=1011758423155
tb8946567709
20:57:40
这个有货吗

第二行
tb8946567709
2026-5-10
9:05:00
亲，有的
得力广州专卖店:小迪
09:06:00
您好，我是店小蜜
得力广州专卖店:店小蜜
09:07:00
【即将超时】您即将超3分钟未回复买家
得力广州专卖店:小迪
09:08:00
tb8946567709
"""


class TestQianniuWeb:
    def test_the_sender_comes_last(self, reading):
        export = reading(WEB, "web.txt")
        assert layouts(export) == ["qianniu-web"]
        assert said(export) == [
            ("agent", "请在客户端查看原始聊天记录，网页版无法展示"),
            ("customer", "http://item.taobao.com/item.htm?id=1011758423155"),
            ("customer", "这个有货吗\n\n第二行"),
            ("agent", "亲，有的"),
            ("bot", "您好，我是店小蜜"),
            ("system", "【即将超时】您即将超3分钟未回复买家"),
            ("customer", ""),
        ]
        assert types(export) == ["unavailable", None, None, None, None, "notice", "unavailable"]
        assert str(column(export, "sent_at")[3]) == "2026-05-10 09:05:00"
        assert len(set(column(export, "session_id"))) == 2
        assert set(column(export, "customer_id")) == {"tb8946567709"}

    def test_roles_and_missing_words_are_reported(self, reading):
        warnings = reading(WEB, "web.txt").warnings
        assert any("客服 2 条、顾客 3 条、机器人 1 条、系统 1 条" in warning for warning in warnings)
        assert any("2 条消息网页版没有给出内容" in warning for warning in warnings)

    def test_what_has_no_sender_or_date_is_set_aside(self, reading):
        export = reading("导出\n8:00:00\n早\ntb1\n" + WEB + "21:00:00\n这句话没有人说，对吗？\n", "web.txt")
        assert rejected(export) == [(1, "no_header"), (2, "bad_time"), (29, "missing_field")]
        assert export.messages.num_rows == 7

    @pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
    def test_windows_text(self, reading, encoding):
        export = reading(WEB.replace("\n", "\r\n").encode(encoding), "web.txt")
        assert said(export) == said(reading(WEB, "web.txt"))
        assert export.files[0].encoding == {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)

    def test_a_message_in_another_encoding_is_set_aside(self, reading):
        spoilt = WEB.encode().replace("亲，有的".encode(), "亲，有的".encode("gb18030"))
        export = reading(spoilt, "web.txt")
        assert rejected(export) == [(14, "bad_encoding")]
        assert "亲，有的".encode("gb18030") in export.rejects[0].raw
        assert len(said(export)) == 6


JD = """\
/*****************************以下为一通会话*****************************/
jd_4a5b6c 2026-08-19 21:12:33\t
在吗
有货吗\t
某某-小丹 2026-08-19 21:12:40
您好，很高兴为您服务，请问有什么可以帮您的呢

jd_4a5b6c 2026-08-19 21:13:00
发货时间 几点
/*************************会话结束_时间：2026-08-19 21:20:00*************************/
/*****************************以下为一通会话*****************************/
p***8 2026-08-20 9:00:00
退货
某某-小丹 2026-08-20 9:00:10
亲，您在订单里点申请售后就可以的哦
京小智 2026-08-20 9:00:11
猜您想问
/*****************************会话结束*****************************/
"""


class TestDongdong:
    def test_conversations_between_markers(self, reading):
        export = reading(JD, "chat.log")
        assert layouts(export) == ["dongdong"]
        assert said(export) == [
            ("customer", "在吗\n有货吗"),
            ("agent", "您好，很高兴为您服务，请问有什么可以帮您的呢"),
            ("customer", "发货时间 几点"),
            ("customer", "退货"),
            ("agent", "亲，您在订单里点申请售后就可以的哦"),
            ("bot", "猜您想问"),
        ]
        assert sorted(set(column(export, "session_id"))) == [
            "京东/jd_4a5b6c/20260819-211233",
            "京东/p***8/20260820-090000",
        ]
        assert column(export, "agent_id")[1] == "某某-小丹"

    def test_a_conversation_between_strangers(self, reading):
        unknown = JD.replace("jd_4a5b6c", "阿明").replace("p***8", "小红")
        export = reading(unknown, "chat.txt")
        assert [role for role, _ in said(export)] == ["customer", "agent", "customer", "customer", "agent", "bot"]
        assert any("按昵称认定" in warning for warning in export.warnings)

    def test_lines_outside_conversations_are_set_aside(self, reading):
        export = reading("导出说明\n" + JD + "完\n", "chat.log")
        assert rejected(export) == [(1, "no_header"), (20, "no_header")]

    def test_nick_without_words_is_set_aside(self, reading):
        export = reading(JD.replace("退货\n", ""), "chat.log")
        assert rejected(export) == [(12, "missing_field")]


SAID = ("多少钱一件", "您好亲，现在下单99元，很高兴为您服务", "好的", "感谢您的光临，祝您生活愉快")
SHAPES = {
    "time first": "{time} {name}\n{words}\n\n",
    "name first": "{name} {time}\n{words}\n",
    "one line": "{time} {name}: {words}\n",
    "time in brackets": "[{time}] {name}：{words}\n",
}


def wechat(shape: str, seconds: str = ":12", agent: str = "张三", said: Sequence[str] = SAID) -> str:
    return "".join(
        SHAPES[shape].format(time=f"2026-10-5 21:4{at}{seconds}", name=("老王", agent)[at % 2], words=words)
        for at, words in enumerate(said)
    )


class TestWechat:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_each_shape(self, reading, shape):
        export = reading(wechat(shape), "wx.txt")
        assert layouts(export) == ["wechat-txt"]
        assert said(export) == [*zip(("customer", "agent") * 2, SAID, strict=True)]
        assert set(column(export, "customer_id")) == {"老王"}
        assert any("客服 2 条、顾客 2 条" in warning for warning in export.warnings)

    def test_the_colon_of_a_sub_account_is_none_before_words(self, reading):
        export = reading(
            wechat("time first", agent="某某店:小丹") + "2026-10-05 21:51:00 某某店:小丹\n在的\n", "wx.txt"
        )
        assert said(export) == [*zip(("customer", "agent") * 2, SAID, strict=True), ("agent", "在的")]
        assert set(column(export, "agent_id")) >= {"某某店:小丹"}

    def test_words_of_several_lines_stay_with_their_one_line_header(self, reading):
        long = tuple(f"{words}\n第二行" for words in SAID)
        assert [text for _, text in said(reading(wechat("one line", said=long), "wx.txt"))] == list(long)

    def test_pictures_recalls_and_lines_of_an_answer(self, reading):
        more = "2026-10-05 21:50:00 老王\n[图片]\n2026-10-05 21:50:10 老王\n老王撤回了一条消息\n"
        more += "2026-10-05 21:51:00 张三\n一\n\n二\n"
        export = reading(wechat("time first") + more, "wx.txt")
        assert said(export)[4:] == [("customer", "[图片]"), ("system", "老王撤回了一条消息"), ("agent", "一\n\n二")]
        assert types(export)[4:] == ["image", "recall", None]

    def test_words_before_anybody_speaks_are_set_aside(self, reading):
        assert rejected(reading("与老王的聊天\n" + wechat("time first"), "wx.txt")) == [(1, "no_header")]

    def test_minutes_alone_will_do(self, reading):
        assert len(said(reading(wechat("time first", ""), "wx.txt"))) == 4


QQ = """\
消息记录（此消息记录为文本格式，不支持重新导入）

================================================================
消息分组:客户
================================================================
消息对象:阿明
================================================================

2014-05-05 22:33:44 阿明(12345)
在吗

2014-05-05 22:33:50 旗舰店客服小丹(67890)
亲，在的

================================================================
消息对象:小红
================================================================

2014-05-05 22:40:00 小红<xiaohong@qq.com>
[表情]
"""


def test_qq_and_its_partners(reading):
    export = reading(QQ, "qq.txt")
    assert layouts(export) == ["qq"]
    assert said(export)[0] == ("customer", "在吗")
    assert said(export)[2] == ("customer", "[表情]")
    assert len(set(column(export, "session_id"))) == 2
    assert column(export, "session_id")[0] == "QQ/阿明/20140505-223344"
    assert not export.rejects


def test_a_taobao_text_of_main_accounts_is_qianniu_s(reading):
    export = reading("tb263147182 2026-8-26 11:00:00\n在吗\n某某旗舰店 2026-8-26 11:00:09\n在的\n", "a.txt")
    assert layouts(export) == ["qianniu"]
    assert said(export) == [("customer", "在吗"), ("agent", "在的")]


def test_what_the_client_shows_of_goods_is_no_word_of_the_buyer(reading):
    card = "当前用户来自 商品详情页\n商品推荐\n¥ 99.00\nhttps://item.taobao.com/item.htm?id=1\n"
    chat = "店:小丹 2026-8-26 11:00:00\n您好\n" + card + "tb1 2026-8-26 11:00:09\n在吗\n"
    export = reading(chat, "a.txt")
    assert [role for role, _ in said(export)] == ["agent", "system", "customer"]
