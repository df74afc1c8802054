"""What could not be read: a row that was set aside, or a whole file that was refused."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_TEXT = 100_000
"""The most characters one message may have."""

WHAT_TO_DO = {
    "bad_encoding": "这一行有不能解码的字节，请用正确的编码重新导出，或用 --encoding 指明编码",
    "nul_padding": "这一行含有空字节（NUL），多半是文件没有写完或磁盘损坏，请重新导出",
    "field_count": "这一行的格数和表头不一致，多半是内容里的分隔符没有加引号，请重新导出或补上引号",
    "unclosed_quote": "这一行有引号只开不合，请补上另一半引号，或重新导出",
    "bad_quote": '这一行有多余的引号，请把内容里的引号写成两个（""），整格再用引号括起来',
    "repeated_header": "这一行又是一遍表头，多半是几个文件直接拼在一起，请删去这一行",
    "bad_json": "这一行不是一个完整的 JSON 对象，请重新导出",
    "missing_field": "这一行缺少必填的格：{}，请补上后再读",
    "id_rounded": "编号已被 Excel 改成近似数，真实编号找不回来；请把该列设为“文本”后重新导出",
    "formula_uncached": "这一行有公式没有存下结果，请用 Excel 打开、保存后再读",
    "formula_error": "这一行有公式算不出结果（#REF!、#NAME? 等），原来的内容读不到；请在 Excel 里改正，或重新导出",
    "bad_role": "角色认不出来，请写成 顾客、客服、机器人 或 系统",
    "bad_time": "时间认不出来，请写成 2026-08-26 11:00:00 这样的日期加时间（2000 至 2100 年）",
    "text_too_long": f"内容超过 {LONGEST_TEXT:,} 个字，不像一条消息；请检查是否有几行粘在了一起",
    "duplicate_id": "同一会话里消息编号重复而内容不同，保留了先出现的一条；请核对编号",
    "not_a_chat": "这一行不是和顾客的聊天（切换日志、同事之间的消息等），不参与评分，请放心忽略",
    "no_header": "这一行在第一条消息的“昵称 时间”之前，不知道是谁说的；请从消息开头复制",
}
"""Why a row may be set aside, and what a person can do about it."""


@dataclass(frozen=True)
class Reject:
    """One row that was set aside, with its bytes: nothing is ever lost."""

    file: str
    row: int  # as an editor shows it: the line (or sheet row) where the record starts, the header being row 1
    reason: str
    detail: str  # plain Chinese, what to do; never message text
    raw: bytes


class Refused(Exception):
    """A whole file can't be read; `str()` is one plain Chinese message that names the file and the remedy."""

    def __init__(self, reason: str, file: str, problem: str, remedy: str = "", row: int | None = None) -> None:
        self.reason = reason  # empty_file, missing_columns, duplicate_columns, encoding_unknown, not_a_table, …
        self.file = file
        self.row = row
        self._told = (reason, file, problem, remedy, row)
        place = file if row is None else f"{file} 第 {row} 行"
        super().__init__(f"{place}：{problem}。{remedy}".rstrip("。") + "。")

    def __reduce__(self) -> tuple[type[Refused], tuple[object, ...]]:
        """Reach other processes whole; exceptions by themselves are made again from their text."""
        return type(self), self._told
