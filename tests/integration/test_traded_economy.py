"""`admin economy` of what is traded: out of an inbox comes what somebody gave, and nothing else."""

from collections.abc import Awaitable, Callable

import pytest

from apps.embedded import EmbeddedServers
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.inventory.contracts import Grant, Item
from tests.integration.test_economy import told
from tests.integration.test_trade_audit import called_off, opened, settled
from tests.support.parcels import post
from tests.support.seats import Seats, receive, rich, write
from tests.support.world import World

NOTHING_ODD = "kinds that do not add up: 0"


@pytest.fixture(autouse=True)
def addresses(servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", servers.database_url)


async def test_what_is_traded_granted_and_on_its_way_is_no_alarm(world: World) -> None:
    for made in (settled, opened, called_off):
        await made(world)
    waiting = await rich(world)
    await world.core.router.ask(Grant(waiting, "bread", 2, key="quest:1"))
    assert NOTHING_ODD in (await told())[-1]
    for made in (settled, opened, called_off):
        for who in (0, 1):
            await world.core.router.ask(DeleteCharacter((await made(world)).both[who]))
    assert NOTHING_ODD in (await told())[-1]


async def forged(world: World) -> Seats:
    """A parcel of no trade, delivered; the ledger tells of it, and its row is as the ledger says."""
    seats = await settled(world)
    await post(world, seats.first, Item(77, "iron_sword", 1), Item(78, "bread", 5), coins=40)
    await receive(world, seats.first)
    await write(world, seats.first)
    return seats


async def twice(world: World) -> Seats:
    """What was given comes once more, under its own mark and trade."""
    seats = await settled(world)
    await world.execute(
        "INSERT INTO inventory_inbox (char_id, base_id, quantity, trade, mark, items, coins) "
        "SELECT char_id, '', 1, trade, mark, '[]', 40 FROM inventory_inbox WHERE char_id = :id",
        id=seats.first,
    )
    await receive(world, seats.first)
    await write(world, seats.first)
    return seats


async def richer(world: World) -> Seats:
    """What waits for the other was made more of."""
    seats = await settled(world)
    await world.execute("UPDATE inventory_inbox SET coins = 70 WHERE char_id = :id", id=seats.second)
    return seats


@pytest.mark.parametrize(
    ("made", "odd"),
    [
        (forged, {"Coins": 40, "bread": 5, "iron_sword": 1}),
        (twice, {"Coins": 40}),
        (richer, {"Coins": 40}),
    ],
)
async def test_what_came_out_of_a_trade_that_nobody_gave_is_an_alarm(
    world: World, made: Callable[[World], Awaitable[Seats]], odd: dict[str, int]
) -> None:
    await made(world)
    [*lines, last] = await told(code=1)
    assert lines[-len(odd) :] == [
        f"{kind}: +0 that no ledger explains, +0 by SQL, +{pieces} out of trades, unlike what was given"
        for kind, pieces in odd.items()
    ]
    assert last.endswith(f"kinds that do not add up: {len(odd)}")


async def test_what_was_given_and_is_nowhere_is_an_alarm(world: World) -> None:
    seats = await settled(world)
    await world.execute("DELETE FROM inventory_inbox WHERE char_id = :id", id=seats.second)
    [coins, bread, _] = (await told(code=1))[-3:]
    assert coins.endswith("-30 out of trades, unlike what was given")
    assert bread.endswith("-3 out of trades, unlike what was given")


async def test_who_cannot_be_read_makes_no_thief_of_their_partner(world: World) -> None:
    """It is their own bag that nothing explains."""
    seats = await settled(world)
    await world.execute(
        "UPDATE inventory_operations SET payload = '{}' WHERE kind = 'give' AND char_id = :id", id=seats.first
    )
    assert not [line for line in await told(code=1) if "out of trades" in line]
