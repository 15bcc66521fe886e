"""A player without patience: taps what the menu offers, old buttons, twice, on two devices, and forgeries."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from apps.game_core.modules.inventory.inventory.operations import undo_id
from apps.sandbox import people
from apps.sandbox.bot import Bot
from apps.sandbox.callbacks import Answer, Tap
from apps.sandbox.model import Message, User
from apps.sandbox.world import World
from bot.callbacks.buttons import Act, Do, Open, Screen
from bot.chaos.journal import Journal

_PATIENCE = 1.5
_LONGEST_PAUSE = 0.1
_OLD_BUTTONS = 60
# Rarely: a player who throws everything away has nothing left to tap on.
_RARE = {Do.DROP, Do.DROP_MARKED}
_HABITS: Mapping[str, int] = {"act": 72, "look": 6, "old": 8, "double": 6, "both": 4, "forged": 4}


@dataclass(slots=True)
class Tapper:
    """`bots` has one bot, or two for a player with two devices. `now`: seconds since the start."""

    world: World
    user: User
    bots: tuple[Bot, ...]
    journal: Journal
    dice: random.Random
    now: Callable[[], float]
    _old: deque[str] = field(default_factory=lambda: deque(maxlen=_OLD_BUTTONS), init=False)

    async def run(self, gate: asyncio.Event) -> None:
        """Tap while the gate is open, until cancelled."""
        while True:
            await gate.wait()
            await self._once(self.dice.choice(self.bots))
            await asyncio.sleep(self.dice.uniform(0, _LONGEST_PAUSE))

    async def _once(self, bot: Bot) -> None:
        menu = self._menu(bot)
        buttons = _buttons(menu) if menu else []
        if menu is None or not buttons:
            people.write(self.world, self._place(bot), "/start")
            await asyncio.sleep(_PATIENCE / 3)
            return
        self._old.extend(each for each in buttons if _act(each) and each not in self._old)
        habit = self.dice.choices(list(_HABITS), list(_HABITS.values()))[0]
        taps = [self._tap(at, menu, data, habit) for at, data in self._taps(habit, bot, buttons)]
        await asyncio.wait([tap.answer for tap in taps], timeout=_PATIENCE)

    def _taps(self, habit: str, bot: Bot, buttons: list[str]) -> list[tuple[Bot, str]]:
        """Which buttons go to which bot, at the same moment."""
        acts = [each for each in buttons if _act(each) and self._dares(each)]
        old = self.dice.choice(self._old) if self._old else self.dice.choice(buttons)
        act = self.dice.choice(acts or _towards_acts(buttons))
        match habit:
            case "act":
                return [(bot, act)]
            case "old":
                return [(bot, old)]
            case "double":
                return [(bot, act), (bot, act)]
            case "both":
                return [(self.bots[0], act), (self.bots[-1], old)]
            case "forged":
                return [(bot, self._forged(self.dice.choice(buttons)))]
            case _:
                return [(bot, self.dice.choice([each for each in buttons if not _act(each)] or buttons))]

    def _dares(self, data: str) -> bool:
        act = _act(data)
        return act is None or act.do not in _RARE or self.dice.random() < 0.2  # noqa: PLR2004 - now and then

    def _forged(self, data: str) -> str:
        cut = self.dice.randrange(1, len(data))
        noise = "".join(self.dice.choices("0123456789abcdefz:-_*%\x00ж", k=4))
        return f"{data[:cut]}{noise}{data[cut + 4 :]}".encode()[:64].decode(errors="ignore")

    def _tap(self, bot: Bot, menu: Message, data: str, habit: str) -> Tap:
        tap = people.tap(self.world, self._place(bot), menu.message_id, data)
        self.journal.taps[habit] += 1
        act = _act(data)
        if act is not None:
            key = (self.user.id, _operation(act))
            self.journal.note(key, self.now(), f"tapped ({habit}) at bot {bot.id}")
        tap.answer.add_done_callback(lambda future: self._answered(act, future))
        return tap

    def _answered(self, act: Act | None, future: asyncio.Future[Answer]) -> None:
        """Refusals are alerts; only what worked is a toast on an action's button."""
        if future.cancelled():
            return
        answer = future.result()
        kind = "silent" if not answer.text else "alert" if answer.show_alert else "toast"
        self.journal.answers[kind] += 1
        if act is None or act.owner != self.user.id:
            return
        key = (self.user.id, _operation(act))
        if kind == "toast":
            self.journal.told(key, self.now(), str(answer.text))
        else:
            self.journal.note(key, self.now(), f"{kind}: {answer.text}")

    def _menu(self, bot: Bot) -> Message | None:
        messages = bot.chat(self.user.id).messages.values()
        return next((each for each in reversed(messages) if each.inline_keyboard), None)

    def _place(self, bot: Bot) -> people.Place:
        return people.Place(bot, self.user, self.user)


def _buttons(menu: Message) -> list[str]:
    rows = (menu.inline_keyboard or {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


def _towards_acts(buttons: list[str]) -> list[str]:
    """The way to the nearest actions: an item's card, or a screen that lists items."""
    for screens in ((Screen.ITEM,), (Screen.BACKPACK, Screen.MAIN)):
        starts = tuple(f"{Open.__prefix__}:{screen}:" for screen in screens)
        if nearer := [each for each in buttons if each.startswith(starts)]:
            return nearer
    return buttons


def _operation(act: Act) -> str:
    """The id under which the ledger has what the button does."""
    return undo_id(act.undone) if act.undoes else act.op_id


def _act(data: str) -> Act | None:
    """The action behind a button; None for all others and for forgeries that no bot would understand."""
    try:
        return Act.unpack(data)
    except (ValidationError, ValueError, TypeError):
        return None
