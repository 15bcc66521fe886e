"""Two players at a table, past the screens: halves laid, confirmed and given one by one, in any order."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from apps.game_core.modules.inventory.contracts import AddCoins
from apps.game_core.modules.inventory.inventory.operation_ids import stamped
from apps.game_core.modules.inventory.tables import (
    Confirmation,
    DeliverTo,
    GiveHalf,
    Half,
    LookAtHalf,
    PutHalf,
    WriteTogether,
)
from apps.game_core.value import replace
from tests.support.world import World

_marks = count(100)
_trades = count(7_000)


@dataclass
class Seats:
    """`first` lays bread and 30 coins, `second` ore. `theirs` are the marks that each has confirmed."""

    world: World
    first: int
    second: int
    trade: int
    halves: dict[int, Half]

    @property
    def both(self) -> tuple[int, int]:
        return self.first, self.second

    def partner(self, char_id: int) -> int:
        return self.second if char_id == self.first else self.first

    async def confirm(self, char_id: int, **changes: Any) -> None:
        """The table as it is, or another."""
        theirs = self.halves[self.partner(char_id)].mark
        confirmed = replace(Confirmation(theirs, ""), **changes)
        await self._put(char_id, replace(self.halves[char_id], confirmed=confirmed))

    async def change(self, char_id: int) -> None:
        half = replace(self.halves[char_id], mark=next(_marks), coins=0, confirmed=None)
        await self._put(char_id, half)

    async def give(self, *char_ids: int, by: World | None = None) -> None:
        for char_id in char_ids:
            half = self.halves[char_id]
            assert half.confirmed
            wish = GiveHalf(trade=self.trade, own_mark=half.mark, other_mark=half.confirmed.mark)
            op_id = stamped(half.confirmed.stamp, f"give:{self.trade}")
            await (by or self.world).gateway.perform(char_id, wish, op_id=op_id)

    async def exchange(self) -> None:
        """Both give, and nothing is written yet."""
        for char_id in self.both:
            await self.confirm(char_id)
        await self.give(*self.both)

    async def _put(self, char_id: int, half: Half) -> None:
        seen = (await self.world.core.router.ask(LookAtHalf(char_id))).half
        put = (await self.world.core.router.ask(PutHalf(char_id, seen, half))).half
        assert put
        self.halves[char_id] = put


async def seated(
    world: World,
    first: int | None = None,
    second: int | None = None,
    trade: int | None = None,
    *,
    lays: str = "bread",
) -> Seats:
    """`lays`: what the first has, in place of bread."""
    seats = Seats(
        world,
        await rich(world) if first is None else first,
        await rich(world) if second is None else second,
        next(_trades) if trade is None else trade,
        {},
    )
    for char_id, base_id, coins in ((seats.first, lays, 30), (seats.second, "iron_ore", 0)):
        bag = (await world.core.router.ask(LookAtHalf(char_id))).bag
        item = bag.to_lay((await world.item(char_id, base_id)).id)
        until = int(world.core.worker.clock.now()) + 600
        partner = seats.partner(char_id)
        await seats._put(char_id, Half(seats.trade, next(_marks), until, partner, (item,), coins))
    return seats


async def rich(world: World) -> int:
    """Somebody with a hundred coins, all of it written."""
    char_id = await world.character()
    await world.gateway.perform(char_id, AddCoins(amount=100))
    await world.gateway.sync_inventory(char_id)
    return char_id


async def write(world: World, *char_ids: int) -> None:
    await world.core.router.ask(WriteTogether(char_ids))


async def receive(world: World, *char_ids: int) -> None:
    await world.core.router.ask(DeliverTo(char_ids))


async def state(world: World, trade: int) -> str | None:
    found = await world.query("SELECT state FROM trades WHERE id = :id", id=trade)
    return found[0].state if found else None


async def things(world: World, char_id: int) -> tuple[int, int, int]:
    """Bread, ore and coins, as the player sees them."""
    pieces = [await world.pieces(char_id, base_id) for base_id in ("bread", "iron_ore")]
    return pieces[0], pieces[1], (await world.gateway.view(char_id)).coins
