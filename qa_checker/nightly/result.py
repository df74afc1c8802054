"""What became of the rows of a run."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from ..archive.manifest import Counts, Manifest
from ..exports import Export, Refused, SourceFile


@dataclass(frozen=True)
class Result:
    """What became of the rows: rows_in = scored + quarantined + duplicates. `skipped`: inputs published before.

    `batch` names them all, with commas between; `problems` say why some files were not published.
    """

    rows_in: int
    scored: int
    quarantined: int
    duplicates: int
    sessions: int
    batch: str
    batches: tuple[str, ...]
    skipped: int
    warnings: tuple[str, ...]
    reasons: Mapping[str, int]
    seconds: float
    files: tuple[SourceFile, ...] = ()
    problems: tuple[Exception, ...] = ()

    @classmethod
    def of(cls, outcomes: Sequence["Outcome"], warnings: Sequence[str], seconds: float) -> Self:
        """Sum up what became of each batch."""
        manifests = [each.manifest for each in outcomes if each.manifest]
        counts = [each.counts for each in outcomes]
        batches = tuple(dict.fromkeys(each.batch for each in manifests))
        reasons: Counter[str] = Counter()
        for each in outcomes:
            reasons.update(each.reasons)
        return cls(
            rows_in=sum(each.rows_in for each in counts),
            scored=sum(each.scored for each in counts),
            quarantined=sum(each.quarantined for each in counts),
            duplicates=sum(each.duplicates for each in counts),
            sessions=sum(each.sessions for each in counts),
            batch=",".join(batches),
            batches=batches,
            skipped=sum(len(each.manifest.inputs) for each in outcomes if each.skipped and each.manifest),
            warnings=(*warnings, *(warning for each in outcomes for warning in each.warnings)),
            reasons=dict(sorted(reasons.items())),
            seconds=round(seconds, 3),
            files=tuple(file for each in outcomes for file in each.files),
            problems=tuple(each.problem for each in outcomes if each.problem),
        )


class TooManyBadRows(Exception):
    """More rows had to be set aside than the operator allows; nothing of them was published."""

    def __init__(self, export: Export, limit: float):
        bad = len(export.rejects)
        worst = next(iter(export.rejects))
        self.counts = Counts(export.rows_in, 0, bad, export.duplicates, 0)
        self.reasons = Counter(reject.reason for reject in export.rejects)
        self.warnings, self.files = export.warnings, export.files
        super().__init__(
            f"{export.rows_in} 行里有 {bad} 行（{bad / export.rows_in:.0%}）要隔离，超过上限 {limit:.0%}，没有发布。"
            f"第一处：{worst.file} 第 {worst.row} 行，{worst.detail}。"
            "请先修好导出文件；确认无误也可以用 --max-bad-ratio 放宽。"
        )


def refuse_bad(export: Export, limit: float) -> None:
    """Raise TooManyBadRows where more than this share of the rows was set aside."""
    if len(export.rejects) > limit * export.rows_in:
        raise TooManyBadRows(export, limit)


@dataclass(frozen=True)
class Outcome:
    """What became of one batch."""

    manifest: Manifest | None
    files: tuple[SourceFile, ...] = ()
    skipped: bool = False
    problem: Refused | TooManyBadRows | None = None

    @classmethod
    def known(cls, manifest: Manifest) -> Self:
        """It was published before."""
        return cls(manifest, skipped=True)

    @classmethod
    def refused(cls, problem: Refused | TooManyBadRows) -> Self:
        """Nothing of it was published."""
        return cls(None, problem.files if isinstance(problem, TooManyBadRows) else (), problem=problem)

    @property
    def counts(self) -> Counts:
        """Where its rows went."""
        if self.manifest:
            return self.manifest.counts
        return self.problem.counts if isinstance(self.problem, TooManyBadRows) else Counts(0, 0, 0, 0, 0)

    @property
    def reasons(self) -> Mapping[str, int]:
        """Why rows were set aside."""
        if self.manifest:
            return self.manifest.reasons
        return self.problem.reasons if isinstance(self.problem, TooManyBadRows) else {}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What reading it found worth a word."""
        if self.manifest:
            return self.manifest.warnings
        return self.problem.warnings if isinstance(self.problem, TooManyBadRows) else ()
