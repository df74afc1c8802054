"""What a rule says about one conversation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from qa_checker.chats import Duration, Messages
from qa_checker.rules import Rule
from qa_checker.rules.cue import Cue
from qa_checker.rules.price import Price

from .chat import Chat

INFINITE = float("inf")
SHORT_ANSWER = 12  # characters


@dataclass(frozen=True)
class Breach:
    """A moment at which a rule was broken."""

    row: int
    charged: str | None
    waited: float | None = None
    doubt: float = 0  # seconds the wait may be less


@dataclass(frozen=True)
class Verdict:
    """As the engine's, of one chat."""

    outcome: str
    points: float = 0
    fine: float = 0
    reward: float = 0
    charged: str | None = None
    waited: float | None = None


@dataclass(frozen=True)
class Occasion:
    """A moment that was judged: its breach, if it was one, and the rows in which `unless` may forgive it."""

    breach: Breach | None
    excusable: range = range(0)


def judge(rule: Rule, chat: Chat) -> list[Verdict]:
    """The verdicts of one rule, in order."""
    applies = rule.applies_to
    if (applies.shop and chat.about["shop"] not in applies.shop) or (
        applies.channel and chat.about["channel"] not in applies.channel
    ):
        return [Verdict("skips")]
    if rule.key == "earns":
        return [_earned(rule, chat)]
    occasions = KINDS[rule.key](rule, chat)
    breaches = [
        each.breach for each in occasions if each.breach and not _given(rule.unless, rule, chat, each.excusable)
    ]
    if breaches:
        return _priced(rule, breaches)
    return [Verdict("passes" if any(not each.breach for each in occasions) else "skips")]


def cues(cue: Cue, rule: Rule, chat: Chat, each_message: bool = False) -> list[int]:
    """Where a cue is given: once a turn of the customer or a reply of the agent."""
    given: set[int] = set()
    for role, lists in (("customer", cue.customer_says), ("agent", cue.agent_says)):
        for turn in chat.turns(role):
            saying = [row for row in turn if chat.says(row, role, lists)]
            given.update(saying if each_message else saying[:1])
    for role, lists in (("bot", cue.robot_says), ("system", cue.system_says)):
        given.update(row for row in chat.rows(role) if chat.says(row, role, lists))
    if cue.customer_waits:
        for asked in chat.asked(rule.ignoring, rule.asking):
            answered = chat.next(asked, "agent")
            waited = chat.waited(asked, answered)
            if waited is not None and waited - chat.doubt(asked, answered) > cue.customer_waits.seconds:
                given.update([] if chat.left(asked, answered) else [asked])
    if cue.customer_silent:
        given.update(_silences(cue.customer_silent.seconds, rule, chat))
    return sorted(given)


def _silences(seconds: float, rule: Rule, chat: Chat) -> list[int]:
    """Last lines of answers to a question that the customer left alone."""
    silences = []
    for asked in chat.asked(rule.ignoring, rule.asking):
        for answer in chat.turns("agent"):
            last = [row for row in answer if chat.lines[row].role == "agent"][-1]
            if chat.next(asked, "agent") == answer.start:
                spoke = chat.next(last, "customer")
                waited = chat.waited(last, spoke)
                silences += [last] if waited is not None and waited - chat.doubt(last, spoke) >= seconds else []
    return silences


def _given(cue: Cue | None, rule: Rule, chat: Chat, rows: range) -> bool:
    return cue is not None and any(row in rows for row in cues(cue, rule, chat, each_message=True))


def _priced(rule: Rule, breaches: Sequence[Breach]) -> list[Verdict]:
    """The dearest breach once; with `up_to` each, until so much is lost."""
    prices = [
        _price(rule.costs, None if breach.waited is None else breach.waited - breach.doubt) for breach in breaches
    ]
    if rule.up_to is None:
        dearest = prices.index(max(prices))
        breaches, prices = [breaches[dearest]], [prices[dearest]]
    verdicts, lost = [], 0.0
    for breach, price in zip(breaches, prices, strict=True):
        points = price if rule.up_to is None else min(price, rule.up_to - lost)
        lost += points
        outcome = "fails" if price else "hint"
        verdicts.append(Verdict(outcome, points, rule.fine if points else 0, 0, breach.charged, breach.waited))
    return verdicts


def _price(costs: Price | None, waited: float | None) -> float:
    if costs is None:
        return 0
    if costs.red_line:
        return INFINITE
    if not costs.steps:
        return costs.points
    if waited == INFINITE and costs.never is not None:
        return costs.never
    return max((points for over, points in costs.steps if waited is not None and waited > over), default=0)


def _earned(rule: Rule, chat: Chat) -> Verdict:
    for row in cues(rule.when, rule, chat):
        if chat.rows("agent") and not _given(rule.unless, rule, chat, range(row + 1)):
            return Verdict("earns", rule.earns, 0, rule.reward, chat.lines[row].agent)
    return Verdict("skips")


