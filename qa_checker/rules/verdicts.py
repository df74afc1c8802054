"""Verdicts: what one rule found in every chat of a batch, as columns, with the words that show it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from string import Formatter
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..chats import NOBODY, Chats, Rows, Seconds
from .findings import Found
from .times import Times
from .wording import Lists

PASSES, FAILS, HINTS, EARNS, SKIPS = range(5)
OUTCOMES = ("passes", "fails", "hint", "earns", "skips")

NO_OCCASION = "没有出现这条规则说的情形"
FORGIVEN = "有免责的情形，不算"
NOT_FOR_THIS_CHAT = "不适用于这个渠道或店铺"
NOT_YET = "期限在导出之后，还不能下结论"
TIME_UNKNOWN = "消息没有时间，时效无法判断"


class Quotes(NamedTuple):
    """Quoted words: number of the verdict, row, start and end in its text."""

    verdict: Rows
    row: Rows
    start: Rows
    end: Rows


@dataclass(frozen=True)
class Evidence:
    """Quotes of many verdicts: for each its verdict, its row, and the lists whose words are meant."""

    verdict: Rows
    rows: Rows
    lists: Lists


_COLUMNS = ("chat", "outcome", "points", "fine", "reward", "charged", "waited", "because")


@dataclass(frozen=True)
class Verdicts:
    """One rule over a batch, sorted by chat: every chat has at least one verdict, several only where several cost.

    By verdict: chat, outcome (PASSES …), points (lost or earned; ALL for a red line), fine and reward in 元,
    charged (agent number or NOBODY), waited (seconds; NaN where nothing was waited for), times where reasons tell any.
    """

    chat: Rows
    outcome: NDArray[np.int8]
    points: Seconds
    fine: Seconds
    reward: Seconds
    charged: Rows
    waited: Seconds
    because: NDArray[np.int16]
    reasons: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    times: Times | None = None

    def reason(self, verdict: int) -> str:
        """Why, in Chinese."""
        return str(self.told(np.array([verdict]))[0])

    def told(self, verdicts: Rows) -> pa.Array:
        """Why, in Chinese, for each of these verdicts."""
        because = self.because[verdicts]
        if self.times is None:
            return pa.array(self.reasons, pa.string()).take(pa.array(because))
        texts, places = [pa.array([], pa.string())], [np.zeros(0, np.int64)]
        for number in np.unique(because):
            alike = np.flatnonzero(because == number)
            times = self.times[verdicts[alike]]
            pieces = [pa.repeat("", len(alike))]
            for text, name, _, _ in Formatter().parse(self.reasons[number]):
                pieces += [text, times.told(name) if name else ""]
            texts.append(pc.binary_join_element_wise(*pieces, ""))
            places.append(alike)
        return pa.concat_arrays(texts).take(pa.array(np.argsort(np.concatenate(places))))

    def costing(self, points: Seconds) -> "Verdicts":
        """The same verdicts at other points."""
        return replace(self, points=points)

    def only(self, low: int, high: int) -> "Verdicts":
        """The verdicts from number `low` to before `high`, numbered from 0."""
        evidence = []
        for each in self.evidence:
            mine = (each.verdict >= low) & (each.verdict < high)
            evidence.append(Evidence(each.verdict[mine] - low, each.rows[mine], each.lists))
        times = None if self.times is None else self.times[low:high]
        columns = {name: getattr(self, name)[low:high] for name in _COLUMNS}
        return replace(self, evidence=tuple(evidence), times=times, **columns)

    def quotes(self, chats: Chats) -> Quotes:
        """The words that show each verdict, sorted by verdict and place."""
        parts = [np.zeros((4, 0), np.int64)]
        for each in self.evidence:
            whole = np.ones(len(each.rows), bool)
            if each.lists:
                index, row, start, end = chats.words(each.rows, each.lists)
                parts.append(np.stack([each.verdict[index], row, start, end]))
                whole[index] = False
            rows = each.rows[whole]
            parts.append(np.stack([each.verdict[whole], rows, np.zeros_like(rows), chats.lengths[chats.text[rows]]]))
        found = np.concatenate(parts, axis=1)
        found = found[:, np.lexsort(found[::-1])]
        again = np.append(False, (np.diff(found) == 0).all(axis=0))[: found.shape[1]]
        return Quotes(*found[:, ~again])


def verdicts(
    chats: Chats,
    kept: Found,
    broken: Found,
    points: Seconds,
    up_to: float | None = None,
    fine: float = 0,
    reward: float = 0,
    skipped: Sequence[tuple[str, Rows]] = (),
    earns: bool = False,
    kept_as: int = PASSES,
) -> Verdicts:
    """Put moments together as verdicts.

    A chat with a breach fails and what it kept is not mentioned. Without `up_to` a chat's breaches are one verdict
    that costs what the dearest costs; with it each is a verdict of its own, until so many points are lost.
    `skipped` names rows of chats that skip for a reason, the strongest reason first. All rows are those of `chats`;
    what was found among chats laid end to end is brought back to the batch.
    """
    if chats.laid_from is not None:
        origin = chats.laid_from.origin
        kept, broken = kept.in_batch(chats), broken.in_batch(chats)
        skipped = [(reason, origin[rows]) for reason, rows in skipped]
        chats = chats.laid_from.batch
    count = len(chats)
    broken_chat = chats.session[broken.at]
    order = np.lexsort((broken.at, -points if up_to is None else np.zeros(len(points)), broken_chat))
    opens = np.ones(len(order), bool)
    if up_to is None:
        opens[1:] = np.diff(broken_chat[order]) != 0
    chosen = order[opens]
    failed_points = _capped(points[chosen], broken_chat[chosen], up_to)
    owner_of_moment = np.empty(len(order), np.int64)
    owner_of_moment[order] = np.cumsum(opens) - 1

    has_failed = np.zeros(count, bool)
    has_failed[broken_chat] = True
    kept_chat = chats.session[kept.at]
    first_kept = np.unique(kept_chat, return_index=True)[1]
    passed = first_kept[~has_failed[kept_chat[first_kept]]]
    silent = ~has_failed
    silent[kept_chat] = False
    skips = np.flatnonzero(silent)
    failed, mentioned = broken.only(chosen), kept.only(passed)

    bad = EARNS if earns else FAILS
    outcome = np.concatenate(
        [
            np.where((failed_points > 0) | earns | (up_to is not None), bad, HINTS),
            np.full(len(passed), kept_as),
            np.full(len(skips), SKIPS),
        ]
    ).astype(np.int8)
    because, reasons = _reasons(failed, mentioned, skips, chats, skipped)
    charged = [failed.charged_agents(chats), mentioned.charged_agents(chats), np.full(len(skips), NOBODY)]
    found = Verdicts(
        chat=np.concatenate([broken_chat[chosen], kept_chat[passed], skips]),
        outcome=outcome,
        points=np.concatenate([failed_points, np.zeros(len(passed) + len(skips))]),
        fine=np.where(outcome == FAILS, fine, 0.0)
        * np.concatenate([failed_points > 0, np.zeros(len(passed) + len(skips), bool)]),
        reward=np.where(outcome == EARNS, reward, 0.0),
        charged=np.concatenate(charged),
        waited=np.concatenate([failed.waited_seconds, mentioned.waited_seconds, np.full(len(skips), np.nan)]),
        because=because,
        reasons=reasons,
        evidence=(*_evidence(broken, owner_of_moment), *_evidence(mentioned, len(chosen) + np.arange(len(passed)))),
        times=_times(failed, mentioned, len(skips)),
    )
    return _by_chat(found)


def _capped(points: Seconds, chat: Rows, up_to: float | None) -> Seconds:
    """Points of each breach in order until a chat has lost `up_to`."""
    if up_to is None or not len(points):
        return points
    total = np.cumsum(points)
    opens = np.searchsorted(chat, chat)
    lost_before = total - points - (total - points)[opens]
    return np.clip(up_to - lost_before, 0, points)


def _reasons(
    broken: Found, kept: Found, skips: Rows, chats: Chats, skipped: Sequence[tuple[str, Rows]]
) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    """The number of each verdict's reason, and the reasons."""
    reasons = (
        broken.because,
        broken.never or broken.because,
        kept.because,
        kept.never or kept.because,
        NO_OCCASION,
        *(reason for reason, _ in skipped),
    )
    why = np.full(len(chats), 4, np.int16)
    for number, (_, rows) in reversed(list(enumerate(skipped, 5))):
        why[chats.session[rows]] = number
    return np.concatenate([broken.waits_forever, 2 + kept.waits_forever, why[skips]], dtype=np.int16), reasons


def _times(broken: Found, kept: Found, skips: int) -> Times | None:
    if broken.times is None and kept.times is None:
        return None
    parts = [Times.none(len(found.at)) if found.times is None else found.times for found in (broken, kept)]
    return Times.joined([*parts, Times.none(skips)])


def _evidence(found: Found, owner: Rows) -> list[Evidence]:
    """The quotes of moments, each shown with the verdict that owns it."""
    quoted = [(quote, quote.rows != NOBODY) for quote in found.quotes]
    return [Evidence(owner[given], quote.rows[given], quote.lists) for quote, given in quoted]


def _by_chat(found: Verdicts) -> Verdicts:
    order = np.argsort(found.chat, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    columns = {name: getattr(found, name)[order] for name in _COLUMNS}
    evidence = tuple(Evidence(place[each.verdict], each.rows, each.lists) for each in found.evidence)
    return replace(found, evidence=evidence, times=None if found.times is None else found.times[order], **columns)
