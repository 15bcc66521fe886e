"""Rolled pieces by way of the inbox: they come as they were rolled, once, and the audit knows them."""

import json
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.adapters.redis import keys
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.contracts import (
    Durability,
    Gift,
    GiveItem,
    Grant,
    GrantUnit,
    Item,
    PlanRestore,
    RestoreInventory,
    Roll,
)
from apps.game_core.modules.inventory.errors import InvalidInputError
from apps.game_core.modules.items.contracts import Rarity, Stat
from apps.game_core.settings import CoreSettings
from tests.integration.test_audit import findings
from tests.integration.test_gifts import crammed, deliver, drop
from tests.support.altered import replace
from tests.support.invariants import check
from tests.support.world import World
from tools.support.clocks import AdjustableClock

FINE = Roll(Rarity.RARE, {Stat.ARMOR: 3, Stat.ACCURACY: -2}, bound=True)
KINDS_OWN = Roll(Rarity.UNCOMMON)
WORN = replace(FINE, durability=30)


async def owned(world: World, char_id: int, base_id: str) -> list[Item]:
    session = (await world.gateway.service.runner.current(char_id)).placed()
    return [placed.item for placed in session if placed.item.base_id == base_id]


async def rolls(world: World, char_id: int, base_id: str = "copper_ring") -> list[Roll]:
    return [Roll(item.rarity, item.affixes, item.bound) for item in await owned(world, char_id, base_id)]


async def written(world: World, char_id: int) -> None:
    """Nothing is lost on the way into the database, and the audit finds nothing."""
    await world.gateway.sync_inventory(char_id)
    await check(world, char_id)
    assert await findings(world) == []


@pytest.mark.parametrize("loaded", [True, False])
async def test_what_waited_for_room_arrives_as_it_was_rolled_once(
    world: World, settings: CoreSettings, loaded: bool
) -> None:
    """Into a session that is open, or with one that is made from the database."""
    char_id = await crammed(world)
    await drop(world, char_id, "copper_ring")
    await world.gateway.add_item(char_id, "rusty_sword", 1)
    await world.gateway.sync_inventory(char_id)
    await world.core.router.ask(Grant(char_id, "copper_ring", 1, key="loot", roll=FINE))
    await deliver(world)
    assert (await world.gateway.open(char_id)).waiting == 1
    await drop(world, char_id, "rusty_sword")
    await world.gateway.sync_inventory(char_id)
    if not loaded:
        await world.core.redis.flushall()

    async with open_core(settings) as other:
        await other.gateway.open(char_id)
        for _ in range(2):
            await world.core.router.ask(Grant(char_id, "copper_ring", 1, key="loot", roll=FINE))
            await deliver(world)

    opened = await world.gateway.open(char_id)
    assert (opened.waiting, opened.gifts) == (0, (Gift("copper_ring", 1, FINE),))
    assert await rolls(world, char_id) == [FINE]
    await written(world, char_id)


@pytest.mark.parametrize(("left", "durability"), [(None, 100), (30, 30), (0, 0), (101, 100)])
async def test_a_row_says_what_was_rolled(world: World, left: int | None, durability: int) -> None:
    char_id = await world.character()
    await world.gateway.grant(char_id, "iron_helmet", 1, roll=replace(FINE, durability=left))

    await deliver(world)
    await world.gateway.open(char_id)
    await world.gateway.sync_inventory(char_id)

    [row] = [each for each in (await world.rows(char_id)).values() if each.base_id == "iron_helmet"]
    assert (row.rarity, row.affixes, row.bound) == ("rare", {"armor": 3, "accuracy": -2}, True)
    assert (row.durability, row.max_durability) == (durability, 100)
    assert await findings(world) == []


async def wear(world: World, char_id: int) -> list[Durability | None]:
    return [item.durability for item in await owned(world, char_id, "iron_helmet")]


@pytest.mark.parametrize("or_inbox", [True, False])
async def test_what_is_given_worn_comes_worn_once(world: World, or_inbox: bool) -> None:
    char_id = await world.character()
    give = GiveItem(char_id, "iron_helmet", 1, "prize", or_inbox=or_inbox, roll=WORN)

    added = [await world.core.router.ask(give) for _ in range(2)]

    assert [each.gift.roll for each in added] == [WORN, WORN]
    assert await wear(world, char_id) == [Durability(30, 100)]
    await written(world, char_id)


