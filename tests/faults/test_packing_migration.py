"""The ledger is packed from a migration on, and its past afterwards, which nobody who plays notices."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from itertools import count

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres import inventories, inventory_writes
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.ledger_packing import PackedUpto, repack
from apps.game_core.adapters.postgres.migrate import downgrade, upgrade
from apps.game_core.adapters.postgres.migrations.versions.m0021_packed_ledger import BEFOREHAND
from apps.game_core.adapters.redis import keys
from apps.game_core.container import open_core
from apps.game_core.settings import CoreSettings
from tests.integration.test_audit import findings
from tests.support import release_before
from tests.support.listening import Listener
from tests.support.world import World
from tools.support.patience import PATIENCE

BEFORE = "0020"
DATABASE = "before_packing"
BUILDING = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'virtualxid'"
ALTERING = "SELECT 1 FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"
QUEUING = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
FORMS = "SELECT count(payload), count(body) FROM inventory_operations WHERE version > 0"
# Of a later step, and whoever asks what became of an operation asks there, too.
NOTHING_ARCHIVED = """
CREATE OR REPLACE FUNCTION ledger_is_archived(owner bigint, named text) RETURNS boolean LANGUAGE sql STABLE
AS 'SELECT false'
"""
LEDGER = """
SELECT op_id, version, kind, at, payload, result, before, written_at, written_in
FROM inventory_operations ORDER BY char_id, version
"""


async def say(engine: AsyncEngine, statement: str) -> None:
    """What is said outside of transactions."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(sa.text(statement))


def named(url: str) -> str:
    return url.replace("/postgres?", f"/{DATABASE}?")


