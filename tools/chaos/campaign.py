"""One campaign: players tap, the nemesis breaks, everything is mended, the books are checked."""

import asyncio
import random
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.container import open_core
from apps.game_core.system.nursery import Nursery
from tools.chaos.faults.offered import faults
from tools.chaos.fleet import Fleet
from tools.chaos.grants import grant
from tools.chaos.hearing import Hearing, phrases
from tools.chaos.journal import Grant, Journal
from tools.chaos.nemesis import Nemesis
from tools.chaos.plan import Persistence, Plan, overtime
from tools.chaos.playing import play
from tools.chaos.promises import Promises, bound
from tools.chaos.purses import fill_purses
from tools.chaos.report import Report
from tools.chaos.runs import Run
from tools.chaos.scene import Scene, open_scene
from tools.chaos.verdict import judge, settle
from tools.support.patience import PATIENCE
from tools.support.standing import Elapsed, Standing

log = structlog.get_logger(__name__)

_REVIVING = 0.1
_GRANTING = 0.4
_LAST_ANSWERS = 3.0
# What does not stack, or is heavy, fills every bag within minutes where it comes; nobody trades then.
_GRANTS: Mapping[str, float] = {
    "health_potion": 8,
    "bread": 8,
    "strength_elixir": 8,
    "iron_sword": 0.5,
    "copper_ring": 1,
}


async def campaign(plan: Plan, data: Path, standing: Standing | None = None) -> Report:
    """Play the plan on servers of its own under `data`; `standing` follows."""
    standing = standing or Standing()
    async with open_scene(plan, data) as scene:
        await asyncio.to_thread(scene.fleet.revive)
        await scene.served()
        journal, now = Journal(), Elapsed(time.monotonic())
        standing.phase, standing.clock = "playing", now
        await _play(Run(plan, scene, journal, now))
        played = now()
        standing.phase = "mending"
        await _mend(scene)
        standing.phase = "reading the books"
        async with open_core(scene.settings) as core:
            wrong = await settle(core)
            wrong += await asyncio.to_thread(ended, scene.fleet)
            forgetful = plan.persistence is Persistence.NONE and not plan.strict
            promises = Promises(journal, bound(scene.settings) if forgetful else None)
            verdict = await judge(core, promises, wrong)
        return Report(plan, played, journal, verdict, scene.fleet.events(), scene.clock.how)


async def _play(run: Run) -> None:
    plan, journal, now, nursery = run.plan, run.journal, run.now, Nursery()
    run.gate.set()
    bystanders(nursery, run)
    spoken = phrases()
    play(nursery, plan, run.scene, run.gate, lambda user_id: Hearing(journal, user_id, now, spoken))
    try:
        await suffer(run)
        run.gate.clear()
        await asyncio.sleep(_LAST_ANSWERS)
    finally:
        await nursery.close()
        run.scene.sandbox.state.faults.clear()


def bystanders(nursery: Nursery, run: Run) -> None:
    """Everything that goes on beside the players, whatever dies."""
    plan, scene, journal = run.plan, run.scene, run.journal
    nursery.start("supervisor", supervise(scene.fleet))
    nursery.start("grants", _grant(plan, scene.engine, journal))
    paying = fill_purses(scene.settings, plan.players, journal, run.now, gate=run.gate, still=run.still)
    nursery.start("purses", paying)
    if scene.front is not None:
        nursery.start("redelivery", scene.front.redeliver())


async def suffer(run: Run) -> None:
    """All that is planned, for as long as planned, and until enough is acknowledged."""
    plan, journal, began = run.plan, run.journal, Elapsed(time.monotonic())
    nemesis = Nemesis(faults(run), began)
    await nemesis.run(plan.steps, lambda: began() >= plan.seconds and _is_enough(plan, journal))
    await asyncio.sleep(max(0.0, plan.seconds - began()))
    if not overtime(plan.seconds):
        await _meant_something(plan, journal)


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


async def supervise(fleet: Fleet) -> None:
    while True:
        await asyncio.to_thread(fleet.revive)
        await asyncio.sleep(_REVIVING)


async def _grant(plan: Plan, engine: AsyncEngine, journal: Journal) -> None:
    """Another module gives things away, whoever is dead at the moment."""
    dice = random.Random(f"{plan.seed}:grants")  # noqa: S311 - gifts, not secrets
    for number in count(1):
        await asyncio.sleep(_GRANTING)
        [base_id] = dice.choices(list(_GRANTS), list(_GRANTS.values()))
        key, given = f"chaos:{number}", Grant(dice.randint(1, plan.players), base_id, 3)
        journal.doubtful[key] = given
        try:
            if await grant(engine, given.user_id, given.base_id, given.quantity, key):
                journal.granted[key] = given
            del journal.doubtful[key]
        except (SQLAlchemyError, OSError) as error:
            log.debug("grant failed", error=repr(error))


async def _mend(scene: Scene) -> None:
    """Everything runs and is reachable again; the players' last updates are handled."""
    await asyncio.to_thread(scene.revive)
    await scene.served()
    await asyncio.sleep(_LAST_ANSWERS)


def ended(fleet: Fleet) -> list[str]:
    return [f"{member.name} did not end when it was asked to" for member in fleet if not member.end()]
