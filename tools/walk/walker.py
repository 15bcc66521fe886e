"""Two players without sense: they tap what was ever shown to anybody, write nonsense and forge buttons."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.callbacks.buttons import Act, Do, Mark, Marking, Open, ScreenName
from bot.callbacks.codes import to_base36
from bot.callbacks.names import ShopDeed
from bot.callbacks.shops import Shop
from bot.callbacks.trading import AtTable, Deal
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.bots.callbacks import Tap
from telegram_sandbox.chats import people
from telegram_sandbox.chats.people import ANYWHERE, Aim, Place
from telegram_sandbox.errors import ControlError
from telegram_sandbox.world.model import Group, User
from telegram_sandbox.world.world import World
from tools.walk.trail import Trail
from tools.walk.vocabulary import vocabulary
from tools.walk.witness import Button, Witness

_HABITS: Mapping[str, int] = {
    "current": 80,
    "stale": 12,
    "doubled": 8,
    "delivered twice": 6,
    "forged": 8,
    "written": 10,
    "meeting": 8,
}
# Who throws everything away has nothing left to tap on.
_TEMPTATION: Mapping[str, float] = {
    f"{Mark.__prefix__}:{Marking.ALL}": 0.1,
    f"{Act.__prefix__}:{Do.DROP_MARKED}": 0.3,
    f"{Act.__prefix__}:{Do.DROP}": 0.3,
    f"{Shop.__prefix__}:{ShopDeed.SELL}": 0.3,
    # Nor has anybody traded who does not stay to the end.
    f"{AtTable.__prefix__}:{Deal.SIT}": 9.0,
    f"{AtTable.__prefix__}:{Deal.CHOOSE}": 4.0,
    f"{AtTable.__prefix__}:{Deal.LAY}": 9.0,
    f"{AtTable.__prefix__}:{Deal.CONFIRM}": 100.0,
    f"{AtTable.__prefix__}:{Deal.DECLINE}": 0.3,
    f"{AtTable.__prefix__}:{Deal.LEAVE}": 0.05,
}
_BOTH_AT_ONCE = 0.3
_IN_THE_GROUP = 0.15
_LINK = re.compile(r"start=(trade_\w+)")
_NEVER_SENT = 1_000_000
_NOISE = "0123456789abcdefz:-_*%\x00ж"


@dataclass(slots=True)
class Walker:
    """One walk's two players, in their private chats and in a group. `doubled`: updates to deliver twice."""

    world: World
    bot: Bot
    users: tuple[User, User]
    group: Group
    trail: Trail
    witness: Witness
    dice: random.Random
    doubled: set[int] = field(default_factory=set, init=False)
    _tapped: Counter[str] = field(default_factory=Counter, init=False)
    _open: list[tuple[str, Tap]] = field(default_factory=list, init=False)
    _unheard: dict[int, int] = field(default_factory=dict, init=False)

    def step(self) -> None:
        """One player does something, or both at once."""
        first, second = self.dice.sample(self.users, 2)
        self._act(first)
        if self.dice.random() < _BOTH_AT_ONCE:
            self._act(second)

    def look(self) -> None:
        """Handlers have run: every tap must have been answered."""
        for text, tap in self._open:
            if not tap.answer.done():
                self.trail.found(f"not answered: {text}")
                continue
            answer = tap.answer.result()
            kind = "silent" if not answer.text else "alert" if answer.show_alert else "toast"
            self.trail.answers[kind] += 1
        self._open.clear()
        self.doubled.clear()

    def listen(self) -> None:
        """Menus have been drawn: every text must have been answered by a message below it."""
        for chat_id, text_id in self._unheard.items():
            if self.witness.latest[chat_id] < text_id:
                self.trail.found(f"no answer to message {text_id} in chat {chat_id}")
        self._unheard.clear()

    def forget(self) -> None:
        """The process died: screens that were not drawn yet may be lost, answers to taps may not."""
        self._unheard.clear()

    def write(self, place: Place, text: str, aim: Aim = ANYWHERE) -> None:
        self.trail.taps += 1
        self.trail.step(f"user {place.user.id} writes {text!r} in {place.chat.id}")
        try:
            message = people.write(self.world, place, text, aim)
        except ControlError:
            return  # Telegram would not let it be sent either
        if isinstance(place.chat, User):
            self._unheard[place.chat.id] = message.message_id

    def _act(self, user: User) -> None:
        place = Place(self.bot, user, self.group if self.dice.random() < _IN_THE_GROUP else user)
        habit = self.dice.choices(list(_HABITS), list(_HABITS.values()))[0]
        if habit == "written" or not (buttons := self._buttons(place)):
            self.write(place, self._text())
            return
        if habit == "meeting":
            self._meet(user)
            return
        message_id, data = _CHOICES[habit](self, place, buttons)
        for _ in range(1 + (habit == "doubled")):
            self._tap(place, message_id, data, habit)
        if habit == "delivered twice":
            self.doubled.add(self.bot.record.next_update_id - 1)

    def _tap(self, place: Place, message_id: int, data: str, habit: str) -> None:
        text = f"user {place.user.id} taps {data!r} ({habit}) on message {message_id} in {place.chat.id}"
        self.trail.taps += 1
        self.trail.step(text)
        if habit != "forged":
            self.trail.tapped[kind_of(data)] += 1
        self._tapped[data] += 1
        self._open.append((text, people.tap(self.world, place, message_id, data)))

    def _meet(self, user: User) -> None:
        """Follow the link to the other's table; else invite the other, in the group."""
        latest = [*self.bot.chat(self._other(user).id).messages.values()][-1:]
        links = [found for each in latest for found in _LINK.findall(each.text)]
        if links:
            self.write(Place(self.bot, user, user), f"/start {links[0]}")
            return
        said = self.bot.chat(self.group.id).messages.values()
        theirs = [each.message_id for each in said if each.sender_id == self._other(user).id]
        aim = Aim(reply_to=theirs[-1]) if theirs else ANYWHERE
        self.write(Place(self.bot, user, self.group), "/trade", aim)

    def _text(self) -> str:
        words = vocabulary()
        return self.dice.choice(words.commands if self.dice.random() < 0.6 else words.texts)  # noqa: PLR2004

    def _other(self, user: User) -> User:
        first, second = self.users
        return second if user is first else first

    def _buttons(self, place: Place) -> list[Button]:
        """The buttons of the latest menu in the chat."""
        messages = reversed(self.bot.chat(place.chat.id).messages.values())
        menu = next((each for each in messages if each.inline_keyboard), None)
        rows = (menu.inline_keyboard or {}).get("inline_keyboard", []) if menu else []
        return [
            (menu.message_id, button["callback_data"])
            for row in rows
            for button in row
            if menu and "callback_data" in button
        ]

    def _current(self, _: Place, buttons: list[Button]) -> Button:
        """Kinds of buttons that were tapped less come first, and of one kind those that were never tapped."""
        weights = [
            _TEMPTATION.get(kind_of(data), 1.0)
            / (1 + self.trail.tapped[kind_of(data)]) ** 2
            / (1 + self._tapped[data]) ** 2
            for _, data in buttons
        ]
        return self.dice.choices(buttons, weights)[0]

    def _stale(self, place: Place, buttons: list[Button]) -> Button:
        return self.dice.choice(list(self.witness.shown[place.chat.id]) or buttons)

    def _forged(self, place: Place, buttons: list[Button]) -> Button:
        message_id, data = self._stale(place, buttons)
        forgery = self.dice.choice(list(self._forgeries(place, data)))
        return self.dice.choice((message_id, buttons[0][0], _NEVER_SENT)), forgery or "?"

    def _forgeries(self, place: Place, data: str) -> Iterator[str]:
        """Never given out; cut; spoilt; somebody else's; somebody else's things under one's own name."""
        yield self.dice.choice(vocabulary().data)
        cut = self.dice.randrange(len(data))
        yield data[:cut]
        noise = "".join(self.dice.choices(_NOISE, k=3))
        yield f"{data[:cut]}{noise}{data[cut + 3 :]}"
        other = self._other(place.user)
        theirs = list(self.witness.shown[other.id])
        if theirs:
            _, foreign = self.dice.choice(theirs)
            yield foreign
            yield foreign.replace(f":{to_base36(other.id)}", f":{to_base36(place.user.id)}", 1)


_Choice = Callable[[Walker, Place, list[Button]], Button]
_CHOICES: Mapping[str, _Choice] = {
    "current": Walker._current,  # noqa: SLF001 - a table of this module
    "doubled": Walker._current,  # noqa: SLF001
    "delivered twice": Walker._current,  # noqa: SLF001
    "stale": Walker._stale,  # noqa: SLF001
    "forged": Walker._forged,  # noqa: SLF001
}


def kind_of(data: str) -> str:
    """What a button does, without to what: its first two fields."""
    return ":".join(data.split(":")[:2])


def every_kind() -> frozenset[str]:
    """Of the buttons that open a screen, change something, deal, or do something at a table."""
    return frozenset(
        f"{button.__prefix__}:{value}"
        for button, values in ((Open, ScreenName), (Act, Do), (Shop, ShopDeed), (AtTable, Deal))
        for value in values
    )


def untapped(trails: Iterable[Trail]) -> frozenset[str]:
    """Kinds that no walk came to."""
    return every_kind().difference(*(trail.tapped for trail in trails))
