"""Tables whose columns have a meaning of their own, and chats packed into cells."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
import pytest
from conftest import column, layouts, rejected, said, types

from qa_checker.exports import Refused

Rows = Sequence[Sequence[Any]]


def workbook(sheets: Mapping[str, Rows]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def table(rows: Rows) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()


QIANNIU = ("客户名", "消息序号", "发送时间", "发送内容", "发送账号", "账号类型")


class TestQianniuTable:
    @staticmethod
    def sheet(buyer: str) -> list[list[Any]]:
        said_by = [(buyer, "客户", "在吗"), ("某某店：小丹", "客服", "您好"), ("某某店:服务助手", "客服", "猜您想问")]
        said_by += [("某某店:小丹", "客服", "【即将超时】您即将超3分钟未回复买家"), (buyer, "客户", "")]
        return [
            [*QIANNIU],
            *([buyer, at, f"2026-8-26 9:00:0{at}", words, who, kind] for at, (who, kind, words) in enumerate(said_by)),
        ]

    def test_one_sheet_a_customer_and_a_summary(self, reading):
        summary = [["客户名", "消息数"], ["t**1", 5], ["t**2", 5]]
        export = reading(
            workbook({"导出汇总": summary, "t1": self.sheet("t**1"), "t2": self.sheet("t**2")}), "千牛.xlsx"
        )
        assert layouts(export) == ["qianniu-table"]
        assert said(export)[:4] == [
            ("customer", "在吗"),
            ("agent", "您好"),
            ("bot", "猜您想问"),
            ("system", "【即将超时】您即将超3分钟未回复买家"),
        ]
        assert column(export, "agent_id")[:4] == [None, "某某店:小丹", None, None]
        assert set(column(export, "shop")) == {"某某店"}
        assert len(set(column(export, "session_id"))) == 2
        assert [reason for _, reason in rejected(export)] == ["missing_field", "missing_field"]
        assert any("导出汇总" in warning for warning in export.warnings)

    def test_the_same_as_csv(self, reading):
        export = reading(table(self.sheet("tb1")), "千牛.csv")
        assert layouts(export) == ["qianniu-table"]
        assert [role for role, _ in said(export)] == ["customer", "agent", "bot", "system"]
        assert rejected(export) == [(6, "missing_field")]

    def test_named_layouts_and_columns(self, reading):
        renamed = table(self.sheet("tb1")).replace("发送内容", "说了什么")
        export = reading(renamed, "a.csv", layout="qianniu-table", columns={"text": "说了什么"})
        assert len(said(export)) == 4
        with pytest.raises(Refused, match="发送内容"):
            reading(renamed, "a.csv", layout="qianniu-table")


class TestPackedCells:
    @staticmethod
    def json_cell(*messages: Any) -> str:
        return json.dumps(list(messages), ensure_ascii=False)

    def test_json_in_cells(self, reading):
        def message(number: int, nick: str | None, **content: Any) -> dict[str, Any]:
            time = f"2025-06-01T01:20:{number:02}Z"
            return {"time": time, "sender_nick": nick, "content": content}

        first = self.json_cell(
            message(0, "tb1", text="在吗"),
            message(1, "某某旗舰店:服务助手", text="欢迎"),
            message(2, "某某旗舰店:服务助手", summary="请确认收货地址"),
            message(3, "某某旗舰店:小丹", text="您好"),
            message(4, "tb1", image="x"),
            "不是对象",
        )
        rows = [["users", "messages"], ["tb1,某某旗舰店", first], ["tb2,某某旗舰店", "[{"]]
        export = reading(workbook({"Sheet1": rows}), "批量.xlsx")
        assert layouts(export) == ["qianniu-json-cells"]
        assert said(export) == [
            ("customer", "在吗"),
            ("bot", "欢迎"),
            ("bot", "请确认收货地址"),
            ("agent", "您好"),
        ]
        assert str(column(export, "sent_at")[0]) == "2025-06-01 09:20:00"
        assert set(column(export, "customer_id")) == {"tb1"}
        assert sorted(rejected(export)) == [(2, "bad_json"), (2, "missing_field"), (3, "bad_json")]
        assert json.loads(export.rejects[-1].raw) == "[{"

    def test_texts_in_cells(self, reading):
        chat = "2026-8-26 9:00:00\ntb1: 在吗\n\n2026-8-26 9:00:05\n某某店:小丹: 您好\n第二行\n\n"
        chat += "2026-08-26 09:00:09\ntb1：好的"
        rows = [["客户ID", "聊天记录"], ["tb1", chat], ["tb2", "没有时间"]]
        export = reading(workbook({"Sheet1": rows}), "两列.xlsx")
        assert layouts(export) == ["qianniu-text-cells"]
        assert said(export) == [("customer", "在吗"), ("agent", "您好\n第二行"), ("customer", "好的")]
        assert column(export, "agent_id")[1] == "某某店:小丹"
        assert rejected(export) == [(3, "no_header")]


MEMOTRACE = (
    *("localId", "TalkerId", "Type", "SubType", "IsSender", "CreateTime", "Status", "StrContent", "StrTime"),
    *("Remark", "NickName", "Sender"),
)


class TestMemotrace:
    @staticmethod
    def row(number: int, kind: int, by_me: Any, words: str, talker: int = 217, nick: str = "阿明") -> list[Any]:
        who = ["", "", "wxid_me"] if by_me == 1 else ["", nick, "wxid_x"]
        return [number, talker, kind, 0, by_me, 1, "", words, f"2021-08-13 22:11:{number:02}", *who]

    def test_the_old_header(self, reading):
        rows = [
            self.row(0, 1, 0, "你好，多少钱"),
            self.row(1, 1, 1, "99 元\n包邮"),
            self.row(2, 3, 0, "<msg/>"),
            self.row(3, 10000, 0, '"阿明"撤回了一条消息'),
            self.row(4, 1, 0, "我是另一个", talker=3, nick="小红"),
            self.row(5, 1, 5, "谁"),
        ]
        export = reading("\ufeff" + table([MEMOTRACE, *rows]), "wx.csv")
        assert layouts(export) == ["memotrace"]
        assert said(export) == [
            ("customer", "你好，多少钱"),
            ("agent", "99 元\n包邮"),
            ("customer", "[图片]"),
            ("system", '"阿明"撤回了一条消息'),
            ("customer", "我是另一个"),
        ]
        assert types(export) == [None, None, "image", "recall", None]
        assert column(export, "customer_id") == ["阿明"] * 4 + ["小红"]
        assert column(export, "agent_id")[1] == "wxid_me"
        assert rejected(export) == [(8, "bad_role")]

    def test_the_new_header(self, reading):
        header = ("消息ID", "类型", "发送人", "时间", "内容", "备注", "昵称", "更多信息")
        rows = [
            ["1", "文本", "阿明", "2026-08-26 12:00:00", "多少钱", "", "阿明", ""],
            ["2", "文本", "我", "2026-08-26 12:00:09", "99 元", "", "阿明", ""],
            ["3", "图片", "阿明", "2026-08-26 12:00:19", "", "", "阿明", ""],
            ["4", "系统消息", "", "2026-08-26 12:00:20", "你撤回了一条消息", "", "阿明", ""],
        ]
        export = reading(table([header, *rows]), "wx.csv")
        assert layouts(export) == ["memotrace-words"]
        assert said(export) == [
            ("customer", "多少钱"),
            ("agent", "99 元"),
            ("customer", "[图片]"),
            ("system", "你撤回了一条消息"),
        ]
        assert set(column(export, "customer_id")) == {"阿明"}
        assert any("按昵称认定" in warning for warning in export.warnings)


def test_zendesk_rows(reading):
    header = ("index", "timestamp", "chat_id", "type", "sender_type", "name", "msg", "msg_id", "agent_id")
    rows = [
        ["0", "2026-08-26T04:00:00Z", "c1", "chat.memberjoin", "Visitor", "V", "", "", ""],
        ["1", "2026-08-26T04:00:01Z", "c1", "chat.msg", "Visitor", "V", "在吗", "m1", ""],
        ["2", "2026-08-26T04:00:02Z", "c1", "chat.msg", "Agent", "小丹", "您好", "m2", "5"],
    ]
    export = reading(table([header, *rows]), "chat_history.csv")
    assert layouts(export) == ["zendesk-table"]
    assert said(export) == [("system", "加入会话"), ("customer", "在吗"), ("agent", "您好")]
    assert column(export, "agent_id")[2] == "小丹"


def test_any_other_platform_s_table_by_its_columns(reading):
    """As 智齿 or Udesk give them: none of the names is known, and --columns says which is which."""
    rows = [("im_sub_session_id", "who", "at", "words"), ("u1", "访客", "2026/8/26 12:00", "在吗")]
    rows += [("u1", "坐席", "2026/8/26 12:01", "您好"), ("u1", "机器人", "2026/8/26 12:02", "请评价")]
    columns = {"会话": "im_sub_session_id", "角色": "who", "时间": "at", "内容": "words"}
    export = reading(table(rows), "udesk.csv", columns=columns)
    assert said(export) == [("customer", "在吗"), ("agent", "您好"), ("bot", "请评价")]
