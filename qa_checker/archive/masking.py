"""Masking what identifies people before it is stored: telephone numbers, identity numbers, bank cards, addresses.

A masked text is as long as it was, so that quotes stay where they are. Judging comes first and sees everything.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache

import pyarrow as pa

from qa_checker.archive.schema import VERDICTS
from qa_checker.exports import Reject
from qa_checker.language import Lexicon, PhraseList, Scanner, phrases_of

PRIVATE = ("@mobile", "@landline", "@id_card", "@bank_card", "@address")
"""The recognisers whose finds are masked."""

_LIST = "private"
_READINGS = (
    *(("utf-8", "surrogateescape"), ("gb18030", "surrogateescape")),
    *(("utf-16-le", "strict"), ("utf-16-be", "strict")),
)


@cache
def _scanner() -> Scanner:
    private = tuple(phrase for line in PRIVATE for phrase in phrases_of(line))
    return Scanner(Lexicon({}), [], {_LIST: PhraseList(_LIST, _LIST, private)})


def mask(texts: Sequence[str]) -> list[str]:
    """Put an asterisk in place of every character of what the recognisers find."""
    spans = _scanner().scan(texts).together([_LIST])
    masked = list(texts)
    for text, start, end in zip(spans.text.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True):
        masked[text] = masked[text][:start] + "*" * (end - start) + masked[text][end:]
    return masked


def masked(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Mask the tables of a night: texts, and the words that verdicts quote from them."""
    messages, verdicts = tables["messages"], tables["verdicts"]
    texts = messages["text"].combine_chunks().dictionary_encode()
    distinct = pa.array(mask(texts.dictionary.to_pylist()), pa.string())
    messages = messages.set_column(messages.column_names.index("text"), "text", distinct.take(texts.indices))
    said = dict(zip(_places(messages), messages["text"].to_pylist(), strict=True))
    quotes = [
        [{**quote, "text": said[session, quote["seq"]][quote["start"] : quote["end"]]} for quote in some]
        for session, some in zip(verdicts["session_id"].to_pylist(), verdicts["quotes"].to_pylist(), strict=True)
    ]
    position = verdicts.column_names.index("quotes")
    quoted = pa.array(quotes, VERDICTS.field("quotes").type)
    return {**tables, "messages": messages, "verdicts": verdicts.set_column(position, "quotes", quoted)}


def _places(messages: pa.Table) -> Iterator[tuple[str, int]]:
    return zip(messages["session_id"].to_pylist(), messages["seq"].to_pylist(), strict=True)


def masked_rejects(rejects: Iterable[Reject]) -> Iterator[Reject]:
    """Mask the raw bytes of rows that were set aside."""
    return (replace(reject, raw=_masked_bytes(reject.raw)) for reject in rejects)


def _masked_bytes(raw: bytes) -> bytes:
    """Mask bytes whose encoding isn't known: whatever is found in any reading of them."""
    for encoding, errors in _READINGS:
        with suppress(UnicodeError):
            text = raw.decode(encoding, errors)
            hidden = mask([text])[0]
            raw = raw if hidden == text else hidden.encode(encoding, errors)
    return raw
