"""Stages one conversation: puts pieces together, in the agent's voice and with the agent's manners."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import people
import scripts
from scripts import Message

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from people import Agent, Customer, Shop
    from scripts import Scene, Script

_SLOT = re.compile(r"\{(\w+)\}")
_ASKS_ALREADY = ("在吗", "有人吗", "有人没", "在不", "转人工", "人工客服", "你好", "还有人", "加急", "急，")
_THANKS = re.compile("谢|麻烦|辛苦|3Q|拜托")
_WEEKDAYS = "一二三四五六日"
_BUYING = scripts.read("buying")
_TALKS = {name: [scripts.read_script(talk) for talk in talks] for name, talks in _BUYING.items()}
_SHIPPING = {
    True: ("今天给您发出{哦}", "四点前就能发走", "今天就安排发货"),
    False: ("明天上午给您发出{哦}", "明天一早安排发货", "今天的已经发完了，明天第一批发"),
}


@dataclass(frozen=True)
class Line:
    """One message of a staged conversation, still without its time."""

    role: str  # customer | agent | bot | system
    text: str
    pause: float | None
    agent: str  # the nick of the agent in charge


@dataclass
class Stage:
    """A conversation in the making between one agent and one customer."""

    rng: Random
    shop: Shop
    agent: Agent
    customer: Customer
    early: bool  # before the courier comes at four
    day: date
    colleague: Agent | None = None
    lines: list[Line] = field(default_factory=list)
    greeted: bool = False
    ordered: bool = False
    held_pause: float | None = None  # of a message of which nothing was left

    def __post_init__(self) -> None:
        """Draws which duties this agent does this time."""
        self.slots = dict(self.customer.slots)
        for slot, days in (("明", 1), ("后", 2)):
            self.slots[slot] = f"周{_WEEKDAYS[(self.day + timedelta(days=days)).weekday()]}"
        self.slots["转"] = self.colleague.name if self.colleague else ""
        self.does = {duty: self.rng.random() < share for duty, share in self.agent.habits.items()}

    # ------------------------------------------------------------------ speaking

    def say(self, message: Message) -> None:
        """Puts one message on stage: slots filled, in the speaker's manner."""
        if message.role == "transfer":
            self._hand_over()
            return
        text = message.text
        if text.startswith("{别客气}") and not _THANKS.search(self.lines[-1].text):
            text = text.replace("{别客气}", "好的", 1)
        text = self._fill(text, self.agent)
        if message.role == "agent":
            text = self._tidy(text)
            if "{问好}" not in message.text and (not self.does["greets"] or self.greeted):
                text = re.sub(r"^[您你]好，(?=.)", "", text)
        elif message.role == "customer":
            self._type(text, message.pause)
            return
        pause = message.pause if self.held_pause is None else self.held_pause
        self.held_pause = None if text else pause
        if text:
            self.lines.append(Line(message.role, text, pause, self.agent.nick))

    def perform(self, script: Script) -> None:
        """Plays one script, greeting before the first answer where the agent does greet."""
        messages, size = scripts.choose(script, self.agent.tone, self.rng)
        if size:
            self.slots["码"] = size
        for message in messages:
            if message.role == "agent" and not self.greeted:
                message = self._greet(message)
            self.say(message)
            self.greeted |= message.role == "agent"

    def _greet(self, message: Message) -> Message:
        """Says hello before the message; the greeting takes over a pause that was written for the answer."""
        if "{问好}" in message.text or message.text.startswith("您好，") or not self.does["greets"]:
            return message
        self.greeted = True
        self.say(Message("agent", "{问好}", message.pause))
        return replace(message, pause=None)

    def _fill(self, text: str, agent: Agent) -> str:
        def word(found: re.Match[str]) -> str:
            name = found[1]
            if name == "发货":
                return self._fill(self.rng.choice(_SHIPPING[self.early]), agent)
            if name == "问好":
                self.greeted = True
                return self.rng.choice(agent.says[name]) if self.does["greets"] else ""
            if name == "再见" and not self.does["closes"]:
                return ""
            if name in agent.says:
                return self._fill(self.rng.choice(agent.says[name]), agent)
            return self.slots.get(name, found[0])

        return _SLOT.sub(word, text)

    def in_voice(self, text: str) -> str:
        """The text as this agent puts it, with the slots filled."""
        return self._tidy(self._fill(text, self.agent))

    @staticmethod
    def _tidy(text: str) -> str:
        text = re.sub(r"([。~？！])[，。]", r"\1", text)
        return re.sub(r"，+$", "", re.sub(r"^[，。]+", "", text)).strip()

    def _type(self, text: str, pause: float | None) -> None:
        """The customer's own way of typing: spaces for commas, bursts, a slip now and then."""
        if text.startswith(("[", "http", "<", "=")):
            self.lines.append(Line("customer", text, pause, self.agent.nick))
            return
        for right, wrong in people.typos().items():
            if right in text and self.rng.random() < 0.012:
                text = text.replace(right, wrong, 1)
        parts = [text]
        if "，" in text and len(text) > 9 and self.rng.random() < 0.16 and "{" not in text:
            parts = text.split("，", 1)
        for number, part in enumerate(parts):
            typed = part.replace("，", " ") if self.customer.spaces else part
            if self.customer.drops_question_marks and len(typed) > 2:
                typed = typed.removesuffix("？")
            self.lines.append(Line("customer", typed, None if number else pause, self.agent.nick))

    def _hand_over(self) -> None:
        if self.colleague is None:
            raise ValueError("nobody to hand over to")
        text = f"由 {self.agent.nick} 转交给 {self.colleague.nick}"
        self.lines.append(Line("system", text, 6.0, self.agent.nick))
        # The duties drawn for the first agent go on: one draw, one conversation.
        self.agent, self.greeted = self.colleague, False

    # ------------------------------------------------------------------ the acts

    def open(self, script: Script) -> None:
        """The customer comes in, the robot welcomes, sometimes a product card, a hello, a curt 在."""
        first = script.turns[0]
        asks = first.role == "customer" and not first.wordings[0][1].startswith(_ASKS_ALREADY)
        roll = self.rng.random()
        if self.rng.random() < 0.22 and asks:
            card = f"[商品] {self.customer.product.title} ￥{self.slots['价']}"
            self.lines.append(Line("customer", card, None, self.agent.nick))
        if asks and roll < 0.58:
            kind = "odd_openers" if self.rng.random() < 0.035 else "openers"
            self._type(self.rng.choice(people.words(kind)), None)
        if self.rng.random() < 0.5 and self.lines:
            self.say(Message("bot", self.shop.welcome, 1.0))
        if asks and roll < 0.42:
            if self.does["greets"]:
                self.say(Message("agent", "{问好}"))
            elif self.agent.tone == "短" or self.rng.random() < 0.4:
                self.say(Message("agent", self.rng.choice(("在", "说", "嗯", "在的"))))
                self.greeted = True

    def buy(self) -> None:
        """Pre-sales: a few questions about the goods and the shop, then an order or a polite retreat."""
        product, rng = self.customer.product, self.rng
        shop_talks = [talk for talk in _TALKS["talks"] if talk.custom_too or not product.custom]
        about_goods = rng.sample(product.talks, rng.choice((1, 2, 2, 3)))
        # Talks that settle the size come first, so that nobody orders another one afterwards.
        about_goods.sort(key=lambda talk: not talk.sizes)
        talks = about_goods + rng.sample(shop_talks, rng.choice((0, 1, 1, 2, 2)))
        if rng.random() < 0.14:
            talks.append(rng.choice(_TALKS["hesitations"]))
        self.open(talks[0])
        for talk in talks:
            self.perform(talk)
        if rng.random() < 0.42:
            self.order()
        else:
            self.perform(rng.choice(_TALKS["leaving"]))

    def order(self) -> None:
        """An order, with the address checked if this agent does that."""
        self.ordered = True
        if not self.does["checks"]:
            kind = "unacknowledged_changes" if self.rng.random() < 0.2 else "unchecked_orders"
            script = _TALKS[kind][0] if kind == "unacknowledged_changes" else self.rng.choice(_TALKS[kind])
        elif self.rng.random() < 0.15:
            script = _TALKS["address_changes"][0]
        else:
            script = self.rng.choice(_TALKS["orders"])
        self.perform(script)

    def change_address(self, late: bool) -> None:
        """The customer comes only to change the address or the phone number of an order."""
        if late:
            script = self.rng.choice(_TALKS["late_address_changes"])
        elif self.does["checks"]:
            script = self.rng.choice(_TALKS["address_changes"][1:])
        else:
            script = self.rng.choice(_TALKS["unacknowledged_changes"][1:])
        self.open(script)
        self.perform(script)

    def play(self, scene: Scene) -> None:
        """One scene from the pieces, from the customer's coming in."""
        if scene.ends == "left" or "night" in scene.traits:
            self.greeted = scene.ends == "left" and self.rng.random() < 0.5
        else:
            self.open(scene.script)
        self.perform(scene.script)

    def close(self, ends: str, upset: bool) -> None:
        """The last act: thanks and farewell, silence and a follow-up, or nothing at all."""
        last = self.lines[-1]
        if ends == "left" or (ends == "quiet" and self.rng.random() < 0.8):
            return
        if ends == "sour" and last.role == "customer" and self.rng.random() < 0.8:
            if self.rng.random() < 0.25:
                self._type(self.rng.choice(people.words("gives_up")), None)
            return
        if ends == "sour" and last.role == "agent" and self.rng.random() < 0.75:
            if self.rng.random() < 0.4:
                self._type(self.rng.choice(people.words("gives_up")), None)
            return
        said_bye = any(last.text.endswith(bye) for bye in self.agent.says["再见"])
        if last.role == "customer":
            self._farewell(last.text, upset)
        elif said_bye or ends == "said":
            if self.rng.random() < 0.25:
                self._type(self.rng.choice(("好的", "嗯嗯", "👌", "好", "拜拜", "谢谢")), None)
        elif self.rng.random() < 0.55:
            self._thanks(upset)
        else:
            self._follow_up()

    def _thanks(self, upset: bool) -> None:
        if upset:
            self._type(self.rng.choice(("嗯", "行", "好吧", "知道了", "好的", "行 谢谢")), None)
        elif self.agent.habits["closes"] > 0.88 and self.rng.random() < 0.06:
            self._type(self.rng.choice(people.words("praises")), None)
            self.say(Message("agent", self.rng.choice(("谢谢您的认可，{再见}", "您过奖了，应该的，{再见}"))))
            return
        else:
            self._type(self.rng.choice(people.words("thanks")), None)
        self._farewell(self.lines[-1].text, upset)

    def _farewell(self, heard: str, upset: bool) -> None:
        thanked = bool(_THANKS.search(heard))
        if not self.does["closes"]:
            if thanked and self.rng.random() < 0.5:
                self.say(Message("agent", "{别客气}"))
            return
        ways: tuple[str, ...] = ("好的，{再见}", "嗯嗯，{再见}")
        if thanked:
            ways = ("{别客气}，{再见}", "{别客气}，有需要随时找我，{再见}")
        if upset:
            ways = ("给您添麻烦了，{再见}",)
            if not any("谢谢您" in line.text for line in self.lines):
                ways += ("谢谢您的理解，{再见}",)
        self.say(Message("agent", self.rng.choice(ways)))

    def _follow_up(self) -> None:
        if self.does["asks_more"]:
            self.say(Message("agent", "{还有}", self.rng.uniform(70, 190)))
            if self.rng.random() < 0.45:
                self._type(self.rng.choice(people.words("nothing_more")), None)
                self._farewell(self.lines[-1].text, False)
                return
            ways: tuple[str, ...] = ("那先不打扰您了，{再见}", "有问题随时留言，{再见}", "{再见}")
        else:
            ways = ("{再见}", "有问题再找我，{再见}")
        if self.does["closes"]:
            self.say(Message("agent", self.rng.choice(ways), self.rng.uniform(150, 420)))
