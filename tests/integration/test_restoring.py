"""Giving back what a player lost since a time: what the preview says, once, and the audit agrees."""

import pytest

from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.adapters.redis import keys
from apps.game_core.container import open_core
from apps.game_core.modules.admins.contracts import (
    Previewed,
    PreviewRestore,
    ReadActions,
    ReadHistory,
    Restored,
    RestorePlayer,
)
from apps.game_core.modules.admins.errors import NoLookingBackError, PlanOutdatedError
from apps.game_core.modules.inventory.contracts import (
    Batch,
    DropItem,
    LookAtPast,
    PutBack,
    TakeBackDrop,
    TakeKind,
)
from apps.game_core.modules.inventory.errors import CannotUndoError, UndoObstacle
from apps.game_core.modules.inventory.inventory.logic.audit import Audit
from apps.game_core.modules.inventory.inventory.model import Source
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.settings import CoreSettings
from tests.support.invariants import check
from tests.support.world import World
from tools.support.clocks import AdjustableClock

HOUR = 3600


async def preview(world: World, char_id: int, to: float) -> Previewed:
    context = PreviewRestore(actor="t", request_id="p", player=f"#{char_id}", to=int(to))
    return await world.core.router.route("admins", "preview_restore", context)


async def restore(world: World, char_id: int, to: float, code: str, request: str = "r") -> Restored:
    context = RestorePlayer(actor="t", request_id=request, player=f"#{char_id}", to=int(to), code=code)
    return await world.core.router.route("admins", "restore", context)


async def audited(world: World) -> list[str]:
    audit = Audit(PostgresHistories(world.core.engine))
    return [str(finding) for _, found in [each async for each in audit.run()] for finding in found]


async def emptied(world: World, char_id: int) -> None:
    """A child with a phone: one sword put on, some ore split, then all of it dropped."""
    ids = {item.base_id: item.id for item in (await world.gateway.view(char_id)).backpack}
    await world.gateway.equip_item(char_id, ids["iron_sword"])
    await world.gateway.split_stack(char_id, ids["iron_ore"], 5)
    await world.gateway.unequip_item(char_id, Slot.MAIN_HAND)
    left = [item.id for item in (await world.gateway.view(char_id)).backpack if item.droppable]
    await world.gateway.drop_many(char_id, left)


async def pieces(world: World, char_id: int) -> dict[int, int]:
    view = await world.gateway.view(char_id)
    return {item.id: item.quantity for item in view.backpack}


@pytest.mark.parametrize("between", ["nothing", "sync", "redis lost"])
async def test_an_emptied_account_gets_everything_back_once(
    world: World, game_clock: AdjustableClock, between: str
) -> None:
    char_id = await world.character()
    before = await pieces(world, char_id)
    then = game_clock.now()
    game_clock.advance(HOUR)
    await emptied(world, char_id)
    if between != "nothing":
        await world.gateway.sync_inventory(char_id)
    if between == "redis lost":
        await world.core.redis.flushall()
    game_clock.advance(HOUR)

    plan = (await preview(world, char_id, then)).plan
    done = await restore(world, char_id, then, plan.code)
    again = await restore(world, char_id, then, plan.code)

    assert done.items == plan.items == again.items
    assert (done.repeated, again.repeated) == (False, True)
    assert await pieces(world, char_id) == before
    await world.gateway.sync_inventory(char_id)
    assert {row.id: row.quantity for row in (await world.rows(char_id)).values()} == before
    assert await audited(world) == []
    await check(world, char_id)


