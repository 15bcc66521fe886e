"""One rehearsal of production: stage by stage, with players who tap all the while."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from apps.game_core.container import open_core
from apps.game_core.system.nursery import Nursery
from telegram_sandbox.bots.callbacks import Tap
from telegram_sandbox.client import SandboxClient
from tools.chaos import books
from tools.chaos.campaign import bystanders, ended, suffer
from tools.chaos.hearing import phrases
from tools.chaos.journal import Journal
from tools.chaos.plan import Plan
from tools.chaos.playing import play
from tools.chaos.promises import Promises
from tools.chaos.report import Report
from tools.chaos.runs import Run
from tools.chaos.scene import AS_RELEASED, open_scene
from tools.chaos.verdict import judge, settle
from tools.rolling.replacing import Listening, Rolled, listens, unanswered
from tools.staging import stages
from tools.staging.readiness import give_ports, until_ready
from tools.staging.stages import Tell
from tools.support.newcomer import first_minutes, unlike
from tools.support.patience import PATIENCE
from tools.support.standing import Elapsed, Standing

_GLANCE = 0.1


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`chaos`: who plays, on what, and what breaks. `pause`: seconds of play around each replacement.

    `code`: what runs at first, if it is not this.
    """

    chaos: Plan
    pause: float
    code: Path | None = None


async def rehearse(plan: Rehearsal, data: Path, tell: Tell, standing: Standing | None = None) -> bool:
    """On servers of its own under `data`; each stage is told. Whether all that is promised was kept."""
    kept: list[bool] = []

    def note(stage: stages.Stage) -> None:
        kept.append(stage.good)
        tell(stage)

    standing, now = standing or Standing(), Elapsed(time.monotonic())
    async with open_scene(plan.chaos, data, plan.code) as scene:
        run = Run(plan.chaos, scene, Journal(), now)
        try:
            await _Show(plan, run, standing, note).run_all()
        except TimeoutError as error:
            note(stages.stuck(standing.phase, repr(error)))
    return all(kept)


@dataclass(slots=True)
class _Show:
    plan: Rehearsal
    run: Run
    standing: Standing
    tell: Tell
    taps: list[Tap] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    async def run_all(self) -> None:
        """The upgrade is first, so that everything else befalls what an earlier release has written."""
        await self._start()
        async with self._players() as nursery:
            if self.plan.code is not None:
                await self._replace("upgrade", migrates=True)
            await self._newcomer()
            await self._suffer(nursery)
            await self._replace("restart", migrates=False)
            self.run.gate.clear()
            await unanswered(self.taps, self.run.plan.answers_within)
        await self._audit()

    async def _start(self) -> None:
        scene, plan = self.run.scene, self.run.plan
        give_ports(scene.fleet)
        await asyncio.to_thread(scene.fleet.revive)
        await listens(scene)
        await until_ready(scene.fleet)
        what = (
            f"three masters with a replica each, PostgreSQL behind PgBouncer, {plan.bots} bots by webhook "
            f"behind nginx, {plan.workers} workers, {plan.players} players, seed {plan.seed}"
        )
        self.tell(stages.started(self.run.now(), what))
        self.standing.clock = Elapsed(time.monotonic())

    @asynccontextmanager
    async def _players(self) -> AsyncIterator[Nursery]:
        """They tap while the gate is open, and somebody revives what has died."""
        run, nursery, spoken = self.run, Nursery(), phrases()

        def hearing(user_id: int) -> Listening:
            return Listening(run.journal, user_id, run.now, spoken, self.taps, self.waits)

        run.gate.set()
        play(nursery, run.plan, run.scene, run.gate, hearing)
        try:
            yield nursery
        finally:
            await nursery.close()

    async def _newcomer(self) -> None:
        """By webhook through nginx, as everybody else, and beside them, once their rush is over."""
        self.standing.phase = "a newcomer's first minutes"
        scene, user_id = self.run.scene, self.run.plan.players + 1
        async with asyncio.timeout(PATIENCE):
            while len(await books.rows(scene.engine)) < self.run.plan.players:  # noqa: ASYNC110 - others bear them
                await asyncio.sleep(_GLANCE)
        wrong: list[str] = []
        async with SandboxClient(scene.sandbox.url) as client:
            alice = await client.add_user(user_id, "Alice")
            try:
                await first_minutes(alice)
                wrong = await self._unlike(user_id)
            except (AssertionError, TimeoutError) as error:
                wrong = str(error).splitlines() or [repr(error)]
        self.tell(stages.met("newcomer", wrong))

    async def _unlike(self, user_id: int) -> list[str]:
        """What is written as the menu closes comes a moment after the player is told."""
        wrong, deadline = [""], time.monotonic() + PATIENCE
        while wrong and time.monotonic() < deadline:
            await asyncio.sleep(_GLANCE)
            wrong = await unlike(self.run.scene.engine, user_id)
        return wrong

    async def _suffer(self, nursery: Nursery) -> None:
        self.standing.phase = "chaos"
        run, began = self.run, Elapsed(time.monotonic())
        bystanders(nursery, run)
        await suffer(run)
        self.tell(stages.suffered(began(), run.journal, run.plan.least))
        self.standing.phase = "mending"
        began = Elapsed(time.monotonic())
        run.scene.sandbox.state.faults.clear()
        await asyncio.to_thread(run.scene.revive)
        await listens(run.scene)
        await until_ready(run.scene.fleet)
        self.tell(stages.mended(began()))

    async def _replace(self, name: str, *, migrates: bool) -> None:
        """Under taps, all of which are answered."""
        run, before = self.run, len(self.taps)
        self.waits.clear()
        if not migrates:
            for member in run.scene.fleet:
                member.environment = {**member.environment, **AS_RELEASED}
        rolled = Rolled(run.scene, run.journal, self.standing, self.plan.pause, migrates)
        await rolled.run()
        tapped = self.taps[before:]
        silent = await unanswered(tapped, run.plan.answers_within)
        await until_ready(run.scene.fleet)
        answered = stages.Answered(len(tapped), silent, max(self.waits, default=0.0))
        self.tell(stages.replaced(name, answered, rolled.replaced, rolled.killed))

    async def _audit(self) -> None:
        self.standing.phase = "reading the books"
        run = self.run
        async with open_core(run.scene.settings) as core:
            wrong = [*await settle(core), *await asyncio.to_thread(ended, run.scene.fleet)]
            verdict = await judge(core, Promises(run.journal, None), wrong)
        report = Report(run.plan, run.now(), run.journal, verdict, run.scene.fleet.events())
        self.tell(stages.audited(run.journal, verdict, [*report.evidence()]))
