"""What a trade costs: round trips to Redis by tap, transactions of PostgreSQL by side."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from apps.game_core.modules.trade.contracts import (
    Confirm,
    Invite,
    Lay,
    LayCoins,
    LookAtTable,
    Sit,
    TableState,
    TakeAway,
)
from apps.game_core.system.protocols import Context
from tests.support.seats import receive, rich, seated, state, things, write
from tests.support.world import World
from tests.support.write_log import WriteLog
from tools.support.round_trips import counting_round_trips


@contextmanager
def counted_transactions(world: World) -> Iterator[Counter[str]]:
    """All there are, with those that only read; `commit` are those that wrote."""
    found = Counter[str]()
    engine = world.core.engine.sync_engine
    heard = {name: lambda _, name=name: found.update([name]) for name in ("begin", "commit", "rollback")}
    for name, hear in heard.items():
        event.listen(engine, name, hear)
    yield found
    for name, hear in heard.items():
        event.remove(engine, name, hear)


async def test_a_whole_trade_tap_by_tap(world: World) -> None:
    """Nothing reaches the database before both have confirmed the same; then one transaction is both's."""
    first, second = await rich(world), await rich(world)
    bread, ore = (await world.item(first, "bread")).id, (await world.item(second, "iron_ore")).id
    costs = list[tuple[str, int, int, int]]()

    async def tap(wish: Context[Any, Any, Any]) -> Any:
        with counting_round_trips() as redis, counted_transactions(world) as database:
            answer = await world.core.router.ask(wish)
        costs.append((type(wish).__name__, redis.trips, database["commit"], database["rollback"]))
        return answer

    trade = (await tap(Invite(first))).trade
    await tap(Sit(second, trade, first))
    await tap(Lay(first, bread, trade))
    await tap(LayCoins(first, 30, trade))
    await tap(TakeAway(second, bread, trade))
    shown = (await tap(Lay(second, ore, trade))).fingerprint
    await tap(LookAtTable(first, trade))
    await tap(Confirm(first, shown, trade))
    assert (await tap(Confirm(second, shown, trade))).state is TableState.SETTLED
    assert (await tap(LookAtTable(first, trade))).state is TableState.SETTLED

    assert costs == [
        ("Invite", 3, 0, 0),
        ("Sit", 7, 0, 0),
        ("Lay", 4, 0, 0),
        ("LayCoins", 4, 0, 0),
        ("TakeAway", 3, 0, 0),
        ("Lay", 4, 0, 0),
        ("LookAtTable", 2, 0, 0),
        ("Confirm", 4, 0, 0),
        # Reads: is the database there, what has come, how did it end, does anything wait for room.
        ("Confirm", 17, 1, 4),
        ("LookAtTable", 4, 0, 2),
    ]
    with counted_transactions(world) as received:
        await world.core.worker.drain()
    assert received["commit"] == 1, "both receipts are one more"
    assert await things(world, first) == (0, 24, 70)


async def test_sides_that_are_written_by_themselves_take_two_transactions_each(world: World) -> None:
    seats = await seated(world)
    await seats.exchange()
    log = WriteLog(world.core.engine)
    await log.install()
    try:
        for step, transactions in ((write, 2), (receive, 2), (write, 4)):
            for char_id in seats.both:
                await step(world, char_id)
            assert (await log.writes()).transactions == transactions
        await world.core.worker.drain()
        assert (await log.writes()).transactions == 4
    finally:
        await log.remove()
    assert await state(world, seats.trade) == "settled"
    assert await things(world, seats.first) == (0, 24, 70)
