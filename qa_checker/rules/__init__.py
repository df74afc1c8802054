"""The kinds of rule, one module each: the key in a rule file is the name of the module and of the class."""

from .earns import Earns
from .must_keep import MustKeep
from .must_not_repeat import MustNotRepeat
from .must_not_say import MustNotSay
from .must_reply_within import MustReplyWithin
from .must_return import MustReturn
from .must_say import MustSay
from .reviewer_asks import ReviewerAsks
from .rule import Requirement, Rule
from .verdicts import OUTCOMES, Verdicts

KINDS: dict[str, type[Rule]] = {
    kind.key: kind
    for kind in (MustSay, MustNotSay, MustReplyWithin, MustReturn, MustKeep, MustNotRepeat, Earns, ReviewerAsks)
}

__all__ = ["KINDS", "OUTCOMES", "Requirement", "Rule", "Verdicts"]