@pytest.mark.parametrize(("most", "left"), [(20, Durability(20, 20)), (None, None)])
async def test_a_kind_that_wears_out_otherwise_by_now_has_no_more_left_than_it_may(
    world: World, monkeypatch: pytest.MonkeyPatch, most: int | None, left: Durability | None
) -> None:
    """Item files were reloaded while it waited."""
    char_id = await world.character()
    await world.gateway.grant(char_id, "iron_helmet", 1, roll=WORN)
    catalog = world.core.catalog.current
    changed = replace(catalog.entries["iron_helmet"], max_durability=most)
    entries = {**catalog.entries, "iron_helmet": changed}
    monkeypatch.setattr(world.core.catalog, "_current", replace(catalog, entries=entries))

    await deliver(world)

    assert await wear(world, char_id) == [left]
    await written(world, char_id)


@pytest.mark.parametrize("base_id", ["bread", "copper_ring"])
async def test_of_different_rolls_are_different_stacks(world: World, base_id: str) -> None:
    char_id = await world.character()
    before = await rolls(world, char_id, base_id)
    other = replace(FINE, affixes={Stat.ARMOR: 4})
    for roll in (FINE, other, FINE, Roll()):
        await world.gateway.grant(char_id, base_id, 1, roll=roll)

    await deliver(world)

    items = await owned(world, char_id, base_id)
    pieces = [Roll(item.rarity, item.affixes, item.bound) for item in items for _ in range(item.quantity)]
    assert [pieces.count(each) for each in (FINE, other)] == [2, 1]
    stacks = await rolls(world, char_id, base_id)
    assert len(stacks) - len(before) == (2 if base_id == "bread" else 4), "alike they share one, if they can"
    await written(world, char_id)


async def test_a_key_that_comes_again_with_another_roll_gives_what_it_gave_first(world: World) -> None:
    char_id = await world.character()
    give = GiveItem(char_id, "iron_helmet", 1, "prize", or_inbox=True, roll=FINE)

    for again in (give, replace(give, roll=KINDS_OWN), replace(give, roll=Roll())):
        added = await world.core.router.ask(again)
        assert added.result is not None
        assert [(each.rarity, each.affixes) for each in added.result.stacks] == [(FINE.rarity, FINE.affixes)]

    assert await rolls(world, char_id, "iron_helmet") == [FINE]
    await written(world, char_id)


async def test_what_is_given_at_once_is_rolled_the_same(world: World) -> None:
    char_id = await world.character()

    added = await world.core.router.ask(GiveItem(char_id, "iron_helmet", 1, "prize", roll=FINE))

    assert added.result is not None
    assert await rolls(world, char_id, "iron_helmet") == [FINE]
    await written(world, char_id)


async def test_a_grant_is_rolled_within_the_caller_s_transaction(world: World) -> None:
    char_id = await world.character()
    async with PostgresUnitOfWork(world.core.engine) as unit:
        caller: GrantUnit = unit
        await world.core.router.ask(Grant(char_id, "iron_helmet", 1, caller, roll=FINE))
        await unit.commit()

    await deliver(world)

    assert await rolls(world, char_id, "iron_helmet") == [FINE]


@pytest.mark.parametrize("away", [True, False])
async def test_a_row_of_the_last_release_arrives_as_ever(world: World, away: bool) -> None:
    """It names neither rarity nor affixes; in Redis there are gifts that say nothing of a roll."""
    char_id = await world.character()
    await drop(world, char_id, "copper_ring")
    await world.execute(
        "INSERT INTO inventory_inbox (char_id, base_id, quantity) VALUES (:id, 'copper_ring', 1)", id=char_id
    )
    if away:
        await world.gateway.sync_inventory(char_id)
        await world.core.redis.flushall()
    await deliver(world)
    await world.gateway.open(char_id)
    await as_the_last_release_stored_it(world, char_id)

    opened = await world.gateway.open(char_id)

    assert opened.gifts == (Gift("copper_ring", 1),)
    assert await rolls(world, char_id) == [Roll(Rarity.COMMON)]
    await written(world, char_id)


async def as_the_last_release_stored_it(world: World, char_id: int) -> None:
    document: dict[str, Any] | None = await world.document(char_id)
    assert document is not None
    for gift in document["metadata"]["gifts"]:
        assert gift.pop("roll")
    await world.core.redis.set(keys.session(char_id), json.dumps(document, separators=(",", ":")), xx=True)


