"""Redis Cluster by its address: each key at the server that has it, while slots move and servers change."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import ConnectionError as NotConnectedError
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers, RedisOptions
from apps.game_core.adapters.monitoring import answers
from apps.game_core.adapters.redis.client import connect
from apps.game_core.adapters.redis.keys import IN_A_CLUSTER
from apps.game_core.adapters.redis.quarantine import RedisQuarantine
from apps.game_core.adapters.redis.survey import RedisSurvey
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.errors import SessionStoreDownError
from apps.game_core.settings import CoreSettings
from apps.redis_cluster.client import Cluster, servers_of
from apps.redis_cluster.nodes import Nodes, Place
from apps.redis_cluster.slots import Slots
from tests.support.redis_answers import answered
from tests.support.refused_starts import refusal_at_start
from tests.support.world import World
from tools.failover.clustered import Clustered, clustered
from tools.failover.watched import at
from tools.support.patience import PATIENCE
from tools.support.ports import free_ports
from tools.support.round_trips import counting_round_trips

HOST = "127.0.0.1"
TIMEOUT = 1.0


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clustered]:
    """Three masters, each with a replica."""
    with clustered(tmp_path_factory.mktemp("six")) as started:
        yield started


@pytest.fixture
async def world(six: Clustered, settings: CoreSettings, database: AsyncEngine) -> AsyncIterator[World]:
    update = {"redis_url": six.url, "redis_timeout": TIMEOUT}
    async with open_core(settings.model_copy(update=update)) as core:
        for server in await servers_of(core.redis):
            await server.flushall()
        yield World(core)


def cluster_of(world: World) -> Cluster:
    assert isinstance(world.core.redis, Cluster)
    return world.core.redis


def slot_of(char_id: int) -> int:
    return key_slot(IN_A_CLUSTER.session(char_id).encode())


async def everywhere(world: World, six: Clustered) -> dict[int, int]:
    """A character on each master, by its port."""
    found: dict[int, int] = {}
    while len(found) < 3:
        char_id = await world.character()
        found[six.owner(slot_of(char_id))] = char_id
    return found


async def eats(world: World, char_id: int) -> int:
    """One bread less; how many are left."""
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    return bread.quantity - 1


async def written(world: World, char_id: int) -> int:
    rows = await world.rows(char_id)
    [pieces] = [int(row.quantity) for row in rows.values() if row.base_id == "bread"]
    return pieces


async def test_players_on_all_servers_are_served_and_written(world: World, six: Clustered) -> None:
    players = list((await everywhere(world, six)).values())
    left = [await eats(world, each) for each in players]
    assert sorted(await world.core.store.dirty()) == sorted(players)
    assert sorted(await world.core.store.live(players)) == sorted(players)
    assert len({world.core.store.server_of(each) for each in players}) == len(players)

    assert await world.core.worker.drain() == len(players)

    assert [await written(world, each) for each in players] == left
    assert await world.core.store.dirty() == []


async def test_a_batch_takes_from_all_shares_and_more_from_those_that_have_more(
    world: World, six: Clustered
) -> None:
    """What is due is asked of all, a little of each; 40 characters are not evenly dealt."""
    players = [await world.character() for _ in range(40)]
    for each in players:
        await eats(world, each)
    await overdue(world, list(six.masters))

    assert len(await world.core.store.due(7)) == 7
    assert sorted(await world.core.store.due(40)) == sorted(players)


async def test_a_warm_change_is_one_round_trip(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)

    with counting_round_trips() as counted:
        await world.gateway.drop_item(char_id, bread.id, 1)

    assert counted.trips == 1


async def test_whoever_counts_counts_on_all_servers(world: World, six: Clustered) -> None:
    players = list((await everywhere(world, six)).values())
    await asyncio.gather(*(eats(world, each) for each in players))
    await answered(world.core.redis.rpush(IN_A_CLUSTER.quarantine(players[0]), "{broken"))

    counted = await RedisSurvey(world.core.redis).count()
    await world.count_sessions()

    assert (counted.active, counted.dirty, counted.quarantined) == (len(players), len(players), 1)
    assert counted.complete
    assert counted.oldest_dirty is not None
    assert await RedisQuarantine(world.core.redis).characters() == {players[0]: 1}
    told = world.core.metrics.registry
    assert told.get_sample_value("inventory_sessions_active") == len(players)
    assert told.get_sample_value("inventory_sessions_dirty") == len(players)


async def test_a_slot_moves_while_its_players_play(world: World, six: Clustered) -> None:
    """As a whole (Valkey 9): nobody notices."""
    char_id = await world.character()
    session = IN_A_CLUSTER.session(char_id)
    slot = slot_of(char_id)
    source = six.owner(slot)
    [target, *_] = six.masters - {source}
    item = (await world.item(char_id, "bread")).id
    locks = 0

    move = asyncio.create_task(asyncio.to_thread(six.move, slot, source, target))
    while not move.done() or cluster_of(world).place_of(session) != (HOST, target):
        await (world.gateway.unlock_item if locks % 2 else world.gateway.lock_item)(char_id, item)
        locks += 1
    await move

    assert await world.core.worker.drain() == 1
    assert len(await world.ledger(char_id)) == locks


async def test_a_slot_that_moves_key_by_key_is_closed_to_its_players_meanwhile(
    world: World, six: Clustered
) -> None:
    """Scripts cannot run while some of their keys are here and others there, or nowhere."""
    char_id, redis = await world.character(), world.core.redis
    session = IN_A_CLUSTER.session(char_id)
    slot = slot_of(char_id)
    source = six.owner(slot)
    [target, *_] = six.masters - {source}
    before = await eats(world, char_id)
    bread = await world.item(char_id, "bread")
    await world.core.worker.drain()

    with six.moving(slot, source, target):
        with pytest.raises(SessionStoreDownError, match="rehashing"):
            await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
        six.carry(slot, source, target)
        assert await redis.get(session), "single keys are found where they are"
        assert await redis.set(f"{session}:new", "of nobody")
    assert await eats(world, char_id) == before - 1
    assert cluster_of(world).place_of(session) == (HOST, target), "it has heard"

    assert await world.core.worker.drain() == 1
    assert await written(world, char_id) == before - 1


async def test_under_each_master_a_session_is_compared_with_the_database_once(
    world: World, six: Clustered
) -> None:
    """Back at the first one, too, for those who were not looked at under the second."""
    often = await world.character("Often")
    slot, first = slot_of(often), six.owner(slot_of(often))
    seldom = await world.character("Seldom")
    while six.owner(slot_of(seldom)) != first:
        seldom = await world.character("Seldom")
    await world.pieces(often, "bread")
    await world.pieces(seldom, "bread")
    known = [world.core.store.server_of(seldom)]
    watching = asyncio.create_task(world.core.master.run())
    for pieces in (4, 5):
        await world.execute("UPDATE inventory_items SET quantity = :n WHERE base_id = 'bread'", n=pieces)
        assert await world.pieces(often, "bread") != pieces, "what is cached is not asked after"
        await asyncio.to_thread(six.hand_over, slot)
        await until_known(world, six, often)
        assert await world.pieces(often, "bread") == pieces
        known.append(world.core.store.server_of(seldom))
    assert six.owner(slot) == first
    assert await world.pieces(seldom, "bread") == pieces
    assert len(set(known)) == 3, "the first one has the past of the second now"
    watching.cancel()


async def until_known(world: World, six: Clustered, char_id: int) -> None:
    name, here = IN_A_CLUSTER.session(char_id), (HOST, six.owner(slot_of(char_id)))
    async with asyncio.timeout(PATIENCE):
        while cluster_of(world).place_of(name) != here:  # noqa: ASYNC110 - the cluster says so
            await asyncio.sleep(0.01)


async def test_a_node_that_is_cut_off_is_believed_only_while_nobody_knows_better() -> None:
    epochs = {1: 4, 2: 5}

    def dial(place: Place) -> Redis:
        _, port = place
        client = connect(f"redis://{HOST}:{port}")

        async def told(words: str) -> object:
            """Each takes itself for the master."""
            if port not in epochs:
                raise NotConnectedError
            slots = [[0, 16_383, [HOST, port]]]
            return slots if words == "CLUSTER SLOTS" else {"cluster_current_epoch": str(epochs[port])}

        client.execute_command = told  # type: ignore[method-assign]
        return client

    slots = Slots([(HOST, 1), (HOST, 2)], Nodes(dial), lambda _: None)
    believed = []
    for first in (1, 2, 1):
        await slots.refresh((HOST, first))
        believed.append((await slots.found(7)).place[1])
    del epochs[2]
    await slots.refresh()

    assert believed == [1, 2, 2]
    assert (await slots.found(7)).place == (HOST, 1)


@pytest.fixture
async def patient(six: Clustered) -> AsyncIterator[Cluster]:
    client = connect(six.url, timeout=2 * PATIENCE)
    assert isinstance(client, Cluster)
    yield client
    await client.aclose()


async def test_who_waits_for_a_server_whose_part_has_changed_asks_it_anew(patient: Cluster) -> None:
    node = await patient.slots.found(key_slot(b"list"))
    with at(node.place[1]) as server:
        waiting = [asyncio.create_task(node.connections.call("BLPOP", "list", "0")) for _ in range(5)]
        try:
            await until_waiting(server, set())
            before = set(blocked(server))
            node.hang_up()
            await until_waiting(server, before)
        finally:
            server.rpush("list", *range(len(waiting)))
            assert len(await asyncio.gather(*waiting)) == len(waiting)


def blocked(server: BlockingRedis) -> list[str]:
    clients: Any = server.client_list()
    return [each["id"] for each in clients if each["cmd"] == "blpop"]


async def until_waiting(server: BlockingRedis, than: set[str]) -> None:
    """Five wait, and none of those from before."""
    async with asyncio.timeout(PATIENCE):
        while len(set(blocked(server)) - than) < 5:  # noqa: ASYNC110 - the server says so
            await asyncio.sleep(0.01)


@pytest.fixture
def lonely(six: Clustered) -> Iterator[Callable[[int], None]]:
    """Kills a master whose replica does not take its place, until it may."""
    killed: list[int] = []

    def kill(port: int) -> None:
        replica = six.replica_of(port)
        six.until_followed(port)
        with at(replica) as client:
            client.config_set("cluster-replica-no-failover", "yes")
        six.servers[port].kill()
        killed.append(port)

    yield kill
    for port in killed:
        six.servers[port].start()
    six.until_well()


async def test_a_servers_death_is_felt_by_its_players_and_only_till_its_replica_takes_its_place(
    world: World, six: Clustered, lonely: Callable[[int], None]
) -> None:
    players = await everywhere(world, six)
    left = {each: await eats(world, each) for each in players.values()}
    gone, *others = players
    replica = six.replica_of(gone)
    await asyncio.to_thread(lonely, gone)
    ready = world.core.probes["redis"]

    with pytest.raises(SessionStoreDownError):
        await eats(world, players[gone])
    assert not await answers(ready)
    for each in others:
        assert await eats(world, players[each]) == left[players[each]] - 1
    await overdue(world, others)
    assert await world.core.worker.round() == len(others), "those that can be written are"

    with at(replica) as client:
        client.config_set("cluster-replica-no-failover", "no")
    await asyncio.to_thread(six.until_moved, slot_of(players[gone]), gone)
    assert await eats(world, players[gone]) == left[players[gone]] - 1
    assert await answers(ready)
    assert await world.core.worker.drain() == 1


async def overdue(world: World, ports: Sequence[int]) -> None:
    """Whatever waits on these servers is due."""
    for port in ports:
        with at(port) as server:
            for share in server.keys("inventory:dirty:*"):
                for member in server.zrange(share, 0, -1):
                    server.zadd(share, {member: 0})


async def test_fault_62_nodes_that_do_not_answer_are_named() -> None:
    ports = free_ports(2)

    said = await refusal_at_start(f"redis+cluster://{HOST}:{ports[0]},{HOST}:{ports[1]}")

    assert said.startswith("REDIS_URL: no node tells of a cluster: ")
    assert all(f"{HOST}:{port} (" in said for port in ports)


async def test_fault_62_a_server_that_is_no_cluster_is_named(tmp_path: Path) -> None:
    [port] = free_ports(1)
    options = RedisOptions(appendonly=None, port=port)
    with EmbeddedServers(tmp_path, durable=False, postgres=False, redis_options=options):
        said = await refusal_at_start(f"redis+cluster://{HOST}:{port}")

    assert f"{HOST}:{port} (This instance has cluster support disabled)" in said


async def test_fault_62_a_cluster_without_slots_is_named(tmp_path: Path) -> None:
    [port] = free_ports(1)
    options = RedisOptions(appendonly=None, port=port, config={"cluster-enabled": "yes", "cluster-port": "0"})
    with EmbeddedServers(tmp_path, durable=False, postgres=False, redis_options=options):
        said = await refusal_at_start(f"redis+cluster://{HOST}:{port}")

    assert said == "REDIS_URL: no node of the cluster has any slots"


async def test_fault_62_one_node_is_not_the_cluster(six: Clustered) -> None:
    said = await refusal_at_start(f"redis://{HOST}:{next(iter(six.servers))}")

    assert said.startswith("REDIS_URL: this server is a node of a Redis Cluster")
    assert "redis+cluster://" in said
