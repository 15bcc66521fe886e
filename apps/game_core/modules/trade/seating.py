"""Who sits where: invitations, chairs, and leaving. Each step is a compare-and-set of one half."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from apps.game_core.modules.characters.contracts import SearchCharacters
from apps.game_core.modules.inventory.errors import InventoryUnavailableError, SessionConflictError
from apps.game_core.modules.inventory.keeping_errors import OtherHalfError
from apps.game_core.modules.inventory.tables import GlanceAtHalf, Half, LookAtHalf, OwnHalf, PutHalf
from apps.game_core.modules.trade.errors import (
    BusyError,
    ChairTakenError,
    NoTableError,
    PartnerGoneError,
    TableExpiredError,
    WithOneselfError,
)
from apps.game_core.modules.trade.halves import Side, is_live, new_mark, new_trade
from apps.game_core.system.core_router import CoreRouter
from apps.game_core.system.protocols import Clock, IdMaker
from apps.game_core.value import replace

_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Seating:
    """`lasts`: a half is good for so many seconds after its last change."""

    router: CoreRouter
    clock: Clock
    ids: IdMaker
    lasts: float

    async def own(self, char_id: int) -> OwnHalf:
        return await self.router.ask(LookAtHalf(char_id))

    async def sides(self, own: OwnHalf) -> tuple[Side, Side | None]:
        """Both sides of the table at which they sit; None: nobody sits opposite."""
        assert own.half is not None  # noqa: S101 - whoever asks has seen it
        half = own.half
        theirs = None if half.partner is None else await self.opposite(half.partner, half.trade, own.char_id)
        return Side(own.char_id, own.name, half), theirs

    async def opposite(self, char_id: int, trade: int, partner: int) -> Side | None:
        """Somebody who sits there for a trade with that partner, as far as can be seen from there."""
        seen = await self.router.ask(GlanceAtHalf(char_id))
        half = seen.half if seen else None
        if seen is None or half is None or not is_live(half, self.clock.now()):
            return None
        return Side(char_id, seen.name, half) if (half.trade, half.partner) == (trade, partner) else None

    def require(self, own: OwnHalf, trade: int | None) -> Half:
        """Raises NoTableError, TableExpiredError."""
        half = own.half
        if half is None or trade not in (None, half.trade):
            raise NoTableError(own.char_id, trade)
        if not is_live(half, self.clock.now()):
            raise TableExpiredError(half.trade)
        return half

    async def change(self, char_id: int, trade: int | None, change: Callable[[OwnHalf, Half], Half]) -> int:
        """Put what `change` makes of the own half: with a new mark, and no longer confirmed. The trade."""
        for _ in range(_ATTEMPTS):
            own = await self.own(char_id)
            half = self.require(own, trade)
            changed = change(own, half)
            if changed == half or await self._put(char_id, half, changed):
                return half.trade
        raise SessionConflictError(char_id)

    async def invite(self, char_id: int, partner: int | None) -> int:
        """The trade. Raises BusyError, WithOneselfError."""
        if partner == char_id:
            raise WithOneselfError(char_id)
        for _ in range(_ATTEMPTS):
            own = await self.own(char_id)
            if own.half is not None and is_live(own.half, self.clock.now()):
                if own.half.partner != partner:
                    raise BusyError(own.half.trade)
                return own.half.trade
            half = Half(new_trade(self.ids.token()), 0, 0, partner)
            if await self._put(char_id, own.half, half):
                return half.trade
        raise SessionConflictError(char_id)

    async def sit(self, char_id: int, trade: int, inviter: int) -> None:
        """Sit down, then take the chair; whoever finds it taken leaves again."""
        if inviter == char_id:
            raise WithOneselfError(char_id)
        for _ in range(_ATTEMPTS):
            own = await self.own(char_id)
            if own.half is not None and is_live(own.half, self.clock.now()):
                if (own.half.trade, own.half.partner) != (trade, inviter):
                    raise BusyError(own.half.trade)
                with suppress(PartnerGoneError, TableExpiredError):  # who sits there stays there
                    await self._take_chair(char_id, trade, inviter)
                return
            await self._chair(char_id, trade, inviter)
            if await self._put(char_id, own.half, Half(trade, 0, 0, inviter)):
                try:
                    await self._take_chair(char_id, trade, inviter)
                except (PartnerGoneError, TableExpiredError):
                    await self.leave(char_id, trade)
                    raise
                return
        raise SessionConflictError(char_id)

    async def leave(self, char_id: int, trade: int | None) -> bool:
        for _ in range(_ATTEMPTS):
            own = await self.own(char_id)
            if own.half is None or trade not in (None, own.half.trade):
                return False
            try:
                await self.router.ask(PutHalf(char_id, own.half, None))
            except OtherHalfError:
                continue
            return True
        raise SessionConflictError(char_id)

    async def _take_chair(self, char_id: int, trade: int, inviter: int) -> None:
        for _ in range(_ATTEMPTS):
            try:
                theirs = await self._chair(char_id, trade, inviter)
            except ChairTakenError:
                await self.leave(char_id, trade)
                raise
            if theirs.partner == char_id:
                return
            if await self._put(inviter, theirs, replace(theirs, partner=char_id)):
                return
        raise SessionConflictError(inviter)

    async def _chair(self, char_id: int, trade: int, inviter: int) -> Half:
        """The inviter's half, if there is room opposite: a chair is kept for nobody who was deleted."""
        seen = await self.router.ask(GlanceAtHalf(inviter))
        theirs = seen.half if seen else None
        if theirs is None or theirs.trade != trade:
            raise PartnerGoneError(trade)
        if not is_live(theirs, self.clock.now()):
            raise TableExpiredError(trade)
        if theirs.partner not in (None, char_id) and not await self._is_gone(theirs.partner):
            raise ChairTakenError(trade)
        return theirs

    async def _is_gone(self, char_id: int) -> bool:
        """Whether there is no such character any more, as far as one can tell."""
        with suppress(InventoryUnavailableError):
            return not await self.router.ask(SearchCharacters(char_id=char_id, limit=1))
        return False

    async def _put(self, char_id: int, seen: Half | None, half: Half) -> bool:
        """With a new mark, and no longer confirmed. False: another half lies there by now."""
        try:
            await self.router.ask(PutHalf(char_id, seen, self._renewed(half)))
        except OtherHalfError:
            return False
        return True

    def _renewed(self, half: Half) -> Half:
        until = int(self.clock.now() + self.lasts)
        return replace(half, mark=new_mark(self.ids.token()), until=until, confirmed=None)
