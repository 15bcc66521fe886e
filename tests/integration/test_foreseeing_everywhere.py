"""`admin foresee` of things wherever they are, against what becomes of them once the files are loaded."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from apps.game_core.adapters.postgres.owners import PostgresOwners
from apps.game_core.modules.inventory.contracts import AddCoins, AddItem, ItemView
from apps.game_core.modules.inventory.errors import OperationRefusedError
from apps.game_core.modules.inventory.foresight import Affected, Elsewhere, FindOwners, Foresee, Oddity, Owner
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.inventory.tables import LookAtHalf
from apps.game_core.modules.items.changes import kind_changes
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.modules.items.loader import load_catalog
from tests.integration.test_foreseeing import addresses, change, files, lines, without
from tests.integration.test_gifts import crammed, deliver
from tests.support.parcels import post
from tests.support.seats import receive, seated, state, write
from tests.support.world import World

__all__ = ["addresses", "files"]

RING, BELT, SWORD, POTION = "silver_ring", "rope_belt", "iron_sword", "small_health_potion"
_parcelled = count(2**62)


async def owning(world: World, *kinds: str) -> int:
    """Somebody who may wear these, of which nobody has any to begin with, and has coins; it is written."""
    char_id = await world.character()
    await world.execute("UPDATE characters SET level = 3 WHERE id = :id", id=char_id)
    await world.gateway.perform(char_id, AddCoins(amount=100))
    for base_id in kinds:
        await world.gateway.perform(char_id, AddItem(base_id=base_id, quantity=1), op_id=f"found:{base_id}")
    await world.gateway.sync_inventory(char_id)
    return char_id


@dataclass
class Owners:
    """Each has one ring, in another place; `at` are their items by place, or None where there is none yet."""

    world: World
    geared: int
    at: dict[str, tuple[int, int | None]] = field(default_factory=dict)

    async def has(self, where: str, char_id: int) -> None:
        self.at[where] = char_id, (await self.world.item(char_id, RING)).id


async def geared(world: World) -> int:
    """Wears a belt, with a potion in the quick slot that comes with it, a sword and a shield."""
    char_id = await owning(world, BELT, "iron_shield", POTION)
    for base_id, slot in ((BELT, None), (SWORD, Slot.MAIN_HAND), ("iron_shield", Slot.OFF_HAND)):
        await world.gateway.equip_item(char_id, (await world.item(char_id, base_id)).id, slot)
    await world.gateway.move_to_quick_slot(char_id, (await world.item(char_id, POTION)).id, 4)
    await world.gateway.sync_inventory(char_id)
    return char_id


@pytest.fixture
async def owners(world: World) -> Owners:
    found = Owners(world, await geared(world))
    await found.has("backpack", await owning(world, RING))
    wearer = await owning(world, RING)
    await found.has("accessory_1", wearer)
    await world.gateway.equip_item(wearer, (await world.item(wearer, RING)).id, Slot.ACCESSORY_1)
    laid = await seated(world, await owning(world, RING), lays=RING)
    await found.has(f"backpack, on the table of trade {laid.trade}", laid.first)
    for written in (True, False):
        seats = await seated(world, await owning(world, RING), lays=RING)
        await seats.confirm(seats.first)
        await found.has(f"given in trade {seats.trade}", seats.first)
        await seats.give(seats.first)
        if written:
            await write(world, seats.first)
    await in_inboxes(world, found)
    return found


async def in_inboxes(world: World, found: Owners) -> None:
    parcelled, granted = await world.character(), await world.character()
    ring = Item(next(_parcelled), RING)
    await post(world, parcelled, ring)
    await world.gateway.grant(granted, RING, 1)
    rows = await world.query("SELECT id, char_id FROM inventory_inbox ORDER BY id")
    for row, item_id in zip(rows, (ring.id, None), strict=True):
        found.at[f"inbox row {row.id}"] = row.char_id, item_id


def changed(files: Path) -> None:
    """No rings any more; a belt is a string, and a sword needs both hands."""
    without(files, "accessories.toml", RING)
    change(files, "accessories.toml", "stats = { quick_slots = 1 }", "stats = { strength = 1 }")
    before = 'slots = ["main_hand", "off_hand"]\ngrip = "1h"\nmax_durability = 80'
    change(files, "weapons.toml", before, 'slots = ["main_hand"]\ngrip = "2h"\nmax_durability = 80')


async def foreseen(world: World, files: Path) -> list[tuple[int, Affected]]:
    then = load_catalog(files)
    kinds = tuple(each.base_id for each in kind_changes(world.core.catalog.current, then))
    found = [
        await world.core.router.ask(Foresee(owner.char_id, then))
        for owner in await world.core.router.ask(FindOwners(kinds))
    ]
    return [(each.char_id, piece) for each in found for piece in each.pieces]


async def test_every_piece_is_named_with_its_owner_and_place_and_counted(
    world: World, files: Path, owners: Owners
) -> None:
    changed(files)

    told = await lines(files, "--each")

    rings = {line.split(": no such kind")[0] for line in told if f": {RING} x" in line}
    assert rings == {
        f"character {char_id}: {RING} x1 ({'' if item_id is None else f'item {item_id}, '}{where})"
        for where, (char_id, item_id) in owners.at.items()
    }
    assert f"{RING}: gone; pieces owned: 7, owners: 7" in told
    assert {"  pieces given in open trades: 2", "  pieces that wait in inboxes: 2"} < set(told)
    named = [line for line in told if line.startswith(f"character {owners.geared}: ")]
    assert any(f": {POTION} x1 " in line and "would be gone: into the backpack" in line for line in named)
    assert any(": iron_shield x1 " in line and "where it does not belong" in line for line in named)
    assert {
        f"{kind}: stays as it is; pieces that feel it: 1, owners: 1" for kind in (POTION, "iron_shield")
    } < {*told}


async def test_all_comes_as_it_was_foreseen(world: World, files: Path, owners: Owners) -> None:
    changed(files)
    told = await foreseen(world, files)

    def odd(oddity: Oddity) -> set[tuple[int, int | None]]:
        return {(char_id, piece.item_id) for char_id, piece in told if oddity in piece.oddities}

    world.core.catalog._directory = files
    world.core.catalog.reload()

    assert await untradable(world, owners) == odd(Oddity.UNTRADABLE)
    await all_home(world, owners)
    assert await unknown(world, owners) == {each for each in odd(Oddity.GONE) if each[1]}
    assert await unread(world) == {
        (char_id, piece.inbox_row) for char_id, piece in told if Oddity.STUCK in piece.oddities
    }
    assert await displaced(world, owners.geared) == odd(Oddity.MISPLACED)
    potions = {(owners.geared, each.id) for each in await carried(world, owners.geared, POTION)}
    assert potions & odd(Oddity.RETURNED) == odd(Oddity.RETURNED) != set()


async def test_what_was_given_and_went_on_is_named_where_it_is(world: World, files: Path) -> None:
    """Both have given, and it is not written that it came: it is in the bag, and named once."""
    seats = await seated(world, await owning(world, RING), lays=RING)
    ring = await world.item(seats.first, RING)
    await seats.exchange()
    changed(files)
    assert await of_ring(world, files) == [(seats.first, ring.id, "trade", seats.trade)]

    await write(world, *seats.both)
    assert await of_ring(world, files) == [(seats.second, ring.id, "inbox", seats.trade)]

    await world.gateway.grant(seats.second, RING, 1)
    await deliver(world)
    came = [(seats.second, each.id, "backpack", None) for each in await carried(world, seats.second, RING)]
    assert len(came) == 2
    assert await of_ring(world, files) == came
    await write(world, seats.second)
    assert await of_ring(world, files) == came


async def test_who_has_a_piece_is_found_wherever_it_is(world: World, owners: Owners) -> None:
    found = await world.core.router.ask(FindOwners((RING,)))
    assert {owner.char_id for owner in found} == {char_id for char_id, _ in owners.at.values()}


async def test_a_gift_that_finds_no_room_as_it_is_does_not_come_to_stay_in_the_inbox(
    world: World, files: Path
) -> None:
    char_id = await crammed(world)
    await world.gateway.grant(char_id, RING, 1)
    change(files, "accessories.toml", "Silver Ring", "Ring of Silver")

    found = await world.core.router.ask(Foresee(char_id, load_catalog(files)))

    assert [(piece.place, piece.oddities) for piece in found.pieces] == [("inbox", ())]


async def test_what_was_exchanged_while_somebody_looks_is_named_where_it_came(
    world: World, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is given by what was looked at first, and the trade is settled by what was looked at then."""
    seats, looked = await seated(world, await owning(world, RING), lays=RING), PostgresOwners.elsewhere
    ring = await world.item(seats.first, RING)
    await seats.exchange()
    changed(files)

    async def later(reader: PostgresOwners, char_id: int, trades: Collection[int]) -> Elsewhere:
        await write(world, *seats.both)
        return await looked(reader, char_id, trades)

    monkeypatch.setattr(PostgresOwners, "elsewhere", later)

    assert await of_ring(world, files) == [(seats.second, ring.id, "inbox", seats.trade)]


