"""The words of messages that are written in HTML."""

from __future__ import annotations

from html.parser import HTMLParser

_BREAKS = frozenset(("br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote"))
_HIDDEN = frozenset(("script", "style"))


def words_of(body: str) -> str:
    """Give the words without tags; paragraphs become lines and pictures `[图片]`."""
    if "<" not in body and "&" not in body:
        return body
    reader = _Reader()
    reader.feed(body)
    reader.close()
    return "\n".join(line for part in "".join(reader.words).split("\n") if (line := part.strip()))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in _HIDDEN
        if tag in _BREAKS:
            self.words.append("\n")
        if tag == "img":
            self.words.append("[图片]")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)
