"""What the messages of an archive show about a rulebook: what is never said, never due, never of any effect."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from ..chats import Chats
from ..language import Lexicon, PhraseList, Scanner, Spans
from ..rulebook import Rulebook
from ..rules.earns import Earns
from ..rules.reviewer_asks import ReviewerAsks
from ..rules.verdicts import EARNS, FAILS, HINTS, SKIPS
from .findings import Finding
from .lines import NONE, Line, LineFinder, enclosing, lines

_FIRED = (FAILS, HINTS, EARNS)


@dataclass
class _Counts:
    """What became of the lines of one list; texts are counted once a shard, however often they were sent."""

    said: Counter[int] = field(default_factory=Counter)  # line → hits, excused ones too
    counted: Counter[int] = field(default_factory=Counter)  # line → hits that count
    covered: Counter[int] = field(default_factory=Counter)  # line → hits inside another line's
    inside: dict[int, int] = field(default_factory=dict)  # line → the line that covered it last
    excuse_said: Counter[int] = field(default_factory=Counter)
    excusing: set[int] = field(default_factory=set)  # lines of excuses that made a difference
    texts: int = 0  # looked at: those that say the list, excused or not


class _Watched:
    """A list as it is, bare of excuses and guards, and its lines each by itself; compiled when first said."""

    def __init__(self, each: PhraseList, lexicon: Lexicon):
        self.list = each
        self.lexicon = lexicon
        self.phrases = lines(each.name, each.phrases)
        self.excuses = lines(each.name, each.excuses)
        self.counts = _Counts()

    @cached_property
    def _bare(self) -> LineFinder:
        return LineFinder(self.lexicon, self.phrases)

    @cached_property
    def _counting(self) -> LineFinder:
        excused = self.list.excuses or self.list.guards
        return LineFinder(self.lexicon, self.phrases, self.list) if excused else self._bare

    @cached_property
    def _excuse(self) -> LineFinder:
        return LineFinder(self.lexicon, self.excuses)

    def look(self, texts: Sequence[str]) -> None:
        """Count the lines in texts that say the list, excused or not."""
        self.counts.texts += len(texts)
        bare = self._bare.find(texts)
        counting = bare if self._counting is self._bare else self._counting.find(texts)
        for line, spans, real in zip(self.phrases, bare, counting, strict=True):
            self.counts.said[line.number] += len(spans.text)
            self.counts.counted[line.number] += len(real.text)
        for line, around in zip(self.phrases, enclosing(counting, equal=True), strict=True):
            if len(outer := around[around != NONE]):
                self.counts.covered[line.number] += len(outer)
                self.counts.inside[line.number] = self.phrases[int(outer[0])].number
        if self.excuses:
            self._look_at_excuses(texts)

    def _look_at_excuses(self, texts: Sequence[str]) -> None:
        """An excuse has an effect where the list finds something else with it, alone, than without any."""
        found = self._excuse.find(texts)
        heard: list[Line] = []
        for line, spans in zip(self.excuses, found, strict=True):
            self.counts.excuse_said[line.number] += len(spans.text)
            if len(spans.text) and line.number not in self.counts.excusing:
                heard.append(line)
        if not heard:
            return
        places = np.unique(np.concatenate([spans.text for spans in found])).tolist()
        mine = self.list
        bare = replace(mine, name="bare", excuses=(), guards=())
        tried = [bare, *(replace(bare, name=f"!{line.number}", excuses=line.phrases) for line in heard)]
        scanner = Scanner(self.lexicon, mine.includes, {each.name: each for each in tried})
        found_by = scanner.scan([texts[place] for place in places]).spans
        for line in heard:
            if not _same(found_by[f"!{line.number}"], found_by["bare"]):
                self.counts.excusing.add(line.number)


class Observations:
    """Takes in the messages of an archive shard by shard, and says in the end what they showed."""

    def __init__(self, rulebook: Rulebook, lexicon: Lexicon):
        self._rulebook = rulebook
        self._lexicon = lexicon
        self.messages = self.sessions = 0
        self._said: Counter[str] = Counter()  # list → texts in which it counts
        self._due: Counter[str] = Counter()  # rule → sessions
        self._fired: Counter[str] = Counter()
        self._watched = {each.name: _Watched(each, lexicon) for each in rulebook.scanner.lists}
        bare = {each.name: replace(each, excuses=(), guards=()) for each in rulebook.scanner.lists}
        self._bare = Scanner(lexicon, (), bare)

    def add(self, messages: pa.Table) -> None:
        """Take in one shard of canonical messages, whole sessions."""
        chats = self._rulebook.read(messages)
        self.messages += len(chats.session)
        self.sessions += len(chats)
        for rule in self._rulebook.rules:
            found = rule.verdicts_on(chats)
            self._due[rule.id] += len(np.unique(found.chat[found.outcome != SKIPS]))
            self._fired[rule.id] += len(np.unique(found.chat[np.isin(found.outcome, _FIRED)]))
        bare = self._bare.scan(chats.texts)
        for name, watched in self._watched.items():
            bursts = _bursts(chats, name)
            self._said[name] += len(np.unique(chats.hits.spans[name].text)) + len(bursts)
            texts = [chats.texts[number] for number in np.unique(bare.spans[name].text).tolist()]
            if texts or bursts:
                watched.look([*texts, *bursts])

    def findings(self) -> Iterator[Finding]:
        """Everything that stands out, list by list and rule by rule."""
        yield from self._of_rules()
        for name, watched in self._watched.items():
            if name not in self._lexicon.lists:  # a phrase written inside a rule
                continue
            if not self._said[name]:
                yield Finding("unsaid_list", f"phrases/{name}.txt", name, watched.list.meaning, looks=self.sessions)
            else:
                yield from _of_phrases(watched)
            yield from _of_excuses(watched)

    def _of_rules(self) -> Iterator[Finding]:
        for rule in self._rulebook.rules:
            if isinstance(rule, ReviewerAsks):  # only people answer it
                continue
            due, fired, where = self._due[rule.id], self._fired[rule.id], f"rules/{rule.id}.yaml"
            if not due:
                yield Finding(
                    "never_due", where, rule.title, f"{self.sessions} 段会话里没有出现它说的情形", 0, self.sessions
                )
            elif fired == due and not isinstance(rule, Earns):  # which is due only where it is earned
                yield Finding("always_fires", where, rule.title, f"轮到 {due} 段会话，{fired} 段都触发", due, due)
            elif not fired:
                yield Finding("never_fires", where, rule.title, f"轮到 {due} 段会话，一段也没触发", due, due)


def _of_phrases(watched: _Watched) -> Iterator[Finding]:
    counts = watched.counts
    for line in watched.phrases:
        said, counted = counts.said[line.number], counts.counted[line.number]
        if not said:
            yield Finding("unsaid_phrase", line.place, line.said, "", looks=counts.texts)
        elif not counted:
            why = f"说到 {said} 次，次次都被免责行（!）或 guards 排除"
            yield Finding("always_excused", line.place, line.said, why, said, said)
        elif counts.covered[line.number] == counted:
            outer = counts.inside[line.number]
            yield Finding(
                "shadowed",
                line.place,
                line.said,
                f"{counted} 次都包在别的短语里，如第 {outer} 行",
                counted,
                counted,
            )


def _of_excuses(watched: _Watched) -> Iterator[Finding]:
    for line in watched.excuses:
        if line.number not in watched.counts.excusing:
            said = watched.counts.excuse_said[line.number]
            why = f"说到这个词表的话里出现 {said} 次，没有它结果也一样" if said else "没有和这个词表的短语一起出现过"
            yield Finding("idle_excuse", line.place, f"!{line.said}", why, said, watched.counts.texts)


def _bursts(chats: Chats, name: str) -> list[str]:
    """The quick messages that only together say a list, as one text each."""
    if name not in chats.bursts:
        return []
    joined = chats.bursts[name]
    first, place = np.unique(joined.first, return_index=True)
    last = np.maximum.reduceat(joined.row, place) if len(place) else first
    return [
        "".join(chats.texts[int(text)] for text in chats.text[low : high + 1])
        for low, high in zip(first.tolist(), last.tolist(), strict=True)
    ]


def _same(one: Spans, other: Spans) -> bool:
    return all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))
