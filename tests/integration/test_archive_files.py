"""Files of archived entries, read where the ledger begins too late; nothing of a damaged one is believed."""

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.ledger_archive import LedgerArchive
from apps.game_core.adapters.ledger_files import ArchiveError, ArchiveWriter, Segment, checked
from apps.game_core.container import open_core
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.inventory.contracts import (
    AddCoins,
    ComparePasts,
    Forgo,
    LookAtPast,
    Perform,
    PlanRestore,
    ReadLedger,
    TakeCoins,
    TraceItem,
)
from apps.game_core.modules.inventory.errors import OperationIdTakenError
from apps.game_core.modules.inventory.keeping_errors import LedgerArchivedError
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.settings import CoreSettings
from bot.cli.environment import SettingsError
from bot.cli.main import cli
from tests.integration.test_archiving import aged, archived, files
from tests.integration.test_audit import played
from tests.integration.test_past import anything
from tests.integration.test_trade_audit import called_off, opened, settled
from tests.support.tiny_disk import full, tiny_disk
from tests.support.world import World
from tools.support.clocks import AdjustableClock

Command = Callable[..., Awaitable[Result]]


@pytest.fixture
def command(servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("REDIS_URL", servers.redis_url)
    monkeypatch.setenv("DATABASE_URL", servers.database_url)
    monkeypatch.setattr("bot.cli.asking.set_up_logs", lambda _: None)

    async def say(*words: object) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, cli, ["admin", *map(str, words)])

    return say


async def told(world: World, char_id: int, times: list[int], item_id: int) -> Mapping[str, Any]:
    """All that is asked about a past."""
    ask, first = world.core.router.ask, times[0]
    plans = [await ask(PlanRestore(char_id, at)) for at in times]
    pages = [await ask(ReadLedger(char_id=char_id, page=page)) for page in (1, 2, 9)]
    return {
        "at": [await ask(LookAtPast(char_id, at)) for at in times],
        "diff": [await ask(ComparePasts(char_id, first, at)) for at in times],
        "restore": [(plan.items, plan.used_up, plan.elsewhere, plan.slots) for plan in plans],
        "life": await ask(TraceItem(item_id)),
        "history": [(page.lines, page.total, page.pages) for page in pages],
    }


async def test_whoever_brings_the_files_is_told_as_if_nothing_was_archived(
    world: World, game_clock: AdjustableClock, settings: CoreSettings, tmp_path: Path
) -> None:
    dice = random.Random(5)
    char_id, times = await world.character(), [int(game_clock.now())]
    item_id = (await world.item(char_id, "bread")).id
    await world.gateway.sync_inventory(char_id)
    await world.execute("UPDATE inventory_items SET quantity = 7 WHERE id = :id", id=item_id)
    await world.gateway.drop_item(char_id, item_id, 1)
    await world.core.router.ask(Perform(char_id, Forgo(), "never"))
    for _ in range(28):
        await anything(world, char_id, dice)
        game_clock.advance(5)
        times.append(int(game_clock.now()))
        if dice.random() < 0.15:
            await world.gateway.sync_inventory(char_id)
    await world.gateway.sync_inventory(char_id)
    before = await told(world, char_id, times[::12], item_id)

    await world.execute("UPDATE inventory_operations SET written_at = '2020-01-01' WHERE version < 9")
    parts = [await archived(world, tmp_path, at, clock=game_clock.now) for at in (time.time() - 9e6, 1e11)]
    ask = world.core.router.ask
    asked = (
        LookAtPast(char_id, times[0]),
        ComparePasts(char_id, times[0], times[3]),
        PlanRestore(char_id, times[0]),
    )
    for each in asked:
        with pytest.raises(LedgerArchivedError):
            await ask(each)
    assert [each.line.deed for each in (await ask(TraceItem(item_id))).events] in ([], ["archived"])
    page = await ask(ReadLedger(char_id=char_id))
    async with open_core(settings, clock=game_clock, archive=LedgerArchive(tmp_path)) as core:
        after = await told(World(core), char_id, times[::12], item_id)

    assert min(each.entries for each in parts) > 0
    assert page.archived
    with pytest.raises(OperationIdTakenError) as refused:
        await world.gateway.perform(char_id, AddCoins(amount=1), op_id="never")
    assert refused.value.kind == Forgo.kind
    assert page.archived.version == (await world.row(char_id)).version
    assert page.total == len(page.lines) == before["history"][0][1] - sum(each.entries for each in parts)
    assert after == before