@pytest.mark.parametrize("between", ["nothing", "sync", "sync twice"])
@pytest.mark.parametrize("dropped", [1, None])
async def test_what_was_restored_is_not_taken_back_as_well(
    world: World, game_clock: AdjustableClock, dropped: int | None, between: str
) -> None:
    char_id = await world.character()
    then = game_clock.now()
    game_clock.advance(HOUR)
    bread = await world.item(char_id, "bread")
    crumbs = (await world.gateway.split_stack(char_id, bread.id, 1)).result.new_item
    await world.gateway.drop_item(char_id, bread.id, dropped, op_id="drop")
    if between != "nothing":
        await world.gateway.sync_inventory(char_id)
    plan = (await preview(world, char_id, then)).plan
    await restore(world, char_id, then, plan.code)
    whole = await world.pieces(char_id, "bread")
    if dropped is None:
        await world.gateway.merge_stacks(char_id, bread.id, crumbs.id)
    if between == "sync twice":
        await world.gateway.sync_inventory(char_id)

    with pytest.raises(CannotUndoError) as refused:
        await world.gateway.undo(char_id, "drop")

    assert refused.value.obstacle is UndoObstacle.CAME_BACK
    assert await world.pieces(char_id, "bread") == whole


@pytest.mark.parametrize("written", [True, False])
async def test_a_restore_of_other_things_leaves_an_undo_standing(
    world: World, game_clock: AdjustableClock, written: bool
) -> None:
    char_id = await world.character()
    then = game_clock.now()
    game_clock.advance(HOUR)
    await world.gateway.drop_item(char_id, (await world.item(char_id, "copper_ring")).id)
    await world.gateway.add_item(char_id, "bread", 5)
    code = (await preview(world, char_id, then)).plan.code
    before = await world.pieces(char_id, "bread")
    await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id, 1, op_id="drop")
    await restore(world, char_id, then, code)
    if written:
        await world.gateway.sync_inventory(char_id)

    await world.gateway.undo(char_id, "drop")

    assert await world.pieces(char_id, "bread") == before
    await world.gateway.sync_inventory(char_id)
    await check(world, char_id)


@pytest.mark.parametrize("batched", [False, True])
async def test_what_was_restored_is_not_taken_back_by_a_rebase(
    world: World, game_clock: AdjustableClock, settings: CoreSettings, batched: bool
) -> None:
    """Also where all is as the drop had left it, as what came back was sold."""
    char_id = await world.character()
    then = game_clock.now()
    game_clock.advance(HOUR)
    bread = await world.item(char_id, "bread")
    drop, gone = DropItem(item_id=bread.id, quantity=None if batched else 1), bread.quantity if batched else 0
    await world.gateway.perform(char_id, Batch.of(drop) if batched else drop, op_id="drop")
    await world.gateway.sync_inventory(char_id)
    await world.gateway.perform(char_id, PutBack(of="drop") if batched else TakeBackDrop(of="drop"))
    redis = world.core.redis
    dumps = {name: await redis.dump(name) for name in (keys.session(char_id), keys.control(char_id))}
    # A failover: Redis forgets the session, and remembers it once the restore is in the ledger.
    await redis.flushall()
    async with open_core(settings, clock=game_clock) as core:
        other = World(core)
        await restore(other, char_id, then, (await preview(other, char_id, then)).plan.code)
        if gone:
            await other.gateway.perform(char_id, TakeKind(base_id="bread", quantity=gone))
        await other.gateway.sync_inventory(char_id)
    for name, dump in dumps.items():
        assert dump is not None
        await redis.restore(name, 0, dump, replace=True)

    await world.gateway.sync_inventory(char_id)

    assert await world.pieces(char_id, "bread") == bread.quantity - gone
    assert await world.query("SELECT op_id, reason FROM inventory_conflicts") == [
        ("undo:drop", "CannotUndoError")
    ]
    await check(world, char_id)


@pytest.mark.parametrize("written", [True, False])
async def test_what_was_restored_is_not_put_back_with_a_batch(
    world: World, game_clock: AdjustableClock, written: bool
) -> None:
    char_id = await world.character()
    then = game_clock.now()
    game_clock.advance(HOUR)
    bread = await world.item(char_id, "bread")
    await world.gateway.perform(char_id, Batch.of(DropItem(item_id=bread.id)), op_id="drop")
    await restore(world, char_id, then, (await preview(world, char_id, then)).plan.code)
    await world.gateway.perform(char_id, TakeKind(base_id="bread", quantity=bread.quantity))
    if written:
        await world.gateway.sync_inventory(char_id)

    with pytest.raises(CannotUndoError) as refused:
        await world.gateway.perform(char_id, PutBack(of="drop"))

    assert refused.value.obstacle is UndoObstacle.CAME_BACK