def _must_say(rule: Rule, chat: Chat) -> list[Occasion]:
    """A missing sentence is charged to who held the chat when its place ended; nobody there, nothing missing."""
    occasions: list[Occasion] = []
    if not chat.rows("agent"):
        return occasions
    for cue, place in _fixed_place(rule, chat) if rule.when is None else _places_of_cues(rule, chat):
        kept = any(chat.says(row, "agent", rule.must_say) for row in place)
        holder = chat.lines[max(place.stop - 1, cue)].agent
        occasions.append(Occasion(None if kept else Breach(cue, holder), range(place.stop)))
    return occasions


def _fixed_place(rule: Rule, chat: Chat) -> list[tuple[int, range]]:
    """The place in the whole chat, with its first row; none where nobody wrote, or where nothing has ended."""
    agents = chat.rows("agent")
    if not agents:
        return []
    place = range(len(chat))
    if rule.place == "first_reply":
        place = chat.turns("agent")[0]
    if rule.place == "last_three_messages":
        place = range(agents[-3:][0], len(chat))
        asked = chat.asked(rule.ignoring, rule.asking)
        if not asked or chat.next(asked[-1], "agent") is None:
            return []
    return [(place.start, place)]


def _places_of_cues(rule: Rule, chat: Chat) -> list[tuple[int, range]]:
    """Each cue with its place; where nobody writes any more a count of messages asks for nothing."""
    places = []
    for cue in _due(rule, chat):
        place = _around(cue, _own_reply(cue, chat), rule, chat)
        if any(row in place for row in chat.rows("agent")) or not isinstance(rule.within, Messages):
            places.append((cue, place))
    return places


def _due(rule: Rule, chat: Chat) -> list[int]:
    """Without `within` a rule is due once, from the first cue; a time limit needs a time to start from."""
    given = cues(rule.when, rule, chat)
    if rule.within is None:
        return given[:1]
    return [cue for cue in given if chat.lines[cue].known or not isinstance(rule.within, Duration)]


def _own_reply(cue: int, chat: Chat) -> range:
    """The whole reply in which an agent's own cue stands; for another's cue nothing."""
    own = (reply for reply in chat.turns("agent") if cue in reply and chat.lines[cue].role == "agent")
    return next(own, range(cue + 1, cue + 1))


def _around(cue: int, reply: range, rule: Rule, chat: Chat, surely: bool = False) -> range:
    """Where a cue makes the rule look; `reply` counts whole behind the cue."""
    if rule.place == "anywhere":
        return range(len(chat))
    return _before(cue, rule, chat) if rule.place == "before" else _after(cue, reply, rule, chat, surely)


def _after(cue: int, reply: range, rule: Rule, chat: Chat, surely: bool) -> range:
    if rule.within is None:
        return range(reply.start, len(chat))
    if isinstance(rule.within, Duration):
        return range(reply.start, max(reply.stop, chat.reach(cue, rule.within.seconds, surely)))
    later = [row for row in chat.rows("agent") if row >= reply.stop]
    return range(reply.start, later[rule.within.count - 1] + 1 if len(later) >= rule.within.count else len(chat))


def _before(cue: int, rule: Rule, chat: Chat) -> range:
    if isinstance(rule.within, Duration):
        return range(next(row for row in range(cue + 1) if chat.passed(row, cue) <= rule.within.seconds * 1000), cue)
    if isinstance(rule.within, Messages):
        earlier = [row for row in chat.rows("agent") if row < cue]
        return range(earlier[-rule.within.count :][0] if earlier else cue, cue)
    return range(cue)


def _must_not_say(rule: Rule, chat: Chat) -> list[Occasion]:
    """Behind a cue, strictly; what was said together with it does not count."""
    agents = chat.rows("agent")
    if rule.when is not None:
        places = [_around(cue, range(cue + 1, cue + 1), rule, chat, surely=True) for cue in _due(rule, chat)]
    else:
        places = chat.turns("agent")[:1] if rule.place == "first_reply" else [range(len(chat))]
    places = [[row for row in agents if row in place] for place in places]
    broken = {row for place in places for row in place if chat.says(row, "agent", rule.must_not_say)}
    kept = [Occasion(None) for place in places if place and not broken & set(place)]
    return kept + [Occasion(Breach(row, chat.lines[row].agent), range(row + 1)) for row in sorted(broken)]


