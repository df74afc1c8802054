"""Phrase lists and rules against people's labels: precision, recall, F1, κ, and where they part.

Precision and recall have Wilson's 95 % interval, which is honest for few messages and at 100 %; F1, which is no share
of independent trials, has the percentile bootstrap over sessions, because messages of one session are not independent.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy.stats import binomtest, bootstrap

from ..chats import ROLES, Chats, Mask, Rows, chats_of
from ..language import Lexicon, Scanner
from ..rulebook import RulebookError
from .labels import SYSTEM_TEXT, LabelledSession, canonical, speakers
from .lines import LineFinder, lines

SEED = 20261116
RESAMPLES = 1000


class Interval(NamedTuple):
    """A measure in 0…1 and its 95 % confidence interval; NaN where there is nothing to measure."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ListScore:
    """How a list agrees with the label of its name, by message."""

    list: str
    said_by: tuple[str, ...]
    labelled: int
    found: int
    both: int
    precision: Interval
    recall: Interval
    f1: Interval


@dataclass(frozen=True)
class Disagreement:
    """A message in which list and people part; `spans` are the list's words, `phrases` those that matched there.

    No phrases for words that only several messages together spell out.
    """

    list: str
    kind: Literal["false_hit", "miss"]
    session_id: str
    seq: int
    role: str
    text: str
    spans: tuple[tuple[int, int], ...]
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Evaluation:
    """Every list that bears a label's name; `without_list` are labels that no list bears."""

    sessions: int
    messages: int
    lists: tuple[ListScore, ...]
    without_list: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]


def evaluate(sessions: Sequence[LabelledSession], lexicon: Lexicon) -> Evaluation:
    """Compare every label with the list of its name (order_placed: order-placed).

    Only messages of those who say such things count (`labels.speakers`), and none that is labelled as system text.
    Raises RulebookError when one of the lists is broken.
    """
    said_by = {label.replace("_", "-"): roles for label, roles in speakers(sessions).items()}
    names = sorted(said_by.keys() & lexicon.lists.keys())
    _refuse_broken(lexicon, names)
    truth = _Truth.of(sessions, lexicon, names)
    scores, disagreements = [], []
    for name in names:
        labelled, found = truth.labelled(name, said_by[name]), truth.found(name, said_by[name])
        scores.append(_score(name, said_by[name], labelled, found, truth.chats.session, len(sessions)))
        disagreements += [*truth.false_hits(name, found & ~labelled), *truth.misses(name, labelled & ~found)]
    return Evaluation(
        sessions=len(sessions),
        messages=int((~truth.left_out).sum()),
        lists=tuple(scores),
        without_list=tuple(sorted(said_by.keys() - lexicon.lists.keys())),
        disagreements=tuple(disagreements),
    )


def _refuse_broken(lexicon: Lexicon, names: Sequence[str]) -> None:
    files = {f"phrases/{name}.txt" for name in lexicon.closure(set(names))}
    if problems := [problem for problem in lexicon.problems if problem.path in files]:
        raise RulebookError(problems)


