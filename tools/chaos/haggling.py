"""Two players trade: they sit down, lay something, change their minds, confirm, leave, tap twice, or late."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

from bot.callbacks.trading import AtTable, Deal, Invitation
from telegram_sandbox.bots.callbacks import Answer
from tools.chaos.seat import Seat, refused

_TRIES = 3
_OVER = -1
_MOST_COINS = 60
_MORE = 0.8
# Seconds that a table must look the same before it is confirmed by whoever is not hasty: both lay at once.
_STEADY = 0.7
# How likely each is, and what is laid.
_LEAVES = 0.05
_CHANGES = 0.15
_DOUBLES = 0.2
_WANDERS = 0.2
_AGAIN = 0.15
_HASTY = 0.3
_LINKS = 0.5
_BARE = 0.25
_LAID: Mapping[str, float] = {"coins": 6, "stack": 5, "part": 1}


@dataclass(slots=True)
class _Steady:
    """A look that counts once the same was seen for so many seconds."""

    look: Callable[[], int | None]
    seconds: float
    _seen: int | None = field(default=None, init=False)
    _since: float = field(default=0.0, init=False)

    def __call__(self) -> int | None:
        seen = self.look()
        if seen != self._seen:
            self._seen, self._since = seen, monotonic()
        return seen if monotonic() - self._since >= self.seconds else None


@dataclass(slots=True)
class Haggling:
    """Both are held by whoever plays this, for as long as it goes on."""

    host: Seat
    guest: Seat
    dice: random.Random

    async def run(self) -> None:
        """A trade, and another one as long as they like it."""
        while await self._trade() and self.dice.random() < _MORE:
            self.host, self.guest = self.guest, self.host

    async def _trade(self) -> bool:
        """False: nothing came of it."""
        invitation = await self._sit()
        if invitation is None:
            return False
        trade = invitation.trade
        shown = self.host.fingerprint(trade)
        await self._lay(trade)
        if self.dice.random() < _AGAIN:
            await self._any().tap_again()
        for _ in range(_TRIES):
            if self.dice.random() < _LEAVES:
                break
            shown = await self._shown(trade, unlike=shown)
            if shown is None:
                break
            if await self._confirm(trade, shown):
                return True
        if self._heard_of(trade):
            return True
        await self._any().leave(trade)
        return False

    async def _sit(self) -> Invitation | None:
        """The host opens a table, the guest follows the link or says yes to an invitation."""
        host, guest = self.host, self.guest
        invitation = await self._opened(host)
        if invitation is None:
            return None
        if self.dice.random() < _LINKS:
            await guest.follow(invitation)
        else:
            await guest.tap(guest.deals(invitation.trade).invited(Deal.SIT, invitation.inviter))
        trade = invitation.trade
        if await guest.sees(lambda: guest.sits_at(trade) or guest.instead()) and (other := guest.instead()):
            await guest.tap(other)
        if await guest.sees(lambda: guest.sits_at(trade)):
            return invitation
        await guest.get_free()
        return None

    async def _opened(self, host: Seat) -> Invitation | None:
        for _ in range(_TRIES):
            before = host.invitation()
            said = await host.tap(host.deals(0).table(Deal.OPEN))
            if not refused(said) and (invitation := await host.sees(partial(host.invitation, before))):
                return invitation
            await host.get_free()
        return None

    async def _lay(self, trade: int) -> None:
        laying = [self._lays(self.host, trade)]
        if self.dice.random() > _BARE:
            laying.append(self._lays(self.guest, trade))
        await asyncio.gather(*laying)

    async def _lays(self, seat: Seat, trade: int) -> None:
        what = self.dice.choices(list(_LAID), list(_LAID.values()))[0]
        item = None if what == "coins" else await seat.choose(trade)
        button: AtTable | None = None
        if item is not None:
            button = await seat.part(trade, item) if what == "part" else None
            button = button or seat.deals(trade).item(Deal.LAY, item)
        if button is None or refused(await seat.tap(button)):
            await seat.tap(self._coins(seat, trade))
        await seat.sees(lambda: seat.sits_at(trade) or seat.has_heard_of(trade))  # not what can be laid

    def _coins(self, seat: Seat, trade: int) -> AtTable:
        return seat.deals(trade).coins(Deal.LAY_COINS, self.dice.randint(1, _MOST_COINS))

    async def _shown(self, trade: int, unlike: int | None) -> int | None:
        """What there is to confirm; better what both see, and not what was there before. None: it is over."""
        looking = (self.host, self.guest)
        await asyncio.gather(*(each.comes_back(trade) for each in looking))

        def shown() -> set[int]:
            return {seen for each in looking if (seen := each.fingerprint(trade))}

        def over() -> bool:
            return self._heard_of(trade) or not all(each.sits_at(trade) for each in looking)

        def agreed() -> int | None:
            if over():
                return _OVER
            return next(iter(shown() - {unlike}), None) if len(shown()) == 1 else None

        def any_of() -> int | None:
            return _OVER if over() else next(iter(shown()), None)

        wait = 0.0 if self.dice.random() < _HASTY else _STEADY
        found = await self.host.sees(_Steady(agreed, wait)) or await self._any().looks(any_of, trade)
        return None if found == _OVER else found

    async def _confirm(self, trade: int, shown: int) -> bool:
        """Whether it may be exchanged now: both were heard, and neither was refused."""
        first, second = self.dice.sample((self.host, self.guest), 2)
        if self.dice.random() < _CHANGES:
            await asyncio.gather(first.tap(self._coins(first, trade)), self._confirms(second, trade, shown))
            return False
        if self.dice.random() < _WANDERS:
            said = await self._confirms(first, trade, shown)
            await first.walk_away()
            return _went(said, await self._confirms(second, trade, shown))
        return _went(*await asyncio.gather(*(self._confirms(each, trade, shown) for each in (first, second))))

    async def _confirms(self, seat: Seat, trade: int, shown: int) -> Answer | None:
        data = seat.deals(trade).confirm(shown).pack()
        times = 2 if self.dice.random() < _DOUBLES else 1
        taps = [await seat.send(data, "trade") for _ in range(times)]
        answers = await asyncio.gather(*map(seat.answer, taps))
        heard = [each for each in answers if each is not None]
        return next((each for each in heard if not refused(each)), heard[0] if heard else None)

    def _heard_of(self, trade: int) -> bool:
        return self.host.has_heard_of(trade)  # the journal is the same for both

    def _any(self) -> Seat:
        return self.dice.choice((self.host, self.guest))


def _went(*answers: Answer | None) -> bool:
    return all(each is not None and not refused(each) for each in answers)
