"""Tables as players see them, whatever has become of them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from apps.game_core.modules.characters.contracts import SearchCharacters
from apps.game_core.modules.inventory.contracts import Item
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.inventory.tables import AwaitsRoom, FindGive, GlanceAtHalf, Half, OwnHalf
from apps.game_core.modules.trade.contracts import HalfView, TableState, TableView, WaitsFor
from apps.game_core.modules.trade.halves import Side, confirms, fingerprint, is_empty
from apps.game_core.modules.trade.ports import TradeUnitOfWorkFactory
from apps.game_core.modules.trade.settling import Trade, TradeGift, TradeState
from apps.game_core.system.core_router import CoreRouter

STATES = {
    TradeState.OPEN: TableState.GIVEN,
    TradeState.SETTLED: TableState.SETTLED,
    TradeState.OFF: TableState.OFF,
}


@dataclass(frozen=True, slots=True)
class Drawing:
    router: CoreRouter
    unit_of_work: TradeUnitOfWorkFactory

    async def alone(self, own: OwnHalf, half: Half) -> TableView:
        """Nobody sits opposite."""
        mine = _view(own, own.char_id, own.name, half.items, half.coins)
        kept_for = await self._name(half.partner) if half.partner else ""
        return TableView(
            half.trade,
            TableState.INVITING,
            mine,
            waits_for=WaitsFor.PARTNER,
            until=half.until,
            kept_for=kept_for,
        )

    def laid(self, own: OwnHalf, mine: Side, theirs: Side) -> TableView:
        """A table at which both sit."""
        half, other = mine.half, theirs.half
        is_confirmed, is_theirs = confirms(half, other), confirms(other, half)
        is_bare = is_empty(half) and is_empty(other)
        return TableView(
            half.trade,
            TableState.LAYING,
            _view(own, mine.char_id, mine.name, half.items, half.coins, confirmed=is_confirmed),
            _view(own, theirs.char_id, theirs.name, other.items, other.coins, confirmed=is_theirs),
            fingerprint=None if is_bare else fingerprint(mine, theirs),
            waits_for=_waits_for(is_confirmed, is_theirs),
            until=min(half.until, other.until),
            changed=half.confirmed is not None and not is_confirmed,
        )

    async def ended(self, own: OwnHalf, trade: int) -> TableView:
        """A table at which they do not sit any more."""
        # In this order: what is written between the two questions is found by the second.
        given = await self.router.ask(FindGive(own.char_id, trade))
        async with self.unit_of_work() as unit:
            row = await unit.trades.find(trade)
        if row is not None and (given or _is_told(row, own.char_id)):
            return await self._row(own, row, is_written=given is None)
        if given is None:
            return TableView(trade, TableState.LEFT)
        mine = _view(own, own.char_id, own.name, given.items, given.coins, confirmed=True)
        return TableView(trade, TableState.GIVEN, mine, waits_for=WaitsFor.EXCHANGE)

    async def _row(self, own: OwnHalf, row: Trade, *, is_written: bool) -> TableView:
        partner = row.other(own.char_id)
        mine, theirs = row.gifts.get(own.char_id), row.gifts.get(partner or 0)
        name = await self._name(partner) if partner else ""
        waits_for = None
        if row.state is TradeState.OPEN or not is_written:
            waits_for = WaitsFor.EXCHANGE
        elif await self.router.ask(AwaitsRoom(own.char_id, row.id)):
            waits_for = WaitsFor.ROOM
        views = _gift(own, own.name, mine), _gift(own, name, theirs)
        return TableView(row.id, STATES[row.state], *views, waits_for=waits_for)

    async def _name(self, char_id: int) -> str:
        """As far as one can tell: a table is drawn with PostgreSQL away, too."""
        if seen := await self.router.ask(GlanceAtHalf(char_id)):
            return seen.name  # the database has enough to do where many trade
        with suppress(InventoryUnavailableError):
            for found in await self.router.ask(SearchCharacters(char_id=char_id, limit=1)):
                return found.name
        return ""


def _is_told(row: Trade, char_id: int) -> bool:
    """Whether it is theirs to know. Of an open one who has given nothing has heard nothing."""
    is_theirs = char_id in (row.first, row.second)
    return is_theirs and (row.state is not TradeState.OPEN or char_id in row.gifts)


def _waits_for(is_confirmed: bool, is_theirs: bool) -> WaitsFor:
    if not is_confirmed:
        return WaitsFor.YOU
    return WaitsFor.EXCHANGE if is_theirs else WaitsFor.THEM


def _gift(own: OwnHalf, name: str, gift: TradeGift | None) -> HalfView | None:
    return _view(own, gift.giver, name, gift.items, gift.coins, confirmed=True) if gift else None


def _view(
    own: OwnHalf, char_id: int, name: str, items: Sequence[Item], coins: int, *, confirmed: bool = False
) -> HalfView:
    """As it looks to whoever has this bag."""
    return HalfView(char_id, name, tuple(own.bag.rows(items)), coins, confirmed)
