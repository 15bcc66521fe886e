"""Sessions that the last release left open, recorded with its code: clean, and with changes that wait."""

import json
import time
from pathlib import Path
from typing import Any, Literal

import pytest
import sqlalchemy as sa

from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.documents import decode
from apps.game_core.modules.inventory.contracts import AddCoins, FightEnd, SettleFight, TakeCoins
from apps.game_core.modules.inventory.inventory.logic.audit import findings
from apps.game_core.modules.inventory.inventory.rules.locking import LockItem
from tests.support.invariants import check
from tests.support.redis_answers import answered
from tests.support.world import World

FILE = Path(__file__).parent / "recorded/open_session.json"
RECORDED: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
TABLES = ("characters", "inventories", "inventory_items", "inventory_operations")
PUT = """
INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
SELECT {columns} FROM json_populate_recordset(NULL::{table}, CAST(:rows AS json))
"""
LEDGER = """
SELECT op_id, version, kind, at, payload::text, result::text, before::text FROM inventory_operations
WHERE char_id = :char_id AND version > 1 ORDER BY version
"""
MORE_ORE = "UPDATE inventory_items SET quantity = 9 WHERE char_id = :char_id AND base_id = 'iron_ore'"
SWORD, BREAD = 385168265016467335, 385168265020661654
State = Literal["clean", "dirty"]


async def left_open(world: World, state: State) -> int:
    """Both stores as the last release left them just now, under other names of server and database."""
    char_id: int = RECORDED["characters"][0]["id"]
    async with world.core.engine.begin() as connection:
        await connection.execute(sa.text("SELECT set_config('inventory.writer', 'session', true)"))
        for table in TABLES:
            put = sa.text(PUT.format(table=table, columns=", ".join(RECORDED[table][0])))
            await connection.execute(put, {"rows": json.dumps(RECORDED[table])})
    left, redis = RECORDED[state], world.core.redis
    control = {name: value.encode("latin-1") for name, value in left["control"].items()}
    control |= {"run": world.store.server_of(char_id).encode(), "generation": world.store.generation.encode()}
    control |= {"since": b"%d" % (time.time() * 1000)} if state == "dirty" else {}
    await redis.set(keys.session(char_id), left["document"])
    await answered(redis.hset(keys.control(char_id), mapping=control))
    if state == "dirty":
        await redis.zadd(keys.DIRTY_INDEX, {str(char_id): 0})
    return char_id


async def written(world: World, char_id: int) -> list[list[Any]]:
    """What of the ledger came after the recording's beginning."""
    await world.core.worker.drain()
    await check(world, char_id)
    await world.unpack_ledger()
    return [list(row) for row in await world.query(LEDGER, char_id=char_id)]


async def test_its_dirty_sessions_are_written_as_it_would_have_written_them(world: World) -> None:
    char_id = await left_open(world, "dirty")

    assert await written(world, char_id) == RECORDED["ledger"]

    rows = [row._asdict() for row in (await world.rows(char_id)).values()]
    assert sorted(rows, key=lambda row: row["id"]) == [row | {"junk": False} for row in RECORDED["written"]]
    assert [name for name in await world.control(char_id) if name.startswith(("p:", "m:"))] == []


async def test_what_it_did_is_repeated_and_what_comes_joins_it(world: World) -> None:
    char_id = await left_open(world, "dirty")

    assert (await world.gateway.equip_item(char_id, SWORD, op_id="equip")).repeated
    assert (await world.gateway.drop_item(char_id, BREAD, op_id="gone")).repeated
    for repeated in (False, True):
        assert (await world.gateway.unlock_item(char_id, SWORD, op_id="ours")).repeated is repeated

    *older, ours = await written(world, char_id)
    assert (older, ours[0]) == (RECORDED["ledger"], "ours")
    assert (await world.gateway.equip_item(char_id, SWORD, op_id="equip")).repeated


