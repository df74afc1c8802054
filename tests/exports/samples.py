"""A small export of every layout, for tests that go through all of them; each holds two messages or more."""

import csv
import io
import json
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt

HEADER = ("会话ID", "消息ID", "角色", "发送时间", "内容")
ROWS = (
    ("S1", "M0", "顾客", "2026-08-26 11:00:00", "在吗"),
    ("S1", "M1", "客服", "2026-08-26 11:00:09", '您好，"亲"\n请讲'),
    ("S1", "M2", "系统", "2026-08-26 11:00:10", "撤回了一条消息"),
)
EPOCH = 1787716800


def _table(*rows: Any, delimiter: str = ",") -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return file.getvalue().encode()


def _workbook(*rows: Any) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _old_workbook(*rows: Any) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("1")
    for at, row in enumerate(rows):
        for position, cell in enumerate(row):
            sheet.write(at, position, cell)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(zip(HEADER, row, strict=True)) for row in ROWS]), file)
    return file.getvalue()


def _json(found: Any) -> bytes:
    return json.dumps(found, ensure_ascii=False).encode()


def _lines(*found: Any) -> bytes:
    return b"\n".join(map(_json, found)) + b"\n"


_CANONICAL = [dict(zip(("session_id", "id", "role", "ts", "text"), row, strict=True)) for row in ROWS]
_JD = {"mid": "m", "sid": "s", "created": "2026-08-19 21:12:33", "type": "text", "customer": "jd_1", "waiter": "店-丹"}
_BUYER, _SHOP = {"role": "user", "uid": "77"}, {"role": "mall_cs", "uid": "8", "cs_uid": "cs_8"}
_PDD = {"time": EPOCH, "type": 0, "content": "您好"}
_FEIGE = {"securityConversationId": "b:s::2:1:pigeon", "createdAt": EPOCH * 1000, "content": "在吗"}
_WECOM = {"action": "send", "msgtime": EPOCH * 1000, "msgtype": "text", "text": {"content": "您好"}, "roomid": ""}
_QIYU = {"sessionId": 5, "time": EPOCH * 1000, "mType": 1, "msg": "您好", "userId": "u1"}
_PART = {"part_type": "comment", "created_at": EPOCH, "body": "<p>您好&amp;</p>"}
_WOOT = {"conversation_id": 12, "content_type": "text", "private": False, "created_at": EPOCH, "content": "在吗"}
_EVENT = {"chat": {"ticket_id": 7}, "meta": {"occurred_at": "2026-08-26T04:00:00Z"}, "message": {"body": "在吗"}}
_QIANNIU = ("客户名", "消息序号", "发送时间", "发送内容", "发送账号", "账号类型")
_MEMOTRACE = ["localId", "TalkerId", "Type", "SubType", "IsSender", "CreateTime", "Status", "StrContent", "StrTime"]
_MEMOTRACE += ["Remark", "NickName", "Sender"]

