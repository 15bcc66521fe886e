"""Every process is replaced while players tap: whether each tap is answered, and nothing is lost."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from apps.game_core.container import open_core
from apps.game_core.system.nursery import Nursery
from telegram_sandbox.bots.callbacks import Tap
from tools.chaos.hearing import phrases
from tools.chaos.journal import Journal
from tools.chaos.plan import ANSWERS_WITHIN, WORKERS, Persistence
from tools.chaos.plan import Plan as Campaign
from tools.chaos.playing import play
from tools.chaos.promises import Promises
from tools.chaos.scene import Scene, open_scene
from tools.chaos.verdict import Judgement, judge, settle
from tools.rolling.replacing import Listening, Rolled, listens, unanswered
from tools.support.standing import Elapsed, Standing


@dataclass(frozen=True, slots=True)
class Plan:
    """`pause`: seconds of play before, between and after. `code`: what runs first, if it is not this.

    `answers_within`: for so many seconds the messenger takes a tap's answer.
    """

    bots: int
    players: int
    pause: float
    seed: int
    code: Path | None = None
    workers: int = WORKERS
    answers_within: float = ANSWERS_WITHIN


@dataclass(frozen=True, slots=True)
class Report:
    """`replaced` by how many seconds each process took to end; `killed` are those that took too long."""

    plan: Plan
    taps: int
    unanswered: int
    answers: Mapping[str, int]
    acknowledged: int
    replaced: Mapping[str, float]
    killed: tuple[str, ...]
    verdict: Judgement

    @property
    def good(self) -> bool:
        return self.verdict.good and not self.unanswered and not self.killed and self.acknowledged > 0

    def lines(self) -> Iterator[str]:
        answers = ", ".join(f"{name} {count}" for name, count in sorted(self.answers.items()))
        ended = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.replaced.items())
        yield f"seed {self.plan.seed}: {self.plan.bots} bots, {self.plan.players} players"
        yield f"  taps           {self.taps}, {self.unanswered} without an answer; {answers}"
        yield f"  ended within   {ended}"
        yield f"  acknowledged   {self.acknowledged} operations, {self.verdict.tables.settled} trades"
        yield f"  lost           {len(self.verdict.lost)}"
        yield f"  doubled        {len(self.verdict.wrong)} (or more or fewer, or unlike their rows)"
        yield f"  taken back     {len(self.verdict.taken_back)}"
        yield from (f"{name} did not end in time, and was killed" for name in self.killed)
        yield from self.verdict.wrong
        yield from (f"lost: {each.key}" for each in self.verdict.lost)
        yield from (f"taken back: {key}" for key in self.verdict.taken_back)


async def show(plan: Plan, data: Path, standing: Standing | None = None) -> Report:
    """On servers of its own under `data`; `standing` follows."""
    standing = standing or Standing()
    journal, now = Journal(), Elapsed(time.monotonic())
    campaign = Campaign(
        *(plan.seed, 0.0, plan.players, Persistence.AOF, ()),
        bots=plan.bots,
        workers=plan.workers,
        answers_within=plan.answers_within,
    )
    async with open_scene(campaign, data, plan.code) as scene:
        await asyncio.to_thread(scene.fleet.revive)
        await listens(scene)
        standing.clock = now
        rolled = Rolled(scene, journal, standing, plan.pause, migrates=plan.code is not None)
        taps = await _played(campaign, scene, rolled, journal, now)
        standing.phase = "reading the books"
        async with open_core(scene.settings) as core:
            killed = [*rolled.killed, *[each.name for each in scene.fleet if not await rolled.ends(each)]]
            wrong = await settle(core)
            verdict = await judge(core, Promises(journal, None), wrong)
    silent = sum(not tap.answer.done() for tap in taps)
    words = len(journal.words)
    return Report(plan, len(taps), silent, journal.answers, words, rolled.replaced, tuple(killed), verdict)


async def _played(plan: Campaign, scene: Scene, rolled: Rolled, journal: Journal, now: Elapsed) -> list[Tap]:
    """What was tapped while all were replaced."""
    gate, nursery, taps = asyncio.Event(), Nursery(), list[Tap]()
    gate.set()
    spoken = phrases()
    play(nursery, plan, scene, gate, lambda user_id: Listening(journal, user_id, now, spoken, taps))
    try:
        await rolled.run()
        gate.clear()
        await unanswered(taps, plan.answers_within)
    finally:
        await nursery.close()
    return taps
