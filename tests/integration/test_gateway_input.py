"""What no button of ours can carry is refused with a typed error before anything is touched."""

import math
from itertools import product
from typing import Any, cast

import pytest

from apps.game_core.adapters.postgres import inventory_writes
from apps.game_core.modules.inventory.contracts import (
    AddCoins,
    AddItem,
    Batch,
    GiveItem,
    Perform,
    PerformOnce,
    SyncInventory,
    TakeKind,
    ViewInventory,
)
from apps.game_core.modules.inventory.errors import CharacterNotFoundError, InvalidInputError
from apps.game_core.modules.inventory.inventory.gift import PLAIN
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.rules.batching import Part
from apps.game_core.modules.inventory.inventory.rules.dropping import DropMany
from apps.game_core.modules.inventory.inventory.rules.locking import LockItem
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore
from apps.game_core.modules.inventory.inventory.rules.stacks import SplitStack
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo
from apps.game_core.modules.inventory.inventory.wishes import Ask
from apps.game_core.modules.items.contracts import Slot, Stat
from apps.game_core.system.core_router import UnknownRouteError
from apps.game_core.system.protocols import Context
from tests.support.world import World

NONSENSE = [-1, 0, 2**63, math.nan, True, "1", "1e9", None, 1.0, b"1"]


@pytest.mark.parametrize("value", NONSENSE)
async def test_fault_34_ids_that_are_none(world: World, value: Any) -> None:
    with pytest.raises(InvalidInputError):
        await world.gateway.open(value)
    with pytest.raises(InvalidInputError):
        await world.gateway.equip_item(1, value)
    with pytest.raises(InvalidInputError):
        await world.gateway.get_item_details(1, value)


@pytest.mark.parametrize("value", [-1, 0, 2**31, 2**63, math.nan, True, "1e9"])
async def test_fault_34_quantities_that_are_none(world: World, value: Any) -> None:
    for call in (world.gateway.drop_item, world.gateway.split_stack):
        with pytest.raises(InvalidInputError):
            await call(1, 1, value)
    with pytest.raises(InvalidInputError):
        await world.gateway.add_item(1, "bread", value)


@pytest.mark.parametrize("value", ["", "pocket", "main_hand\n", "*", "{slot}", 1, None])
async def test_fault_32_slots_that_are_none(world: World, value: Any) -> None:
    with pytest.raises(InvalidInputError):
        await world.gateway.unequip_item(1, value)


async def test_fault_32_glob_and_sql_are_plain_text(world: World) -> None:
    char_id = await world.character("'; DROP TABLE characters; -- *{x}\n")
    view = await world.gateway.view(char_id)

    assert view.hero_name == "'; DROP TABLE characters; -- *{x}"
    with pytest.raises(InvalidInputError):
        await world.gateway.lock_item(char_id, view.backpack[0].id, op_id="x" * 129)
    outcome = await world.gateway.lock_item(char_id, view.backpack[0].id, op_id="*\n{x}' --")
    assert outcome.result.item.locked
    assert (await world.gateway.lock_item(char_id, view.backpack[0].id, op_id="*\n{x}' --")).repeated


@pytest.mark.parametrize(
    "op_id", ["inbox:7", "inbox:letter", "undo:7", "once:7", "restore:7", "lost:7", "starter"]
)
async def test_names_that_mean_something_to_the_inventory_are_not_for_others(
    world: World, op_id: str
) -> None:
    char_id = await world.character()
    contexts: tuple[Context[Any, Any, Any], ...] = (
        Perform(char_id, AddCoins(amount=5), op_id),
        PerformOnce(char_id, AddCoins(amount=5), op_id),
        GiveItem(char_id, "bread", 1, op_id),
        GiveItem(char_id, "bread", 1, op_id, or_inbox=True),
    )

    for context in contexts:
        with pytest.raises(InvalidInputError):
            await world.core.router.ask(context)


async def test_what_is_named_like_a_row_of_a_strangers_inbox_leaves_it_there(world: World) -> None:
    char_id, stranger = await world.character(), await world.character()
    await world.gateway.grant(stranger, "copper_ring", 3)
    [row] = await world.query("SELECT id FROM inventory_inbox")

    await world.gateway.service.perform(char_id, AddCoins(amount=5), op_id=f"inbox:{row.id}")
    await world.core.worker.drain()

    assert await world.pieces(stranger, "copper_ring") == 4


@pytest.mark.parametrize("op_id", ["inbox:letter", "inbox:9999999999999999999"])
async def test_a_name_that_a_release_before_let_in_holds_up_nobody(world: World, op_id: str) -> None:
    sick, *others = [await world.character() for _ in range(3)]
    await world.gateway.service.perform(sick, AddCoins(amount=5), op_id=op_id)
    for char_id in others:
        await world.gateway.perform(char_id, AddCoins(amount=7))

    assert await world.core.worker.drain() >= len(others)