async def test_only_what_was_lost_after_the_time_comes_back(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id = await world.character()
    game_clock.advance(HOUR)
    await world.gateway.drop_item(char_id, (await world.item(char_id, "copper_ring")).id)
    await world.gateway.sync_inventory(char_id)
    game_clock.advance(HOUR)
    await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id, 2)
    await world.gateway.add_item(char_id, "iron_ore", 4)

    plan = (await preview(world, char_id, game_clock.now() - HOUR / 2)).plan

    assert [(item.base_id, item.quantity) for item in plan.items] == [("bread", 2)]
    assert (plan.slots, len(plan.code)) == (0, 6)


async def test_looking_opens_no_session_and_goes_back_to_the_beginning(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id)
    await world.gateway.sync_inventory(char_id)
    await world.core.redis.flushall()

    plan = (await preview(world, char_id, 0)).plan

    assert [(item.base_id, item.quantity) for item in plan.items] == [("bread", 3)]
    assert await world.core.redis.keys("*") == []
    assert (await preview(world, char_id, 2**40)).plan.items == ()


async def test_a_bag_that_changed_since_is_shown_again(world: World, game_clock: AdjustableClock) -> None:
    char_id = await world.character()
    then = game_clock.now()
    game_clock.advance(HOUR)
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    code = (await preview(world, char_id, then)).plan.code
    await world.gateway.drop_item(char_id, bread.id, 1)

    with pytest.raises(PlanOutdatedError) as refused:
        await restore(world, char_id, then, code)

    now = refused.value.now.plan
    assert [item.quantity for item in now.items] == [2]
    assert await world.pieces(char_id, "bread") == 1
    await restore(world, char_id, then, now.code)
    assert await world.pieces(char_id, "bread") == 3


async def test_what_does_not_fit_is_refused_whole(world: World, game_clock: AdjustableClock) -> None:
    char_id = await world.character()
    then = game_clock.now()
    game_clock.advance(HOUR)
    await emptied(world, char_id)
    while len((await world.gateway.view(char_id)).backpack) < 49:
        await world.gateway.add_item(char_id, "rusty_sword", 1)
    full = await world.gateway.view(char_id)

    plan = (await preview(world, char_id, then)).plan
    with pytest.raises(PlanOutdatedError):
        await restore(world, char_id, then, plan.code)

    assert (plan.free, plan.code) == (1, "")
    assert plan.slots > 1
    assert len(plan.items) >= plan.slots
    assert await world.gateway.view(char_id) == full


