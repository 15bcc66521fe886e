"""One case: players tap, the master changes, everything is mended, the books are checked."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from apps.game_core.container import open_core
from apps.game_core.system.nursery import Nursery
from tools.chaos.fleet import Fleet
from tools.chaos.hearing import Hearing, phrases
from tools.chaos.journal import Journal
from tools.chaos.player import Player
from tools.chaos.promises import Promises
from tools.chaos.tapper import Tapper
from tools.chaos.verdict import Judgement, judge, settle
from tools.failover.cases import Accident, Case
from tools.failover.clustered import Clustered
from tools.failover.report import Outcome
from tools.failover.scene import Scene, Size, open_scene
from tools.failover.watched import Watched, at
from tools.support.patience import PATIENCE
from tools.support.standing import Elapsed, Standing

_REVIVING = 0.1
_LAST_ANSWERS = 3.0
# Seconds. Of play before anything happens, and until the bots die: not long enough for them to have noticed.
_BEFORE, _UNNOTICED = 3.0, 0.3
# How long the sentinels cannot be reached.
_CUT = 5.0


async def play_case(case: Case, size: Size, data: Path, standing: Standing) -> Outcome:
    """On servers of its own under `data`; `standing` follows."""
    async with open_scene(case, size, data) as scene:
        await scene.redis.until_settled()
        await asyncio.to_thread(scene.bots.revive)
        await scene.served()
        journal, now = Journal(), Elapsed(time.monotonic())
        standing.phase, standing.clock = str(case), now
        await _play(case, size, scene, journal, now)
        standing.phase = f"{case}: reading the books"
        verdict = await _read(scene, journal)
        return Outcome(case, size, journal, verdict)


async def _play(case: Case, size: Size, scene: Scene, journal: Journal, now: Callable[[], float]) -> None:
    gate, nursery = asyncio.Event(), Nursery()
    gate.set()
    world, spoken = scene.sandbox.state, phrases()
    nursery.start("supervisor", _supervise(scene.bots))
    for user in world.users.values():
        dice = random.Random(f"{case}:{user.id}")  # noqa: S311 - habits, not secrets
        player = Player(world, user, scene.bot, Hearing(journal, user.id, now, spoken))
        nursery.start("player", Tapper(player, dice, size.bots).run(gate))
    try:
        await _until(lambda: now() >= _BEFORE and len(journal.words) > size.players)
        await _happen(case, scene)
        enough = max(size.least, len(journal.words) + size.players)
        await _until(lambda: now() >= size.seconds and len(journal.words) >= enough)
        gate.clear()
        await asyncio.sleep(_LAST_ANSWERS)
    finally:
        await nursery.close()


async def _happen(case: Case, scene: Scene) -> None:
    redis, deadly = scene.redis, Deadly(case, scene.bots)
    everywhere: Mapping[Accident, Callable[[Watched | Clustered, Deadly], Awaitable[None]]] = {
        Accident.COORDINATED: _planned,
        Accident.PLANNED: _planned,
        Accident.KILLED: _killed,
        Accident.PAUSED: _paused,
    }
    if case.accident in everywhere:
        await everywhere[case.accident](redis, deadly)
    elif isinstance(redis, Watched):
        await (_held if case.accident is Accident.HELD else _cut_off)(redis, deadly)


@dataclass(frozen=True, slots=True)
class Deadly:
    """The moment that is worst for what only the bots know."""

    case: Case
    bots: Fleet

    async def now(self) -> None:
        """Supervised, they start again at once."""
        if self.case.bots_die:
            for member in self.bots:
                await asyncio.to_thread(member.kill)
                member.held = False


async def _planned(redis: Watched | Clustered, deadly: Deadly) -> None:
    old = redis.master
    redis.switch(coordinated=deadly.case.accident is Accident.COORDINATED)
    await redis.until_another(than=old)
    await asyncio.sleep(_UNNOTICED)
    await deadly.now()


async def _held(redis: Watched, deadly: Deadly) -> None:
    """Of several replicas one may follow the old master still when another is promoted."""
    with at(redis.port_of(redis.master)) as master:
        master.config_set("min-replicas-to-write", len(redis.servers) - 1)
    await _planned(redis, deadly)


async def _killed(redis: Watched | Clustered, deadly: Deadly) -> None:
    """As when a machine goes that has both."""
    old = redis.master
    await asyncio.to_thread(old.kill)
    await deadly.now()
    await redis.until_another(than=old)


async def _paused(redis: Watched | Clustered, deadly: Deadly) -> None:
    old = redis.master
    old.pause()
    await redis.until_another(than=old)
    old.resume()
    await asyncio.sleep(_UNNOTICED)
    await deadly.now()


async def _cut_off(redis: Watched, deadly: Deadly) -> None:
    old = redis.master
    redis.switch()
    await redis.until_one_names_another(than=old)
    for each in redis.sentinels:
        each.pause()
    await asyncio.sleep(_CUT)
    await deadly.now()
    for each in redis.sentinels:
        each.resume()
    await redis.until_another(than=old)


async def _read(scene: Scene, journal: Journal) -> Judgement:
    """Everything runs; what bots still know is brought back, and workers write."""
    await scene.served()
    await asyncio.to_thread(scene.workers.revive)
    await asyncio.sleep(_LAST_ANSWERS)
    async with open_core(scene.settings) as core:
        wrong = await settle(core)
        for member in (*scene.bots, *scene.workers):
            await asyncio.to_thread(member.end)
        return await judge(core, Promises(journal, None), wrong)


async def _supervise(fleet: Fleet) -> None:
    while True:
        await asyncio.to_thread(fleet.revive)
        await asyncio.sleep(_REVIVING)


async def _until(there: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not there():  # noqa: ASYNC110 - players have no event for it
            await asyncio.sleep(_REVIVING)
