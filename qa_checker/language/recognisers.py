"""Built-in recognisers (`@mobile`, `@time_promise` …): what no list of phrases can spell out.

Each works on folded text: lower case, half width, separators between Chinese characters gone.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_DIGIT_GAP = r"[ \-.]?"
_CHINESE_NUMBER = r"[一二两三四五六七八九十]"
# Exports that hide figures leave marks such as [数字x] or [时间x]: a hidden figure is still a figure.
_NUMBER = rf"(?:\d+(?:\.\d+)?|{_CHINESE_NUMBER}{{1,3}}半?|半|\[(?:数字|时间|日期)x\])"
_SPAN = rf"{_NUMBER}(?:个?[-~—至到]{{1,2}}{_NUMBER}|个?(?:、|或){_NUMBER})?"
_UNIT = r"个?(?:多)?(?:工作日|自然日|工作天|分钟|小时|钟头|星期|礼拜|天|日内|日之?前|周(?![一二三四五六日末岁年])|月内|h内|min|秒)"
_DAY_PART = r"(?:凌晨|早上|上午|中午|下午|傍晚|晚上|晚间|夜里)"
_CLOCK = rf"(?:(?:\d{{1,2}}|{_CHINESE_NUMBER}{{1,3}}|\[数字x\])(?:点半?(?:\d{{1,2}}分?)?|[:：]\d{{2}})|\[时间x\])"
_DAY = (
    r"(?:今天|今日|今晚|今早|明天|明日|明早|明晚|后天|大后天|当天|当日|次日|隔天|第二天"
    r"|(?:这|本|下|下个)?(?:周|星期|礼拜)[一二三四五六日天末]|下周|下个月|月底|月初|\d{1,2}月\d{1,2}[日号]|\d{1,2}号|\[日期x\])"
)
_EDGE = r"(?:以内|之内|内|左右|之?前|以前)?"


@dataclass(frozen=True)
class Recogniser:
    """A pattern and, where the trade has one, a checksum."""

    name: str
    meaning: str
    pattern: re.Pattern[str]
    accepts: Callable[[str], bool] = lambda found: True

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of everything recognised, in order."""
        return (match.span() for match in self.pattern.finditer(text) if self.accepts(match.group()))


def _digits(found: str) -> list[int]:
    return [int(character) for character in found if character.isdigit()]


def luhn(found: str) -> bool:
    """ISO/IEC 7812-1 annex B: the check digit of a bank card."""
    doubled = [
        digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(_digits(found)[::-1])
    ]
    return sum(doubled) % 10 == 0


def id_card_checksum(found: str) -> bool:
    """GB 11643-1999: the last character of an 18-character identity number."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    characters = found.replace(" ", "").replace("-", "")
    return "10x98765432"[sum(w * int(c) for w, c in zip(weights, characters, strict=False)) % 11] == characters[17]


def _recogniser(
    name: str, meaning: str, pattern: str, accepts: Callable[[str], bool] = lambda found: True
) -> Recogniser:
    return Recogniser(name, meaning, re.compile(pattern), accepts)


RECOGNISERS = {
    found.name: found
    for found in (
        _recogniser("mobile", "手机号", rf"(?<!\d)1[3-9]\d(?:{_DIGIT_GAP}\d{{4}}){{2}}(?!\d)"),
        _recogniser(
            "landline", "座机或 400 热线", r"(?<![\d-])(?:0\d{2,3}[ -]?\d{7,8}|[48]00[ -]?\d{3}[ -]?\d{4})(?!\d)"
        ),
        _recogniser(
            "id_card",
            "身份证号（校验末位）",
            r"(?<!\d)[1-9]\d{5}[ -]?(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[\dx](?![\da-z])",
            id_card_checksum,
        ),
        _recogniser(
            "bank_card",
            "银行卡号（Luhn 校验）",
            r"(?<!\d)(?:62|4\d|5[1-5])\d{2}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)",
            luhn,
        ),
        _recogniser("email", "电子邮箱", r"(?<![a-z0-9._%+-])[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}"),
        _recogniser(
            "wechat_id", "微信号", r"(?:微信|薇信|威信|vx|wx)号?[:：是]?[ ]?(?=[a-z0-9_-]*\d)[a-z][a-z0-9_-]{5,19}"
        ),
        _recogniser("qq", "QQ 号", r"(?<![a-z])(?:qq|扣扣|企鹅)号?[:：是]?[ ]?[1-9]\d{4,10}(?!\d)"),
        _recogniser("url", "网址", r"(?:https?://|www\.)[^\s\0，。！？；、（）【】「」『』“”]+"),
        _recogniser(
            "address",
            "收货地址（三级以上）",
            r"(?:[\u3400-\u9fff]{2,8}?(?:省|市|自治区|自治州|州|盟|区|县|旗|镇|乡|街道|村|小区|花园)[,， ]?){2,6}"
            r"[^，。！？；\n\0]{0,20}?(?:路|街|道|巷|弄|号|栋|幢|座|楼|室|单元|村|组|苑|园|城|广场|大厦)"
            r"(?:[\da-z\-一二三四五六七八九十]{1,6}(?:号|栋|幢|座|楼|室|单元|层|弄)?){0,4}",
        ),
        _recogniser(
            "time_promise",
            "明确的时间或时限",
            rf"{_SPAN}{_UNIT}{_EDGE}|{_DAY}(?:{_DAY_PART})?(?:{_CLOCK})?{_EDGE}|{_DAY_PART}{_CLOCK}{_EDGE}|{_CLOCK}(?:{_EDGE[:-1]})"
            rf"|{_DAY_PART}(?:之?前|发|给您|送|到|联系|回)",
        ),
        _recogniser("price", "价格", r"(?:¥|￥|rmb ?)\d+(?:\.\d+)?|\d+(?:\.\d+)?(?:元|块钱?|毛)"),
    )
}
