"""Curated look-alikes: emoji, signs, foreign letters and split characters, each with what it is read as.

Only what has no other use in a chat, or loses nothing by being read so: 🐶 is 狗, but 😊 stays a smile.
"""

from collections.abc import Mapping


def _turned(written: Mapping[str, str]) -> dict[str, str]:
    """From one spelling and all its look-alikes to each look-alike and its spelling."""
    return {sign: spelling for spelling, signs in written.items() for sign in signs}


# Signs that stand for one Chinese character, and variants that OpenCC leaves alone.
WORDS = _turned(
    {
        "加": "➕✚✙⊕⨁╋┼+",
        "你": "妳伱祢",
        "我": "莪",
        "微": "嶶溦",
        "信": "✉📧📩📨",
        "没": "沒",
        "什": "甚",
        "的": "の",
        "宝": "寳",
        "口": "囗ロ",
        "日": "曰",
        "草": "艹艸🌿🌱",
        "操": "肏",
        "妈": "嬤",
        "傻": "儍",
        "乡": "鄕",
        "马": "🐴🐎",
        "猪": "🐷🐖🐽",
        "狗": "🐶🐕",
        "牛": "🐮🐂",
        "鸡": "🐔🐓",
        "屎": "💩",
        "鹅": "🐧",
        "蛋": "🥚",
        "脑": "🧠",
        "卫": "🛰📡",
        "好": "👍",
        "钱": "💰💵💴",
        "八": "ハ",
        "二": "ニ",
    }
)

# Signs that stand for a character only where they stand apart: 给五个⭐; inside a word they decorate it: 傻⭐逼.
ORNAMENTAL_WORDS = _turned({"星": "⭐🌟★☆", "x": "✖✕❌╳"})

# Signs read as two characters.
DOUBLE_WORDS = {"🧧": "红包", "📞": "电话", "☎": "电话", "📱": "手机", "🆔": "id"}

# One character written as its parts. The first is no word of its own, so nobody writes the pair by chance.
SPLIT = {
    "亻尔": "你",
    "亻也": "他",
    "亻专": "传",
    "艹早": "草",
    "扌喿": "操",
    "氵衮": "滚",
    "犭苟": "狗",
    "犭句": "狗",
    "犭者": "猪",
    "疒丙": "病",
    "疒知": "痴",
    "讠正": "证",
    "讠平": "评",
    "纟工": "红",
    "钅戋": "钱",
    "钅艮": "银",
    "礻申": "神",
    "贝戋": "贱",
    "氵去": "法",
    "月甾": "脑",
    "纟圣": "经",
}

# Letters of other alphabets that look like Latin ones (вx, ωеiхin, ᴠx), and × for x.
LETTERS = _turned(
    {
        "a": "аɑαᴀ",
        "b": "вβʙ",
        "c": "сᴄ",
        "d": "ԁᴅ",
        "e": "еεᴇ",
        "f": "ꜰ",
        "g": "ɡɢ",
        "h": "һʜн",
        "i": "іιıɪ",
        "j": "јᴊ",
        "k": "кκᴋ",
        "l": "ʟ",
        "m": "мᴍ",
        "n": "ηɴ",
        "o": "оοσᴏø",
        "p": "рρᴘ",
        "q": "ԛ",
        "r": "гʀ",
        "s": "ѕꜱʂ",
        "t": "тτᴛ",
        "u": "υμᴜ∪",
        "v": "νѵᴠ∨ᐯ✌",
        "w": "ωѡԝᴡ",
        "x": "хχ×〤メ乂",
        "y": "уүʏ",
        "z": "ᴢ",
    }
)
