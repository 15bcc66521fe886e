"""Redis gets another master while players tap: by an operator, by a death, and with two in use at once."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded.redis import RedisServer
from apps.game_core.adapters.monitoring import answers
from apps.game_core.adapters.redis.sentinels import MasterPool
from apps.game_core.container import Core, open_core
from apps.game_core.modules.characters.contracts import EnsureCharacter
from apps.game_core.modules.inventory.contracts import stamped
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.settings import CoreSettings
from apps.game_core.system.nursery import Nursery
from bot.process.lifetime import drain
from tests.support.invariants import check
from tests.support.runbook import blocks
from tests.support.world import World
from tools.chaos.journal import Journal, Word
from tools.chaos.promises import Promises
from tools.chaos.verdict import Judgement, judge, settle
from tools.failover.watched import SERVICE, Watched, at, watched
from tools.support.patience import PATIENCE

PLAYERS = 5
ROUND = 20


@pytest.fixture(scope="module")
def trio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watched(tmp_path_factory.mktemp("trio")) as started:
        yield started


@dataclass(frozen=True)
class Tapper:
    """Locks and unlocks a thing, and asks again until it is told."""

    core: Core
    user_id: int
    char_id: int
    item_id: int
    journal: Journal

    async def play(self) -> None:
        for number in count():
            stamp = (await self._answer(lambda: self.core.gateway.open(self.char_id))).stamp
            await self._tap(stamped(stamp, f"tap {number}"), lock=number % 2 == 0)
            await asyncio.sleep(0.2)

    async def _tap(self, op_id: str, *, lock: bool) -> None:
        sent, gateway = time.monotonic(), self.core.gateway
        do = gateway.lock_item if lock else gateway.unlock_item
        outcome = await self._answer(lambda: do(self.char_id, self.item_id, op_id=op_id))
        word = Word(sent, time.monotonic(), outcome.repeated)
        self.journal.told((self.user_id, op_id), word, "done")

    async def _answer(self, ask: Callable[[], Any]) -> Any:
        while True:
            try:
                return await ask()
            except InventoryUnavailableError:
                await asyncio.sleep(0.2)


async def seat(core: Core, user_id: int, journal: Journal) -> Tapper:
    context = EnsureCharacter(user_id=user_id, name=f"Player {user_id}", language="en")
    char_id = (await core.router.route("characters", "ensure", context)).id
    bread = await World(core).item(char_id, "bread")
    return Tapper(core, user_id, char_id, bread.id, journal)


@asynccontextmanager
async def at_work(core: Core) -> AsyncIterator[Nursery]:
    """What a bot's process does beside answering, and at its end."""
    nursery = Nursery()
    nursery.start("worker", core.worker.run())
    nursery.start("losses", core.losses.run())
    nursery.start("master", core.master.run())
    try:
        yield nursery
    finally:
        await nursery.close()
        await drain(core, PATIENCE)


async def until(there: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not there():  # noqa: ASYNC110 - other processes have no event for it
            await asyncio.sleep(0.02)


async def more(journal: Journal) -> None:
    """Everybody plays on."""
    enough = len(journal.words) + ROUND
    await until(lambda: len(journal.words) >= enough)


async def moved(core: Core, trio: Watched, old: RedisServer) -> RedisServer:
    """Another one is the master, and the bot knows it."""
    await trio.until_another(than=old)
    new, pool = trio.master, core.redis.connection_pool
    assert isinstance(pool, MasterPool)
    await until(lambda: pool.master_address == ("127.0.0.1", trio.port_of(new)))
    return new


async def judged(core: Core, journal: Journal) -> Judgement:
    """Under one master: on a starved machine another one may come, which knows less of what is written."""
    pool = core.redis.connection_pool
    assert isinstance(pool, MasterPool)
    while True:
        async with at_work(core):
            wrong = await settle(core)
        under = pool.master_address
        verdict = await judge(core, Promises(journal, None), wrong)
        if pool.master_address == under:
            return verdict


def as_the_runbook_says(trio: Watched) -> None:
    """Its commands at the first sentinel, with this test's name for the service."""
    lines = [line for line in blocks("text") if " SENTINEL " in line]
    assert len(lines) == 2
    with at(trio.sentinels[0].port) as sentinel:
        for line in lines:
            _, words = line.replace("mymaster", SERVICE).split("-p 26379 ")
            assert sentinel.execute_command(*words.split())


async def test_a_planned_failover_and_a_death_lose_and_double_nothing(
    trio: Watched, settings: CoreSettings, database: AsyncEngine
) -> None:
    journal, own = Journal(), settings.model_copy(update={"redis_url": trio.url, "redis_timeout": 1})
    await trio.until_settled()
    async with open_core(own) as core, at_work(core) as nursery:
        for user_id in range(1, PLAYERS + 1):
            nursery.start("player", (await seat(core, user_id, journal)).play())
        await more(journal)

        zeroth = trio.master
        await asyncio.to_thread(as_the_runbook_says, trio)
        first = await moved(core, trio, zeroth)
        await more(journal)
        await trio.until_settled()

        trio.switch()
        second = await moved(core, trio, first)
        await more(journal)

        await trio.until_followed(second)
        await asyncio.to_thread(second.kill)
        assert not await answers(core.probes["redis"])
        await moved(core, trio, second)
        await more(journal)
        assert await answers(core.probes["redis"])
    async with open_core(own) as core:
        verdict = await judged(core, journal)

    assert verdict.good, (verdict.wrong, verdict.lost, verdict.taken_back)
    assert verdict.written == len(journal.words)


@pytest.fixture
async def two_masters(
    settings: CoreSettings, database: AsyncEngine, tmp_path: Path
) -> AsyncIterator[tuple[World, World, int]]:
    """A process at the old master and one at the new, and a character whose session both have, unwritten."""
    with watched(tmp_path, replicas=1, sentinels=0) as pair:
        old, new = pair.servers
        urls = [f"redis://127.0.0.1:{port}" for port in (old, new)]
        first, second = (settings.model_copy(update={"redis_url": url}) for url in urls)
        async with open_core(first) as left, open_core(second) as right:
            char_id = await World(left).character()
            bread = await World(left).item(char_id, "bread")
            await left.gateway.drop_item(char_id, bread.id, 1, op_id="before")
            await pair.until_followed(pair.servers[old])
            with at(new) as replica:
                replica.replicaof("NO", "ONE")
            yield World(left), World(right), char_id


@pytest.mark.parametrize("first", ["old", "new"])
async def test_what_both_masters_were_told_is_one_effect_and_nothing_is_lost(
    two_masters: tuple[World, World, int], first: str
) -> None:
    """One tap reaches processes on both, others reach one of them, and each master's worker writes."""
    left, right, char_id = two_masters
    bread, ore = await left.item(char_id, "bread"), await left.item(char_id, "iron_ore")

    for world in (left, right):
        await world.gateway.drop_item(char_id, bread.id, 1, op_id="tap")
    await left.gateway.drop_item(char_id, ore.id, 1, op_id="left")
    await right.gateway.drop_item(char_id, ore.id, 2, op_id="right")
    for world in (left, right) if first == "old" else (right, left):
        await world.core.worker.drain()
        await world.gateway.view(char_id)

    ledger = sorted(entry.op_id for entry in await right.ledger(char_id))
    assert ledger == ["before", "left", "right", "tap"]
    assert await right.pieces_in_rows(char_id, "bread") == 1
    assert await right.pieces_in_rows(char_id, "iron_ore") == 12 - 3
    # Whoever wrote last knows all of it; the other's session is compared when it is used next.
    await check(right if first == "old" else left, char_id)
