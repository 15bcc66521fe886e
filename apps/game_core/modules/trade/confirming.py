"""Tables that are looked at and confirmed; whoever finds both confirmations has it exchanged."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.errors import (
    InventoryUnavailableError,
    SessionConflictError,
)
from apps.game_core.modules.inventory.keeping_errors import OtherHalfError
from apps.game_core.modules.inventory.tables import Confirmation, OwnHalf, PutHalf
from apps.game_core.modules.trade.contracts import TableState, TableView
from apps.game_core.modules.trade.drawing import Drawing
from apps.game_core.modules.trade.errors import (
    DoesNotFitError,
    NoTableError,
    OtherTableError,
    PartnerGoneError,
    TradeError,
)
from apps.game_core.modules.trade.exchanging import Exchanging
from apps.game_core.modules.trade.halves import confirms, fingerprint, is_empty, is_live
from apps.game_core.modules.trade.seating import Seating
from apps.game_core.modules.trade.tradable import require_tradable
from apps.game_core.value import replace

_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Confirming:
    seating: Seating
    exchange: Exchanging
    drawing: Drawing

    async def look(self, char_id: int, trade: int | None) -> TableView:
        """The table they sit at; or what became of `trade`."""
        own = await self.seating.own(char_id)
        if own.half is None or trade not in (None, own.half.trade):
            if trade is None:
                raise NoTableError(char_id, None)
            return await self.drawing.ended(own, trade)
        if not is_live(own.half, self.seating.clock.now()):
            return TableView(own.half.trade, TableState.LEFT)
        try:
            return await self._drawn(own)
        except (TradeError, InventoryUnavailableError):
            return await self._as_it_lies(own, own.half.trade)

    async def confirm(self, char_id: int, shown: int, trade: int | None) -> TableView:
        for _ in range(_ATTEMPTS):
            own = await self.seating.own(char_id)
            if trade is not None and (own.half is None or own.half.trade != trade):
                return await self.drawing.ended(own, trade)
            self.seating.require(own, trade)
            try:
                return await self._drawn(await self._confirmed(own, shown))
            except OtherHalfError:
                continue  # the own half is another by now
        raise SessionConflictError(char_id)

    async def _confirmed(self, own: OwnHalf, shown: int) -> OwnHalf:
        """With the table confirmed as it is, if that is what was shown."""
        mine, theirs = await self.seating.sides(own)
        if theirs is None:
            if mine.half.confirmed:
                return own  # the partner may have given already
            raise PartnerGoneError(mine.half.trade)
        if fingerprint(mine, theirs) != shown or (is_empty(mine.half) and is_empty(theirs.half)):
            raise OtherTableError(mine.half.trade)
        if confirms(mine.half, theirs.half):
            return own
        require_tradable(own, mine.half)
        if lack := own.bag.lacking(mine.half, theirs.half):
            raise DoesNotFitError(own.char_id, lack.slots, lack.weight, lack.coins)
        confirmed = replace(mine.half, confirmed=Confirmation(theirs.half.mark, ""))
        return await self.seating.router.ask(PutHalf(own.char_id, mine.half, confirmed))

    async def _drawn(self, own: OwnHalf) -> TableView:
        """The table as it is; exchanged, if both have confirmed it."""
        mine, theirs = await self.seating.sides(own)
        if theirs is None:
            if await self.exchange.answer(mine):
                return await self.look(own.char_id, mine.half.trade)
            return await self.drawing.alone(own, mine.half)
        if not confirms(mine.half, theirs.half) or not confirms(theirs.half, mine.half):
            return self.drawing.laid(own, mine, theirs)
        await self.exchange.of(mine, theirs)
        return await self._as_it_lies(await self.seating.own(own.char_id), mine.half.trade)

    async def _as_it_lies(self, own: OwnHalf, trade: int) -> TableView:
        """Without a hand in it."""
        if own.half is None or own.half.trade != trade:
            return await self.drawing.ended(own, trade)
        mine, theirs = await self.seating.sides(own)
        return self.drawing.laid(own, mine, theirs) if theirs else await self.drawing.alone(own, mine.half)
