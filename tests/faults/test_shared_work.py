"""Two workers share the work; one of them sleeps, wakes, and dies."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from aiohttp import ClientSession

from apps.game_core.adapters.redis.keys import SHARES
from apps.game_core.settings import CoreSettings
from tests.support.bot_process import BotProcess, bot_process
from tests.support.invariants import check
from tests.support.world import World
from tools.support.patience import PATIENCE
from tools.support.ports import free_ports

HOST = "127.0.0.1"


@pytest.fixture
def settings(settings: CoreSettings) -> CoreSettings:
    return settings.model_copy(update={"inventory_session_ttl": 60})


def shares(running: BotProcess) -> list[int]:
    """How many shares it has said that it has, one time after the other."""
    found = [line.partition('"own": ')[2] for line in running.said if "shares of the work" in line]
    return [int(each.partition(",")[0].rstrip("}")) for each in found]


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await look():  # noqa: ASYNC110 - other processes work on it
            await asyncio.sleep(0.2)


async def until_shared(*running: BotProcess) -> None:
    """Until all of it is theirs, and each has as much."""

    async def is_shared() -> bool:
        return all(shares(each)[-1:] == [SHARES // len(running)] for each in running)

    await until(is_shared)


async def until_told(ports: list[int], sessions: int) -> None:
    async def is_told() -> bool:
        return await told(ports) == [sessions]

    await until(is_told)


@pytest.fixture
def ports() -> list[int]:
    return list(free_ports(2))


async def told(ports: list[int]) -> list[float]:
    """How many sessions there are, from each process that says so."""
    found = []
    async with ClientSession() as client:
        for port in ports:
            text = await (await client.get(f"http://{HOST}:{port}/metrics")).text()
            found += [
                float(line.split()[1])
                for line in text.splitlines()
                if line.startswith("inventory_sessions_active ")
            ]
    return found


@pytest.fixture
async def players(world: World) -> list[int]:
    """Each with a session."""
    found = [await world.character(f"Player {number}") for number in range(8)]
    for char_id in found:
        await world.gateway.view(char_id)
    return found


@pytest.fixture
async def pair(
    settings: CoreSettings, players: list[int], ports: list[int]
) -> AsyncIterator[list[BotProcess]]:
    """Two processes, each with its half of the work, that tell of all the players."""
    env = {
        "INVENTORY_WORKER_LEASE": "2",
        "INVENTORY_WORKER_PERIOD": "0.3",
        "INVENTORY_SESSION_TTL": "60",
    }
    async with AsyncExitStack() as stack:
        started = [bot_process(settings, "worker", **env, METRICS_PORT=str(port)) for port in ports]
        running = [await stack.enter_async_context(each) for each in started]
        await until_shared(*running)
        await until_told(ports, len(players))
        yield running


async def eaten(world: World, players: list[int]) -> None:
    """A change of each, and until it is written."""
    for char_id in players:
        await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id, 1)

    async def is_written() -> bool:
        return not await world.core.store.dirty()

    await until(is_written)


async def test_fault_02_what_a_worker_has_that_sleeps_or_is_killed_the_other_one_takes_over(
    world: World, players: list[int], pair: list[BotProcess], ports: list[int]
) -> None:
    first, second = pair

    first.process.send_signal(signal.SIGSTOP)
    await eaten(world, players)
    await until_shared(second)
    await until_told(ports[1:], len(players))
    first.process.send_signal(signal.SIGCONT)
    assert len(await told(ports)) <= 1, "not even who has slept tells what it knew before"
    await until_shared(first, second)
    await until_told(ports, len(players))
    await eaten(world, players)
    first.process.kill()
    await eaten(world, players)
    await until_shared(second)
    await until_told(ports[1:], len(players))

    for char_id in players:
        assert len(await world.ledger(char_id)) == 3
        assert (await world.row(char_id)).version == 3
        await check(world, char_id)
    second.process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(second.process.wait(), PATIENCE) == 0
