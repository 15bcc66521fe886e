"""Which kinds a character has ever had: told by the ledger, shown with what is in the bag now."""

import shutil
from pathlib import Path

import pytest

from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.container import open_core
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.codex.contracts import Codex, ViewCodex
from apps.game_core.modules.inventory.contracts import (
    AddItem,
    Batch,
    Grant,
    PlanRestore,
    RestoreInventory,
    TakeKind,
    TellAgain,
)
from apps.game_core.modules.inventory.errors import CharacterNotFoundError
from apps.game_core.modules.items.loader import default_catalog_dir
from apps.game_core.settings import CoreSettings
from tests.support.world import World
from tests.support.write_log import StatementCounter
from tools.support.clocks import AdjustableClock
from tools.support.round_trips import counting_round_trips

KIT = 14


async def codex(world: World, char_id: int) -> Codex:
    return await world.core.router.ask(ViewCodex(char_id))


async def found(world: World, char_id: int) -> set[str]:
    chapters = (await codex(world, char_id)).chapters
    return {each.kind.base_id for chapter in chapters for each in chapter.entries if each.found}


async def told(world: World, char_id: int) -> set[str]:
    """What is known without a look at the inventory."""
    assert await world.core.events.round()
    rows = await world.query("SELECT base_id FROM codex_found WHERE char_id = :char_id", char_id=char_id)
    return {row.base_id for row in rows}


async def lose(world: World, char_id: int, *kinds: str) -> None:
    for kind in kinds:
        count = await world.pieces(char_id, kind)
        await world.gateway.perform(char_id, TakeKind(base_id=kind, quantity=count, in_use=True))
    await world.gateway.sync_inventory(char_id)


async def test_what_is_in_the_bag_is_found_before_it_is_written(world: World) -> None:
    char_id = await world.character()
    before = await codex(world, char_id)
    assert await told(world, char_id) == await found(world, char_id)
    await world.gateway.add_item(char_id, "dragon_blade", 1)

    after = await codex(world, char_id)

    assert (before.found, before.total) == (KIT, len(world.core.catalog.current))
    assert after.found == KIT + 1
    assert after.latest[0].base_id == "dragon_blade"
    assert await told(world, char_id) == await found(world, char_id) - {"dragon_blade"}


async def test_what_came_and_went_stays_found_however_it_came(world: World) -> None:
    char_id = await world.character()
    await world.gateway.add_item(char_id, "silver_ring", 1)
    batch = Batch.of(TakeKind(base_id="bread", quantity=3), AddItem(base_id="old_key", quantity=1))
    await world.gateway.perform(char_id, batch)
    await world.core.router.ask(Grant(char_id, "healing_herb", 2))
    for chore in world.core.worker.chores:
        await chore.round()
    await lose(world, char_id, "silver_ring", "healing_herb", "iron_ore", "copper_ring")

    assert await told(world, char_id) >= {"silver_ring", "old_key", "healing_herb", "bread", "copper_ring"}
    assert await found(world, char_id) == await told(world, char_id)
    assert (await codex(world, char_id)).found == KIT + 3


async def test_what_an_operator_gives_back_is_found_by_whoever_had_not_listened(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id, began = await world.character(), int(game_clock.now())
    game_clock.advance(3600)
    await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id)
    await world.gateway.sync_inventory(char_id)
    assert await world.core.events.round()
    await world.execute("DELETE FROM codex_found")

    plan = await world.core.router.ask(PlanRestore(char_id, began))
    await world.core.router.ask(RestoreInventory(char_id, began, plan.code, "request"))
    await world.gateway.sync_inventory(char_id)

    assert await told(world, char_id) == {"bread"}


async def test_told_again_it_stays_as_it_was(world: World) -> None:
    char_id = await world.character()
    await world.gateway.sync_inventory(char_id)
    before = await told(world, char_id)
    await world.execute("UPDATE codex_found SET found_at = 1 WHERE base_id = 'bread'")
    assert await world.core.router.ask(TellAgain("codex"))

    assert await told(world, char_id) == before
    [bread] = await world.query("SELECT found_at FROM codex_found WHERE base_id = 'bread'")
    assert bread.found_at == 1


async def test_kinds_that_are_no_more_do_not_count(
    world: World, settings: CoreSettings, tmp_path: Path
) -> None:
    char_id = await world.character()
    everything = await codex(world, char_id)
    files = shutil.copytree(default_catalog_dir(), tmp_path / "items")
    quest = (files / "quest.toml").read_text("utf-8")
    (files / "quest.toml").write_text(quest.replace("[sealed_letter]", "[open_letter]"), "utf-8")

    async with open_core(settings.model_copy(update={"catalog_dir": files})) as changed:
        fewer = await changed.router.ask(ViewCodex(char_id))

    assert (everything.found, fewer.found) == (KIT, KIT - 1)
    assert fewer.total == everything.total


async def test_it_goes_with_its_character(world: World) -> None:
    gone, stays = await world.character(), await world.character()
    assert await told(world, gone)
    await world.gateway.add_item(gone, "dragon_blade", 1)
    await world.gateway.sync_inventory(gone)
    await world.core.router.ask(DeleteCharacter(gone))

    assert await told(world, gone) == set()
    assert len(await told(world, stays)) == KIT
    with pytest.raises(CharacterNotFoundError):
        await codex(world, gone)


async def test_who_is_gone_by_the_time_that_it_is_told_has_found_nothing(world: World) -> None:
    stays = await world.character()
    async with PostgresUnitOfWork(world.core.engine) as unit:
        await unit.codex.add({(404, "bread"): 1, (stays, "dragon_blade"): 1})
        assert await unit.codex.found(404) == {}
        assert await unit.codex.found(stays) == {"dragon_blade": 1}


async def test_a_look_is_one_question_to_each_store(world: World) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    statements = StatementCounter(world.core)

    with counting_round_trips() as counted:
        await codex(world, char_id)

    assert (statements.count, counted.trips) == (1, 1)