@pytest.fixture(scope="module")
async def apart(servers: EmbeddedServers, engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """A database of its own."""
    await say(engine, f"CREATE DATABASE {DATABASE}")
    made = make_engine(named(servers.database_url), patient=True)
    await upgrade(made, BEFORE)
    yield made
    await made.dispose()
    await say(engine, f"DROP DATABASE {DATABASE} WITH (FORCE)")


@pytest.fixture
async def old(apart: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """Empty, as the release before has made it."""
    await say(apart, NOTHING_ARCHIVED)
    yield apart
    await downgrade(apart, BEFORE)
    for table in ("characters", "event_cursors"):
        await say(apart, f"DELETE FROM {table}")


@pytest.fixture
async def world(
    servers: EmbeddedServers, old: AsyncEngine, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """A process that writes as the release before does."""
    monkeypatch.setattr(inventory_writes, "LEDGER", release_before.LEDGER)
    settings = CoreSettings(
        _env_file=None,
        redis_url=servers.redis_url,
        database_url=named(servers.database_url),
        inventory_ledger_packed=False,
        inventory_worker=False,
    )
    async with open_core(settings) as core:
        yield World(core)


class Tapping:
    """A player who goes on tapping, and is written all the while."""

    def __init__(self, world: World, char_id: int) -> None:
        self.world, self.char_id = world, char_id
        self.told = list[str]()
        self.over = False
        self._news = asyncio.Queue[str]()

    async def go_on(self) -> None:
        gateway, bread = self.world.gateway, (await self.world.item(self.char_id, "bread")).id
        for number in count():
            op_id, tap = f"tap:{number}", gateway.unlock_item if number % 2 else gateway.lock_item
            await tap(self.char_id, bread, op_id=op_id)
            await self.world.gateway.sync_inventory(self.char_id)
            self.told.append(op_id)
            self._news.put_nowait(op_id)
            if self.over:
                return

    async def taps(self, more: int) -> None:
        """Wait until so many more are written."""
        while not self._news.empty():
            self._news.get_nowait()
        async with asyncio.timeout(PATIENCE):
            for _ in range(more):
                await self._news.get()


@contextmanager
def looking_as_before() -> Iterator[None]:
    """Whoever asks what became of an operation does so without the column that is still to come."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_OPERATION", "_FATE"):
            asked = str(getattr(inventories, name)).replace(", body", ", CAST(NULL AS bytea) AS body")
            patch.setattr(inventories, name, sa.text(asked))
        yield


async def packed(engine: AsyncEngine, *, at_once: int = 2, pack: bool = True) -> int:
    """As `admin pack` does it; how many were changed."""
    total, changed, place = 0, 1, PackedUpto()
    while changed:
        async with engine.begin() as connection:
            changed, place = await connection.run_sync(repack, place, at_once, pack=pack)
        total += changed
    return total


async def migrated(world: World, old: AsyncEngine, tapping: Tapping, waiting: str) -> None:
    async with old.connect() as reader:
        # An audit, or a dump: the migration lets others pass while it waits.
        await reader.execute(sa.text("SELECT count(*) FROM inventory_operations"))
        migrating = asyncio.create_task(upgrade(old))
        async with asyncio.timeout(PATIENCE):
            while not await world.query(waiting):
                assert not migrating.done()
                await world.query("SELECT 1 FROM pg_sleep(0.01)")
        await tapping.taps(3)
        assert not migrating.done()
    await migrating


@pytest.mark.parametrize(
    ("waiting", "built"),
    [(BUILDING, ()), (ALTERING, BEFOREHAND)],
    ids=["while indexes are built", "while the table waits"],
)
async def test_players_tap_on_while_the_ledger_is_migrated_and_packed(
    world: World, old: AsyncEngine, waiting: str, built: Sequence[str]
) -> None:
    listener = Listener()
    tapping = Tapping(world, await world.character())
    with looking_as_before():
        playing = asyncio.create_task(tapping.go_on())
        await tapping.taps(3)
        for statement in built:
            await say(old, statement)
        await migrated(world, old, tapping, waiting)
    listener.at(world.core)
    await tapping.taps(3)
    assert await world.core.events.round()
    assert await packed(old) >= 9
    await tapping.taps(3)
    tapping.over = True
    await playing

    assert [entry.op_id for entry in await world.ledger(tapping.char_id)] == tapping.told
    assert await findings(world) == []
    assert await world.core.events.round()
    assert listener.op_ids == tapping.told, "each is told once"


async def test_all_steps_at_once_wait_for_tables_in_the_order_in_which_writers_do(old: AsyncEngine) -> None:
    for statement in BEFOREHAND:
        await say(old, statement)
    async with old.connect() as writer, old.connect() as watcher:
        await writer.execute(sa.text("LOCK TABLE inventories IN ROW EXCLUSIVE MODE"))
        migrating = asyncio.create_task(upgrade(old))
        async with asyncio.timeout(PATIENCE):
            while not (await watcher.execute(sa.text(QUEUING))).all():
                assert not migrating.done()
        await writer.execute(sa.text("LOCK TABLE inventory_operations IN ROW EXCLUSIVE MODE"))
        await writer.commit()
    await migrating


async def test_whichever_way_it_is_stored_it_is_one_ledger(world: World, old: AsyncEngine) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="older")
    await world.gateway.sync_inventory(char_id)
    await upgrade(old)
    before = await world.query(LEDGER)
    assert await packed(old) == 2, "the birth, too"
    await world.core.redis.delete(keys.session(char_id), keys.control(char_id))

    assert (await world.gateway.drop_item(char_id, bread.id, 1, op_id="older")).repeated
    await world.gateway.undo(char_id, "older")
    await world.gateway.sync_inventory(char_id)

    assert [tuple(each) for each in await world.query(FORMS)] == [(1, 1)]
    assert await findings(world) == []
    assert await packed(old, pack=False) == 2
    assert (await world.query(LEDGER))[:2] == before


async def test_the_release_before_reads_what_this_one_writes_unpacked(
    world: World, old: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    char_id = await world.character()
    await upgrade(old)
    monkeypatch.undo()

    await world.gateway.add_item(char_id, "iron_ore", 1, op_id="newer")
    await world.gateway.sync_inventory(char_id)

    [found] = await world.query(release_before.OPERATION, char_id=char_id, op_id="newer")
    [entry] = await world.ledger(char_id)
    assert (found.op_id, json.loads(found.result)) == ("newer", entry.result)
    told = await world.query(
        release_before.NEXT, kinds=None, written_in=0, char_id=char_id, version=0, limit=10
    )
    assert [each.payload for each in told if each.version] == [found.payload]
