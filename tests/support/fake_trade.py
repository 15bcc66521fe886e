"""A trade of one process that keeps everything in memory: what the bot asks, answered as the contracts say.

Nothing changes hands: it only says that it did.
"""

import time
from dataclasses import dataclass, field
from itertools import count
from zlib import crc32

from apps.game_core.modules.inventory.contracts import InventoryReader, ItemDetails, ItemView
from apps.game_core.modules.inventory.errors import ItemNotFoundError
from apps.game_core.modules.inventory.inventory_gateway import InventoryGateway
from apps.game_core.modules.inventory.keeping_errors import NotEnoughCoinsError
from apps.game_core.modules.trade.contracts import (
    BusyError,
    ChairTakenError,
    Confirm,
    HalfView,
    Invite,
    Lay,
    LayCoins,
    Leave,
    LookAtLaid,
    LookAtTable,
    NoTableError,
    OtherTableError,
    PartnerGoneError,
    Sit,
    TableFullError,
    TableState,
    TableView,
    TakeAway,
    WaitsFor,
    WithOneselfError,
)
from apps.game_core.system.core_router import CoreRouter

MOST = 12
GOOD_FOR = 600


@dataclass
class Half:
    char_id: int
    name: str
    items: dict[int, ItemView] = field(default_factory=dict)
    coins: int = 0
    confirmed: int | None = None


@dataclass
class Table:
    trade: int
    kept_for: int | None
    halves: list[Half]
    state: TableState = TableState.INVITING
    mark: int = 0
    until: int = field(default_factory=lambda: int(time.time()) + GOOD_FOR)


