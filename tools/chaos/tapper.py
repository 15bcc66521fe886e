"""A player without patience: taps what menus offer and offered, again, at once, and forgeries."""

import asyncio
import random
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

from bot.callbacks.buttons import Act, Do, Open, ScreenName
from bot.callbacks.makers import Opens
from bot.callbacks.names import ShopDeed
from bot.callbacks.shops import Shop
from telegram_sandbox.bots.callbacks import Answer, Tap
from tools.chaos.names import Deed, as_deed
from tools.chaos.player import Player, buttons_of, item_of, towards_acts

_PATIENCE = 1.0
_LONGEST_PAUSE = 0.1
# How long another screen may take to come: menus are drawn about once a second.
_DRAWING = 2.0
_NEVER = float("-inf")
_SEEN = 60
_RECENT = 30
# Longer than a session lives.
_REST = 7.0
# Rarely: a player who throws everything away, or sells it, has nothing left to tap on.
_RARE = {Do.DROP, Do.DROP_MARKED, ShopDeed.SELL}
_STALLS = (ScreenName.MERCHANT, ScreenName.SELLABLE, ScreenName.REPAIRS, ScreenName.SOLD)
_WANDERS = 0.05
_CARDS = 4
_SELDOM, _DEALS = 0.1, 0.7
_SPINNING = 4
_EXPIRED = 15.0
_HABITS: Mapping[str, float] = {
    "act": 66,
    "look": 5,
    "merchant": 8,
    "again": 12,
    "double": 6,
    "everywhere": 6,
    "forged": 4,
    "rest": 0.4,
}


@dataclass(slots=True)
class Tapper:
    """`processes` of the bot: so many taps, and one, come at the same moment now and then.

    `wares` are the keys of what the merchant sells.
    """

    player: Player
    dice: random.Random
    processes: int
    wares: Sequence[int] = ()
    _seen: deque[str] = field(default_factory=lambda: deque(maxlen=_SEEN), init=False)
    """Actions that were offered and not tapped yet."""
    _tapped: dict[str, None] = field(default_factory=dict, init=False)
    """All actions ever tapped, in order."""
    _items: deque[int] = field(default_factory=lambda: deque(maxlen=_SEEN), init=False)
    _stamp: str = field(default="", init=False)
    _spinning: set[asyncio.Future[Answer]] = field(default_factory=set, init=False)
    _shown: list[str] = field(default_factory=list, init=False)
    _went: float = field(default=_NEVER, init=False)
    """When the player left for another screen, until it is there."""

    async def run(self, gate: asyncio.Event) -> None:
        """Tap while the gate is open, until cancelled."""
        while True:
            await gate.wait()
            async with self.player.hands:
                rest = await self._once()
            await asyncio.sleep(rest + self.dice.uniform(0, _LONGEST_PAUSE))

    async def _once(self) -> float:
        """How long they rest then."""
        menu = self.player.menu()
        buttons = buttons_of(menu) if menu else []
        if not buttons:
            self.player.start()
            return _PATIENCE / 2
        self._look(buttons)
        habit = self.dice.choices(list(_HABITS), list(_HABITS.values()))[0]
        if habit == "rest":
            return _REST
        if taps := [self._tap(data, habit) for data in self._taps(habit, buttons)]:
            await self._listen([tap.answer for tap in taps])
        return 0.0

    async def _listen(self, answers: Sequence[asyncio.Future[Answer]]) -> None:
        """Not for long; but whoever sees so many buttons spin waits until one of them stops."""
        await asyncio.wait(answers, timeout=_PATIENCE)
        self._spinning = {each for each in (*self._spinning, *answers) if not each.done()}
        if len(self._spinning) >= _SPINNING:
            await asyncio.wait(self._spinning, timeout=_EXPIRED, return_when=asyncio.FIRST_COMPLETED)
            self._spinning.clear()

    def _look(self, buttons: list[str]) -> None:
        """Keep in mind what the menu offers."""
        if buttons != self._shown:
            self._shown, self._went = buttons, _NEVER
        for offered in buttons:
            deed = as_deed(offered)
            if deed is not None:
                self._stamp = deed.stamp
            if deed is not None and offered not in self._seen and offered not in self._tapped:
                self._seen.append(offered)
            if (item := item_of(offered)) and item not in self._items:
                self._items.append(item)

    def _taps(self, habit: str, buttons: list[str]) -> list[str]:
        """The buttons that are tapped at the same moment."""
        match habit:
            case "act":
                return self._acts(buttons, 1)
            case "again":
                return [self._earlier(buttons)]
            case "double":
                return self._acts(buttons, 1) * 2
            case "everywhere":
                return [*self._acts(buttons, self.processes), self._earlier(buttons)]
            case "merchant":
                data = self._towards_deals().pack()
            case "forged":
                data = self._forged(self.dice.choice(buttons))
            case _:
                data = self.dice.choice([each for each in buttons if not as_deed(each)] or buttons)
        return [data]

    def _acts(self, buttons: list[str], most: int) -> list[str]:
        """What was not tapped yet: on this menu, on others that were or might have been, or the way on."""
        here = [each for each in buttons if each in self._seen]
        for offered in (here, list(self._seen), None):
            acts = [each for each in offered or self._imagined() if self._dares(each)]
            if acts and self.dice.random() > _WANDERS:
                return self.dice.sample(acts, min(most, len(acts)))
        if monotonic() < self._went + _DRAWING:
            return []
        self._went = monotonic()
        return [self.dice.choice(towards_acts(buttons))]

    def _towards_deals(self) -> Open:
        """A screen of the merchant's, most often what can be bought."""
        owner = self.player.user.id
        if self.wares and self.dice.random() < 0.5:  # noqa: PLR2004 - half
            return Opens(owner).ware(self.dice.choice(self.wares), 0)
        return Open(screen=self.dice.choice(_STALLS), owner=owner)

    def _imagined(self) -> list[str]:
        """What the cards of some items would offer, had they been opened one by one at this moment."""
        if not self._stamp:
            return []
        owner, items = self.player.user.id, self.dice.sample(self._items, min(_CARDS, len(self._items)))
        cards = ((item, do) for item in items for do in (Do.LOCK, Do.UNLOCK))
        acts = [Act(do=do, owner=owner, item=item, stamp=self._stamp).pack() for item, do in cards]
        return [each for each in acts if each not in self._tapped]

    def _earlier(self, buttons: list[str]) -> str:
        """A tap of any age again, as a messenger may deliver it: a recent one, or any since the start."""
        tapped = list(self._tapped) or buttons
        return self.dice.choice(tapped[-_RECENT:] if self.dice.random() < 0.5 else tapped)  # noqa: PLR2004 - half

    def _dares(self, data: str) -> bool:
        deed = as_deed(data)
        return deed is None or self.dice.random() < _dares(deed)

    def _forged(self, data: str) -> str:
        cut = self.dice.randrange(1, len(data))
        noise = "".join(self.dice.choices("0123456789abcdefz:-_*%\x00ж", k=4))
        return f"{data[:cut]}{noise}{data[cut + 4 :]}".encode()[:64].decode(errors="ignore")

    def _tap(self, data: str, habit: str) -> Tap:
        if as_deed(data):
            self._tapped.setdefault(data)
            if data in self._seen:
                self._seen.remove(data)
        return self.player.tap(data, habit)


def _dares(deed: Deed) -> float:
    """How likely somebody dares to."""
    if deed.do in _RARE:
        return _SELDOM
    return _DEALS if isinstance(deed, Shop) else 1.0