async def test_what_is_given_while_somebody_looks_is_named_once(
    world: World, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session was looked at before it went, the trade after it came."""
    seats, looked = await seated(world, await owning(world, RING), lays=RING), PostgresOwners.elsewhere
    await seats.confirm(seats.first)
    ring = await world.item(seats.first, RING)
    changed(files)

    async def later(reader: PostgresOwners, char_id: int, trades: Collection[int]) -> Elsewhere:
        if char_id == seats.first:
            await seats.give(char_id)
            await write(world, char_id)
        return await looked(reader, char_id, trades)

    monkeypatch.setattr(PostgresOwners, "elsewhere", later)

    assert await of_ring(world, files) == [(seats.first, ring.id, "backpack", seats.trade)]
    assert await state(world, seats.trade) == "open"


async def test_it_says_to_whom_something_came_that_it_does_not_look_at_any_more(
    world: World, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(files, "accessories.toml", RING)
    await owning(world, RING)
    parcels, looked = count(1), PostgresOwners.owners

    async def sent(reader: PostgresOwners, *values: Any) -> Sequence[Owner]:
        return [replace(owner, parcel=next(parcels)) for owner in await looked(reader, *values)]

    monkeypatch.setattr(PostgresOwners, "owners", sent)

    told = await lines(files)

    assert [line for line in told if line.startswith("characters to whom more has come meanwhile: 1;")]


@pytest.mark.parametrize("after", ["owners", "elsewhere"])
@pytest.mark.parametrize("had", [0, 1])
async def test_what_changes_hands_between_two_looks_is_named_where_it_came(
    world: World, files: Path, monkeypatch: pytest.MonkeyPatch, after: str, had: int
) -> None:
    """Once all owners are known, or once one was looked at: the giver, or who gets it and had some."""
    second = await owning(world, *[RING] * had)
    seats = await seated(world, await owning(world, RING), second, lays=RING)
    looked = getattr(PostgresOwners, after)
    ring, loop = await world.item(seats.first, RING), asyncio.get_running_loop()
    await write(world, *seats.both)
    without(files, "accessories.toml", RING)

    async def moved() -> None:
        await seats.exchange()
        await write(world, *seats.both)
        await receive(world, seats.second)
        await write(world, seats.second)

    async def then_moved(reader: PostgresOwners, *values: Any) -> Any:
        found = await looked(reader, *values)
        monkeypatch.setattr(PostgresOwners, after, looked)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(moved(), loop))
        return found

    monkeypatch.setattr(PostgresOwners, after, then_moved)

    told = await lines(files, "--each")

    [line] = [line for line in told if f"item {ring.id}" in line]
    assert line.startswith(f"character {seats.second}: ")
    assert f"{RING}: gone; pieces owned: {1 + had}, owners: 1" in told


async def of_ring(world: World, files: Path) -> list[tuple[int, int | None, str, int | None]]:
    found = [(char_id, piece) for char_id, piece in await foreseen(world, files) if piece.base_id == RING]
    return [(char_id, piece.item_id, piece.place, piece.trade) for char_id, piece in found]


async def untradable(world: World, owners: Owners) -> set[tuple[int, int | None]]:
    """What lies on tables and is refused by the rules."""
    refused = set[tuple[int, int | None]]()
    for char_id in [char_id for where, (char_id, _) in owners.at.items() if "on the table" in where]:
        own = await world.core.router.ask(LookAtHalf(char_id))
        assert own.half
        for item in own.half.items:
            with suppress(OperationRefusedError):
                own.bag.to_lay(item.id)
                continue
            refused.add((char_id, item.id))
    return refused


async def all_home(world: World, owners: Owners) -> None:
    """Trades are called off, what was given is back, and what can leave the inboxes has left them."""
    await world.core.worker.drain()
    await world.execute("UPDATE trades SET opened_at = now() - interval '1 hour' WHERE state = 'open'")
    for chore in world.core.worker.chores:
        await chore.round()
    for char_id, _ in owners.at.values():
        await world.gateway.open(char_id)
    await deliver(world)
    await world.core.worker.drain()


async def unknown(world: World, owners: Owners) -> set[tuple[int, int | None]]:
    found = set[tuple[int, int | None]]()
    for char_id, _ in owners.at.values():
        view = await world.gateway.view(char_id)
        on = [slot.item for slot in view.equipped if slot.item]
        found |= {(char_id, item.id) for item in (*view.backpack, *on) if not item.known}
    return found


async def unread(world: World) -> set[tuple[int, int | None]]:
    rows = await world.query("SELECT id, char_id FROM inventory_inbox WHERE consumed_at IS NULL")
    return {(row.char_id, row.id) for row in rows}


async def displaced(world: World, char_id: int) -> set[tuple[int, int | None]]:
    """What is put on again where it was, and pushes something else out."""
    pushing = set[tuple[int, int | None]]()
    for slot, item_id in (await worn(world, char_id)).items():
        if slot in await worn(world, char_id):
            await world.gateway.unequip_item(char_id, slot)
        before = await worn(world, char_id)
        await world.gateway.equip_item(char_id, item_id, slot)
        if before.keys() - await worn(world, char_id):
            pushing.add((char_id, item_id))
    return pushing


async def worn(world: World, char_id: int) -> dict[Slot, int]:
    view = await world.gateway.view(char_id)
    return {each.slot: each.item.id for each in view.equipped if each.item}


async def carried(world: World, char_id: int, base_id: str) -> list[ItemView]:
    return [item for item in (await world.gateway.view(char_id)).backpack if item.base_id == base_id]
