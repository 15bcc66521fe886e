"""The audit explains every inventory by its ledger, and names those that it cannot explain."""

import asyncio
import pickle
import re
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.adapters.postgres.trade_accounts import PostgresTradeAccounts
from apps.game_core.container import open_core
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.inventory.contracts import AddCoins, FightEnd, SettleFight, TakeCoins
from apps.game_core.modules.inventory.errors import DatabaseDownError
from apps.game_core.modules.inventory.inventory.logic.audit import Audit, Finding
from apps.game_core.modules.inventory.inventory.model import Source
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.modules.items.loader import default_catalog_dir
from apps.game_core.modules.trade.accounts import ThingTwice
from apps.game_core.modules.trade.audit import TradeFinding, trade_findings
from apps.game_core.settings import CoreSettings
from bot.cli import auditing, progress
from bot.cli.main import cli
from tests.support.world import World

ROOT = Path(__file__).resolve().parents[2]


async def inventory_findings(world: World) -> list[Finding]:
    audit = Audit(PostgresHistories(world.core.engine), world.core.catalog)
    return [finding for _, found in [each async for each in audit.run()] for finding in found]


async def findings(world: World) -> list[Finding | TradeFinding | ThingTwice]:
    """Of all inventories and all trades."""
    accounts = PostgresTradeAccounts(world.core.engine)
    mine = await inventory_findings(world)
    traded = [finding async for account in accounts.read_all() for finding in trade_findings(account)]
    return [*mine, *traded, *await accounts.twice()]


async def played(world: World) -> int:
    """A character after one operation of each kind that moves, makes or unmakes rows."""
    char_id = await world.character()
    ids = {item.base_id: item.id for item in (await world.gateway.view(char_id)).backpack}
    await world.gateway.equip_item(char_id, ids["iron_sword"])
    await world.gateway.split_stack(char_id, ids["iron_ore"], 5)
    await world.gateway.move_to_quick_slot(char_id, ids["health_potion"], 1)
    await world.gateway.use_consumable(char_id, ids["health_potion"], Source.QUICK_SLOT, 1)
    await world.gateway.lock_item(char_id, ids["bread"])
    await world.gateway.drop_item(char_id, ids["copper_ring"])
    await world.gateway.perform(char_id, SettleFight(end=FightEnd.WON, hurt=0, experience=21, wear=2))
    for wish in (AddCoins(amount=30), TakeCoins(amount=10)):
        await world.gateway.perform(char_id, wish)
    await world.execute(
        "INSERT INTO inventory_inbox (char_id, base_id, quantity) VALUES (:id, 'bread', 2)", id=char_id
    )
    for chore in world.core.worker.chores:
        await chore.round()
    await world.gateway.sync_inventory(char_id)
    return char_id


