"""What admins see of trades, and how they end one."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.game_core.modules.admins.contracts import BEGUN
from apps.game_core.modules.admins.errors import NoTradeError, TradeSettledError
from apps.game_core.modules.admins.service import AdminService
from apps.game_core.modules.admins.subjects import action
from apps.game_core.modules.admins.trade_contracts import (
    EndTrades,
    ShowTrades,
    TradeShown,
    TradeSide,
    TradesShown,
)
from apps.game_core.modules.characters.contracts import Character, SearchCharacters
from apps.game_core.modules.inventory.contracts import Item, LedgerItem
from apps.game_core.modules.trade.contracts import (
    CallOffTrade,
    LookAtTrades,
    NoTableError,
    SeatSeen,
    TableState,
    TradeSeen,
)
from apps.game_core.system.core_router import CoreRouter


@dataclass(frozen=True, slots=True)
class TradeActions:
    router: CoreRouter
    admins: AdminService

    def register(self) -> None:
        self.router.register(ShowTrades, self.show)
        self.router.register(EndTrades, self.end)

    async def show(self, context: ShowTrades) -> TradesShown:
        async with self.admins.audited(context) as subject:
            character = subject.character = await self.admins.find(context.player)
            return await self._shown(character, await self.router.ask(LookAtTrades(character.id)))

    async def end(self, context: EndTrades) -> TradesShown:
        """Written down as begun before anything moves: halves lie in another store."""
        async with self.admins.audited(context) as subject:
            character = subject.character = await self.admins.find(context.player)
            await self.admins.write_down(action(context, subject, BEGUN))
            try:
                ended = await self.router.ask(CallOffTrade(character.id))
            except NoTableError as error:
                raise NoTradeError(character) from error
            if all(each.state is TableState.SETTLED for each in ended):
                raise TradeSettledError(ended[0].trade)
            return await self._shown(character, ended)

    async def _shown(self, character: Character, seen: Iterable[TradeSeen]) -> TradesShown:
        trades = [
            TradeShown(each.trade, each.state, tuple([await self._side(seat) for seat in each.seats]))
            for each in seen
        ]
        return TradesShown(character, tuple(trades))

    async def _side(self, seat: SeatSeen) -> TradeSide:
        found = await self.router.ask(SearchCharacters(char_id=seat.char_id, limit=1))
        items = tuple(map(self._item, seat.items))
        return TradeSide(found[0] if found else None, items, seat.coins, seat.confirmed, seat.given)

    def _item(self, item: Item) -> LedgerItem:
        entry = self.admins.catalog.current.get(item.base_id)
        name = entry.name if entry else item.base_id
        return LedgerItem(item.base_id, name, known=entry is not None, quantity=item.quantity, id=item.id)
