"""Things in the database that a newer release has made, or an edit by SQL: they stay, and hold up nobody."""

import pytest
from structlog.testing import capture_logs

from apps.game_core.adapters.postgres.ledger import PostgresLedger
from apps.game_core.adapters.postgres.owners import PostgresOwners
from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.pending_records import body
from apps.game_core.modules.inventory.keeping_errors import RowUnreadableError
from apps.game_core.modules.inventory.oversight import InspectInventory
from apps.game_core.modules.inventory.tables import FindGive
from apps.game_core.modules.trade.contracts import CallOffTrade, LookAtTrades, WaitsFor
from apps.game_core.settings import CoreSettings
from apps.game_core.value import replace
from tests.faults.test_trades import (
    BREAD,
    EXCHANGED,
    ORE,
    UNTOUCHED,
    all_written,
    both_have,
    end_trades,
    exchange_of,
    given_alone,
    overdue,
)
from tests.integration.test_audit import findings
from tests.support.deals import Deal, dealing
from tests.support.redis_answers import answered
from tests.support.seats import receive, rich, state, things, write
from tests.support.world import World

CONTENTS = ["jsonb_set(items, '{0,affixes}', '{\"luck\": 3}')", "jsonb_set(items, '{0,id}', '\"?\"')", "'7'"]
"""A stat that is yet to come; an id that is none; no things at all."""


@pytest.fixture
def settings(settings: CoreSettings) -> CoreSettings:
    """Sessions that outlive a busy machine's pauses."""
    return settings.model_copy(update={"inventory_session_ttl": 600})


async def waits_alone(world: World) -> Deal:
    """The first has given, which is written; the other has left."""
    deal = await dealing(world)
    await given_alone(deal, world)
    await write(world, deal.first)
    await deal.leave(deal.second)
    return deal


async def give(deal: Deal, char_id: int, partner: int) -> None:
    exchange = exchange_of(deal.world)
    side = await exchange.seating.opposite(char_id, deal.trade, partner)
    assert side
    assert await exchange.give(side)


async def waits_in_inboxes(world: World, first: int | None = None) -> Deal:
    """Exchanged, and nobody has looked yet."""
    deal = await dealing(world, first)
    await given_alone(deal, world)
    await give(deal, deal.second, deal.first)
    await write(world, *deal.both)
    assert await state(world, deal.trade) == "settled"
    return deal


@pytest.mark.parametrize("contents", CONTENTS)
async def test_a_trade_that_cannot_be_read_stays_and_the_others_end(world: World, contents: str) -> None:
    sealed, other = [await waits_alone(world) for _ in range(2)]
    await world.execute(f"UPDATE trade_gifts SET items = {contents} WHERE trade = :id", id=sealed.trade)
    kept = await world.query("SELECT * FROM trade_gifts WHERE trade = :id", id=sealed.trade)
    await overdue(world)

    with capture_logs() as logs:
        await end_trades(world)
        await end_trades(world)

    assert await state(world, other.trade) == "off"
    assert await both_have(other) == UNTOUCHED
    assert await state(world, sealed.trade) == "open"
    assert await world.query("SELECT * FROM trade_gifts WHERE trade = :id", id=sealed.trade) == kept
    named = [each for each in logs if each["event"] == "trade not understood"]
    assert [each["trade"] for each in named] == [sealed.trade], "once"
    assert [str(each) for each in await findings(world)] == [
        f"trade {sealed.trade}: unreadable: gift of character {sealed.first}"
    ]


async def test_nobody_sees_or_calls_off_what_cannot_be_read_and_all_else_can_be(world: World) -> None:
    sealed = await waits_alone(world)
    other = await dealing(world, None, sealed.first)
    await given_alone(other, world)
    await world.gateway.sync_inventory(other.first)
    await world.execute(f"UPDATE trade_gifts SET items = {CONTENTS[0]} WHERE trade = :id", id=sealed.trade)

    seen = await other.ask(LookAtTrades(sealed.first))
    assert [each.trade for each in seen] == [other.trade]
    with pytest.raises(RowUnreadableError):
        await sealed.look(sealed.first)
    await other.ask(CallOffTrade(sealed.first))

    assert [await state(world, each.trade) for each in (sealed, other)] == ["open", "off"]


async def test_what_is_given_for_a_gift_that_cannot_be_read_comes_back(world: World) -> None:
    """Whoever gives it is written, as are all with whom it shares a transaction."""
    deal = await dealing(world)
    await given_alone(deal, world)
    await write(world, deal.first)
    await world.execute(f"UPDATE trade_gifts SET items = {CONTENTS[0]}")
    third = await rich(world)
    await world.gateway.lock_item(third, (await world.item(third, "bread")).id)

    await give(deal, deal.second, deal.first)
    await write(world, deal.second, third)
    await all_written(world)

    assert await state(world, deal.trade) == "open"
    assert await things(world, deal.second) == UNTOUCHED[1]
    assert [entry.kind for entry in await world.ledger(third)][-1] == "lock_item"
    assert [str(each) for each in await findings(world)] == [
        f"trade {deal.trade}: unreadable: gift of character {deal.first}"
    ]


