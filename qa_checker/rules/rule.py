"""What every rule shares: what it tells people, when it is due, where it looks, what a breach costs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..chats import CUSTOMER, NOBODY, Chats, Mask, Places, Rows, Seconds
from .cue import Cue
from .findings import Found, Quote
from .price import Costs
from .verdicts import FORGIVEN, NOT_FOR_THIS_CHAT, Verdicts, verdicts
from .wording import Lists


class Examples(BaseModel):
    """Little conversations beside the rule; `«…»` marks the exact words that it must quote."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    passes: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    earns: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()

    def each(self) -> Iterator[tuple[str, str]]:
        """(expected outcome, conversation) in order."""
        for outcome in ("passes", "fails", "earns", "skips"):
            yield from ((outcome, example) for example in getattr(self, outcome))


class AppliesTo(BaseModel):
    """Only chats of these channels or shops."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: tuple[str, ...] = ()
    shop: tuple[str, ...] = ()

    def rows(self, chats: Chats) -> Mask:
        """For each message whether the rule is for its chat."""
        mask = np.ones(len(chats.session), bool)
        for name in ("channel", "shop"):
            if wanted := getattr(self, name):
                mask &= chats.is_about(name, wanted)
        return mask


class Rule(BaseModel):
    """One sentence of the rulebook. A kind of rule is a subclass; its key in the file is the snake_case class name."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    key: ClassVar[str]
    id: str
    title: str
    why: str
    advice: str
    source: str
    applies_to: AppliesTo = AppliesTo()
    when: Cue | None = None
    unless: Cue | None = None
    asking: Lists = Lists()
    ignoring: Lists = Lists()
    clock: Literal["wall", "service_hours", "working_hours"] = "service_hours"
    examples: Examples

    @property
    def dimension(self) -> str:
        """The folder the rule lives in."""
        return self.id.partition("/")[0]

    @property
    def is_red_line(self) -> bool:
        """Whether one breach loses the session (一票否决)."""
        return False

    def lists(self) -> set[str]:
        """Every phrase list, or phrase written in its place, that the rule speaks of."""
        return set(_lists_in(self))

    def judge(self, chats: Chats) -> Verdicts:
        """At least one verdict for every chat of the batch. Call `verdicts_on`, which sets the clock."""
        raise NotImplementedError

    def verdicts_on(self, chats: Chats) -> Verdicts:
        """Judge every chat of the batch by this rule's clock."""
        return self.judge(chats.on(self.clock))

    def asked(self, chats: Chats) -> Rows:
        """The customer's first line of each turn that asks for something.

        It says one of `asking`, where a rule has that, and more than the courtesies of `ignoring`.
        """
        lines = chats.says_more_than(self.ignoring, by=CUSTOMER)
        if self.asking:
            lines = np.intersect1d(lines, chats.says(self.asking, by=CUSTOMER), assume_unique=True)
        first = chats.turns(CUSTOMER).first(lines)
        return first[first != NOBODY]

    def cues(self, chats: Chats, each_message: bool = False) -> Rows:
        """The moments from which the rule is due."""
        assert self.when is not None
        return self.when.moments(chats, self.asked, each_message)

    def forgiven(self, chats: Chats, at: Rows, until: Rows) -> Mask:
        """For each moment whether the `unless` cue was given between its chat's start and `until`."""
        if self.unless is None:
            return np.zeros(len(at), bool)
        given = self.unless.moments(chats, self.asked, each_message=True)
        return Places(chats.upto(at).start, until).hold(given)

    def overdue(self, chats: Chats, since: Rows, within: Seconds) -> Mask:
        """For each moment whether so many seconds had passed when the export was made: before, nobody can know.

        Seconds on the clock in use.
        """
        return chats.until_export(since) >= within

    def cue_words(self, cues: Rows) -> Quote:
        """The words that gave the cue."""
        return Quote(cues, self.when.lists if self.when else Lists())


class Requirement(Rule):
    """A rule that can be broken: what a breach costs."""

    costs: Costs | None = None
    up_to: Annotated[float, Field(gt=0)] | None = None
    fine: Annotated[float, Field(ge=0)] = 0
    hint: bool = False

    @model_validator(mode="after")
    def _priced(self) -> "Requirement":
        if self.hint and (self.costs is not None or self.fine):
            raise ValueError("hint: true 只提示不扣分，不能再写 costs 或 fine")
        if not self.hint and self.costs is None:
            raise ValueError("要写 costs（扣几分），或者写 hint: true（只提示）")
        if self.up_to is not None and not (self.costs and self.costs.points):
            raise ValueError("up_to 要和 costs: 数字 一起用")
        if self.costs and self.costs.steps and not self.takes_steps:
            raise ValueError("分档扣分只能用在 must_reply_within 和 must_return")
        return self

    takes_steps: ClassVar[bool] = False

    @property
    def is_red_line(self) -> bool:
        """Whether one breach loses the session (一票否决)."""
        return self.costs is not None and self.costs.red_line

    def verdicts(self, chats: Chats, kept: Found, broken: Found, skipped: Sequence[tuple[str, Rows]] = ()) -> Verdicts:
        """Price what was found; `skipped` says why chats without a finding skip, the strongest reason first."""
        until = broken.at + 1 if broken.until is None else broken.until
        forgiven = self.forgiven(chats, broken.at, until)
        excused = broken.at[forgiven]
        applies = self.applies_to.rows(chats)
        kept = kept.only(applies[kept.at])
        broken = broken.only(~forgiven & applies[broken.at])
        points = np.zeros(len(broken.at))
        if self.costs is not None:
            sure = broken.waited if broken.waited is None or broken.doubt is None else broken.waited - broken.doubt
            points[:] = self.costs.price(sure)
        others = np.flatnonzero(~applies)
        return verdicts(
            chats,
            kept,
            broken,
            points,
            up_to=self.up_to,
            fine=self.fine,
            skipped=[(NOT_FOR_THIS_CHAT, others), (FORGIVEN, excused), *skipped],
        )


def _lists_in(value: Any) -> Iterator[str]:
    if isinstance(value, Lists):
        yield from value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _lists_in(getattr(value, name))
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _lists_in(each)