CUT: list[Callable[[bytes], bytes]] = [
    lambda data: data[:-1],
    lambda data: data[: len(data) // 2],
    lambda data: data[: data.rindex(b"E\0\0\0")],
    lambda _: b"",
]
EDITED: list[Callable[[bytes], bytes]] = [
    lambda data: bytes([*data[:200], data[200] ^ 1, *data[201:]]),
    lambda data: bytes([*data[:-1], data[-1] ^ 1]),
    lambda data: data + b"\0",
    lambda data: data + data,
    lambda data: b"x" + data,
]


async def test_what_was_cut_or_edited_is_refused_by_name(
    world: World, tmp_path: Path, command: Command
) -> None:
    char_id = await played(world)
    await archived(world, tmp_path)
    await world.gateway.perform(char_id, AddCoins(amount=1))
    await world.gateway.sync_inventory(char_id)
    await archived(world, tmp_path)
    assert (await command("audit", "--archive", tmp_path)).exit_code == 0
    [first, _] = files(tmp_path)
    whole = first.read_bytes()

    for damage in (*CUT, *EDITED):
        first.write_bytes(damage(whole))
        with pytest.raises(ArchiveError, match=re.escape(str(first))):
            LedgerArchive(tmp_path)
    for words in (("audit",), ("at", f"#{char_id}", "1s"), ("restore", f"#{char_id}", "1s")):
        done = await command(*words, "--archive", tmp_path)
        assert str(first) in str(done.exception)
        assert isinstance(done.exception, SettingsError)
        assert done.output == ""


def test_whichever_byte_is_another_the_file_is_refused(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path / "one.ledger")
    writer.add([Segment(1, b"", (LedgerEntry("starter", 0, "starter", 0, b"[]", b"{}", b"[]"),))])
    writer.close()
    whole = writer.path.read_bytes()
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        writer.path.write_bytes(flipped)
        with pytest.raises(ArchiveError):
            checked(writer.path)


async def test_a_file_that_is_away_renamed_or_of_somewhere_else_is_not_believed(
    world: World, tmp_path: Path, command: Command
) -> None:
    char_id = await played(world)
    await archived(world, tmp_path)
    [file] = files(tmp_path)
    elsewhere = tmp_path / "renamed.ledger"

    file.rename(elsewhere)
    assert f"{elsewhere}: was written as {file.name}" in str(
        (await command("audit", "--archive", tmp_path)).exception
    )
    elsewhere.unlink()
    assert "no file of it ends in .ledger" in str((await command("audit", "--archive", tmp_path)).exception)
    forged = ArchiveWriter(file)
    entry = LedgerEntry("starter", 0, "starter", 0, b"[]", b"{}", b"[]")
    forged.add([Segment(char_id, b"", (entry,))])
    forged.close()

    done = await command("audit", "--archive", tmp_path)

    assert f"character {char_id}: unreadable: no file has what is archived, up to version" in done.output
    assert done.exit_code == 1


def test_chunks_that_change_places_are_refused(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path / "one.ledger")
    for char_id in (1, 2):
        writer.add([Segment(char_id, b"", (LedgerEntry("starter", 0, "starter", 0, b"[]", b"{}", b"[]"),))])
    writer.close()
    path, (first, second) = writer.path, LedgerArchive(tmp_path).files[0].chunks
    data = path.read_bytes()
    end = first + 2 * (second - first)
    assert [each.char_id for each in LedgerArchive(tmp_path).files[0].segments(second)] == [2]

    path.write_bytes(data[:first] + data[second:end] + data[first:second] + data[end:])

    with pytest.raises(ArchiveError, match="was edited or put together anew"):
        LedgerArchive(tmp_path)


async def test_whoever_is_deleted_is_asked_for_in_no_file(
    world: World, tmp_path: Path, command: Command
) -> None:
    gone, there = await played(world), await played(world)
    await archived(world, tmp_path)
    assert "0 deleted characters" in (await command("archive", tmp_path, "--forget")).output
    [file] = files(tmp_path)

    await world.core.router.ask(DeleteCharacter(char_id=gone))

    assert not await world.query("SELECT 1 FROM ledger_checkpoints WHERE char_id = :id", id=gone)
    assert not await world.query("SELECT 1 FROM ledger_archived_ids WHERE char_id = :id", id=gone)
    done = await command("audit", "--archive", tmp_path)
    assert (done.exit_code, done.output.splitlines()[-1][:15]) == (0, "1 inventories a")
    assert "1 deleted characters are in no file" in (await command("archive", tmp_path, "--forget")).output
    [anew] = LedgerArchive(tmp_path).files
    assert anew.path != file
    assert {each.char_id for place in anew.chunks for each in anew.segments(place)} == {there}
    assert (await command("audit", "--archive", tmp_path)).exit_code == 0
    await world.core.router.ask(DeleteCharacter(char_id=there))
    assert "is it the right one" in str((await command("archive", tmp_path, "--forget")).exception)
    assert files(tmp_path) == [anew.path]


async def test_the_economy_says_what_files_have_and_reads_them(
    world: World, tmp_path: Path, command: Command
) -> None:
    char_id = await played(world)
    before = (await command("economy", "--quiet")).output.splitlines()
    await archived(world, tmp_path)
    await world.gateway.perform(char_id, AddCoins(amount=1))
    await world.gateway.perform(char_id, TakeCoins(amount=1))
    await world.gateway.sync_inventory(char_id)

    without = (await command("economy", "--quiet")).output.splitlines()
    brought = (await command("economy", "--quiet", "--archive", tmp_path)).output.splitlines()

    assert without[-2].startswith("Some of what was done up to ")
    assert [line for line in brought if "Coins" not in line and "coins" not in line] == [
        line for line in before if "Coins" not in line and "coins" not in line
    ]
    assert without[-1] == brought[-1] == before[-1] == "1 inventories looked at, kinds that do not add up: 0"


async def test_trades_are_audited_across_checkpoints(world: World, tmp_path: Path, command: Command) -> None:
    for state in (settled, opened, called_off):
        await state(world)
    await world.core.worker.drain()
    before = await command("audit")

    done = await archived(world, tmp_path)

    left = {row.kind for row in await world.query("SELECT DISTINCT kind FROM inventory_operations")}
    assert (done.left, left) == ({}, {"give", "receive"})
    for words in ((), ("--archive", tmp_path)):
        after = await command("audit", *words)
        assert (after.exit_code, after.output) == (0, before.output)


async def test_a_full_disk_is_named_and_the_ledger_stays(
    world: World, tmp_path: Path, command: Command
) -> None:
    char_id = await played(world)
    await aged(world, char_id)
    ledger = await world.ledger(char_id)
    with tiny_disk(tmp_path):
        with full(tmp_path):
            done = await command("archive", tmp_path, "--before", "2d")
            assert str(done.exception) == f"{tmp_path}: No space left on device"
            assert (files(tmp_path), await world.ledger(char_id)) == ([tmp_path / "filler"], ledger)

        done = await command("archive", tmp_path, "--before", "2d")
        assert (done.exit_code, len(files(tmp_path))) == (0, 1)