@pytest.mark.parametrize("contents", CONTENTS)
async def test_a_parcel_that_cannot_be_read_waits_and_the_others_come(world: World, contents: str) -> None:
    deal = await waits_in_inboxes(world)
    await world.execute(f"UPDATE inventory_inbox SET items = {contents} WHERE char_id = :id", id=deal.first)
    [sealed] = await world.query("SELECT id FROM inventory_inbox WHERE char_id = :id", id=deal.first)
    await world.execute(
        "INSERT INTO inventory_inbox (char_id, base_id, quantity) "
        "SELECT unnest(CAST(:ids AS bigint[])), 'bread', 2",
        ids=list(deal.both),
    )

    with capture_logs() as logs:
        await all_written(world)

    assert await things(world, deal.second) == (2 * BREAD + 2, 0, 130)
    assert await things(world, deal.first) == (2, ORE, 70)
    assert (await deal.look(deal.first)).waits_for is WaitsFor.ROOM
    named = [each for each in logs if each["event"] == "inbox row not understood"]
    assert [(each["inbox_id"], each["char_id"]) for each in named] == [(sealed.id, deal.first)], "once"
    unread = await world.query("SELECT id FROM inventory_inbox WHERE consumed_at IS NULL")
    assert [each.id for each in unread] == [sealed.id]
    assert [str(each) for each in await findings(world)] == [
        f"trade {deal.trade}: unreadable: row {sealed.id} of character {deal.first}"
    ]


async def test_a_parcel_that_cannot_be_read_locks_nobody_out(world: World) -> None:
    deal = await waits_in_inboxes(world)
    await world.execute(f"UPDATE inventory_inbox SET items = {CONTENTS[0]}")
    await world.core.redis.flushall()

    assert await both_have(deal) == [(0, ORE, 70), (BREAD, 0, 100)]
    bow = await world.item(deal.first, "hunting_bow")
    await world.gateway.lock_item(deal.first, bow.id)
    assert (await world.core.router.ask(InspectInventory(deal.first))).waiting == ()


async def test_what_came_before_its_row_was_edited_has_come(world: World) -> None:
    """Also where the session has to be put onto another state of the database."""
    deal = await waits_in_inboxes(world)
    await receive(world, *deal.both)
    await world.execute(f"UPDATE inventory_inbox SET items = {CONTENTS[0]}")
    await world.execute("UPDATE inventory_items SET locked = true WHERE base_id = 'hunting_bow'")

    await all_written(world)

    assert await both_have(deal) == EXCHANGED
    assert await world.query("SELECT id FROM inventory_inbox WHERE consumed_at IS NULL") == []
    named = [str(each) for each in await findings(world) if "hunting_bow" not in str(each)]
    assert len(named) == 4, "each inbox and, once more each, the trade"
    assert all("unreadable: " in text for text in named), named


async def test_a_bag_that_cannot_be_read_is_said_so_and_holds_up_nobody(world: World) -> None:
    sealed, other = await rich(world), await rich(world)
    await world.execute(
        "UPDATE inventory_items SET affixes = '{\"luck\": 3}' WHERE base_id = 'bread' AND char_id = :id",
        id=sealed,
    )
    await world.core.redis.flushall()
    await world.gateway.open(other)
    for char_id in (sealed, other):
        await world.gateway.grant(char_id, "bread", 2)

    for attempt in (world.gateway.view(sealed), world.gateway.lock_item(sealed, 1)):
        with pytest.raises(RowUnreadableError):
            await attempt
    await all_written(world)

    assert await world.pieces(other, "bread") == BREAD + 2


async def test_looks_into_all_inboxes_pass_over_what_cannot_be_read(world: World) -> None:
    """For what an operator brings back, or is about to load."""
    first = await rich(world)
    bread = await world.item(first, "bread")
    deal = await waits_in_inboxes(world, first)
    for contents in CONTENTS:
        await world.execute(
            f"UPDATE inventory_inbox SET items = {contents} WHERE char_id = :id", id=deal.first
        )

        owners = await PostgresOwners(world.core.engine).owners(["bread", "iron_ore"], ())
        assert deal.first in {owner.char_id for owner in owners}
        elsewhere = await PostgresLedger(world.core.engine).elsewhere(deal.first, [bread.id])
        assert elsewhere == {bread.id}


async def test_a_give_in_redis_that_cannot_be_read_stays_there_and_the_others_are_written(
    world: World,
) -> None:
    deal = await dealing(world)
    await given_alone(deal, world)
    control = await world.store.inspect(deal.first)
    assert control
    [entry] = control.pending
    unknown = entry.payload.replace(b'"affixes":{}', b'"affixes":{"luck":3}')
    told = body(replace(entry, payload=unknown))
    bodies = len(told).to_bytes(4, "big") + told
    await answered(world.core.redis.hset(keys.control(deal.first), mapping={"bodies": bodies}))
    third = await rich(world)
    await world.gateway.lock_item(third, (await world.item(third, "bread")).id)

    await world.core.worker.drain()

    assert [entry.kind for entry in await world.ledger(third)][-1] == "lock_item"
    control = await world.store.inspect(deal.first)
    assert control
    assert [each.payload for each in control.pending] == [unknown]
    with pytest.raises(RowUnreadableError):
        await deal.ask(FindGive(deal.first))