async def test_a_session_of_which_no_write_can_be_made_holds_up_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sick, *others = [await world.character() for _ in range(3)]
    for char_id in (sick, *others):
        await world.gateway.perform(char_id, AddCoins(amount=7))
    purses = inventory_writes.purses

    def broken(writes: inventory_writes.Writes) -> inventory_writes.Columns:
        if sick in writes:
            raise ValueError(sick)
        return purses(writes)

    monkeypatch.setattr(inventory_writes, "purses", broken)
    assert await world.core.worker.drain() == len(others)


async def test_sources_and_indexes_have_bounds(world: World) -> None:
    for source, index in (("pocket", 0), ("quick_slot", 10), ("quick_slot", -1), ("quick_slot", True)):
        with pytest.raises(InvalidInputError):
            await world.gateway.use_consumable(1, 1, source, index)  # type: ignore[arg-type]  # any word


@pytest.mark.parametrize(
    "wish",
    [
        SplitStack(item_id=1, quantity=1, new_id=2),
        LockItem(item_id=1, op_id="mine", at=1),
        DropMany(item_ids=(1,), quantities=(1,)),
        WearSet(items={Slot.HEAD: 1}),
        Restore(to=1, stood=(), new_ids=()),
        *(
            AddItem(base_id="iron_sword", quantity=1, affixes=affixes)
            for affixes in cast(
                "Any",
                (
                    {"luck": 1},
                    {Stat.POWER: 0},
                    {Stat.POWER: 1_001},
                    {Stat.POWER: True},
                    [Stat.POWER],
                ),
            )
        ),
        Undo(of="drop", dropped=(), dropped_at=1, new_ids=()),
    ],
    ids=lambda wish: wish.kind,
)
async def test_what_only_the_service_may_say_is_refused_from_callers(
    world: World, wish: Operation[Any]
) -> None:
    with pytest.raises(InvalidInputError):
        await world.gateway.perform(1, wish)


class Steal(TakeKind, kw_only=True):
    """Of a module that thinks it can bring its own."""

    kind = "steal"


ONE = TakeKind(base_id="bread", quantity=1)
NO_VERSIONS = (True, "x", None, 1.0, math.nan, -1, 2**63)
STEAL = Steal(base_id="bread", quantity=1)
NO_WISHES: tuple[object, ...] = (None, 1, "bread", TakeKind, PLAIN, Part(ONE), Ask(), STEAL, Batch.of(STEAL))


async def test_fault_34_what_modules_ask_for_in_nonsense_is_refused(world: World) -> None:
    char_id = await world.character()
    told: dict[str, Any] = {"char_id": char_id, "wish": ONE, "op_id": "sold:1"}
    nonsense = [("since", NO_VERSIONS), ("wish", NO_WISHES), ("op_id", (None, 1, ""))]

    for field, values in nonsense:
        for kind, value in product((Perform, PerformOnce), values):
            asked: Any = kind(**{**told, field: value})
            with pytest.raises(InvalidInputError) as refused:
                await world.core.router.ask(asked)
            assert refused.value.field == ("parts" if isinstance(value, Batch) else field)

    assert await world.ledger(char_id) == []


async def test_nobodys_inventory_is_an_error_and_leaves_nothing_behind(world: World) -> None:
    with pytest.raises(CharacterNotFoundError):
        await world.gateway.open(404)

    assert await world.core.redis.keys("*") == []


async def test_other_modules_reach_the_inventory_through_the_router(world: World) -> None:
    char_id = await world.character()
    router = world.core.router
    added = await router.route(
        "inventory", "add_item", GiveItem(char_id=char_id, base_id="wolf_pelt", quantity=2, op_id="quest:1")
    )
    again = await router.route(
        "inventory", "add_item", GiveItem(char_id=char_id, base_id="wolf_pelt", quantity=2, op_id="quest:1")
    )
    synced = await router.route("inventory", "sync", SyncInventory(char_id=char_id))
    view = await router.route("inventory", "view", ViewInventory(char_id=char_id))

    assert added == again
    assert synced.changes_saved
    assert [item.quantity for item in view.backpack if item.base_id == "wolf_pelt"] == [2]


async def test_a_route_that_does_not_exist_is_named(world: World) -> None:
    """It does not type-check, either: mypy tells of an exemption that is not needed."""
    with pytest.raises(UnknownRouteError, match="inventory/steal"):
        await world.core.router.route("inventory", "steal", ViewInventory(char_id=1))  # type: ignore[misc]
    with pytest.raises(UnknownRouteError, match="ViewInventory"):
        await world.core.router.route("inventory", "sync", ViewInventory(char_id=1))  # type: ignore[misc]