async def test_an_inventory_that_was_played_with_is_explained_by_its_ledger(world: World) -> None:
    await world.character()
    await played(world)

    assert await findings(world) == []


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE inventory_items SET quantity = 9 WHERE base_id = 'bread' AND locked", "9 bread locked"),
        ("DELETE FROM inventory_items WHERE base_id = 'hunting_bow'", "no row; by the ledger 1 hunting_bow"),
        ("UPDATE inventory_items SET locked = true WHERE base_id = 'hunting_bow'", "1 hunting_bow locked in"),
        ("UPDATE inventory_items SET junk = true WHERE base_id = 'hunting_bow'", "1 hunting_bow junk in"),
        ("UPDATE inventory_items SET bound = true WHERE base_id = 'hunting_bow'", "1 hunting_bow bound in"),
        (
            "UPDATE inventory_items SET place = 'head', position = 0 WHERE base_id = 'hunting_bow'",
            "1 hunting_bow in head at 0; by the ledger 1 hunting_bow in backpack at 8",
        ),
        ("UPDATE inventory_items SET affixes = '{\"power\": 9}' WHERE base_id = 'iron_sword'", "power +9"),
        (
            "UPDATE inventory_items SET durability = 1 WHERE base_id = 'hunting_bow'",
            "durability 1/60; by the ledger 1 hunting_bow in backpack at 8, durability 60/60",
        ),
        ("UPDATE inventory_items SET rarity = 'epic' WHERE base_id = 'hunting_bow'", "at 8, epic; by the"),
        ("UPDATE inventory_items SET base_id = 'elven_bow' WHERE base_id = 'hunting_bow'", "1 elven_bow in"),
        ("UPDATE inventory_items SET rarity = 'mythic' WHERE base_id = 'hunting_bow'", "unreadable: item "),
        ("UPDATE inventory_items SET affixes = '{\"luck\": 1}' WHERE base_id = 'bread'", "unreadable: item "),
        ("UPDATE characters SET hp = hp - 3", "health 107; by the ledger 110"),
        (
            """UPDATE characters SET buffs = '[{"stat": "power", "amount": 5, "expires_at": 9}]'""",
            "running: 5 power until 9; by the ledger nothing",
        ),
        ("UPDATE characters SET buffs = '7'", "unreadable: buffs"),
        ("UPDATE characters SET level = 9", "hero: level 9; by the ledger 2"),
        ("UPDATE characters SET experience = 19", "hero: experience 19; by the ledger 1"),
        ("UPDATE characters SET strength = 99", "hero: strength 99; by the ledger 11"),
        ("DELETE FROM inventory_operations WHERE kind = 'settle_fight'", "hero: level 2; by the ledger 1"),
        ("UPDATE inventories SET coins = 21", "purse: 21 coins; by the ledger 20"),
        ("DELETE FROM inventory_operations WHERE kind = 'take_coins'", "purse: 20 coins; by the ledger 30"),
        ("UPDATE inventory_inbox SET consumed_at = NULL", "is in the ledger and still to be delivered"),
        ("DELETE FROM inventory_operations WHERE kind = 'add_item'", "delivered and not in the ledger"),
        ("DELETE FROM inventory_operations WHERE kind = 'starter'", "nobody wrote down"),
        (
            "DELETE FROM inventory_operations WHERE kind = 'move_to_quick_slot'",
            "5 health_potion in quick_slot at 1; by the ledger 5 health_potion in backpack at 1",
        ),
        ("DELETE FROM inventory_operations WHERE kind = 'use_consumable'", "4 health_potion in quick_slot"),
        ("DELETE FROM inventory_operations WHERE kind = 'equip_item'", "1 iron_sword in main_hand"),
        ("DELETE FROM inventory_operations WHERE kind = 'drop_item'", "no row; by the ledger 1 copper_ring"),
        (
            """UPDATE inventory_operations SET result = jsonb_set(result, '{quantity}', '40')
            WHERE kind = 'add_item'""",
            "it added something else than was asked for",
        ),
        (
            """UPDATE inventory_operations SET before = jsonb_set(before, '{0,item,quantity}', '40')
            WHERE kind = 'drop_item'""",
            "40 copper_ring in backpack at 7; by the ledger 1 copper_ring",
        ),
        ("UPDATE inventory_operations SET payload = '{}' WHERE kind = 'drop_item'", "unreadable: drop_item"),
        ("UPDATE inventory_operations SET kind = 'enchant' WHERE kind = 'drop_item'", "unreadable: enchant"),
        ("UPDATE inventory_operations SET payload = '{}' WHERE kind = 'starter'", "unreadable: starting kit"),
        ("UPDATE inventory_operations SET version = version + 9 WHERE version > 0", "ledger at 1"),
        ("UPDATE inventory_operations SET version = -version WHERE version > 0", "is before birth"),
        ("UPDATE inventory_inbox SET quantity = 9", "of 9 bread arrived as 2 bread"),
        ("DELETE FROM inventory_inbox", "is in the ledger and still to be delivered"),
        ("UPDATE inventory_operations SET version = 1 WHERE version > 0", "operations have version 1"),
        ("UPDATE inventories SET version = 1", "inventory at 1"),
        (
            """INSERT INTO inventory_conflicts (char_id, op_id, version, kind, payload, result, reason)
            SELECT char_id, op_id, version, kind, payload, result, 'TooHeavyError' FROM inventory_operations
            WHERE kind = 'drop_item'""",
            "both kept and refused",
        ),
    ],
)
async def test_damage_is_found_and_named(world: World, damage: str, found: str) -> None:
    char_id = await played(world)
    await world.unpack_ledger()
    await world.execute(damage)

    texts = [str(finding) for finding in await findings(world)]

    assert any(found in text for text in texts), texts
    assert all(text.startswith(f"character {char_id}: ") for text in texts)


