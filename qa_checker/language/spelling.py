"""Words as evasions spell them with Latin letters: 废wu, 废w, feiwu, fei wu."""

from collections.abc import Iterator

SHORTEST_PINYIN = 4  # letters: 狗 in pinyin alone is nobody's word


def latin_spellings(word: str) -> list[str]:
    """Ways to write a word of Chinese characters with pinyin: one syllable, the last initial, or all of it.

    Nothing for a single character, or a word that has other signs in it.
    """
    if len(word) < 2 or not all("\u4e00" <= character <= "\u9fff" for character in word):
        return []
    return list(dict.fromkeys(_spellings(word)))


def _spellings(word: str) -> Iterator[str]:
    from pypinyin import lazy_pinyin  # its tables take a moment to load, and most lists ask for no spellings

    syllables = lazy_pinyin(word, v_to_u=False)
    for place, syllable in enumerate(syllables):
        yield word[:place] + syllable + word[place + 1 :]
    yield word[:-1] + syllables[-1][0]
    if len("".join(syllables)) >= SHORTEST_PINYIN:
        yield from ("".join(syllables), " ".join(syllables))