async def test_what_another_character_has_by_now_stays_there(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id, other = await world.character(), await world.character()
    then = game_clock.now()
    game_clock.advance(HOUR)
    bread = await world.item(char_id, "bread")
    await world.gateway.lock_item(char_id, bread.id)
    await world.gateway.drop_item(char_id, (await world.item(char_id, "copper_ring")).id)
    await world.gateway.sync_inventory(char_id)
    await world.execute(
        "UPDATE inventory_items SET char_id = :other, position = 60 WHERE id = :id", other=other, id=bread.id
    )
    await world.core.redis.flushall()

    plan = (await preview(world, char_id, then)).plan
    await restore(world, char_id, then, plan.code)

    assert [item.base_id for item in plan.elsewhere] == ["bread"]
    assert [item.base_id for item in plan.items] == ["copper_ring"]
    assert (await world.gateway.sync_inventory(char_id)).changes_saved
    assert await world.pieces(char_id, "bread") == 0


async def test_what_was_taken_past_the_ledger_is_not_known_to_it(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id = await world.character()
    then = game_clock.now()
    game_clock.advance(HOUR)
    ring = await world.item(char_id, "copper_ring")
    await world.gateway.lock_item(char_id, ring.id)
    await world.gateway.sync_inventory(char_id)
    await world.execute("DELETE FROM inventory_items WHERE base_id IN ('bread', 'copper_ring')")
    await world.core.redis.flushall()

    plan = (await preview(world, char_id, then)).plan

    assert [item.base_id for item in plan.items] == ["copper_ring"]


@pytest.mark.parametrize(
    ("jump", "written"),
    [(24 * HOUR, True), (24 * HOUR, False), (-24 * HOUR, True), (HOUR / 2, False), (-HOUR / 2, True)],
)
async def test_a_clock_that_jumped_brings_back_nothing_that_was_lost_before(
    world: World, game_clock: AdjustableClock, jump: float, written: bool
) -> None:
    """What `at` shows of that time is what a restore to it goes by."""
    char_id = await world.character()
    bread, ring = await world.item(char_id, "bread"), await world.item(char_id, "copper_ring")
    times = list[float]()
    for lost in (bread.id, None, None, ring.id, None):
        game_clock.advance(HOUR)
        if lost:
            await world.gateway.drop_item(char_id, lost)
        else:
            game_clock.advance(jump)
            await world.gateway.lock_item(char_id, (await world.item(char_id, "iron_ore")).id)
            game_clock.advance(-jump)
        times.append(game_clock.now())
    if written:
        await world.gateway.sync_inventory(char_id)

    plans = [(await preview(world, char_id, at)).plan for at in times]

    assert [[item.base_id for item in plan.items] for plan in plans] == [["copper_ring"]] * 3 + [[]] * 2
    stood = await world.core.router.ask(LookAtPast(char_id, int(times[2])))
    assert {"bread", "copper_ring"} & {item.base_id for item in stood.backpack} == {"copper_ring"}


async def test_an_entry_of_another_age_ends_looking_back(world: World, game_clock: AdjustableClock) -> None:
    char_id = await world.character()
    then = game_clock.now()
    game_clock.advance(HOUR)
    bread = await world.item(char_id, "bread")
    await world.gateway.lock_item(char_id, bread.id)
    await world.gateway.unlock_item(char_id, bread.id)
    await world.gateway.sync_inventory(char_id)
    await world.execute("UPDATE inventory_operations SET kind = 'enchant' WHERE version = 1")
    game_clock.advance(HOUR)
    await world.gateway.drop_item(char_id, bread.id)

    with pytest.raises(NoLookingBackError) as refused:
        await preview(world, char_id, then)

    [plan] = [(await preview(world, char_id, refused.value.at)).plan]
    assert [item.base_id for item in plan.items] == ["bread"]


async def test_what_came_back_otherwise_is_not_doubled_by_a_rebase(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id = await world.character()
    then = game_clock.now()
    game_clock.advance(HOUR)
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id)
    await world.gateway.sync_inventory(char_id)
    await restore(world, char_id, then, (await preview(world, char_id, then)).plan.code)
    await world.execute(
        "INSERT INTO inventory_items (id, char_id, base_id, quantity, rarity, acquired_at, place, position)"
        " VALUES (99, :char_id, 'bread', 3, 'common', 0, 'backpack', 40)",
        char_id=char_id,
    )

    await world.gateway.sync_inventory(char_id)

    assert await world.pieces(char_id, "bread") == 3
    assert await world.query("SELECT kind, reason FROM inventory_conflicts") == [
        ("restore", "NothingToRestoreError")
    ]
    await check(world, char_id)


async def test_preview_and_restore_are_written_down(world: World, game_clock: AdjustableClock) -> None:
    char_id = await world.character()
    then = int(game_clock.now())
    game_clock.advance(HOUR)
    await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id)
    code = (await preview(world, char_id, then)).plan.code
    with pytest.raises(PlanOutdatedError):
        await restore(world, char_id, then, "000000", "wrong")
    await restore(world, char_id, then, code)

    log = await world.core.router.route("admins", "log", ReadActions())
    asked = ReadHistory(actor="t", request_id="h", player=f"#{char_id}")
    line, *_ = (await world.core.router.route("admins", "history", asked)).ledger.lines

    assert [(each.command, each.char_id, each.arguments, each.outcome) for each in reversed(log)] == [
        ("preview_restore", char_id, {"to": then}, "done"),
        ("restore", char_id, {"to": then, "code": "000000"}, "PlanOutdatedError"),
        ("restore", char_id, {"to": then, "code": code}, "done"),
    ]
    assert (line.deed, [(item.base_id, item.quantity) for item in line.items]) == ("restore", [("bread", 3)])


@pytest.mark.parametrize("written", [True, False])
@pytest.mark.parametrize("found", [0, 1, 9])
async def test_what_was_used_up_by_choice_does_not_come_back(
    world: World, game_clock: AdjustableClock, written: bool, found: int
) -> None:
    """What was found meanwhile makes up for what was drunk; all the rest that is missing was dropped."""
    char_id = await world.character()
    potion, had = await world.item(char_id, "health_potion"), await world.pieces(char_id, "health_potion")
    then = game_clock.now()
    game_clock.advance(HOUR)
    for number in range(2):
        await world.gateway.use_consumable(char_id, potion.id, op_id=f"drunk {number}")
    if found:
        await world.gateway.add_item(char_id, "health_potion", found)
    await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id, 1)
    left = [row for row in (await world.gateway.view(char_id)).backpack if row.base_id == "health_potion"]
    for row in left:
        await world.gateway.drop_item(char_id, row.id)
    if written:
        await world.gateway.sync_inventory(char_id)

    plan = (await preview(world, char_id, then)).plan
    await restore(world, char_id, then, plan.code)

    assert await world.pieces(char_id, "health_potion") == min(had, had - 2 + found)
    drunk = [(item.base_id, item.quantity) for item in plan.used_up]
    assert drunk == ([("health_potion", 2 - found)] if found < 2 else [])
    assert ("bread", 1) in [(item.base_id, item.quantity) for item in plan.items]
    await world.gateway.sync_inventory(char_id)
    assert await audited(world) == []
    await check(world, char_id)