SAMPLES: dict[str, tuple[str, bytes]] = {
    "csv": ("a.csv", _table(HEADER, *ROWS)),
    "tsv": ("a.tsv", _table(HEADER, *ROWS, delimiter="\t")),
    "jsonl": ("a.jsonl", _lines(*_CANONICAL)),
    "json": ("a.json", json.dumps(_CANONICAL, ensure_ascii=False, indent=1).encode()),
    "xlsx": ("a.xlsx", _workbook(HEADER, *ROWS)),
    "xls": ("a.xls", _old_workbook(HEADER, *ROWS)),
    "parquet": ("a.parquet", _parquet()),
    "qianniu": (
        "a.txt",
        "tb263147182 --> 店铺 2026-8-26 11:00:00\n怎么连接\n店:小丹2026-8-26 11:01:00\n您好！\n已读\n"
        "当前用户来自 商品详情页\n小丹撤回了一条消息\n店:服务助手 昨天 12:10\n欢迎\n".encode(),
    ),
    "qianniu-web": (
        "a.txt",
        "2026-05-09\n20:57:11\n请在客户端查看原始聊天记录，网页版无法展示\n店:小迪\n"
        "20:57:13\n在吗\ntb8946567709\n".encode(),
    ),
    "dongdong": (
        "a.log",
        "/****以下为一通会话****/\njd_1 2026-08-19 21:12:33\t\n在吗\n"
        "店-丹 2026-08-19 21:12:40\n您好，请问有什么可以帮您\n"
        "/****会话结束_时间:2026-08-19 21:13:00****/\n".encode(),
    ),
    "wechat-txt": (
        "a.txt",
        "2026-10-05 21:40:12 老王\n多少钱\n\n2026-10-05 21:40:19 张三\n您好，很高兴为您服务，99 元\n".encode(),
    ),
    "qq": (
        "a.txt",
        "================\n消息对象:阿明\n================\n\n2014-05-05 22:33:44 阿明(12345)\n在吗\n\n"
        "2014-05-05 22:33:50 小丹(67890)\n您好亲，在的\n".encode(),
    ),
    "qianniu-table": (
        "a.csv",
        _table(
            _QIANNIU,
            ("tb1", 1, "2026-8-26 9:00:00", "在吗", "tb1", "客户"),
            ("tb1", 2, "2026-8-26 9:00:09", "您好", "店:小丹", "客服"),
        ),
    ),
    "qianniu-json-cells": (
        "a.xlsx",
        _workbook(
            ("users", "messages"),
            (
                "tb1,店",
                json.dumps(
                    [
                        {"time": "2025-06-01T01:20:33Z", "sender_nick": nick, "content": {"text": "您好"}}
                        for nick in ("tb1", "店:小丹")
                    ]
                ),
            ),
        ),
    ),
    "qianniu-text-cells": (
        "a.xlsx",
        _workbook(("客户ID", "聊天记录"), ("tb1", "2026-8-26 9:00:00\ntb1: 在吗\n\n2026-8-26 9:00:05\n店:小丹: 您好")),
    ),
    "memotrace": (
        "a.csv",
        _table(
            _MEMOTRACE,
            (1, 217, 1, 0, 0, 1628863886, "", "你好", "2021-08-13 22:11:26", "", "阿明", "wxid_x"),
            (2, 217, 3, 0, 1, 1628863887, "", "<msg/>", "2021-08-13 22:11:27", "", "", "wxid_me"),
        ),
    ),
    "memotrace-words": (
        "a.csv",
        _table(
            ("消息ID", "类型", "发送人", "时间", "内容", "备注", "昵称", "更多信息"),
            ("1", "文本", "阿明", "2026-08-26 12:00:00", "多少钱", "", "阿明", ""),
            ("2", "文本", "我", "2026-08-26 12:00:09", "99 元", "", "阿明", ""),
        ),
    ),
    "zendesk-table": (
        "a.csv",
        _table(
            ("index", "timestamp", "chat_id", "type", "sender_type", "name", "msg", "msg_id", "agent_id"),
            (0, "2026-08-26T04:00:00Z", "c1", "chat.memberjoin", "Visitor", "V", "", "", ""),
            (1, "2026-08-26T04:00:01Z", "c1", "chat.msg", "Agent", "小丹", "您好", "m2", "5"),
        ),
    ),
    "jd": (
        "a.json",
        _json(
            {
                "chatLogList": [
                    {
                        "mallName": "店",
                        "chatLogMessageList": [
                            {**_JD, "waiterSend": False, "content": "在吗"},
                            {**_JD, "mid": "m1", "waiterSend": True, "type": "image", "imgUrl": "x"},
                        ],
                    }
                ]
            }
        ),
    ),
    "pinduoduo": (
        "a.json",
        _json(
            {
                "result": {
                    "messages": [
                        {**_PDD, "msg_id": "2", "from": _SHOP, "to": _BUYER, "is_aut": 1},
                        {**_PDD, "msg_id": "1", "from": _BUYER, "to": _SHOP, "sub_type": 1},
                    ]
                }
            }
        ),
    ),
    "douyin": (
        "a.json",
        _json(
            [
                {**_FEIGE, "serverId": "1", "ext": {"type": "text", "s:sender_biz_role": "Buyer"}},
                {**_FEIGE, "serverId": "2", "ext": {"type": "template_card", "s:sender_biz_role": "CurrentServer"}},
            ]
        ),
    ),
    "wecom": (
        "a.jsonl",
        _lines(
            {**_WECOM, "msgid": "1", "from": "wmA1", "tolist": ["LiLei"]},
            {**_WECOM, "msgid": "2", "from": "LiLei", "tolist": ["wmA1"], "msgtype": "mixed", "mixed": {"item": []}},
        ),
    ),
    "meiqia": (
        "a.json",
        _json(
            {
                "conv_id": 1,
                "client_id": "c",
                "agent_name": "小丹",
                "conv_content": [
                    {"from": "client", "timestamp": "2026-08-26 12:00:00.465659", "content": "在吗"},
                    {"from": "agent", "timestamp": "2026-08-26 12:00:09", "content": "您好"},
                ],
            }
        ),
    ),
    "qiyu": (
        "message.txt",
        _lines({**_QIYU, "msgId": 1, "from": 1, "staffId": 9}, {**_QIYU, "msgId": 2, "from": 0, "staffId": -1}),
    ),
    "zendesk": (
        "a.json",
        _json(
            {
                "chats": [
                    {
                        "id": "c1",
                        "visitor": {"id": "v"},
                        "history": [
                            {"type": "chat.memberjoin", "timestamp": "2026-08-26T04:00:00Z", "name": "V"},
                            {"type": "chat.msg", "timestamp": "2026-08-26T04:00:01Z", "nick": "agent:1", "msg": "您好"},
                        ],
                    }
                ]
            }
        ),
    ),
    "zendesk-events": (
        "a.jsonl",
        _lines(
            {"detail": {"chat_event": {**_EVENT, "actor": {"type": "end_user", "id": "u"}}}},
            {"detail": {"chat_event": {**_EVENT, "actor": {"type": "agent", "id": "a"}}}},
        ),
    ),
    "intercom": (
        "a.json",
        _json(
            {
                "id": "147",
                "created_at": EPOCH,
                "source": {"id": "s", "body": "<p>在吗</p>", "author": {"type": "user", "id": "u"}},
                "conversation_parts": {
                    "conversation_parts": [{**_PART, "id": "1", "author": {"type": "admin", "name": "小丹"}}]
                },
            }
        ),
    ),
    "chatwoot": (
        "a.json",
        _json(
            {
                "payload": [
                    {**_WOOT, "id": 1, "message_type": 0, "sender": {"id": 88, "type": "contact"}},
                    {**_WOOT, "id": 2, "message_type": 1, "sender": {"name": "小丹", "type": "user"}},
                ]
            }
        ),
    ),
}
"""Layout → name of the file and its bytes."""
