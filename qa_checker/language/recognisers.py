"""Built-in recognisers (`@mobile`, `@time_promise` …): what no list of phrases can spell out.

Each works on folded text: lower case, half width, separators between Chinese characters gone.

Patterns begin with plain characters and look back at what stands before them only then: Python skips quickly to a
character that may begin a match, but tries anything else at every place of a long text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_DIGIT_GAP = r"[ \-.]?"
_NUMERAL = r"[\d零〇一二三四五六七八九两幺壹贰叁肆伍陆柒捌玖]"  # evasions spell their numbers out, or half of them
_SPELT_MOBILE = (  # 1 3 8 1 2 …; 一三八1234伍六七八
    r"(?:(?<=1)(?<![\d ].)([ \-.])[3-9](?:\1\d){9}(?!\1?\d)"
    rf"|(?<!{_NUMERAL}.)(?!(?:{_DIGIT_GAP}\d){{10}})"
    rf"[3-9三四五六七八九叁肆伍陆柒捌玖](?:{_DIGIT_GAP}{_NUMERAL}){{9}}(?!{_NUMERAL}))"
)
SPELT_MOBILE = f"[1一幺壹]{_SPELT_MOBILE}"
MOBILE = rf"[1一幺壹](?:(?<=1)(?<!\d.)[3-9]\d(?:{_DIGIT_GAP}\d{{4}}){{2}}(?!\d)|{_SPELT_MOBILE})"
_QQ = (
    rf"(?:q(?<![a-z].)(?:q|(?=[我号:]))|扣扣|抠抠|叩叩|扣(?=[我号:])|企鹅|鹅(?=号))(?:号码?|我)?[:：是]? ?"
    rf"(?!0|零|〇){_NUMERAL}{{5,11}}(?!{_NUMERAL})"
)
_WECHAT_ID = (
    r"[微薇威徽vw](?:(?:(?<!w)信|(?<=[vw])x)号?[:：是]?|(?<=v)(?<![a-z]v)号?[:：])"
    r" ?(?=[a-z0-9_-]*\d)[a-z][a-z0-9_-]{5,19}"
)

# Exports that hide figures leave marks such as [数字x] or [时间x]: a hidden figure is still a figure.
_FIGURE_BEGINS = r"\d一二两三四五六七八九十半\["
_FIGURE = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十]{1,3}|半|\[(?:数字|金额)x\])"
_FIGURE_BEGUN = (  # a figure whose first character is already read
    r"(?<![第每几].)(?:(?<=\d)(?<!\d\d)(?<!\d[.:]\d)\d*(?:\.\d+)?|(?<=[一二两三四五六七八九十])[一二两三四五六七八九十]{0,2}"
    r"|(?<=半)|(?<=\[)(?:数字|金额)x\])"
)
_RANGE = rf"(?:(?:个|小时|天|日|点|号)? ?[-~—至到、或]{{1,3}} ?{_FIGURE}{{1,2}}|{_FIGURE})?"
_EDGE = r"(?:以内|之内|内|左右|之?前|以前|之?后|以后)?"
_DURATION = (  # not 3天前 nor 提前3天, not 开心每一天, not 7天无理由
    rf"(?<!提前.)(?<![年月].){_FIGURE_BEGUN}{_RANGE}[】\]]? ?个?半?多?"
    r"(?:工作日|自然日|工作天|分钟|小时|钟头|星期|礼拜|周(?![一二三四五六日末岁年边围])|h(?:之?内|(?=[回处审到退解联给电]))|min(?![a-z])|秒(?![杀拍表])"
    r"|[日月]之?内|日(?=左右|到账|送达|退库|[~哦呢,。!\s\0])"
    r"|天(?![天气猫空然真线使花鹅梯地山])(?<![的每好心乐快有那这全整哪比]一天)(?!比一天))"
    r"(?!之?前|以前|无理由|无忧|[价质]保|保[价修]|包[退换])(?:以内|之内|内|左右|之?后|以后)?"
)
_DAY_PART = r"(?:凌晨|早上|上午|中午|下午|傍晚|晚上|晚间|夜里)"
_DAY_PART_BEGUN = r"(?:(?<=凌)晨|(?<=早)上|(?<=[上中下])午|(?<=傍)晚|(?<=晚)[上间]|(?<=夜)里)"
_HOUR_REST = rf" ?(?:点(?![击开赞评])(?:半|整|钟|{_FIGURE}分?)?|:\d{{2}}(?![:\d]))"
_HOUR_RANGE = rf"{_HOUR_REST}(?: ?[-~—至到]{{1,2}} ?{_DAY_PART}?{_FIGURE}{_HOUR_REST})?"
_CLOCK = rf" ?(?:{_FIGURE}(?: ?[-~—至到] ?{_FIGURE})?{_HOUR_RANGE}|\[时间x\])"
_IN_THE_DAY = rf"(?: ?{_DAY_PART})?(?:{_CLOCK})?{_EDGE}"
_WEEK = r"(?:周|星期|礼拜)"
_WEEKDAY_REST = rf"(?:[一二三四五六日天](?![至到\-~—]{{1,2}}{_WEEK})|末(?!愉快|快乐|好))"
_DAY = (
    r"(?:(?<=今)(?:天|日|晚|早|明两天)|(?<=明)(?:天|日|早|晚|后天)(?<![声证表光透照文申]明.)(?<!说明[日早晚])"
    r"|(?<=大)后天|(?<=后)天(?![天气空])(?<![以之然最今售大]后天)"
    r"|(?<=当)[天日晚]|(?<=[次翌])日|(?<=隔)[天日]|(?<=第)二天|(?<=月)[底末初]"
    rf"|(?<=周)(?<![上每一两这本下].)(?<!周[一二三四五六][至到].){_WEEKDAY_REST}"
    rf"|(?:(?<=星)期|(?<=礼)拜)(?<![上每这本下]..){_WEEKDAY_REST}"
    rf"|(?<=[这本])个?{_WEEK}{_WEEKDAY_REST}?|(?<=[这本])个?月(?:之?内|底|末)"
    rf"|(?<=下)个?{_WEEK}{_WEEKDAY_REST}?|(?<=下)个?月[底末初]?(?<![以线一]下月))"
)
_MONTH_DAY = rf"(?<!年.){_FIGURE_BEGUN} ?月(?: ?{_FIGURE}{_RANGE} ?[日号]|[初底中]旬?|[上下]旬)"
_CUE = r"[到约迟早晚就于等至计概在]"  # 预计5号, 最迟5号
_THEN = (
    r"(?:之?前|以前|左右|之?后|以后|到|发|送|出|开|安排|会|有|[上下中]午|[早晚]上?|凌晨"
    r"|才|能|可|过|预计|恢复|配|派|寄|审|处|退|商品)"
)
_MONTH_DAY_FIGURE = r"(?:(?<=\d)\d?|(?<=[一二三十])[一二三四五六七八九十]{0,2}|(?<=\[)(?:数字|金额)x\])"
_DAY_OF_MONTH = (  # 5号前 is a day, and so is 5号 for an answer; 5号楼, 客服5号 and 工号5号 are not
    r"(?<![路街巷弄道村栋幢座楼区院组牌服席线编工机位单车a-z#].)(?<![第每几\d].)"
    rf"(?:(?<![^\0\n].){_MONTH_DAY_FIGURE}号(?=[哦呢的吧了。~]{{0,3}}[\n\0])"
    rf"|{_MONTH_DAY_FIGURE}{_RANGE} ?号(?:(?={_THEN})"
    r"|(?![楼院线店仓机链色码字门库客坐席座电球房单段站柜厅口窗路桌箱款产套小话为很竭])"
    rf"(?:(?<={_CUE}.号)|(?<={_CUE}..号)|(?<={_CUE}\[数字x\]号))))"
)
_DATE_MARK = r"(?:(?<=\[)日期x\]|(?<=\d)(?<!\d\d)\d{3}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d))"
_NOT_PAST = r"(?<!昨.)(?<![昨前]天.)"
_AFTER_DIGITS = r"\d*[ \-~—至到、或个半多小天日点号工自分钟星礼周hm秒月.:/一二两三四五六七八九十\[【\]】]"
TIME_PROMISE = (  # which kinds are tried depends on the first character alone; most digits begin prices and numbers
    rf"[{_FIGURE_BEGINS}今明当次翌隔第后大下这本周星礼月凌早上中傍晚夜](?<!\d\d)(?:(?<!\d)|(?={_AFTER_DIGITS}))(?:"
    rf"(?:(?<=\d)(?<!\d\d)|(?<=[一二两三四五六七八九十半])|(?<=\[)(?=[数金日时].x))"
    rf"(?:{_DURATION}|{_MONTH_DAY}{_IN_THE_DAY}|{_DAY_OF_MONTH}{_IN_THE_DAY}"
    rf"|{_NOT_PAST}(?<![早晚快慢多少差有].)(?:{_FIGURE_BEGUN}(?: ?[-~—至到] ?{_FIGURE})?{_HOUR_RANGE}|(?<=\[)时间x\])"
    r" ?(?:之?前|以前|左右|之?后|以后|之间)"
    rf"|(?:(?<={_CUE}.){_DATE_MARK}|{_DATE_MARK}(?={_THEN})){_IN_THE_DAY})"
    rf"|(?=[天日晚早后明二底末初个周星礼期拜月午晨上间里一三四五六])(?:{_DAY}{_IN_THE_DAY}"
    rf"|{_DAY_PART_BEGUN}(?<!昨..)(?<![昨前]天..) ?(?:{_CLOCK}{_EDGE}|之?前|以前|(?=(?:可以|能|会)?(?:[发送到派配回]|给您|联系|安排)))))"
)

_PROVINCE = (
    r"(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾"
    r"|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?"
)
_PLACE = r"[^\W\da-z_是在到寄送往您我你他请为址这给吗呢吧哦了的对核认确收货件人信息么啊呀]"  # not in place names
_AREA_SIGN = r"[市区县镇乡旗盟州村街]"
_AREA = rf"(?:{_PLACE}{{1,9}}?自治[州县]|{_PLACE}{{1,5}}?(?:[市区县镇乡旗盟州村]|街道))[, ]?"
_BUILDING = r"(?:路|街|道|巷|弄|号|栋|幢|座|楼|室|层|单元|村|组|苑|园|城|广场|大厦)"
ADDRESS = (
    rf"(?:(?:{_PROVINCE}[, ]?(?:{_AREA}){{1,5}}|(?:{_AREA}){{2,6}})[^,。!?;:\n\0]{{0,20}}?{_BUILDING}"
    rf"(?:(?:{_PLACE}|[\da-z\-]){{0,12}}?{_BUILDING}){{0,5}}(?:[\da-z][\da-z\-]{{0,11}})?"
    rf"|(?:{_PROVINCE}|{_PLACE}{{2}})?\[地址x\])"
)
ADDRESS_SIGN = rf"{_AREA_SIGN}|\[地址x\]"
ADDRESS_REACH = 14  # characters before the first sign


@dataclass(frozen=True)
class Recogniser:
    """A pattern and, where the trade has one, a checksum.

    sign: characters that every match holds within `reach` of its start, where they are rarer than its first character.
    """

    name: str
    meaning: str
    pattern: re.Pattern[str]
    accepts: Callable[[str], bool] = lambda found: True
    sign: re.Pattern[str] | None = None
    reach: int = 0

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of everything recognised, in order."""
        matches = self.pattern.finditer(text) if self.sign is None else self._around(self.sign, text)
        return (match.span() for match in matches if self.accepts(match.group()))

    def _around(self, sign: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
        tried = 0
        for near in sign.finditer(text):
            for start in range(max(tried, near.start() - self.reach), near.start() + 1):
                tried = start + 1
                if match := self.pattern.match(text, start):
                    tried = match.end()
                    yield match
                    break


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


def _recogniser_near(sign: str, reach: int, name: str, meaning: str, pattern: str) -> Recogniser:
    return Recogniser(name, meaning, re.compile(pattern), sign=re.compile(sign), reach=reach)


# [图片], [数字x] and the like stand for something that was said; [微笑] says nothing.
EMOJI = (
    r"[\U0001f300-\U0001faff\u2600-\u27bf\[/](?:(?<=[^\[/])|(?<=/):[\^_a-z0-9]{1,6}"
    r"|(?<=\[)(?!图片|视频|语音|文件|商品|订单|卡片|链接)[\u4e00-\u9fff]{1,4}\])"
)

RECOGNISERS = {
    found.name: found
    for found in (
        _recogniser("mobile", "手机号", MOBILE),
        _recogniser("spelt_mobile", "拆开写、用汉字写的手机号", SPELT_MOBILE),
        _recogniser(
            "landline",
            "座机或 400 热线",
            r"[048](?<![\d-].)(?:(?<=0)\d{2,3}[ -]?\d{7,8}|(?<=[48])00[ -]?\d{3}[ -]?\d{4})(?!\d)",
        ),
        _recogniser(
            "id_card",
            "身份证号（校验末位）",
            r"[1-9](?<!\d.)\d{5}[ -]?(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[\dx](?![\da-z])",
            id_card_checksum,
        ),
        _recogniser(
            "bank_card",
            "银行卡号（Luhn 校验）",
            r"[456](?<!\d.)(?:(?<=6)2|(?<=4)\d|(?<=5)[1-5])\d{2}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)",
            luhn,
        ),
        _recogniser_near(
            "@", 64, "email", "电子邮箱", r"(?<![a-z0-9._%+-])[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}"
        ),
        _recogniser("wechat_id", "微信号", _WECHAT_ID),
        _recogniser("qq", "QQ 号", _QQ),
        _recogniser("url", "网址", r"(?:https?://|www\.)[^\s\0，。！？；、（）【】「」『』“”]+"),
        _recogniser_near(ADDRESS_SIGN, ADDRESS_REACH, "address", "收货地址（三级以上）", ADDRESS),
        _recogniser("emoji", "表情：👌、[微笑]、/:^_^，[图片] 一类不算", EMOJI),
        _recogniser("time_promise", "明确的时间或时限", TIME_PROMISE),
        _recogniser(
            "price",
            "价格",
            r"[¥￥r\d](?:(?<=[¥￥])\d+(?:\.\d+)?|(?<=r)mb ?\d+(?:\.\d+)?|(?<=\d)(?<!\d\d)\d*(?:\.\d+)?(?:元|块钱?|毛))",
        ),
    )
}