async def test_a_rolled_gift_that_was_dropped_comes_back_as_it_was(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id = await world.character()
    await world.gateway.grant(char_id, "iron_helmet", 1, roll=replace(WORN, bound=False))
    await world.gateway.open(char_id)
    await world.gateway.sync_inventory(char_id)
    past = int(game_clock.now())
    game_clock.advance(100)
    await drop(world, char_id, "iron_helmet")
    await world.gateway.sync_inventory(char_id)

    plan = await world.core.router.ask(PlanRestore(char_id, past))
    await world.core.router.ask(RestoreInventory(char_id, past, plan.code, "request"))

    assert await rolls(world, char_id, "iron_helmet") == [replace(FINE, bound=False)]
    assert await wear(world, char_id) == [Durability(30, 100)]
    await written(world, char_id)


@pytest.mark.parametrize(
    ("damage", "arrived"),
    [
        ("rarity = 'epic'", "epic accuracy -2 armor +3 bound durability 30 arrived as 1 iron_helmet rare"),
        ("affixes = '{\"armor\": 9}'", "of 1 iron_helmet rare armor +9 bound durability 30 arrived as"),
        ("bound = false", "of 1 iron_helmet rare accuracy -2 armor +3 durability 30 arrived as"),
        ("durability = 31", "accuracy -2 armor +3 bound durability 31 arrived as"),
        ("durability = NULL", "of 1 iron_helmet rare accuracy -2 armor +3 bound arrived as"),
    ],
)
async def test_what_arrived_otherwise_than_it_was_granted_is_found(
    world: World, damage: str, arrived: str
) -> None:
    char_id = await world.character()
    await world.gateway.grant(char_id, "iron_helmet", 1, roll=WORN)
    await deliver(world)
    await world.gateway.open(char_id)
    await world.gateway.sync_inventory(char_id)
    await world.execute(f"UPDATE inventory_inbox SET {damage}")

    [finding] = await findings(world)

    assert arrived in str(finding)


BAD: list[Any] = [
    {"rarity": "mythic"},
    {"affixes": {"luck": 1}},
    {"affixes": {Stat.ARMOR: 1_001}},
    {"affixes": {Stat.ARMOR: 0}},
    {"affixes": {Stat.ARMOR: 1.5}},
    {"affixes": {Stat.ARMOR: True}},
    {"affixes": [1]},
    {"bound": 1},
    {"durability": -1},
    {"durability": 10_001},
    {"durability": 0.5},
]


@pytest.mark.parametrize("bad", BAD)
async def test_what_cannot_be_rolled_is_not_asked_for(world: World, bad: dict[str, Any]) -> None:
    char_id = await world.character()
    roll = Roll(**bad)

    for asked in (
        Grant(char_id, "iron_helmet", 1, roll=roll),
        GiveItem(char_id, "iron_helmet", 1, "prize", roll=roll),
        GiveItem(char_id, "iron_helmet", 1, "prize", or_inbox=True, roll=roll),
        Grant(char_id, "iron_helmet", 1, roll=bad),  # type: ignore[arg-type]
    ):
        with pytest.raises(InvalidInputError):
            await world.core.router.ask(asked)

    assert await world.query("SELECT id FROM inventory_inbox") == []


@pytest.mark.parametrize(
    "bad",
    [
        "rarity = 'mythic'",
        *(
            f"affixes = '{affixes}'"
            for affixes in (
                '{"luck": 1}',
                '{"armor": 1001}',
                '{"armor": -1001}',
                '{"armor": 0}',
                '{"armor": 1.5}',
                '{"armor": 2.0}',
                '{"armor": "1"}',
                '{"armor": [1]}',
                '{"armor": null}',
                '{"power": 1, "armor": 0.5}',
                "[1]",
                "7",
            )
        ),
        "affixes = NULL",
        "bound = NULL",
        "durability = -1",
        "durability = 10001",
    ],
)
async def test_a_row_that_nobody_could_deliver_is_refused(world: World, bad: str) -> None:
    char_id = await world.character()
    await world.gateway.grant(char_id, "iron_helmet", 1)

    with pytest.raises(IntegrityError):
        await world.execute(f"UPDATE inventory_inbox SET {bad}")


async def test_whatever_the_database_takes_can_be_delivered(world: World) -> None:
    """The constraint knows every stat and rarity that the game has."""
    char_id = await world.character()
    for rarity in Rarity:
        every = dict(zip(Stat, (-1_000, 1_000, 1) * 3, strict=True))
        await world.gateway.grant(char_id, "iron_helmet", 1, roll=Roll(rarity, every))

    await deliver(world)

    assert [each.rarity for each in await rolls(world, char_id, "iron_helmet")] == list(Rarity)
    await written(world, char_id)
