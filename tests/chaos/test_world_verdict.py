"""What a campaign says of a world with a piece or a coin too many, or of a trade unlike what was told."""

import pytest
import sqlalchemy as sa

from apps.game_core.modules.inventory.contracts import SyncInventory
from tests.support.deals import Deal, dealing
from tests.support.shopping import Shopper
from tests.support.world import World
from tools.chaos import books
from tools.chaos.grants import grant
from tools.chaos.journal import Grant, Journal, Taken, Word
from tools.chaos.names import PURSE, settled
from tools.chaos.promises import Bound, Promises
from tools.chaos.tables import Tables, tables, told_off
from tools.chaos.verdict import judge, unlike_world

RING, PRICE = "ring_of_might", 540
SECOND = "(SELECT max(char_id) FROM inventories)"


async def behind_the_back(world: World, statement: str) -> None:
    async with world.core.engine.begin() as connection:
        await connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        await connection.execute(sa.text(statement))


@pytest.fixture
async def deal(world: World) -> Deal:
    """Settled, received and written."""
    deal = await dealing(world)
    for char_id in deal.both:
        await deal.confirm(char_id)
    for char_id in deal.both:
        await world.core.router.ask(SyncInventory(char_id))
    return deal


async def test_a_world_with_a_settled_trade_is_as_it_should_be(world: World, deal: Deal) -> None:
    assert await unlike_world(world.core, Journal()) == []
    assert await tables(world.core.engine) == Tables(settled=1)


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (f"UPDATE inventories SET coins = coins + 1 WHERE char_id = {SECOND}", "Coins: 201 in the whole"),
        ("UPDATE inventories SET coins = coins - 1 WHERE coins > 100", "Coins: 199 in the whole"),
        ("DELETE FROM inventory_items WHERE base_id = 'iron_ore'", "iron_ore: 0 in the whole"),
        ("UPDATE inventory_items SET quantity = 21 WHERE base_id = 'iron_ore'", "iron_ore: "),
        ("UPDATE inventory_inbox SET consumed_at = NULL", "in several places: the bag of character"),
        (
            f"DELETE FROM inventory_inbox WHERE char_id = {SECOND}",
            "settled with 2 gifts and 1 receipts",
        ),
        (f"DELETE FROM trade_gifts WHERE giver = {SECOND}", "settled with 1 gifts and 0 receipts"),
        ("UPDATE inventory_inbox SET coins = coins + 1 WHERE coins > 0", "2 gifts and 1 receipts"),
        (f"DELETE FROM inventory_inbox WHERE char_id = {SECOND}", "waits 0 times and was sent 0 times"),
        (f"UPDATE inventory_inbox SET char_id = {SECOND}", "was sent to "),
        ("DELETE FROM inventory_operations WHERE kind = 'give'", "comes of nobody's gift"),
        ("UPDATE inventory_inbox SET trade = 7, mark = 7", "trade 7: inbox row"),
        (
            f"UPDATE inventory_operations SET op_id = '{PURSE}' WHERE kind = 'add_coins'",
            f"100 coins for {PURSE}",
        ),
    ],
)
async def test_whatever_is_more_or_fewer_or_settled_by_halves_is_named(
    world: World, deal: Deal, damage: str, found: str
) -> None:
    await world.unpack_ledger()
    await behind_the_back(world, damage)

    assert [line for line in await unlike_world(world.core, Journal()) if found in line]


async def test_who_was_told_of_a_trade_has_it_in_the_end(world: World, deal: Deal) -> None:
    journal, key = Journal(), (1, settled(deal.trade))
    journal.told(key, Word(1.0, 2.0, repeated=False), "Done: it is yours.")
    assert (await judge(world.core, Promises(journal, None), ())).good

    await behind_the_back(world, "UPDATE trades SET state = 'off'")

    verdict = await judge(world.core, Promises(journal, None), ())
    assert [loss.key for loss in verdict.lost] == [key]
    # Nor does a death of Redis excuse it, if that forgets.
    journal.redis_kills.append(2.1)
    [loss] = Promises(journal, Bound(lag=1.5, lease=2.0)).missing(frozenset(), ())
    assert not loss.excused


async def test_what_was_told_as_ended_without_a_deal_is_not_settled(world: World, deal: Deal) -> None:
    journal = Journal(off={(1, settled(deal.trade)): 40.0, (1, settled(7)): 41.0})
    ledger = await books.ledger(world.core.engine)

    [line] = told_off(journal, ledger)
    assert str(deal.trade) in line

    journal.sat[1, settled(deal.trade)] = 39.0
    assert [*told_off(journal, ledger)] == [line]
    journal.sat[1, settled(deal.trade)] = 40.5
    assert not [*told_off(journal, ledger)], "they came back to the table"

    journal.sat.clear()
    journal.taken.append(Taken(50.0, 1050.0, frozenset(), frozenset(), restore=True))
    assert not [*told_off(journal, ledger)]


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE merchant_orders SET quantity = 2", "ring_of_might 2 of 1 sold"),
        ("UPDATE merchant_orders SET state = 'lapsed'", "which has lapsed"),
        (
            "UPDATE inventory_operations SET op_id = op_id || '0' WHERE op_id LIKE 'merchant:%'",
            " coins for merchant:",
        ),
    ],
)
async def test_a_deal_is_what_its_button_said_and_no_limited_ware_is_oversold(
    world: World, damage: str, found: str
) -> None:
    shopper = Shopper(world, await world.character())
    await shopper.earn(10_000)
    await shopper.buy(RING, order=f"stamp:b:1:1:{PRICE}")
    await world.core.router.ask(SyncInventory(shopper.char_id))
    assert await unlike_world(world.core, Journal()) == []

    await world.unpack_ledger()
    await behind_the_back(world, damage)

    assert [line for line in await unlike_world(world.core, Journal()) if found in line]


async def test_grants_are_those_that_the_campaign_made(world: World) -> None:
    await world.character()
    for key in ("chaos:1", "chaos:2", "chaos:3"):
        assert await grant(world.core.engine, 1, "bread", 3, key)
    given = Grant(1, "bread", 3)
    journal = Journal(
        granted={"chaos:1": given, "chaos:4": given}, doubtful={"chaos:2": given, "chaos:5": given}
    )

    extra, gone = await unlike_world(world.core, journal)

    assert extra.startswith("grant chaos:3")
    assert gone.startswith("grant chaos:4")
    journal.forget_grants({"chaos:1", "chaos:2", "chaos:3"})
    assert len(await unlike_world(world.core, journal)) == 1
