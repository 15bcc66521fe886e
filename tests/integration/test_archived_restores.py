"""A restore to a time that is in files by now: what it brings back, and that the audit agrees."""

import random
from pathlib import Path

from apps.game_core.modules.inventory.inventory.logic.history.past import Stood, difference
from tests.integration.test_archive_files import Command, command
from tests.integration.test_archiving import archived
from tests.integration.test_audit import findings
from tests.integration.test_past import anything, rows
from tests.support.world import World
from tools.support.clocks import AdjustableClock

__all__ = ["command"]
HOUR, STEPS = 3600, 12


async def stands(world: World, char_id: int) -> Stood:
    session = await world.gateway.service.runner.current(char_id)
    return Stood(session.version, await rows(world, char_id), session.coins)


def gone(then: Stood, now: Stood) -> list[tuple[str, int]]:
    came, went = difference(then, now)
    assert (came, now.coins) == ([], then.coins)
    return [(item.base_id, item.quantity) for item in went]


async def dropped(world: World, char_id: int, share: float, dice: random.Random) -> int:
    """Of what is in the backpack."""
    backpack = [item for item in (await world.gateway.view(char_id)).backpack if item.droppable]
    going = dice.sample(backpack, round(len(backpack) * share))
    await world.gateway.drop_many(char_id, [item.id for item in going])
    return len(going)


async def played(world: World, char_id: int, dice: random.Random) -> None:
    for _ in range(STEPS):
        await anything(world, char_id, dice)


async def written_and_archived(world: World, char_id: int, clock: AdjustableClock, folder: Path) -> int:
    """How many entries that were."""
    await world.gateway.sync_inventory(char_id)
    done = await archived(world, folder, clock=clock.now)
    assert done.left == {}
    return done.entries


async def test_a_restore_to_what_files_tell_brings_it_back_once_and_the_audit_agrees(
    world: World, game_clock: AdjustableClock, tmp_path: Path, command: Command
) -> None:
    """What was lost a file tells, the ledger, and the session: a part each."""
    game_clock.advance(-3 * HOUR)
    dice, char_id = random.Random(8), await world.character()
    await played(world, char_id, dice)
    filed = [await written_and_archived(world, char_id, game_clock, tmp_path)]
    await played(world, char_id, dice)
    await world.gateway.add_item(char_id, "great_health_potion", 3)
    then = await stands(world, char_id)
    game_clock.advance(HOUR)
    potion = await world.item(char_id, "great_health_potion")
    await world.gateway.use_consumable(char_id, potion.id)
    lost = [await dropped(world, char_id, 0.3, dice)]
    filed.append(await written_and_archived(world, char_id, game_clock, tmp_path))
    game_clock.advance(HOUR)
    lost.append(await dropped(world, char_id, 0.5, dice))
    await world.gateway.sync_inventory(char_id)
    game_clock.advance(HOUR)
    lost.append(await dropped(world, char_id, 1, dice))
    before, words = await stands(world, char_id), ("restore", f"#{char_id}", "150m")
    refused = await command(*words, "--yes")
    planned = await command(*words, "--archive", tmp_path)
    assert await stands(world, char_id) == before

    done = await command(*words, "--yes", "--archive", tmp_path)
    again = await command(*words, "--yes", "--archive", tmp_path)

    assert min(*lost, *filed) > 0
    assert "is archived: bring its files by --archive DIR" in str(refused.exception)
    for said, told in ((planned, "Nothing is done yet"), (done, "Came back"), (again, "Nothing of that")):
        assert (told in said.output, said.exit_code) == (True, 0)
    assert gone(then, await stands(world, char_id)) == [("great_health_potion", 1)]
    await world.gateway.sync_inventory(char_id)
    for entries in (3, 0):
        assert await findings(world) == []
        assert (await command("audit", "--archive", tmp_path)).exit_code == 0
        assert await written_and_archived(world, char_id, game_clock, tmp_path) == entries
