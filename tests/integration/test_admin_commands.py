"""What operators see and do through the command line: sessions in trouble, players to be helped."""

import asyncio
import getpass
import os
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.redis import keys
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.contracts import MAX_ID, AddCoins, LockItem
from apps.game_core.settings import CoreSettings
from bot.cli.main import cli
from tests.support.deals import dealing
from tests.support.listening import Listener
from tests.support.seats import seated
from tests.support.world import World


@pytest.fixture(autouse=True)
def addresses(servers: EmbeddedServers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", servers.redis_url)
    monkeypatch.setenv("DATABASE_URL", servers.database_url)
    # Logs set up here would keep the runner's streams, which are closed after each command.
    monkeypatch.setattr("bot.cli.asking.set_up_logs", lambda _: None)


@dataclass(frozen=True)
class Said:
    """A command's own lines, and the message it ended with."""

    lines: list[str]
    error: str
    code: int


async def run(*arguments: str) -> Said:
    result = await asyncio.to_thread(CliRunner().invoke, cli, ["admin", *arguments])
    lines = [line for line in result.output.splitlines() if "[warning" not in line]
    return Said(lines, str(result.exception), result.exit_code)


async def test_a_parked_session_is_listed_and_released(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    assert (await run("parked")).lines == ["0 parked."]
    for _ in range(5):
        await world.core.store.fail(char_id)

    assert (await run("parked")).lines == [f"character {char_id}", "1 parked."]
    assert (await run("release", str(char_id))).lines == [f"Character {char_id} is released."]

    assert (await run("parked")).lines == ["0 parked."]
    assert "not parked" in (await run("release", str(char_id))).error
    await world.core.worker.round()
    assert await world.pieces_in_rows(char_id, "bread") == 2


@pytest.mark.parametrize("command", ["release", "quarantined", "discard"])
@pytest.mark.parametrize("number", ["0", str(MAX_ID + 1), "9" * 23])
async def test_a_number_that_no_character_has_is_refused_as_such(command: str, number: str) -> None:
    refused = await run(command, number)
    assert refused.code == 2
    assert f"{number} is not in the range 1<=x<={MAX_ID}" in " ".join(refused.lines)


async def test_who_hears_what_is_listed_and_told_again(world: World) -> None:
    async def hear(*_: object) -> None:
        if not mended:
            raise LookupError

    mended = False
    listener = Listener("crier", does=hear).at(world.core)
    char_id = await world.character()
    assert (await run("events")).lines == ["subscribers: 0"]
    assert not await world.core.events.round()

    well, stuck, failed, last = (await run("events")).lines

    assert well.startswith("codex: 0 entries wait; told last at 20")
    assert stuck.startswith("crier: 1 entries wait, the first for ")
    assert failed == f"  failed: 1 times, LookupError, at character {char_id}, v0, starter"
    assert last == "subscribers: 2"
    mended = True
    assert await world.core.events.round()
    assert (await run("events")).lines[1].startswith("crier: 0 entries wait; told last at 20")
    assert (await run("events", "--again", "crier")).lines == ["crier is told everything again."]
    assert await world.core.events.round()
    assert len(listener.heard) == 2
    for unknown in ("cryer", os.fsdecode(b"\xff")):
        assert f"Nobody called {unknown!r} listens" in (await run("events", "--again", unknown)).error


async def test_a_document_put_aside_is_listed_shown_and_discarded(
    world: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    await world.core.redis.set(keys.session(char_id), "{broken")
    async with open_core(settings) as fresh:
        await fresh.gateway.view(char_id)

    assert (await run("quarantined")).lines == [f"character {char_id}: 1", "1 in quarantine."]
    assert (await run("quarantined", str(char_id))).lines == ["{broken"]
    assert "are gone" in (await run("discard", str(char_id))).lines[0]

    assert (await run("quarantined")).lines == ["0 in quarantine."]
    assert "nothing in quarantine" in (await run("discard", str(char_id))).error


async def test_players_are_helped_from_a_terminal(world: World) -> None:
    char_id = await world.character("Old Bob")
    await world.gateway.equip_item(char_id, (await world.item(char_id, "hunting_bow")).id)

    gave = await run("give", "Old Bob", "copper_ring", "2")
    assert gave.lines == [
        f"Old Bob (#{char_id}, Telegram 1): Put into the inbox: Copper Ring x2",
        "The player is in the game: it arrives within seconds, as soon as there is room.",
    ]
    seen = (await run("inspect", f"#{char_id}")).lines
    assert seen[0] == f"Old Bob (#{char_id}, Telegram 1), level 1, health 70/100, 0 coins"
    assert seen[1] == "Session at version 1, database at 0. 1 change waits to be written."
    assert seen[3:5] == ["In the inbox: Copper Ring x2", "main_hand: Hunting Bow"]
    assert "  Health Potion x5" in seen
    read = (await run("history", "1")).lines
    assert read[0] == f"Old Bob (#{char_id}, Telegram 1): ledger entries: 2, page 1 of 1, times in UTC"
    assert read[2].endswith(" v1 wore Hunting Bow (main_hand) [pending]")
    assert " v0 born with Iron Sword, Health Potion x5, " in read[3]
    wrote = f"Old Bob (#{char_id}, Telegram 1): Written now: 1 item row. The database is at version 1."
    assert (await run("sync", "1")).lines == [wrote]
    assert (await run("metrics")).lines[:2] == ["Active: 1", "Waiting to be written: 0"]


async def test_coins_are_given_and_taken_from_a_terminal(world: World) -> None:
    char_id = await world.character("Old Bob")

    gave = (await run("coins", "Old Bob", "1500")).lines
    took = (await run("coins", f"#{char_id}", "-400")).lines
    few = await run("coins", "1", "-1101")
    many = await run("coins", "1", str(2**63 - 1))

    who = f"Old Bob (#{char_id}, Telegram 1)"
    assert gave == [f"{who}: Put into the purse: 1,500. In it now: 1,500."]
    assert took == [f"{who}: Taken out of the purse: 400. In it now: 1,100."]
    assert few.error == "The player has no more than 1100 coins"
    assert many.error == f"No purse holds more than {2**63 - 1} coins"
    for amount in ("0", str(2**63), "much"):
        assert "Invalid value for" in (await run("coins", "1", amount)).lines[-1]
    read = (await run("history", "1")).lines
    assert [line.split(" ", 2)[2] for line in read[1:3]] == [
        "v2 paid: -400 coins [pending]",
        "v1 was paid: +1500 coins [pending]",
    ]
    assert (await run("inspect", "1")).lines[0] == f"{who}, level 1, health 70/100, 1100 coins"


async def test_a_trade_is_shown_and_called_off_from_a_terminal(world: World) -> None:
    deal = await dealing(world)
    one, other = (f"Aetheron (#{each}, Telegram {number})" for number, each in enumerate(deal.both, 1))
    await deal.confirm(deal.first)

    assert (await run("trade", "1")).lines == [
        f"{one}: trades: 1",
        f"trade {deal.trade}: laying",
        f"  {one}: 30 coins, Loaf of Bread x3, confirmed",
        f"  {other}: Iron Ore x12",
    ]
    off = await run("trade", "2", "--off")
    assert off.lines[:2] == [f"{other}: trades: 1", f"trade {deal.trade}: left"]
    assert (await run("trade", "1")).lines == [f"{one}: trades: 0"]
    assert "sits at no table" in (await run("trade", "1", "--off")).error

    seats = await seated(world, deal.first, deal.second)
    await seats.exchange()
    assert "exchanged already, for ever" in (await run("trade", "1", "--off")).error


async def test_a_bag_is_restored_from_a_terminal_once_it_is_said_so(world: World) -> None:
    char_id = await world.character("Old Bob")
    await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id)

    planned = (await run("restore", "Old Bob", "1h")).lines
    assert planned[0].startswith(f"Old Bob (#{char_id}, Telegram 1): As it was at ")
    assert planned[1:] == [
        "What was lost since then comes back into the backpack; what was gained stays. Health stays, too.",
        "  Loaf of Bread x3",
        "Nothing is done yet: add --yes.",
    ]
    assert await world.pieces(char_id, "bread") == 0

    done = (await run("restore", "Old Bob", "1h", "--yes")).lines
    assert done == [f"Old Bob (#{char_id}, Telegram 1): Came back:", "  Loaf of Bread x3"]
    assert await world.pieces(char_id, "bread") == 3
    assert (await run("restore", f"#{char_id}", "1h", "--yes")).lines[1:] == ["Nothing of that is missing."]
    read = (await run("history", "1")).lines
    assert read[1].endswith(" v2 restored Loaf of Bread x3 [pending]")
    await run("sync", "1")
    assert (await run("audit")).lines == ["1 inventories and 0 trades looked at, 0 not as they should be."]


async def test_a_terminal_says_why_nothing_is_restored(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id)
    while len((await world.gateway.view(char_id)).backpack) < 50:
        await world.gateway.add_item(char_id, "rusty_sword", 1)

    full = await run("restore", "1", "1h", "--yes")
    unknown = await run("restore", "1", "soon")

    assert full.error == "Nothing was restored: backpack slots needed: 1, free: 0"
    assert "Invalid value for 'TIME'" in "\n".join(unknown.lines)
    assert await world.pieces(char_id, "bread") == 0


async def test_fault_46_an_operator_says_that_the_database_was_restored(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    await world.gateway.sync_inventory(char_id)
    await world.execute("UPDATE inventories SET version = 0, rev = 'backup'")

    said = (await run("restored")).lines
    await world.core.generation.refresh()

    assert said == ["Every session is compared with the database before it is used again."]
    assert (await world.gateway.open(char_id)).conflicts == ("lost",)
    assert [line.split()[3] for line in (await run("log")).lines] == ["restored"]


async def test_what_operators_did_is_listed_with_their_names(world: World) -> None:
    char_id = await world.character()
    await run("give", "1", "bread", "3")
    assert "There is no player 'nobody'" in (await run("inspect", "nobody")).error
    assert "Did you mean bread" in (await run("give", "1", "brad")).error
    assert "an empty backpack holds" in (await run("give", "1", "bread", "9999")).error
    await run("release", str(char_id))
    await run("discard", str(char_id))

    lines = (await run("log")).lines

    me = f"cli:{getpass.getuser()}"
    assert [line.split(" ", 2)[2] for line in lines] == [
        f"{me} discard #{char_id} begun",
        f"{me} release #{char_id} begun",
        f"{me} give #{char_id} base_id=bread quantity=9999 TooManyItemsError",
        f"{me} give #{char_id} base_id=brad quantity=1 NoSuchItemError",
        f"{me} inspect - player=a name PlayerNotFoundError",
        f"{me} give #{char_id} base_id=bread quantity=3 done",
    ]
    assert (await run("log", "--last", "1")).lines == lines[:1]


async def test_an_inventory_is_shown_as_it_stood_and_compared(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.equip_item(char_id, (await world.item(char_id, "iron_sword")).id)
    await world.gateway.move_to_quick_slot(char_id, bread.id, 0)
    await world.gateway.add_item(char_id, "copper_ring", 1)
    await world.gateway.perform(char_id, AddCoins(amount=1500))

    past = (await run("at", "1", "0s")).lines
    difference = (await run("diff", "1", "2000-01-01")).lines
    unborn = (await run("at", "1", "2000-01-01")).lines

    assert past[0].startswith(f"Aetheron (#{char_id}, Telegram 1): As it was at ")
    assert past[0].endswith("UTC, version 4")
    assert past[1:4] == ["main_hand: Iron Sword", "quick slot 1: Loaf of Bread x3", "coins: 1500"]
    assert past[4] == "backpack: 13 slots"
    assert past[-1] == "  Copper Ring"
    assert difference[0].startswith(f"Aetheron (#{char_id}, Telegram 1): from 2000-01-01 00:00")
    assert "Loaf of Bread x3" in difference[1]
    assert difference[2:] == ["went: -", "coins: +1500"]
    assert unborn[1:] == ["coins: 0", "backpack: 0 slots"]
    assert "'tomorrow' is no past time" in (await run("at", "1", "tomorrow")).lines[-1]
    logged = (await run("log", "--last", "3")).lines
    assert [line.split()[3] for line in logged] == ["at", "diff", "at"]


async def test_the_life_of_an_item_is_told_by_its_id(world: World) -> None:
    alice, bob = await world.character("Alice"), await world.character("Bob")
    bread, helmet = await world.item(alice, "bread"), await world.item(alice, "leather_helmet")
    await world.gateway.equip_item(alice, helmet.id)
    part = (await world.gateway.split_stack(alice, bread.id, 1)).result.new_item.id
    await world.gateway.move_to_quick_slot(alice, part, 1)
    await world.gateway.sync_inventory(alice)
    await world.execute(
        "UPDATE inventory_items SET char_id = :bob, position = 500, place = 'backpack' WHERE id = :id",
        bob=bob,
        id=part,
    )
    await world.gateway.perform(bob, LockItem(item_id=part, locked=True), op_id="a lock")

    told = (await run("life", str(part))).lines
    worn = (await run("life", str(helmet.id), "Bob")).lines
    ids = (await run("inspect", "Alice", "--ids")).lines + (await run("at", "Bob", "0s", "--ids")).lines
    nobody = await run("life", "404")
    neither = await run("life", "404", "Alice", "Bob")
    stranger = await run("life", "404", "Carol")
    logged = (await run("log", "--last", "6")).lines

    one, two = f"Alice (#{alice}, Telegram 1)", f"Bob (#{bob}, Telegram 2)"
    assert told[:2] == [f"item {part}: {two}", f"had by: {one}, then {two}"]
    assert [line.split(" ", 2)[2].split(" (#")[0] for line in told[2:]] == [
        f"v2 set apart Loaf of Bread: 1 in backpack; out of item {bread.id}",
        "v3 into quick slot 2 Loaf of Bread: 1 in quick slot 2",
        "v4 edited by SQL Loaf of Bread: gone",
        "v1 edited by SQL Loaf of Bread: 1 in backpack",
        "v2 locked Loaf of Bread [pending]: 1 locked in backpack",
    ]
    assert told[4].endswith(f" (#{alice} by bot)")
    assert told[6].endswith(f" (#{bob} a lock)")
    assert worn[-1].split(" v1 ")[1].startswith("wore Leather Helmet (head): 1 in head, durability 60/60 (#")
    assert f"head: Leather Helmet #{helmet.id}" in ids
    assert f"  Loaf of Bread #{part}" in ids
    assert "name the players who may have had it" in nobody.error
    assert neither.error == "Nobody who was asked ever had item 404"
    assert "There is no player 'Carol'" in stranger.error
    assert [line.split(" life ")[1] for line in logged if " life " in line] == [
        "- player=a name item_id=404 PlayerNotFoundError",
        f"#{alice} others=#{bob} item_id=404 NoTraceError",
        "- item_id=404 NoTraceError",
        f"#{alice} item_id={helmet.id} done",
    ]


async def test_a_life_says_whose_ledger_could_not_be_read_and_ends_with_1(world: World) -> None:
    char_id, other = await world.character("Alice"), await world.character("Bob")
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    await world.gateway.sync_inventory(char_id)
    whole = await run("life", str(bread.id))
    await world.execute("UPDATE inventory_operations SET kind = 'of_tomorrow', at = 1 WHERE version = 1")
    await world.execute("DELETE FROM inventory_operations WHERE char_id = :id", id=other)

    found = await run("life", str(bread.id), "Bob")
    unknown = await run("life", "404", "Bob")
    logged = (await run("log", "--last", "1")).lines

    alice, bob = f"Alice (#{char_id}, Telegram 1)", f"Bob (#{other}, Telegram 2)"
    assert (whole.code, found.code, unknown.code) == (0, 1, 1)
    assert found.lines[:4] == [
        f"item {bread.id}: {alice}",
        f"had by: {alice}",
        f"Cannot be read from 1970-01-01 00:00:01 UTC on: {alice}",
        f"Cannot be read at all: {bob}",
    ]
    assert len(found.lines) == 5, "and the birth"
    assert unknown.lines == ["item 404: nobody is known to have it", f"Cannot be read at all: {bob}"]
    assert logged[0].endswith(f" life #{other} item_id=404 done")


async def test_the_ledger_is_packed_and_unpacked(world: World) -> None:
    char_id = await world.character()
    await world.gateway.add_item(char_id, "bread", 1)
    await world.gateway.sync_inventory(char_id)
    forms = "SELECT count(payload), count(body) FROM inventory_operations"
    assert await world.query(forms) == [(1, 1)], "the database itself has written the birth"

    assert (await run("pack", "--quiet")).lines == ["1 entries packed."]
    assert await world.query(forms) == [(0, 2)]
    assert (await run("pack", "--quiet")).lines == ["0 entries packed."]
    assert (await run("pack", "--quiet", "--back")).lines == ["2 entries unpacked."]
    assert await world.query(forms) == [(2, 0)]
