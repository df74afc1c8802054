"""What a customer's rating says: satisfied, dissatisfied or neither, from the platforms' words, stars and figures."""

import re
import unicodedata

SATISFIED, NEITHER, DISSATISFIED = 1, 0, -1

_WORDS = {
    SATISFIED: "非常满意 很满意 十分满意 满意 比较满意 好 很好 非常好 好评 优秀 good great satisfied",
    NEITHER: "一般 中 中评 普通 基本满意 neutral average",
    DISSATISFIED: "不满意 不太满意 很不满意 非常不满意 十分不满意 差 很差 非常差 差评 bad poor dissatisfied",
}
_MEANING = {word: meaning for meaning, words in _WORDS.items() for word in words.split()}
_STARS = re.compile(r"([1-5])(?:\.0+)?(?:星|颗星|分|stars?|/5)?")
_LOWEST_SATISFIED = 4
"""Of 1 to 5: 4 and 5 are satisfied, 3 and less are not (拼多多 counts 评分≤3 against the shop; spec B.2)."""


def satisfaction(rating: str | None) -> int | None:
    """Read a rating; None where there is none, or one on a scale nobody can know."""
    written = unicodedata.normalize("NFKC", rating or "").strip().lower()
    if stars := _STARS.fullmatch(written):
        return SATISFIED if int(stars[1]) >= _LOWEST_SATISFIED else DISSATISFIED
    if set(written) == {"★"} or set(written) == {"★", "☆"}:
        return SATISFIED if written.count("★") >= _LOWEST_SATISFIED else DISSATISFIED
    return _MEANING.get(written)