@dataclass(frozen=True)
class _Truth:
    """The labelled messages laid out as chats, with their labels by row."""

    lexicon: Lexicon
    chats: Chats
    labels: Sequence[frozenset[str]]
    seqs: Sequence[int]
    left_out: Mask

    @classmethod
    def of(cls, sessions: Sequence[LabelledSession], lexicon: Lexicon, names: Sequence[str]) -> "_Truth":
        chats = chats_of(canonical(sessions), Scanner(lexicon, names).scan)
        messages = [message for session in sessions for message in session.in_order]
        mine = [messages[int(place)] for place in chats.messages["message_id"].to_pylist()]
        return cls(
            lexicon=lexicon,
            chats=chats,
            labels=[frozenset(label.replace("_", "-") for label in message.labels) for message in mine],
            seqs=[message.seq for message in mine],
            left_out=np.array([SYSTEM_TEXT in message.labels for message in mine], bool),
        )

    def _by(self, roles: Sequence[str]) -> Mask:
        return np.isin(self.chats.speaker, [ROLES.index(role) for role in roles]) & ~self.left_out

    def labelled(self, name: str, roles: Sequence[str]) -> Mask:
        """For each row whether people say it says this."""
        return np.array([name in labels for labels in self.labels], bool) & self._by(roles)

    def found(self, name: str, roles: Sequence[str]) -> Mask:
        """For each row whether the list finds it, as rules would."""
        found = np.zeros(len(self.labels), bool)
        for role in roles:
            found[self.chats.says([name], by=ROLES.index(role))] = True
        return found & self._by(roles)

    def misses(self, name: str, rows: Mask) -> Iterator[Disagreement]:
        for row in np.flatnonzero(rows).tolist():
            yield self._disagreement(name, "miss", row, (), ())

    def false_hits(self, name: str, rows: Mask) -> Iterator[Disagreement]:
        """With the phrases that matched, be they of the list or of one that it includes."""
        false = np.flatnonzero(rows)
        if not len(false):
            return
        phrases = _phrases_in(self.lexicon, name, [self._text(row) for row in false.tolist()])
        index, row, start, end = self.chats.words(false, [name])
        for number, at in enumerate(false.tolist()):
            mine = (index == number) & (row == at)
            spans = tuple(zip(start[mine].tolist(), end[mine].tolist(), strict=True))
            yield self._disagreement(name, "false_hit", at, spans, phrases[number])

    def _text(self, row: int) -> str:
        return self.chats.texts[int(self.chats.text[row])]

    def _disagreement(
        self,
        name: str,
        kind: Literal["false_hit", "miss"],
        row: int,
        spans: tuple[tuple[int, int], ...],
        phrases: tuple[str, ...],
    ) -> Disagreement:
        return Disagreement(
            list=name,
            kind=kind,
            session_id=self.chats.session_ids[int(self.chats.session[row])],
            seq=self.seqs[row],
            role=ROLES[int(self.chats.speaker[row])],
            text=self._text(row),
            spans=spans,
            phrases=phrases,
        )


def _phrases_in(lexicon: Lexicon, name: str, texts: Sequence[str]) -> list[tuple[str, ...]]:
    """For each text the phrases of a list, and of those it includes, that match in it."""
    found: list[dict[str, None]] = [{} for _ in texts]
    for host in _with_included(lexicon, name):
        finder = LineFinder(lexicon, lines(host, lexicon.lists[host].phrases), lexicon.lists[host])
        for line, spans in zip(finder.lines, finder.find(texts), strict=True):
            for text in spans.text.tolist():
                found[text][f"{line.place} {line.said}"] = None
    return [tuple(each) for each in found]


def _with_included(lexicon: Lexicon, name: str) -> list[str]:
    """A list and every list that it includes, however far."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each not in found and each in lexicon.lists:
            found[each] = None
            waiting += lexicon.lists[each].includes
    return list(found)


def _score(name: str, said_by: tuple[str, ...], labelled: Mask, found: Mask, session: Rows, sessions: int) -> ListScore:
    both = labelled & found
    counts = tuple(np.bincount(session[mask], minlength=sessions) for mask in (labelled, found, both))
    return ListScore(
        list=name,
        said_by=said_by,
        labelled=int(labelled.sum()),
        found=int(found.sum()),
        both=int(both.sum()),
        precision=share(int(both.sum()), int(found.sum())),
        recall=share(int(both.sum()), int(labelled.sum())),
        f1=_f1(*counts),
    )


def share(part: int, whole: int) -> Interval:
    """A share with Wilson's 95 % interval."""
    if not whole:
        return Interval(math.nan, math.nan, math.nan)
    interval = binomtest(part, whole).proportion_ci(method="wilson")
    return Interval(part / whole, float(interval.low), float(interval.high))


def _f1(labelled: Rows, found: Rows, both: Rows) -> Interval:
    """F1 = 2·both / (labelled + found), by session counts; the interval is the seeded bootstrap over sessions."""
    if not labelled.sum() + found.sum():
        return Interval(math.nan, math.nan, math.nan)

    def f1(labelled: Any, found: Any, both: Any, axis: int = -1) -> Any:
        total = labelled.sum(axis) + found.sum(axis)
        return 2 * both.sum(axis) / np.maximum(total, 1)

    value = float(f1(labelled, found, both))
    if len(labelled) < 2 or not 0 < value < 1:  # every sample of the sessions would say the same
        return Interval(value, value, value)
    drawn = bootstrap(
        (labelled, found, both),
        f1,
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    interval = drawn.confidence_interval
    return Interval(value, float(interval.low), float(interval.high))


def below(evaluation: Evaluation, floors: Mapping[str, float]) -> list[ListScore]:
    """The lists whose F1 does not reach its floor; one with nothing to measure does not."""
    return [each for each in evaluation.lists if each.list in floors and not each.f1.value >= floors[each.list]]