async def test_its_dirty_sessions_are_rebased(world: World) -> None:
    char_id = await left_open(world, "dirty")
    await world.execute(MORE_ORE, char_id=char_id)

    assert [line[0] for line in await written(world, char_id)] == [line[0] for line in RECORDED["ledger"]]

    assert await world.pieces(char_id, "iron_ore") == 9


async def test_its_dirty_sessions_survive_their_documents(world: World) -> None:
    char_id = await left_open(world, "dirty")
    await world.core.redis.delete(keys.session(char_id))

    assert [line[0] for line in await written(world, char_id)] == [line[0] for line in RECORDED["ledger"]]


async def test_its_clean_sessions_go_on(world: World) -> None:
    char_id = await left_open(world, "clean")
    lock = LockItem(item_id=SWORD)
    assert (await world.gateway.service.perform(char_id, lock, op_id="once:written")).repeated
    assert not (await world.gateway.equip_item(char_id, SWORD)).repeated

    assert len(await written(world, char_id)) == 1

    assert (await world.rows(char_id))[SWORD].place == "main_hand"


@pytest.mark.parametrize("state", ["clean", "dirty"])
async def test_its_heroes_learn(world: World, state: State) -> None:
    char_id = await left_open(world, state)
    settle = SettleFight(end=FightEnd.WON, hurt=0, experience=21)

    assert (await world.gateway.perform(char_id, settle)).result.risen == 1

    assert [line[2] for line in await written(world, char_id)][-1] == "settle_fight"
    [hero] = await world.query("SELECT level, experience FROM characters WHERE id = :id", id=char_id)
    assert tuple(hero) == (RECORDED["characters"][0]["level"] + 1, 1)


@pytest.mark.parametrize("state", ["clean", "dirty"])
async def test_its_purses_are_empty_and_can_be_filled(world: World, state: State) -> None:
    char_id = await left_open(world, state)
    assert (await world.gateway.view(char_id)).coins == 0

    for wish in (AddCoins(amount=30), TakeCoins(amount=10)):
        await world.gateway.perform(char_id, wish)

    assert [line[2] for line in await written(world, char_id)][-2:] == ["add_coins", "take_coins"]
    assert (await world.row(char_id)).coins == 20
    history = await PostgresHistories(world.core.engine).read(char_id)
    assert history is not None
    assert list(findings(history)) == []


async def test_whom_a_writer_that_knows_no_experience_made_forget_is_named_by_the_audit(world: World) -> None:
    char_id = await left_open(world, "clean")
    await world.gateway.perform(char_id, SettleFight(end=FightEnd.WON, hurt=0, experience=12))
    await written(world, char_id)
    async with world.core.engine.begin() as connection:
        await connection.execute(sa.text("SELECT set_config('inventory.writer', 'session', true)"))
        await connection.execute(sa.text("UPDATE characters SET experience = 0"))

    history = await PostgresHistories(world.core.engine).read(char_id)

    assert history is not None
    assert [each.detail for each in findings(history)] == ["experience 0; by the ledger 12"]


@pytest.mark.parametrize("state", ["clean", "dirty"])
async def test_its_documents_say_the_same_in_our_form(world: World, state: State) -> None:
    char_id = await left_open(world, state)
    left = json.loads(RECORDED[state]["document"])
    session = (await world.core.store.read(char_id)).session
    assert session is not None
    assert (session.hero.name, session.vitals.hp) == (
        left["metadata"]["hero"]["name"],
        left["metadata"]["vitals"]["hp"],
    )
    for item, there in zip(session.backpack, left["backpack"], strict=True):
        wear = item.durability and {"current": item.durability.current, "max": item.durability.max}
        assert (item.id, item.base_id, item.quantity, wear, item.locked, item.acquired_at, item.position) == (
            *(there["id"], there["base_id"], there.get("quantity", 1), there.get("durability")),
            *(there.get("locked", False), there["acquired_at"], there.get("position", 0)),
        )

    saved = await world.core.sessions.save_session(char_id, session, dirty=False)

    document = await world.core.redis.get(keys.session(char_id))
    assert decode(document, saved.rev) == saved
