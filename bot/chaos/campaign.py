"""One campaign: players tap, the nemesis breaks, everything is mended, the books are checked."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.container import open_core
from apps.game_core.system.nursery import Nursery
from bot.chaos.fleet import Fleet
from bot.chaos.grants import grant
from bot.chaos.journal import Journal
from bot.chaos.nemesis import Nemesis
from bot.chaos.plan import Persistence, Plan
from bot.chaos.report import Report
from bot.chaos.scene import Scene, open_scene, token
from bot.chaos.tapper import Tapper
from bot.chaos.verdict import bound, judge, settle

log = structlog.get_logger(__name__)

_REVIVING = 0.1
_SERVED = 60.0
_GLANCE = 0.05
_GRANTING = 0.4
_LAST_ANSWERS = 3.0
_GRANTS = ("health_potion", "bread", "iron_ore", "strength_elixir", "iron_sword", "copper_ring")


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds since the campaign began."""

    began: float

    def __call__(self) -> float:
        return time.monotonic() - self.began


async def campaign(plan: Plan, data: Path) -> Report:
    """Play the plan on servers of its own under `data`."""
    async with open_scene(plan, data) as scene:
        await asyncio.to_thread(scene.fleet.revive)
        await _served(scene)
        journal, now = Journal(), Clock(time.monotonic())
        await _play(plan, scene, journal, now)
        played = now()
        await _mend(scene)
        async with open_core(scene.settings) as core:
            wrong = await settle(core)
            wrong += await asyncio.to_thread(_ended, scene.fleet)
            forgetful = plan.persistence is Persistence.NONE and not plan.strict
            allowed = bound(scene.settings) if forgetful else None
            verdict = await judge(core, journal, wrong, allowed)
        return Report(plan, played, journal, verdict, scene.fleet.events())


async def _play(plan: Plan, scene: Scene, journal: Journal, now: Callable[[], float]) -> None:
    gate, nursery = asyncio.Event(), Nursery()
    gate.set()
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
        folder=scene.data / "redis",
    )
    nursery.start("supervisor", _supervise(scene.fleet))
    nursery.start("grants", _grant(plan, scene.engine))
    bots = [world.bot_of(token(number)) for number in range(len(scene.fleet.bots))]
    for number, user in enumerate(world.users.values()):
        # Every fourth player has two devices: one chat with each bot, served by two processes.
        served = tuple(bots) if number % 4 == 0 else (bots[number % len(bots)],)
        dice = random.Random(f"{plan.seed}:{user.id}")  # noqa: S311 - habits, not secrets
        nursery.start("player", Tapper(world, user, served, journal, dice, now).run(gate))
    try:
        await nemesis.run(plan.steps)
        await asyncio.sleep(max(0.0, plan.seconds - now()))
        gate.clear()
        await asyncio.sleep(_LAST_ANSWERS)
    finally:
        await nursery.close()
        world.faults.clear()


async def _served(scene: Scene) -> None:
    """Wait until each bot asks for updates."""
    world = scene.sandbox.state
    bots = [world.bot_of(token(number)) for number in range(len(scene.fleet.bots))]
    for _ in range(round(_SERVED / _GLANCE)):
        if all(bot.is_listening for bot in bots):
            return
        await asyncio.sleep(_GLANCE)
    raise TimeoutError


async def _supervise(fleet: Fleet) -> None:
    while True:
        await asyncio.to_thread(fleet.revive)
        await asyncio.sleep(_REVIVING)


async def _grant(plan: Plan, engine: AsyncEngine) -> None:
    """Another module gives things away, whoever is dead at the moment."""
    dice = random.Random(f"{plan.seed}:grants")  # noqa: S311 - gifts, not secrets
    while True:
        await asyncio.sleep(_GRANTING)
        user_id, base_id = dice.randint(1, plan.players), dice.choice(_GRANTS)
        try:
            await grant(engine, user_id, base_id, 3)
        except (SQLAlchemyError, OSError) as error:
            log.debug("grant failed", error=repr(error))


async def _mend(scene: Scene) -> None:
    """Everything runs and is reachable again; the players' last updates are handled."""
    await asyncio.to_thread(scene.servers.revive)
    await asyncio.to_thread(scene.fleet.revive)
    await _served(scene)
    await asyncio.sleep(_LAST_ANSWERS)


def _ended(fleet: Fleet) -> list[str]:
    return [f"{member.name} did not end when it was asked to" for member in fleet if not member.end()]