async def test_where_only_what_was_used_up_is_missing_there_is_nothing_to_restore(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id = await world.character()
    then = game_clock.now()
    game_clock.advance(HOUR)
    await world.gateway.use_consumable(char_id, (await world.item(char_id, "bread")).id)

    plan = (await preview(world, char_id, then)).plan

    assert (plan.items, plan.code) == ((), "")
    assert [(item.base_id, item.quantity) for item in plan.used_up] == [("bread", 1)]


async def test_what_was_drunk_and_taken_back_counts_as_never_drunk(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id = await world.character()
    potion, had = await world.item(char_id, "health_potion"), await world.pieces(char_id, "health_potion")
    then = game_clock.now()
    game_clock.advance(HOUR)
    await world.gateway.use_consumable(char_id, potion.id, op_id="drunk")
    await world.gateway.revert(char_id, "drunk")
    await world.gateway.drop_item(char_id, potion.id)

    plan = (await preview(world, char_id, then)).plan
    await restore(world, char_id, then, plan.code)

    assert plan.used_up == ()
    assert await world.pieces(char_id, "health_potion") == had


async def test_what_was_drunk_before_a_restore_is_not_taken_back_after_it(
    world: World, game_clock: AdjustableClock
) -> None:
    """An older release has counted it among what was lost."""
    char_id = await world.character()
    potion = await world.item(char_id, "health_potion")
    then = game_clock.now()
    game_clock.advance(HOUR)
    await world.gateway.move_to_quick_slot(char_id, potion.id, 0)
    await world.gateway.use_consumable(
        char_id, potion.id, source=Source.QUICK_SLOT, slot_index=0, op_id="drunk"
    )
    await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id, 1)
    await restore(world, char_id, then, (await preview(world, char_id, then)).plan.code)
    before = await world.gateway.view(char_id)

    with pytest.raises(CannotUndoError) as refused:
        await world.gateway.revert(char_id, "drunk")

    assert refused.value.obstacle is UndoObstacle.CAME_BACK
    assert await world.gateway.view(char_id) == before
