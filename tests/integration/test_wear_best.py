"""The best set on real servers: one operation, put on once, exactly as it was shown."""

import pytest

from apps.game_core.modules.inventory.contracts import Verdict
from apps.game_core.modules.inventory.errors import BetterSetError, InvalidInputError
from tests.support.invariants import check
from tests.support.world import World


async def test_the_best_set_is_put_on_in_one_operation(world: World) -> None:
    char_id = await world.character()
    best = (await world.gateway.open(char_id)).best_set()

    outcome = await world.gateway.wear_best(char_id, best.fingerprint, op_id="best")

    view = outcome.inventory.view()
    assert view.figures == best.after
    assert {each.slot: each.item.id for each in view.equipped if each.item} == {
        slot: row.id for slot, row in best.items.items()
    }
    assert [row.name for row in view.backpack if row.wearable and row.verdict is Verdict.BETTER] == []
    assert outcome.inventory.best_set().items == {}
    await world.gateway.sync_inventory(char_id)
    entries = await world.ledger(char_id)
    assert [entry.kind for entry in entries] == ["wear_set"]
    await check(world, char_id)


@pytest.mark.parametrize("between", ["nothing", "sync", "redis lost"])
async def test_a_set_that_is_worn_already_is_a_repetition(world: World, between: str) -> None:
    """Though there is nothing better left by then."""
    char_id = await world.character()
    best = (await world.gateway.open(char_id)).best_set()
    first = await world.gateway.wear_best(char_id, best.fingerprint, op_id="best")
    if between != "nothing":
        await world.gateway.sync_inventory(char_id)
    if between == "redis lost":
        await world.core.redis.flushall()

    again = await world.gateway.wear_best(char_id, best.fingerprint, op_id="best")

    assert again.repeated
    assert again.result == first.result
    await world.gateway.sync_inventory(char_id)
    await check(world, char_id)


async def test_only_the_set_that_was_shown_is_put_on(world: World) -> None:
    char_id = await world.character()
    shown = (await world.gateway.open(char_id)).best_set()
    await world.gateway.drop_item(char_id, (await world.item(char_id, "leather_boots")).id)
    before = await world.gateway.view(char_id)

    for asked in (shown.fingerprint, 0, 2**32):
        with pytest.raises(BetterSetError):
            await world.gateway.wear_best(char_id, asked, op_id=f"best:{asked}")

    assert await world.gateway.view(char_id) == before
    with pytest.raises(InvalidInputError):
        await world.gateway.wear_best(char_id, -1)


async def test_where_there_is_nothing_better_nothing_is_done(world: World) -> None:
    char_id = await world.character()
    best = (await world.gateway.open(char_id)).best_set()
    worn = await world.gateway.wear_best(char_id, best.fingerprint)

    with pytest.raises(BetterSetError):
        await world.gateway.wear_best(char_id, worn.inventory.best_set().fingerprint)