def _must_reply_within(rule: Rule, chat: Chat) -> list[Occasion]:
    """Questions left while nobody is there ask for nothing, nor do those of a chat that only robots served."""
    asked = chat.asked(rule.ignoring, rule.asking) if rule.when is None else cues(rule.when, rule, chat)
    asked = [row for row in asked if not chat.left(row, chat.next(row, "agent")) and not chat.served_by_robots()]
    if rule.to == "first":
        asked = asked[:1]
    if rule.to == "later":
        spoken = {row for row in chat.asked(rule.ignoring) if not chat.left(row, chat.next(row, "agent"))}
        opening = next((turn for turn in chat.turns("customer") if spoken.intersection(turn)), ())
        asked = [row for row in asked if row not in opening]
    waits = {row: (chat.next(row, "agent"), chat.waited(row, chat.next(row, "agent"))) for row in asked}
    known = [
        Breach(row, chat.lines[row].agent, waited, chat.doubt(row, answered))
        for row, (answered, waited) in waits.items()
        if waited is not None
    ]
    if rule.to == "average":
        known = _average(known)
    return _timed(known, rule.must_reply_within.seconds, chat)


def _timed(waits: Sequence[Breach], limit: float, chat: Chat) -> list[Occasion]:
    """What surely took too long is a breach, what took no longer than allowed is kept, between them is nothing."""
    occasions = []
    for wait in waits:
        late, in_time = wait.waited - wait.doubt > limit, wait.waited <= limit
        if late or in_time:
            occasions.append(Occasion(wait if late else None, range(chat.reach(wait.row, limit))))
    return occasions


def _average(waits: Sequence[Breach]) -> list[Breach]:
    """The mean of what was answered, charged to the longest wait."""
    answered = [wait for wait in waits if wait.waited < INFINITE]
    if not answered:
        return []
    longest = max(answered, key=lambda wait: wait.waited)
    means = (fmean(wait.waited for wait in answered), fmean(wait.doubt for wait in answered))
    return [Breach(longest.row, longest.charged, *means)]


def _must_return(rule: Rule, chat: Chat) -> list[Occasion]:
    waits = []
    for cue in cues(rule.when, rule, chat, each_message=True):
        later = (row for row in chat.rows("agent") if row > cue and not chat.says(row, "agent", rule.ignoring))
        back = next(later, None)
        waited = chat.waited(cue, back)
        if waited is not None:
            waits.append(Breach(cue, chat.lines[cue].agent, waited, chat.doubt(cue, back)))
    return _timed(waits, rule.must_return.seconds, chat)


def _must_not_repeat(rule: Rule, chat: Chat) -> list[Occasion]:
    """The n-th sending of a text is the breach."""
    agents = chat.rows("agent")
    sent = [row for row in agents if not chat.lines[row].only & set(rule.ignoring)]
    occasions = []
    for row in sent:
        so_far = [earlier for earlier in sent if earlier <= row and chat.lines[earlier].text == chat.lines[row].text]
        if len(so_far) == rule.must_not_repeat:
            occasions.append(Occasion(Breach(row, chat.lines[row].agent), range(row + 1)))
    return occasions or [Occasion(None)] * bool(agents)


def _must_keep(rule: Rule, chat: Chat) -> list[Occasion]:
    """A measure of the whole chat, charged to who wrote what shows it best, else to who wrote first."""
    agents = chat.rows("agent")
    size = len(agents) if isinstance(rule.since, Messages) else len(chat.asked(rule.ignoring, rule.asking))
    if not agents or size < rule.since.count:
        return []
    measured, shows = _measure(rule, chat, agents)
    if measured is None:
        return []
    row = (shows or agents)[0]
    kept = measured >= rule.at_least if rule.at_least is not None else measured <= rule.at_most
    return [Occasion(None if kept else Breach(row, chat.lines[row].agent), range(len(chat)))]


def _measure(rule: Rule, chat: Chat, agents: list[int]) -> tuple[float | None, list[int]]:
    lengths = {row: len(chat.lines[row].text) for row in agents}
    if rule.must_keep == "reply_ratio":
        asked = len(chat.rows("customer"))
        return (len(agents) / asked if asked else None), []
    if rule.must_keep == "longest_message":
        longest = max(lengths.values())
        return longest, [row for row in agents if lengths[row] == longest]
    if rule.must_keep == "short_answer_share":
        answers = {chat.next(asked, "agent") for asked in chat.asked(rule.ignoring, rule.asking)}
        replies = [[row for row in reply if row in agents] for reply in chat.turns("agent")]
        replies = [reply for reply in replies if reply[0] in answers]
        short = [reply[0] for reply in replies if len(reply) == 1 and lengths[reply[0]] < SHORT_ANSWER]
        return (len(short) / len(replies), short) if replies else (None, [])
    said = [row for row in agents if chat.says(row, "agent", rule.must_keep.share_of)]
    return len(said) / len(agents), said if rule.at_most is not None else []


KINDS: dict[str, Callable[[Rule, Chat], list[Occasion]]] = {
    "must_say": _must_say,
    "must_not_say": _must_not_say,
    "must_reply_within": _must_reply_within,
    "must_return": _must_return,
    "must_not_repeat": _must_not_repeat,
    "must_keep": _must_keep,
    "reviewer_asks": lambda rule, chat: [],  # nobody has answered yet
}
