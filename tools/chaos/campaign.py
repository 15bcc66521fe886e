"""One campaign: players tap, the nemesis breaks, everything is mended, the books are checked."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.container import open_core
from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from apps.game_core.modules.merchant import prices
from apps.game_core.system.nursery import Nursery
from tools.chaos.fleet import Fleet
from tools.chaos.grants import grant
from tools.chaos.hearing import Hearing, phrases
from tools.chaos.journal import Grant, Journal
from tools.chaos.market import Market
from tools.chaos.nemesis import Nemesis
from tools.chaos.plan import Persistence, Plan
from tools.chaos.player import Player
from tools.chaos.promises import Promises, bound
from tools.chaos.purses import fill_purses
from tools.chaos.report import Report
from tools.chaos.restores import Backups
from tools.chaos.rollbacks import Rollbacks
from tools.chaos.scene import Scene, open_scene
from tools.chaos.tapper import Tapper
from tools.chaos.thief import Thief
from tools.chaos.verdict import judge, settle
from tools.support.patience import PATIENCE
from tools.support.standing import Elapsed, Standing

log = structlog.get_logger(__name__)

_REVIVING = 0.1
_GRANTING = 0.4
_LAST_ANSWERS = 3.0
_GRANTS = ("health_potion", "bread", "iron_ore", "strength_elixir", "iron_sword", "copper_ring")


async def campaign(plan: Plan, data: Path, standing: Standing | None = None) -> Report:
    """Play the plan on servers of its own under `data`; `standing` follows."""
    standing = standing or Standing()
    async with open_scene(plan, data) as scene:
        await asyncio.to_thread(scene.fleet.revive)
        await scene.served()
        journal, now = Journal(), Elapsed(time.monotonic())
        standing.phase, standing.clock = "playing", now
        await _play(plan, scene, journal, now)
        played = now()
        standing.phase = "mending"
        await _mend(scene)
        standing.phase = "reading the books"
        async with open_core(scene.settings) as core:
            wrong = await settle(core)
            wrong += await asyncio.to_thread(_ended, scene.fleet)
            forgetful = plan.persistence is Persistence.NONE and not plan.strict
            promises = Promises(journal, bound(scene.settings) if forgetful else None)
            verdict = await judge(core, promises, wrong)
        return Report(plan, played, journal, verdict, scene.fleet.events(), scene.clock.how)


async def _play(plan: Plan, scene: Scene, journal: Journal, now: Callable[[], float]) -> None:
    gate, nursery = asyncio.Event(), Nursery()
    gate.set()
    still = asyncio.Lock()
    world = scene.sandbox.state
    nemesis = Nemesis(
        servers=scene.servers,
        fleet=scene.fleet,
        faults=world.faults,
        redis=scene.redis,
        engine=scene.engine,
        journal=journal,
        gate=gate,
        now=now,
        clock=scene.clock,
        backups=Backups(
            scene.servers.postgres,
            scene.data / "pg",
            scene.engine,
            scene.redis,
            scene.fleet,
            journal,
            now,
            still,
            plan.players,
        ),
        rollbacks=Rollbacks(scene.servers.redis, scene.redis, scene.data / "redis"),
        thief=Thief(scene.redis, scene.engine, journal, now),
        pooler=scene.pooler,
    )
    nursery.start("supervisor", _supervise(scene.fleet))
    nursery.start("grants", _grant(plan, scene.engine, journal))
    nursery.start("purses", fill_purses(scene.settings, plan.players, journal, now, gate=gate, still=still))
    spoken, wares = (
        phrases(),
        [prices.key(each.base_id) for each in load_catalog(default_catalog_dir()).wares],
    )
    if scene.front is not None:
        nursery.start("redelivery", scene.front.redeliver())
    players = []
    for user in world.users.values():
        player = Player(world, user, scene.bot, Hearing(journal, user.id, now, spoken))
        players.append(player)
        dice = random.Random(f"{plan.seed}:{user.id}")  # noqa: S311 - habits, not secrets
        nursery.start("player", Tapper(player, dice, plan.bots, wares).run(gate))
    nursery.start("market", Market(players, plan.seed, gate).run())
    try:
        await nemesis.run(plan.steps)
        await asyncio.sleep(max(0.0, plan.seconds - now()))
        await _meant_something(plan, journal)
        gate.clear()
        await asyncio.sleep(_LAST_ANSWERS)
    finally:
        await nursery.close()
        world.faults.clear()


async def _meant_something(plan: Plan, journal: Journal) -> None:
    """On a busy machine it goes on until enough is acknowledged, with patience."""
    with suppress(TimeoutError):
        async with asyncio.timeout(3 * PATIENCE):
            while not _is_enough(plan, journal):  # noqa: ASYNC110 - players have no event for it
                await asyncio.sleep(_REVIVING)


def _is_enough(plan: Plan, journal: Journal) -> bool:
    traded, dealt = len(journal.trades), journal.dealt
    enough = len(journal.words) >= plan.least
    return enough and traded >= plan.least_trades and dealt >= plan.least_deals


async def _supervise(fleet: Fleet) -> None:
    while True:
        await asyncio.to_thread(fleet.revive)
        await asyncio.sleep(_REVIVING)


async def _grant(plan: Plan, engine: AsyncEngine, journal: Journal) -> None:
    """Another module gives things away, whoever is dead at the moment."""
    dice = random.Random(f"{plan.seed}:grants")  # noqa: S311 - gifts, not secrets
    for number in count(1):
        await asyncio.sleep(_GRANTING)
        key, given = f"chaos:{number}", Grant(dice.randint(1, plan.players), dice.choice(_GRANTS), 3)
        journal.doubtful[key] = given
        try:
            if await grant(engine, given.user_id, given.base_id, given.quantity, key):
                journal.granted[key] = given
            del journal.doubtful[key]
        except (SQLAlchemyError, OSError) as error:
            log.debug("grant failed", error=repr(error))


async def _mend(scene: Scene) -> None:
    """Everything runs and is reachable again; the players' last updates are handled."""
    await asyncio.to_thread(scene.servers.revive)
    if scene.pooler is not None:
        await asyncio.to_thread(scene.pooler.revive)
    await asyncio.to_thread(scene.fleet.revive)
    await scene.served()
    await asyncio.sleep(_LAST_ANSWERS)


def _ended(fleet: Fleet) -> list[str]:
    return [f"{member.name} did not end when it was asked to" for member in fleet if not member.end()]