@pytest.mark.usefixtures("database", "redis")
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("armor.toml", r"(?ms)^\[leather_helmet\].*?(?=^\[)", ""),
        ("consumables.toml", "max_stack = 20", "max_stack = 4"),
        ("consumables.toml", "amount = 50", "amount = 1"),
        ("weapons.toml", 'slots = ."main_hand", "off_hand".', 'slots = ["main_hand"]'),
    ],
)
async def test_fault_45_the_audit_is_silent_about_edited_item_files_and_names_a_theft(
    settings: CoreSettings, tmp_path: Path, file: str, old: str, new: str
) -> None:
    folder = shutil.copytree(default_catalog_dir(), tmp_path / "items")
    async with open_core(settings.model_copy(update={"catalog_dir": folder})) as core:
        world = World(core)
        char_id = await played(world)
        await world.gateway.equip_item(char_id, (await world.item(char_id, "leather_helmet")).id)
        await world.gateway.add_item(char_id, "health_potion", 12)
        await world.gateway.sync_inventory(char_id)
        before = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(re.sub(old, new, before), encoding="utf-8")
        revision = core.catalog.current.revision
        core.catalog.reload()
        assert core.catalog.current.revision != revision

        assert await findings(world) == []
        await world.gateway.unequip_item(char_id, Slot.HEAD)
        await world.gateway.sync_inventory(char_id)
        assert await findings(world) == []
        await world.execute("UPDATE inventory_items SET quantity = quantity - 3 WHERE quantity = 12")

        assert [str(each).split("; by the ledger ")[1] for each in await findings(world)] == [
            "12 health_potion in backpack at 15"
        ]


async def test_fault_45_an_item_with_another_owner_is_named_with_both(world: World) -> None:
    one, other = await world.character(), await played(world)
    await world.execute(
        "UPDATE inventory_items SET char_id = :one, position = 90 "
        "WHERE char_id = :other AND base_id = 'hunting_bow'",
        one=one,
        other=other,
    )

    found = [str(finding) for finding in await findings(world)]

    assert [text.split(",")[0].split(":")[0] for text in found] == [f"character {one}", f"character {other}"]
    assert "1 hunting_bow in backpack at 90; by the ledger no row" in found[0]
    assert "no row; by the ledger 1 hunting_bow" in found[1]


async def test_fault_45_what_the_game_has_built_on_an_edit_by_sql_is_no_offence(world: World) -> None:
    char_id = await played(world)
    await world.execute(
        "UPDATE inventory_items SET quantity = 9 WHERE base_id = 'iron_ore' AND position < 99"
    )
    [ore, *_] = await findings(world)
    assert "9 iron_ore" in str(ore)

    await world.gateway.drop_item(char_id, (await world.item(char_id, "iron_ore")).id, 1)
    await world.gateway.sync_inventory(char_id)

    [other] = await findings(world)
    assert str(ore).split(":")[2] != str(other).split(":")[2]


@pytest.mark.parametrize(
    "bypass",
    ["SET LOCAL session_replication_role = replica", "SET LOCAL inventory.writer = 'session'"],
)
async def test_fault_45_an_edit_that_goes_round_the_triggers_stays_named(world: World, bypass: str) -> None:
    char_id = await played(world)
    async with world.core.engine.begin() as connection:
        await connection.execute(sa.text(bypass))
        await connection.execute(
            sa.text("UPDATE inventory_items SET quantity = 9 WHERE base_id = 'bread' AND locked")
        )
    await world.core.redis.flushall()
    bread = await world.item(char_id, "bread")
    await world.gateway.unlock_item(char_id, bread.id)
    await world.gateway.sync_inventory(char_id)

    [finding] = await findings(world)

    assert "before lock_item" in str(finding)
    assert "9 bread locked in backpack at 10; by the ledger 5 bread locked in backpack at 10" in str(finding)


