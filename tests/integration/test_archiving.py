"""Entries go into files at any time, and nobody who asks afterwards gets another answer."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pydantic import ValidationError

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.ledger_archiver import Archived, LedgerArchiver
from apps.game_core.adapters.ledger_files import ArchiveWriter
from apps.game_core.adapters.postgres import ledger_archiving
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.adapters.postgres.ledger_archiving import LedgerArchiving
from apps.game_core.modules.inventory.contracts import AddCoins, TakeCoins
from apps.game_core.modules.inventory.errors import OperationIdTakenError
from apps.game_core.modules.inventory.inventory.logic.history.past import Stood, stood_at
from apps.game_core.modules.inventory.keeping_errors import LedgerArchivedError
from apps.game_core.settings import CoreSettings
from bot.cli.main import cli
from tests.integration.test_audit import findings, played
from tests.integration.test_past import anything, rows
from tests.support.listening import Listener
from tests.support.world import World
from tools.support.clocks import AdjustableClock
from tools.support.patience import PATIENCE

STEPS, MANY = 60, 12
EVERYTHING = 10.0**11


async def archived(
    world: World, folder: Path, before: float = EVERYTHING, clock: Callable[[], float] = time.time
) -> Archived:
    """As `admin archive` does it, once everybody has heard of what there is."""
    assert await world.core.events.round()
    engine = world.core.engine
    archiver = LedgerArchiver(PostgresHistories(engine), LedgerArchiving(engine), folder, before, clock)
    async for _ in archiver.run():
        pass
    return archiver.done


async def test_a_history_that_is_archived_at_random_is_told_as_before(
    world: World, game_clock: AdjustableClock, tmp_path: Path
) -> None:
    dice = random.Random(1)
    char_id = await world.character()
    seen = list[tuple[int, Stood]]()
    parts = list[Archived]()
    for _ in range(STEPS):
        await anything(world, char_id, dice)
        session = await world.gateway.service.runner.current(char_id)
        seen.append(
            (int(game_clock.now()), Stood(session.version, await rows(world, char_id), session.coins))
        )
        if dice.random() < 0.1:
            await world.gateway.sync_inventory(char_id)
            parts.append(await archived(world, tmp_path, clock=game_clock.now))
        game_clock.advance(2)
    await world.gateway.sync_inventory(char_id)

    assert sum(each.entries for each in parts) > STEPS / 4
    assert [each.left for each in parts if each.left] == []
    assert await findings(world) == []
    history = await PostgresHistories(world.core.engine).read(char_id)
    assert history
    assert history.checkpoint
    now = int(game_clock.now())
    for at, stood in seen:
        if at >= history.checkpoint.at:
            assert stood_at(history, (), at, now) == stood
        else:
            with pytest.raises(LedgerArchivedError):
                stood_at(history, (), at, now)


@pytest.fixture
def command(servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Awaitable[Result]]:
    monkeypatch.setenv("DATABASE_URL", servers.database_url)

    async def say(*words: object) -> Result:
        asked = ["admin", "archive", *map(str, words)]
        return await asyncio.to_thread(CliRunner().invoke, cli, asked)

    return say


async def aged(world: World, char_id: int) -> None:
    """All that is in the ledger is of a year ago."""
    await world.gateway.sync_inventory(char_id)
    await world.execute(
        "UPDATE inventory_operations SET written_at = written_at - interval '1 year' WHERE char_id = :id",
        id=char_id,
    )


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


async def kinds(world: World, char_id: int) -> list[str]:
    return [
        row.kind
        for row in await world.query(
            "SELECT kind FROM inventory_operations WHERE char_id = :char_id ORDER BY version", char_id=char_id
        )
    ]


async def test_what_is_older_than_it_is_kept_goes_and_the_rest_stays(
    world: World, tmp_path: Path, command: Callable[..., Awaitable[Result]], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, young = await played(world), await played(world)
    await aged(world, old)
    await world.gateway.perform(old, AddCoins(amount=1))
    await world.gateway.sync_inventory(old)
    assert await world.core.events.round()
    assert "INVENTORY_LEDGER_KEEP is 0" in str((await command(tmp_path)).exception)
    assert "for a day at least" in (await command(tmp_path, "--before", "5m")).output
    assert "no past time" in (await command(tmp_path, "--before", "soon")).output
    monkeypatch.setenv("INVENTORY_LEDGER_KEEP", "86399")
    with pytest.raises(ValidationError, match="0 \\(for ever\\) or at least 86400"):
        CoreSettings()
    monkeypatch.setenv("INVENTORY_LEDGER_KEEP", "86400")
    before = await world.query("SELECT count(*) FROM inventory_operations")

    done = await command(tmp_path)

    [file] = files(tmp_path)
    told = (
        f"{before[0][0] - 1 - len(await kinds(world, young))} entries of 1 characters archived: {file.name}."
    )
    assert (done.output.splitlines()[-1], done.exit_code) == (told, 0)
    assert await kinds(world, old) == ["add_coins"]
    assert await findings(world) == []
    assert (await command(tmp_path)).output.splitlines()[-1].startswith("0 entries of 0 characters")


async def test_what_somebody_has_still_to_hear_stays(world: World, tmp_path: Path) -> None:
    async def fail(*_: object) -> None:
        raise LookupError

    char_id = await played(world)
    listener = Listener("late", does=fail).at(world.core)
    assert not await world.core.events.round()
    engine = world.core.engine
    for entries in (0, len(await kinds(world, char_id))):
        archiver = LedgerArchiver(PostgresHistories(engine), LedgerArchiving(engine), tmp_path, EVERYTHING)
        assert [each async for each in archiver.run()]
        assert archiver.done.entries == entries
        await world.execute("DELETE FROM event_cursors WHERE subscriber = 'late'")
    assert listener.heard == []


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ("inventory_operations SET kind = 'of_tomorrow' WHERE version = 3 AND", "unreadable: of_tomorrow"),
        ("inventory_items SET rarity = 'mythic' WHERE base_id = 'hunting_bow' AND", "edit at version "),
        ("inventory_inbox SET consumed_at = NULL WHERE", "inbox: grant "),
    ],
)
async def test_a_ledger_that_does_not_explain_itself_stays_and_is_named(
    world: World, tmp_path: Path, command: Callable[..., Awaitable[Result]], damage: str, why: str
) -> None:
    whole, odd = await played(world), await played(world)
    await world.execute(f"UPDATE {damage} char_id = :odd", odd=odd)
    entries = await kinds(world, odd)
    for char_id in (whole, odd):
        await aged(world, char_id)
    assert await world.core.events.round()

    done = await command(tmp_path, "--before", "2d")

    assert done.output.splitlines()[-2].startswith(f"character {odd} stays: {why}")
    assert done.exit_code == 1
    assert (await kinds(world, odd), await kinds(world, whole)) == (entries, [])


@pytest.mark.parametrize(
    "last_seen", [(ArchiveWriter, "close"), (LedgerArchiving, "replace"), (ledger_archiving, "_checkpoints")]
)
async def test_who_dies_before_all_is_done_loses_nothing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last_seen: tuple[object, str]
) -> None:
    """Before the file is whole, before anything is taken out, and when that is not committed yet."""
    char_id = await played(world)
    entries = await kinds(world, char_id)
    with monkeypatch.context() as patch:
        patch.setattr(*last_seen, dying)
        with pytest.raises(KeyboardInterrupt):
            await archived(world, tmp_path)
    assert await kinds(world, char_id) == entries
    assert not await world.query("SELECT 1 FROM ledger_archived_ids")
    left = len(files(tmp_path))
    assert left == (last_seen[0] is not ArchiveWriter)

    assert (await archived(world, tmp_path)).entries == len(entries)

    assert len(files(tmp_path)) == left + 1
    assert await findings(world) == []


def dying(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "meanwhile",
    [
        "UPDATE inventory_operations SET at = at + 1 WHERE version = 2",
        "DELETE FROM inventory_operations WHERE version = 2",
        "INSERT INTO ledger_checkpoints SELECT id, 1, 1, 'other', '' FROM characters",
        "DELETE FROM characters",
    ],
)
async def test_what_changes_between_file_and_table_is_left_alone(
    world: World, tmp_path: Path, meanwhile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    char_id = await played(world)
    replace = LedgerArchiving.replace

    async def late(archiving: LedgerArchiving, *asked: Any) -> None:
        await world.execute(meanwhile)
        monkeypatch.undo()
        await replace(archiving, *asked)

    monkeypatch.setattr(LedgerArchiving, "replace", late)
    done = await archived(world, tmp_path)

    assert (done.entries, list(done.left)) == (0, [char_id])
    assert not await world.query("SELECT 1 FROM ledger_archived_ids")


async def test_players_tap_on_while_their_past_is_archived(world: World, tmp_path: Path) -> None:
    char_ids = [await world.character() for _ in range(2)]
    over = False
    told = dict.fromkeys(char_ids, 0)

    async def tap(char_id: int) -> None:
        while not over:
            await world.gateway.perform(char_id, AddCoins(amount=1), op_id=f"paid:{told[char_id]}")
            told[char_id] += 1
            await world.gateway.sync_inventory(char_id)

    playing = [asyncio.create_task(tap(char_id)) for char_id in char_ids]
    done = list[Archived]()
    async with asyncio.timeout(PATIENCE):
        while sum(each.entries for each in done) < MANY or len(done) < 3:
            done.append(await archived(world, tmp_path))
    over = True
    await asyncio.gather(*playing)

    assert [each.left for each in done if each.left] == []
    assert {char_id: (await world.row(char_id)).coins for char_id in char_ids} == told
    assert await findings(world) == []
    for number in range(2):
        with pytest.raises(OperationIdTakenError):
            await world.gateway.perform(char_ids[0], TakeCoins(amount=1), op_id=f"paid:{number}")


async def test_what_was_dropped_before_a_checkpoint_is_taken_back_after_it(
    world: World, tmp_path: Path, game_clock: AdjustableClock
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.gateway.sync_inventory(char_id)
    game_clock.advance(20)
    await world.gateway.undo(char_id, "drop")
    await world.gateway.sync_inventory(char_id)
    await world.execute("UPDATE inventory_operations SET written_at = '2020-01-01' WHERE version < 2")

    assert (await archived(world, tmp_path, time.time() - 9e6, game_clock.now)).entries == 2

    assert await kinds(world, char_id) == ["undo"]
    assert await findings(world) == []


async def test_an_edit_that_nothing_was_built_on_stays_an_offence(world: World, tmp_path: Path) -> None:
    char_id = await played(world)
    bread = await world.item(char_id, "bread")
    await world.execute("UPDATE inventory_items SET quantity = 9 WHERE id = :id", id=bread.id)
    await world.execute("UPDATE characters SET hp = 5, level = 9 WHERE id = :id", id=char_id)
    await world.execute("UPDATE inventories SET coins = 7 WHERE char_id = :id", id=char_id)
    await world.gateway.lock_item(char_id, (await world.item(char_id, "iron_ore")).id)
    await world.gateway.sync_inventory(char_id)
    before = await findings(world)

    assert (await archived(world, tmp_path)).left == {}

    assert len(before) == 4
    assert await findings(world) == before
    assert await kinds(world, char_id) == []
