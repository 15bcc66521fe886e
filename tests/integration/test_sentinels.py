"""Redis by the address of its sentinels: the master is found, and nobody else is spoken to."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers, RedisOptions
from apps.game_core.adapters.redis.client import connect
from apps.game_core.adapters.redis.sentinels import MasterPool, NoMasterError, Sentinels
from apps.game_core.adapters.redis.server_check import check_server
from apps.game_core.adapters.redis.server_identity import ServerIdentity
from apps.game_core.adapters.redis.server_pool import pool_at
from apps.game_core.container import open_core
from apps.game_core.settings import CoreSettings
from apps.redis_connections import KEPT, Connections
from tests.support.refused_starts import refusal_at_start
from tests.support.world import World
from tools.failover.watched import SERVICE, Watched, at, watched
from tools.support.patience import PATIENCE
from tools.support.ports import free_ports
from tools.support.round_trips import counting_round_trips

Ask = Callable[..., Coroutine[Any, Any, Any]]
HOST = "127.0.0.1"
TIMEOUT = 1.0


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A master, a replica, and sentinels that have never heard of each other and change nothing."""
    with watched(tmp_path_factory.mktemp("watched"), replicas=1) as started:
        yield started


@pytest.fixture(scope="module")
def other_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where another master is."""
    [port] = free_ports(1)
    options = RedisOptions(appendonly=None, port=port)
    folder = tmp_path_factory.mktemp("other")
    with EmbeddedServers(folder, durable=False, postgres=False, redis_options=options):
        yield port


@pytest.fixture
def named(pair: Watched) -> Iterator["Named"]:
    with ExitStack() as open_clients:
        yield Named(pair, [open_clients.enter_context(at(each.port)) for each in pair.sentinels])


class Named:
    """A service whose master the sentinels name as they are told."""

    def __init__(self, pair: Watched, sentinels: list[BlockingRedis]) -> None:
        self.pair = pair
        self._sentinels = sentinels
        self.url = pair.url.replace(f"/{SERVICE}", "/named")

    def name(self, port: int) -> None:
        for each in self._sentinels:
            with suppress(ResponseError):  # none was named yet
                blocking(each, "SENTINEL REMOVE", "named")
            blocking(each, "SENTINEL MONITOR", "named", HOST, str(port), "2")


def blocking(client: BlockingRedis, *words: str) -> None:
    client.execute_command(*words)  # type: ignore[no-untyped-call]  # so in redis-py


@pytest.fixture
def master_port(pair: Watched) -> int:
    return pair.port_of(pair.master)


@pytest.fixture
async def client(named: Named, master_port: int, other_port: int) -> AsyncIterator[Redis]:
    for port in (master_port, other_port):
        with at(port) as server:
            server.flushall()
    named.name(master_port)
    made = connect(named.url, timeout=TIMEOUT)
    yield made
    await made.aclose()


def pool_of(client: Redis) -> MasterPool:
    assert isinstance(client.connection_pool, MasterPool)
    return client.connection_pool


def found(port: int, key: str) -> Any:
    with at(port) as server:
        return server.get(key)


@pytest.fixture(params=["alone", "kept", "shared"])
def ask(client: Redis, request: pytest.FixtureRequest) -> Ask:
    connections = Connections(client, 0 if request.param == "alone" else KEPT)
    return connections.shared if request.param == "shared" else connections.call


async def test_the_master_is_found_and_a_warm_call_is_one_trip(ask: Ask, master_port: int) -> None:
    await ask("SET", "k", "1")
    with counting_round_trips() as counted:
        await ask("SET", "k", "2")

    assert found(master_port, "k") == "2"
    assert counted.trips == 1


async def test_the_old_master_is_not_written_to_once_another_is_known(
    client: Redis, ask: Ask, named: Named, master_port: int, other_port: int
) -> None:
    await ask("SET", "k", "before")
    named.name(other_port)

    await pool_of(client).get_master_address()
    await ask("SET", "k", "after")

    assert (found(master_port, "k"), found(other_port, "k")) == ("before", "after")


async def test_what_the_old_master_answers_after_that_is_not_believed(
    client: Redis, ask: Ask, named: Named, master_port: int, other_port: int
) -> None:
    asking = asyncio.create_task(ask("BLPOP", "list", "0.9"))
    with at(master_port) as old, at(other_port) as new:
        async with asyncio.timeout(PATIENCE):
            while not old.info("clients")["blocked_clients"]:  # noqa: ASYNC110 - the server says so
                await asyncio.sleep(0.01)
        named.name(other_port)
        await pool_of(client).get_master_address()
        new.rpush("list", "new")
        old.rpush("list", "old")

    assert await asking == [b"list", b"new"]


async def test_a_connection_that_breaks_is_made_to_the_master_of_now(
    ask: Ask, named: Named, master_port: int, other_port: int
) -> None:
    await ask("SET", "k", "before")
    named.name(other_port)
    with at(master_port) as old:
        old.client_kill_filter(_type="normal", skipme=True)

    await ask("SET", "k", "after")

    assert (found(master_port, "k"), found(other_port, "k")) == ("before", "after")


class Told:
    """A sentinel that says what it is told to."""

    def __init__(self, port: int, epoch: int, flags: str = "") -> None:
        self._state = {"ip": HOST, "port": port, "config-epoch": epoch, "num-other-sentinels": 2}
        self._state |= {"is_master": True, "is_sdown": "down" in flags, "is_odown": False}
        self.asked = 0

    async def sentinel_masters(self) -> dict[str, Any]:
        self.asked += 1
        await asyncio.sleep(0)
        return {"m": self._state}


@pytest.mark.parametrize(
    ("told", "port"),
    [
        ([Told(1, 4), Told(2, 5), Told(1, 4)], 2),
        ([Told(2, 5, "down"), Told(1, 4), Told(2, 5)], 2),
        ([Told(1, 4), Told(2, 5, "down")], None),
    ],
)
async def test_whoever_knows_the_newest_configuration_is_believed(told: list[Any], port: int | None) -> None:
    sentinels = Sentinels((), TIMEOUT)
    sentinels.sentinels = told

    if port is not None:
        assert await sentinels.discover_master("m") == (HOST, port)
        return
    with pytest.raises(RedisError, match="is down"):
        await sentinels.discover_master("m")


async def test_who_asks_at_the_same_time_shares_an_answer() -> None:
    """An older answer must not come after a newer one."""
    sentinels, one = Sentinels((), TIMEOUT), Told(1, 1)
    sentinels.sentinels = [one]  # type: ignore[list-item]

    await asyncio.gather(*(sentinels.discover_master("m") for _ in range(50)))
    assert one.asked == 1
    await sentinels.discover_master("m")
    assert one.asked == 2


async def test_a_master_that_was_a_replica_meanwhile_is_another_server(
    pair: Watched, master_port: int, other_port: int
) -> None:
    """What it had before is the past of somebody else now, though its process is the same."""
    identity = ServerIdentity()
    pool = pool_at(f"redis://{HOST}:{other_port}", redis_connect_func=identity.greet_master)
    with at(other_port) as node:
        seen = [await identity_of(pool, identity) for _ in range(2)]
        node.replicaof(HOST, str(master_port))
        with pytest.raises(NoMasterError):
            await identity_of(pool, identity)
        node.replicaof("NO", "ONE")
        seen.append(await identity_of(pool, identity))

    assert seen[0] == seen[1] != seen[2]


async def identity_of(pool: Any, identity: ServerIdentity) -> str:
    connection = pool.make_connection()
    try:
        await connection.connect()
    finally:
        await connection.disconnect()
    return identity.run_id


async def test_under_each_master_a_session_is_compared_with_the_database_once(
    pair: Watched, named: Named, master_port: int, settings: CoreSettings, database: AsyncEngine
) -> None:
    """Back at the first one, too, for those who were not looked at under the second."""
    [replica] = [port for port in pair.servers if port != master_port]
    named.name(master_port)
    async with open_core(settings.model_copy(update={"redis_url": named.url})) as core:
        world = World(core)
        often, seldom = await world.character("Often"), await world.character("Seldom")
        await world.pieces(often, "bread")
        await world.pieces(seldom, "bread")
        for pieces, old, new in ((4, master_port, replica), (5, replica, master_port)):
            await world.execute("UPDATE inventory_items SET quantity = :n WHERE base_id = 'bread'", n=pieces)
            assert await world.pieces(often, "bread") == pieces - 1, "what is cached is not asked after"
            await swap(pair, old, new)
            named.name(new)
            await pool_of(core.redis).get_master_address()
            assert await world.pieces(often, "bread") == pieces
        assert await world.pieces(seldom, "bread") == pieces


async def swap(pair: Watched, old: int, new: int) -> None:
    """The replica takes the master's place, with all that it had, and the master the replica's."""
    await pair.until_followed(pair.servers[old])
    with at(old) as master, at(new) as replica:
        replica.replicaof("NO", "ONE")
        master.replicaof(HOST, str(new))
    await pair.until_followed(pair.servers[new])


async def test_fault_62_sentinels_that_do_not_answer_are_named() -> None:
    ports = free_ports(2)

    said = await refusal_at_start(f"redis+sentinel://{HOST}:{ports[0]},{HOST}:{ports[1]}/{SERVICE}")

    assert said.startswith("REDIS_URL: no sentinel answers: ")
    assert all(f"{HOST}:{port} (" in said for port in ports)


async def test_fault_62_sentinels_that_refuse_us_are_named(pair: Watched) -> None:
    said = await refusal_at_start(f"{pair.url}?sentinel_password=any")

    assert "no sentinel answers" in said
    assert "without any password configured" in said


async def test_fault_62_a_service_that_nobody_knows_is_named(pair: Watched) -> None:
    said = await refusal_at_start(pair.url.replace(SERVICE, "mymaster"))

    assert f"know no service 'mymaster'; they know: {SERVICE}" in said


async def test_fault_62_a_master_that_is_a_replica_is_named(
    pair: Watched, named: Named, master_port: int
) -> None:
    [replica] = [port for port in pair.servers if port != master_port]
    named.name(replica)

    said = await refusal_at_start(named.url)

    assert str(replica) in said
    assert "is a replica" in said


async def test_a_master_that_is_away_is_waited_for(named: Named) -> None:
    named.name(*free_ports(1))
    client = connect(named.url, timeout=TIMEOUT)

    await check_server(client)

    await client.aclose()