async def test_a_hero_who_was_raised_by_sql_is_named_until_a_fight_has_built_on_it(world: World) -> None:
    char_id = await played(world)
    await world.execute("UPDATE characters SET level = 9, experience = 30")
    assert len(await findings(world)) == 2

    await world.gateway.perform(char_id, SettleFight(end=FightEnd.WON, hurt=0, experience=3))
    await world.gateway.sync_inventory(char_id)

    assert await findings(world) == []


async def test_an_edit_that_changes_nothing_is_not_written_down(world: World) -> None:
    await played(world)

    await world.execute("UPDATE inventory_items SET locked = locked")
    await world.execute("UPDATE characters SET hp = hp, level = level")

    assert await world.query("SELECT * FROM inventory_edits") == []
    assert await findings(world) == []


async def test_edits_go_with_the_character(world: World) -> None:
    char_id = await played(world)
    await world.execute("DELETE FROM inventory_items WHERE base_id = 'bread'")
    await world.execute("UPDATE characters SET hp = 5")
    assert len(await world.query("SELECT * FROM inventory_edits")) == 2

    await world.core.router.route("characters", "delete", DeleteCharacter(char_id=char_id))

    assert await world.query("SELECT * FROM inventory_edits") == []


@pytest.mark.parametrize("jobs", ["1", "2"])
async def test_the_command_says_the_same_whatever_the_number_of_jobs(
    world: World, servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch, jobs: str
) -> None:
    characters = [await world.character() for _ in range(7)]
    await world.execute(
        "UPDATE inventory_items SET quantity = 7 WHERE base_id = 'bread' AND char_id = ANY(:stolen)",
        stolen=characters[1::2],
    )
    monkeypatch.setenv("DATABASE_URL", servers.database_url)
    monkeypatch.setattr(auditing, "SPAN", 2)
    monkeypatch.setattr(progress, "_TELL_EVERY", 0)  # as on a machine that takes its time

    result = await asyncio.to_thread(CliRunner().invoke, cli, ["admin", "audit", "--jobs", jobs])

    assert "Inventories by the 2: 4/4" in result.stderr
    *lines, last = result.stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"character {each}" for each in characters[1::2]]
    assert last == "7 inventories and 0 trades looked at, 3 not as they should be."
    assert result.exit_code == 1


async def test_an_empty_database_has_nothing_wrong(
    world: World, servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", servers.database_url)

    result = await asyncio.to_thread(CliRunner().invoke, cli, ["admin", "audit"])

    assert (result.exit_code, result.stdout) == (
        0,
        "0 inventories and 0 trades looked at, 0 not as they should be.\n",
    )


async def test_a_job_that_loses_the_database_says_so_to_the_one_that_asked() -> None:
    """Errors go from process to process."""
    error = pickle.loads(pickle.dumps(DatabaseDownError("gone")))

    assert (type(error), str(error)) == (DatabaseDownError, "gone")


async def test_many_inventories_take_as_few_statements_as_one(world: World) -> None:
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    sa.event.listen(world.core.engine.sync_engine, "before_cursor_execute", note)
    counts = []
    for born in (1, 9):
        for _ in range(born):
            await world.character()
        statements.clear()
        assert await findings(world) == []
        counts.append(len(statements))
    sa.event.remove(world.core.engine.sync_engine, "before_cursor_execute", note)

    # Who there is, twice; inventories, items, ledger, edits, what was delivered and what was refused;
    # trades, and what is in two places.
    assert counts == [12, 12]


async def test_the_command_names_offenders_and_fails(
    world: World, servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.character()
    broken = await played(world)
    await world.execute("UPDATE inventory_items SET quantity = 11 WHERE base_id = 'bread' AND locked")
    await world.execute("UPDATE inventories SET rev = rev")

    async def run(database_url: str) -> Result:
        monkeypatch.setenv("DATABASE_URL", database_url)
        return await asyncio.to_thread(CliRunner().invoke, cli, ["admin", "audit"])

    result = await run(servers.database_url)

    assert result.exit_code == 1
    first, last = result.stdout.splitlines()
    assert first.startswith(f"character {broken}: rows: item ")
    assert last == "2 inventories and 0 trades looked at, 1 not as they should be."
    nowhere = await run("postgresql://nobody@127.0.0.1:1/nothing")
    assert nowhere.exit_code == 1
    assert str(nowhere.exception).startswith("DATABASE_URL: ")
