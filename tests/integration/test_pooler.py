"""PostgreSQL as others run it, behind a pooler and with settings in its address: rows 60 and 61."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.engine import database_errors, make_engine
from apps.game_core.container import Core, open_core
from apps.game_core.modules.characters.contracts import EnsureCharacter
from apps.game_core.modules.inventory.errors import DatabaseDownError, DatabaseRefusedError
from apps.game_core.settings import CoreSettings
from tests.support.invariants import check
from tests.support.pooler import pooled
from tests.support.world import World
from tools.support.patience import PATIENCE
from tools.support.pgbouncer import MISSING, PROGRAM

needs_pooler = pytest.mark.skipif(not PROGRAM, reason=MISSING)


@pytest.fixture
def pooler(settings: CoreSettings) -> Iterator[str]:
    with (
        tempfile.TemporaryDirectory(prefix="pool") as folder,
        pooled(settings.database_url, Path(folder)) as url,
    ):
        yield url


@pytest.fixture
async def two(settings: CoreSettings, pooler: str, core: Core) -> AsyncIterator[tuple[Core, Core]]:
    # What waits for its turn at the pooler waits longer on a busy machine.
    behind = settings.model_copy(update={"database_url": pooler, "database_timeout": PATIENCE})
    async with open_core(behind) as first, open_core(behind) as second:
        yield first, second


@needs_pooler
async def test_fault_61_many_newcomers_at_once_behind_a_pooler(two: tuple[Core, Core]) -> None:
    asked = (
        core.router.route("characters", "ensure", EnsureCharacter(user_id=number, name="N", language="en"))
        for number, core in enumerate(two * 100, 1_000)
    )
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert Counter(type(each).__name__ for each in answers) == {"Character": 200}


@needs_pooler
async def test_fault_61_sessions_are_written_and_nothing_is_parked(two: tuple[Core, Core]) -> None:
    worlds = [World(core) for core in two]
    owners = [await worlds[0].character() for _ in range(20)]

    async def play(number: int, char_id: int) -> None:
        world = worlds[number % 2]
        potion = await world.item(char_id, "health_potion")
        for turn in range(3):
            await world.gateway.use_consumable(char_id, potion.id, op_id=f"use{turn}")
            await worlds[(number + 1) % 2].gateway.sync_inventory(char_id)

    await asyncio.gather(*(play(number, char_id) for number, char_id in enumerate(owners)))
    for world in worlds:
        await world.core.worker.drain()
    assert await worlds[0].core.store.parked() == []
    for char_id in owners:
        assert len(await worlds[0].ledger(char_id)) == 3
        await check(worlds[0], char_id)


@needs_pooler
async def test_fault_61_what_types_are_is_asked_of_whichever_server_it_is(pooler: str) -> None:
    """The driver asks when it meets one for the first time, and remembers neither how nor whom."""
    engine, other = (make_engine(pooler, pool_size=1) for _ in range(2))
    async with engine.connect() as connection:
        await connection.execute(sa.text("SELECT CAST(:values AS bigint[])"), {"values": [1]})
    async with other.connect() as holding:
        await holding.execute(sa.text("SELECT 1"))  # by the server that has just become free
        async with engine.connect() as connection:
            await connection.execute(sa.text("SELECT CAST(:values AS bytea[])"), {"values": [b"1"]})
    await engine.dispose()
    await other.dispose()


@pytest.mark.parametrize("statement", ["SELECT nonsense", "SELECT * FROM nothing", "EXECUTE unknown"])
async def test_fault_61_what_is_wrong_with_a_statement_is_no_sessions_fault(
    engine: AsyncEngine, statement: str
) -> None:
    async with engine.connect() as connection:
        with pytest.raises(DatabaseDownError), database_errors():
            await connection.execute(sa.text(statement))


async def test_fault_61_what_is_wrong_with_a_value_is(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        with pytest.raises(DatabaseRefusedError), database_errors():
            await connection.execute(sa.text("SELECT 1 / 0"))


async def test_fault_60_an_addresses_parameters_reach_the_server(servers: EmbeddedServers) -> None:
    more = "&application_name=shop&options=-csearch_path%3Dpg_temp&connect_timeout=5&keepalives=1"
    engine = make_engine(f"{servers.database_url}{more}")
    async with engine.connect() as connection:
        shown = await connection.execute(
            sa.text("SELECT current_setting('application_name'), current_setting('search_path')")
        )
        assert tuple(shown.one()) == ("shop", "pg_temp")
    await engine.dispose()


async def test_fault_60_the_first_of_several_hosts_may_be_away(
    servers: EmbeddedServers, tmp_path: Path
) -> None:
    sockets = servers.database_url.rpartition("host=")[2]
    url = servers.database_url.replace(f"host={sockets}", f"host={tmp_path},{sockets}&port=5432,5432")
    engine = make_engine(url)
    async with engine.connect() as connection:
        assert await connection.scalar(sa.text("SELECT 1")) == 1
    await engine.dispose()


async def test_a_connection_that_its_server_closed_is_not_handed_out(servers: EmbeddedServers) -> None:
    engine, other = make_engine(servers.database_url), make_engine(servers.database_url)
    async with engine.connect() as connection:
        pid = await connection.scalar(sa.text("SELECT pg_backend_pid()"))
        raw: Any = await connection.get_raw_connection()
        closed = asyncio.Event()
        raw.driver_connection.add_termination_listener(lambda _: closed.set())
    async with other.connect() as connection:
        await connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    await asyncio.wait_for(closed.wait(), PATIENCE)

    async with engine.connect() as connection:
        assert await connection.scalar(sa.text("SELECT pg_backend_pid()")) != pid
    await engine.dispose()
    await other.dispose()