class FakeTrade:
    """`held`: what both have confirmed is not settled at once."""

    def __init__(self, gateway: InventoryGateway, *, held: bool = False) -> None:
        self.held = held
        self.asked: list[object] = []
        self._gateway = gateway
        self._tables: dict[int, Table] = {}
        self._seats: dict[int, int] = {}
        self._looks: dict[int, int] = {}
        self._marks = count(1)
        self._trades = count(2**62 + 1)

    def register(self, router: CoreRouter) -> None:
        router.register(Invite, self.invite)
        router.register(Sit, self.sit)
        router.register(Lay, self.lay)
        router.register(TakeAway, self.take_away)
        router.register(LayCoins, self.lay_coins)
        router.register(Confirm, self.confirm)
        router.register(Leave, self.leave)
        router.register(LookAtTable, self.look)
        router.register(LookAtLaid, self.look_at_laid)

    def settles_after(self, trade: int, looks: int) -> None:
        """Once so many have looked at it."""
        self._looks[trade] = looks

    def reopens(self, trade: int) -> None:
        """Both have confirmed, and nothing came of it yet."""
        table = self._tables[trade]
        table.state = TableState.LAYING
        self._seats |= dict.fromkeys((half.char_id for half in table.halves), trade)

    async def look_for(self, char_id: int) -> TableView:
        return await self.look(LookAtTable(char_id))

    async def invite(self, context: Invite) -> TableView:
        self.asked.append(context)
        if context.partner == context.char_id:
            raise WithOneselfError(context.char_id)
        if (trade := self._seats.get(context.char_id)) is not None:
            table = self._tables[trade]
            if table.state is not TableState.INVITING or table.kept_for != context.partner:
                raise BusyError(trade)
            return self._seen(table, context.char_id)
        trade = next(self._trades)
        table = self._tables[trade] = Table(trade, context.partner, [await self._half(context.char_id)])
        self._seats[context.char_id] = trade
        return self._seen(table, context.char_id)

    async def sit(self, context: Sit) -> TableView:
        self.asked.append(context)
        if context.inviter == context.char_id:
            raise WithOneselfError(context.char_id)
        seat, table = self._seats.get(context.char_id), self._tables.get(context.trade)
        if table is not None and seat == context.trade:
            return self._seen(table, context.char_id)
        if seat is not None:
            raise BusyError(seat)
        if table is None or table.state is TableState.LEFT or table.halves[0].char_id != context.inviter:
            raise PartnerGoneError(context.trade)
        if len(table.halves) > 1 or table.kept_for not in (None, context.char_id):
            raise ChairTakenError(context.trade)
        table.halves.append(await self._half(context.char_id))
        table.state = TableState.LAYING
        self._seats[context.char_id] = context.trade
        return self._seen(table, context.char_id)

    async def lay(self, context: Lay) -> TableView:
        table, half = self._at(context.char_id, context.trade)
        items = {item.id: item for item in (await self._reader(context.char_id)).view().backpack}
        if context.item_id not in items:
            raise ItemNotFoundError(context.item_id)
        if context.item_id not in half.items and len(half.items) == MOST:
            raise TableFullError(MOST)
        half.items[context.item_id] = items[context.item_id]
        return self._changed(table, context.char_id)

    async def take_away(self, context: TakeAway) -> TableView:
        table, half = self._at(context.char_id, context.trade)
        half.items.pop(context.item_id, None)
        return self._changed(table, context.char_id)

    async def lay_coins(self, context: LayCoins) -> TableView:
        table, half = self._at(context.char_id, context.trade)
        owned = (await self._reader(context.char_id)).view().coins
        if context.coins > owned:
            raise NotEnoughCoinsError(context.coins, owned)
        half.coins = context.coins
        return self._changed(table, context.char_id)

    async def confirm(self, context: Confirm) -> TableView:
        self.asked.append(context)
        seated = self._seats.get(context.char_id)
        if context.trade is not None and seated != context.trade:
            return await self.look(LookAtTable(context.char_id, context.trade))
        table, half = self._at(context.char_id, context.trade)
        if len(table.halves) < 2:
            raise PartnerGoneError(table.trade)
        if context.fingerprint != self._fingerprint(table):
            raise OtherTableError(table.trade)
        half.confirmed = context.fingerprint
        if all(each.confirmed == context.fingerprint for each in table.halves):
            table.state = TableState.GIVEN if self.held else TableState.SETTLED
            for each in table.halves:
                self._seats.pop(each.char_id)
        return self._seen(table, context.char_id)

    async def leave(self, context: Leave) -> bool:
        self.asked.append(context)
        seat = self._seats.get(context.char_id)
        if seat is None or context.trade not in (None, seat):
            return False
        table = self._tables[seat]
        table.state = TableState.LEFT
        for each in table.halves:
            self._seats.pop(each.char_id, None)
        return True

    async def look(self, context: LookAtTable) -> TableView:
        trade = context.trade if context.trade is not None else self._seats.get(context.char_id)
        if trade is None:
            raise NoTableError(context.char_id, None)
        table = self._tables.get(trade)
        if table is None or context.char_id not in {half.char_id for half in table.halves}:
            return TableView(trade, TableState.LEFT)
        if table.state is TableState.GIVEN and trade in self._looks:
            self._looks[trade] -= 1
            if self._looks[trade] <= 0:
                table.state = TableState.SETTLED
        return self._seen(table, context.char_id)

    async def look_at_laid(self, context: LookAtLaid) -> ItemDetails:
        table, _ = self._at(context.char_id, None)
        for half in table.halves:
            if context.item_id in half.items:
                return (await self._reader(half.char_id)).item(context.item_id)
        raise ItemNotFoundError(context.item_id)

    async def _reader(self, char_id: int) -> InventoryReader:
        return await self._gateway.open(char_id)

    async def _half(self, char_id: int) -> Half:
        return Half(char_id, (await self._reader(char_id)).view().hero_name)

    def _at(self, char_id: int, trade: int | None) -> tuple[Table, Half]:
        seat = self._seats.get(char_id)
        if seat is None or trade not in (None, seat):
            raise NoTableError(char_id, trade)
        table = self._tables[seat]
        return table, next(half for half in table.halves if half.char_id == char_id)

    def _changed(self, table: Table, char_id: int) -> TableView:
        table.mark = next(self._marks)
        for half in table.halves:
            half.confirmed = None
        return self._seen(table, char_id)

    def _fingerprint(self, table: Table) -> int | None:
        lies = any(half.items or half.coins for half in table.halves)
        return crc32(f"{table.trade}:{table.mark}".encode()) if len(table.halves) > 1 and lies else None

    def _seen(self, table: Table, char_id: int) -> TableView:
        if table.state is TableState.LEFT:
            return TableView(table.trade, TableState.LEFT)
        now = self._fingerprint(table)
        halves = {each.char_id: _view(each, now) for each in table.halves}
        own = halves.pop(char_id)
        other = next(iter(halves.values()), None)
        open_ = table.state in (TableState.INVITING, TableState.LAYING)
        until = table.until if open_ else 0
        waits = _waits(table.state, own)
        return TableView(table.trade, table.state, own, other, now if open_ else None, waits, until)


def _view(half: Half, now: int | None) -> HalfView:
    confirmed = half.confirmed is not None and half.confirmed == now
    return HalfView(half.char_id, half.name, tuple(half.items.values()), half.coins, confirmed)


def _waits(state: TableState, own: HalfView) -> WaitsFor | None:
    match state:
        case TableState.INVITING:
            return WaitsFor.PARTNER
        case TableState.LAYING:
            return WaitsFor.THEM if own.confirmed else WaitsFor.YOU
        case TableState.GIVEN:
            return WaitsFor.EXCHANGE
        case _:
            return None
