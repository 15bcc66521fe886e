"""What came and went without the player: from the ledger, told once."""

import json

import pytest

from apps.game_core.modules.inventory.contracts import (
    AddCoins,
    AddItem,
    Batch,
    DropMany,
    Gift,
    LookBack,
    Perform,
    Roll,
    TakeCoins,
    TakeNoteResult,
    stamped,
)
from apps.game_core.modules.inventory.keeping_errors import NothingNewError
from apps.game_core.modules.items.contracts import Rarity, Stat
from apps.game_core.value import replace
from tests.integration.test_audit import findings
from tests.integration.test_gifts import crammed, deliver, drop
from tests.support.world import World

NOTHING = TakeNoteResult((), (), ())


async def told(world: World, char_id: int, op_id: str | None = None) -> TakeNoteResult:
    try:
        return (await world.gateway.perform(char_id, LookBack(), op_id=op_id)).result
    except NothingNewError as nothing:
        return TakeNoteResult((), (), nothing.waiting)


@pytest.mark.parametrize("written", [True, False])
async def test_what_came_went_and_waits_is_told_once(world: World, written: bool) -> None:
    char_id = await crammed(world)
    assert await told(world, char_id) == TakeNoteResult(came=(Gift("rusty_sword", 36),), went=(), waiting=())
    await drop(world, char_id, "bread")
    bow = await world.item(char_id, "hunting_bow")
    tapped = stamped((await world.gateway.open(char_id)).stamp, "dr:1:1")
    await world.gateway.drop_item(char_id, bow.id, op_id=tapped)
    for base_id in ("copper_ring", "copper_ring", "iron_helmet"):
        await world.gateway.grant(char_id, base_id, 1)
    await deliver(world)
    if written:
        await world.gateway.sync_inventory(char_id)
        await world.core.redis.flushall()

    first = await told(world, char_id, "look")
    again = await told(world, char_id, "look")

    assert first == TakeNoteResult((Gift("copper_ring", 2),), (Gift("bread", 3),), (Gift("iron_helmet", 1),))
    assert again == first
    assert await told(world, char_id) == TakeNoteResult((), (), (Gift("iron_helmet", 1),))
    await world.gateway.sync_inventory(char_id)
    assert await told(world, char_id) == TakeNoteResult((), (), (Gift("iron_helmet", 1),))
    assert await findings(world) == []


FINE = Roll(Rarity.RARE, {Stat.ARMOR: 3, Stat.ACCURACY: -2})


@pytest.mark.parametrize("written", [True, False])
async def test_what_is_rolled_is_told_so_and_what_is_alike_together(world: World, written: bool) -> None:
    """As a player sees it: whether it is bound, or worn, sets nothing apart, nor does what its kind has."""
    char_id = await crammed(world)
    await told(world, char_id)
    swords = [
        each.id for each in (await world.gateway.view(char_id)).backpack if each.base_id == "rusty_sword"
    ]
    turned = Roll(FINE.rarity, dict(sorted(FINE.affixes.items())), bound=True, durability=7)
    other = replace(FINE, affixes={Stat.ARMOR: 4})
    rolls = (FINE, turned, other, Roll(), Roll(Rarity.UNCOMMON))
    for waits in (False, True):
        for roll in rolls:
            await world.gateway.grant(char_id, "iron_helmet", 1, roll=roll)
        if not waits:
            await world.gateway.drop_many(char_id, swords[:5])
            await deliver(world)
    made = await world.gateway.view(char_id)
    helmets = [each.id for each in made.backpack if each.base_id == "iron_helmet"]
    assert len(helmets) == 5
    if written:
        await world.gateway.sync_inventory(char_id)
        await world.core.redis.flushall()

    first = await told(world, char_id, "look")
    await world.gateway.perform(char_id, DropMany(item_ids=tuple(helmets)))
    second = await told(world, char_id)

    alike = (Gift("iron_helmet", 2, FINE), Gift("iron_helmet", 1, other), Gift("iron_helmet", 2))
    assert first == TakeNoteResult(alike, (Gift("rusty_sword", 5),), alike)
    assert await told(world, char_id, "look") == first
    assert sorted(second.went, key=repr) == sorted(alike, key=repr)
    await world.gateway.sync_inventory(char_id)
    assert await findings(world) == []


async def test_a_batch_tells_of_its_rolled_parts(world: World) -> None:
    char_id = await world.character()
    made = AddItem(base_id="iron_helmet", quantity=1, rarity=FINE.rarity, affixes=FINE.affixes)
    await world.gateway.perform(char_id, Batch.of(made, made))

    assert (await told(world, char_id)).came == (Gift("iron_helmet", 2, FINE),)


async def test_what_is_not_rolled_is_written_as_the_last_release_wrote_it(world: World) -> None:
    """It reads what this one has told, and this one what it has."""
    char_id = await world.character()
    await world.gateway.grant(char_id, "iron_helmet", 1)
    await deliver(world)
    await world.gateway.open(char_id)
    first = await told(world, char_id, "look")

    await world.gateway.sync_inventory(char_id)
    await world.unpack_ledger()
    [entry] = await world.query(
        "SELECT payload::text, result::text FROM inventory_operations WHERE kind = 'take_note'"
    )

    assert [json.loads(each)["came"] for each in entry] == [[{"base_id": "iron_helmet", "quantity": 1}]] * 2
    assert await told(world, char_id, "look") == first


async def test_who_was_given_nothing_is_told_nothing(world: World) -> None:
    char_id = await world.character()

    assert await told(world, char_id) == NOTHING
    assert await world.ledger(char_id) == []


@pytest.mark.parametrize("written", [True, False])
async def test_coins_that_nobody_told_of_are_news_once(world: World, written: bool) -> None:
    char_id = await world.character()
    tapped = stamped((await world.gateway.open(char_id)).stamp, "shop")
    wishes = {
        "quest:1": Batch.of(AddCoins(amount=60), AddCoins(amount=3, announced=True)),
        "tax:1": TakeCoins(amount=20),
        "shop:1": TakeCoins(amount=5, announced=True),
        tapped: TakeCoins(amount=7),
    }
    for op_id, wish in wishes.items():
        await world.core.router.ask(Perform(char_id, wish, op_id))
    if written:
        await world.gateway.sync_inventory(char_id)

    assert await told(world, char_id) == TakeNoteResult((), (), (), earned=60, paid=20)
    assert await told(world, char_id) == NOTHING
    await world.core.router.ask(Perform(char_id, TakeCoins(amount=1), "tax:2"))
    assert await told(world, char_id) == TakeNoteResult((), (), (), paid=1)
    await world.gateway.sync_inventory(char_id)
    assert await findings(world) == []
